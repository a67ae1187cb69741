"""The vendors of a repository, their scorecards, and the same as a table for Excel or another program."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import write_atomically
from fonds.repository.archive import Archive
from fonds.repository.deliveries.record import vendor_key
from fonds.repository.deliveries.register import recorded
from fonds.repository.deliveries.scorecard import Score, Scorecard, scorecard
from fonds.repository.deliveries.writing import Cell, harmless
from fonds.repository.intake.values import escape_controls
from fonds.repository.ports.deliveries import Entry
from fonds.repository.workbooks import save_workbook
from fonds.schemas.findings import Severity
from fonds.schemas.messages import text

_SLICE = 100
_FORMS = (".xlsx", ".csv")
_COLUMNS = (
    "vendor", "delivery", "when", "kind", "source", "dossiers", "pages", "bytes", "first", "passed", "pass_rate",
    "again", "refused", "errors", "warnings", "infos", "error_rate", "warning_rate", "info_rate",
)  # fmt: skip


def vendor_card(archive: Archive, name: str) -> Scorecard:
    """Return the scorecard of a vendor by name, in any spelling. Raises UsageError VENDOR_UNKNOWN."""
    key = vendor_key(name)
    known = {one: written for one, written, _ in archive.deliveries.vendors()}
    if key not in known:
        raise UsageError("VENDOR_UNKNOWN", name=name, known=", ".join(known.values()) or "—")
    return scorecard(key, known[key], ((entry, recorded(entry)) for entry in _oldest_first(archive, key)))


def vendor_cards(archive: Archive) -> list[Scorecard]:
    """Return the scorecards of all vendors, by name."""
    return [vendor_card(archive, name) for _, name, _ in archive.deliveries.vendors()]


def _oldest_first(archive: Archive, key: str) -> Iterator[Entry]:
    offset = archive.deliveries.recent(vendor_key=key, limit=1).total
    while offset > 0:
        begin = max(0, offset - _SLICE)
        found = archive.deliveries.recent(vendor_key=key, offset=begin, limit=offset - begin).items
        yield from reversed(found)
        offset = begin


def require_table_form(path: Path) -> None:
    """Make sure that a table can have this extension. Raises UsageError REPORT_FORMAT."""
    if path.suffix.lower() not in _FORMS:
        raise UsageError("REPORT_FORMAT", path=path, known=", ".join(_FORMS))


def write_table(path: Path, cards: Sequence[Scorecard], lang: str) -> None:
    """Write scorecards as ``.xlsx`` or ``.csv``, a row a delivery. Raises REPORT_FORMAT, OUTPUT_FAILED."""
    require_table_form(path)
    try:
        write_atomically(path, table_bytes(cards, path.suffix.lower(), lang))
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error


def table_bytes(cards: Sequence[Scorecard], form: str, lang: str) -> bytes:
    """Return scorecards as the bytes of a table, ``form`` being ``.xlsx`` or ``.csv``."""
    head: list[Cell] = [text(lang, f"score.column.{name}") for name in _COLUMNS]
    rows = [_row(card, place, lang) for card in cards for place in range(len(card.lines))]
    return _xlsx(head, rows, lang) if form == ".xlsx" else _csv(head, rows)


def _row(card: Scorecard, place: int, lang: str) -> list[Cell]:
    entry, score = card.lines[place].entry, card.lines[place].score
    rates = (score.per_thousand(one) for one in (Severity.ERROR, Severity.WARNING, Severity.INFO))
    return [
        card.name, entry.number, entry.when, text(lang, f"cli.deliveries.kind.{entry.kind}"), entry.source,
        *_counts(score), *(None if rate is None else round(rate, 2) for rate in rates),
    ]  # fmt: skip


def _counts(score: Score) -> list[Cell]:
    share = None if score.pass_rate is None else round(score.pass_rate, 4)
    return [
        score.dossiers, score.pages, score.bytes, score.first, score.passed, share, score.again, score.refused,
        score.errors, score.warnings, score.infos,
    ]  # fmt: skip


def _xlsx(head: list[Cell], rows: list[list[Cell]], lang: str) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(text(lang, "score.sheet"))
    sheet.freeze_panes = "A2"
    for row in [head, *rows]:
        cells = []
        for value in row:
            cell = WriteOnlyCell(sheet, escape_controls(value) if isinstance(value, str) else value)
            if isinstance(value, str):
                cell.data_type = "s"  # text even when it begins with "=": a name is never a formula
            cells.append(cell)
        sheet.append(cells)
    stream = io.BytesIO()
    save_workbook(book, stream)
    return stream.getvalue()


def _csv(head: list[Cell], rows: list[list[Cell]]) -> bytes:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(head)
    for row in rows:
        writer.writerow([harmless(one) for one in row])
    # With its mark, so that Excel reads it as UTF-8.
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8", "backslashreplace")
