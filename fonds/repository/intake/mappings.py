"""The mappings of vendors that a repository keeps, ``mappings/<vendor>.toml`` each."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import make_folder, write_atomically
from fonds.repository.deliveries.record import vendor_key
from fonds.repository.intake.mapping import load_tables, vendor_in

MAPPING = ".toml"


def saved_mapping(folder: Path, vendor: str) -> Path | None:
    """Return the mapping that is kept for a vendor, None for none."""
    path = folder / f"{vendor_key(vendor)}{MAPPING}"
    return path if vendor_key(vendor) and path.is_file() else None


def kept_mappings(folder: Path) -> list[tuple[str, str]]:
    """Return the vendor and the file name of each mapping that is kept, by vendor; '' where a file names none."""
    return sorted((_vendor_of(path), path.name) for path in folder.glob(f"*{MAPPING}") if path.is_file())


def _vendor_of(path: Path) -> str:
    try:
        return vendor_in(path)
    except (UsageError, OSError):
        return ""  # whoever uses a broken mapping is told what is wrong with it


def save_mapping(folder: Path, vendor: str, content: str) -> Path:
    """Keep a mapping for a vendor in place of an earlier one; returns where.

    Raises UsageError VENDOR_NAME, those of ``load_tables`` for what is no mapping, FondsError OUTPUT_FAILED.
    """
    key = vendor_key(vendor)
    if not key:
        raise UsageError("VENDOR_NAME", name=vendor)
    with tempfile.TemporaryDirectory() as place:
        tried = Path(place) / f"{key}{MAPPING}"
        tried.write_text(content, "utf-8")
        load_tables(tried)
    path = folder / f"{key}{MAPPING}"
    try:
        make_folder(folder)
        write_atomically(path, content.encode())
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
    return path
