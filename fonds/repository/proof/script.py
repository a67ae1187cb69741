"""Giving out the script that checks proofs by itself."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.durable import write_atomically


def write_script(path: Path | None) -> str:
    """Return the script, written to ``path`` too where there is one. Raises FondsError OUTPUT_FAILED."""
    written = files(__package__).joinpath("standalone.py").read_bytes()
    if path is not None:
        try:
            write_atomically(path, written)
        except OSError as error:
            raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
    return written.decode()
