"""PAGE_GAP, PAGE_COUNT_MISMATCH, LETTERED_SHEET, BAD_PAGE_NAME."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.pages import (
    PageFile,
    PagePlace,
    SheetName,
    as_text,
    missing_sheets,
    sheets_on_disk,
)
from fonds.repository.intake.rows import Row
from fonds.schemas.findings import Finding, finding


def check_page_name(where: str, sheet: SheetName | None) -> Iterator[Finding]:
    """Report a name that is no sheet number, and a sheet inserted between two others."""
    if sheet is None or not sheet.proper:
        yield finding("BAD_PAGE_NAME", where)
    if sheet is not None and sheet.letter:
        yield finding("LETTERED_SHEET", where, sheet=f"{sheet.first}{sheet.letter}")


def check_sheets(
    where: str, row: Row, items: list[Row], files: list[PageFile], pages: list[PagePlace]
) -> Iterator[Finding]:
    """Report missing sheets; when none is missing, a count that is not the inventory's.

    ``files`` are in reading order, NFC/NFD twins merged; every page of a file counts as one sheet.
    """
    stated = row.text("numberOfPaper")
    missing = missing_sheets(sheets_on_disk(files, pages), pages, items)
    if missing:
        data = {"missing": as_text(missing), "stated": stated or "?", "found": len(pages)}
        yield finding("PAGE_GAP", where, **data)
    elif stated.isdecimal() and int(stated) != len(pages):
        yield finding("PAGE_COUNT_MISMATCH", where, stated=int(stated), found=len(pages))
