"""What ``--vendor`` means for ``check`` and ``ingest``: who digitised, and by which mapping his columns are read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

from fonds.bootstrap import scanner_of
from fonds.cli.context import Context
from fonds.cli.output import require_place
from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import write_atomically
from fonds.repository.deliveries.record import vendor_key, vendor_name
from fonds.repository.intake.mapping import vendor_in
from fonds.repository.intake.mappings import MAPPING, saved_mapping
from fonds.repository.intake.proposal import as_toml, propose
from fonds.repository.intake.source import delivered_folder, find_workbook
from fonds.schemas.inventory import tables


def vendor_of(given: str, mapping: Path | None) -> str:
    """Return the vendor's name: the one given, else the one a mapping names. Raises UsageError VENDOR_NAME."""
    name = vendor_name(given) or (vendor_name(vendor_in(mapping)) if mapping else "")
    if given and not vendor_key(name):
        raise UsageError("VENDOR_NAME", name=given)
    return name


def mapping_of(context: Context, vendor: str) -> Path | None:
    """Return the mapping that the repository keeps for a vendor, None without one; a person is told which is used."""
    archive = context.archive_if_any if vendor else None
    found = saved_mapping(archive.mappings_folder, vendor) if archive else None
    if found:
        context.note("cli.mapping.used", path=found)
    return found


def propose_mapping(context: Context, source: Path, inventory: Path | None, out: Path, vendor: str) -> None:
    """Write what the columns of an inventory seem to be into a file for a person to correct; nothing is checked."""
    require_place(out)
    if out.suffix.lower() != MAPPING:
        raise UsageError("REPORT_FORMAT", path=out, known=MAPPING)
    scanner = scanner_of(context.archive_if_any)
    sheets = propose(find_workbook(delivered_folder(source), inventory), tables(), scanner)
    content = as_toml(sheets, vendor, context.lang)
    try:
        write_atomically(out, content.encode())
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=out, reason=error.strerror or str(error)) from error
    columns = [column for sheet in sheets for column in sheet.columns]
    unknown = sum(not column.field for column in columns)
    document = {"path": str(out), "sheets": [asdict(sheet) for sheet in sheets]}
    context.answer(document, context.say("cli.mapping.proposed", path=out, columns=len(columns), unknown=unknown))
