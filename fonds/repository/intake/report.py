"""The result of a check for people and programs: a document, and report files in JSON, HTML and Excel."""

from __future__ import annotations

import html
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import write_atomically
from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.scans import scan_line
from fonds.repository.intake.source import printable
from fonds.repository.intake.values import escape_controls
from fonds.repository.workbooks import save_workbook
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.messages import text

COLUMNS = ("severity", "code", "where", "message", "action")
_WIDTHS = (12, 26, 60, 70, 70)


def report_document(delivery: Delivery, lang: str) -> dict[str, Any]:
    """Return the result of a finished check as ``fonds check`` gives it, texts in ``lang``."""
    return {
        "source": printable(delivery.source),
        **delivery.summary(),
        "findings": [finding_document(f, lang) for f in delivery.findings],
        "notices": [finding_document(f, lang) for f in delivery.notices],
    }


def require_report_form(path: Path) -> None:
    """Make sure, before long work, that its report can have this extension. Raises UsageError REPORT_FORMAT."""
    _form(path)


def _form(path: Path) -> Callable[[Mapping[str, Any], str], bytes]:
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        raise UsageError("REPORT_FORMAT", path=path, known=", ".join(_FORMS))
    return form


def write_report(path: Path, document: Mapping[str, Any], lang: str) -> None:
    """Write the document of ``report_document`` as ``.json``, ``.html`` or ``.xlsx``, whole or not at all.

    Raises UsageError REPORT_FORMAT for another extension, FondsError OUTPUT_FAILED.
    """
    form = _form(path)
    try:
        write_atomically(path, form(document, lang))
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error


def _json(document: Mapping[str, Any], _: str) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


def _html(document: Mapping[str, Any], lang: str) -> bytes:
    title = html.escape(text(lang, "report.title", document))
    counts = html.escape(_counts(document, lang))
    head = "".join(f"<th>{html.escape(text(lang, f'report.{name}'))}</th>" for name in COLUMNS)
    rows = "".join(
        f'<tr class="{html.escape(row["severity"])}">'
        + "".join(f"<td>{html.escape(escape_controls(cell))}</td>" for cell in _cells(row, lang))
        + "</tr>\n"
        for row in document["findings"]
    )
    page = (
        f'<!doctype html>\n<html lang="{lang}">\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>{_STYLE}</style>\n"
        f"<h1>{title}</h1>\n<p>{html.escape(document['source'])}</p>\n<p>{counts}</p>\n"
        f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>\n"
        f"{_html_notices(document, lang)}</html>\n"
    )
    return page.encode()


def _html_notices(document: Mapping[str, Any], lang: str) -> str:
    """Return the notices as a list of their own, '' when there are none: they are no findings."""
    lines = (f"{row['where']}: {row['message']}" for row in document["notices"])
    told = "".join(f"<li>{html.escape(escape_controls(line))}</li>\n" for line in lines)
    return f"<h2>{html.escape(text(lang, 'report.notices'))}</h2>\n<ul>\n{told}</ul>\n" if told else ""


_STYLE = (
    "body{font:14px/1.45 'Be Vietnam Pro',sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #bbb;padding:.3em .5em;text-align:left;vertical-align:top;overflow-wrap:anywhere}"
    "thead{display:table-header-group}tr{break-inside:avoid}.error td:first-child{font-weight:bold}"
    "@media print{body{margin:0;font-size:10px}}"
)


def _xlsx(document: Mapping[str, Any], lang: str) -> bytes:
    book = Workbook(write_only=True)
    head = [[document["source"]], [_counts(document, lang)]]
    _sheet(book, text(lang, "report.sheet"), head, document["findings"], lang)
    if document["notices"]:
        head = [[document["source"]], [text(lang, "report.notices")]]
        _sheet(book, text(lang, "report.notices.sheet"), head, document["notices"], lang)
    stream = io.BytesIO()
    save_workbook(book, stream)
    return stream.getvalue()


def _sheet(book: Workbook, title: str, head: list[list[str]], rows: Sequence[Mapping[str, str]], lang: str) -> None:
    sheet = book.create_sheet(title)
    for column, width in zip("ABCDE", _WIDTHS, strict=True):
        sheet.column_dimensions[column].width = width
    sheet.freeze_panes = "A4"
    columns = [text(lang, f"report.{name}") for name in COLUMNS]
    for line in [*head, columns, *(_cells(row, lang) for row in rows)]:
        cells = [WriteOnlyCell(sheet, escape_controls(value)) for value in line]
        for cell in cells:
            cell.data_type = "s"  # text even when it begins with "=": a name from a delivery is never a formula
        sheet.append(cells)


def _cells(row: Mapping[str, str], lang: str) -> list[str]:
    return [text(lang, f"report.severity.{row['severity']}"), *(row[name] for name in COLUMNS[1:])]


def _counts(document: Mapping[str, Any], lang: str) -> str:
    counts = text(lang, "report.counts", {**document, **document["counts"]})
    return f"{counts}. {scan_line(document['viruses'], lang)}"


_FORMS: dict[str, Callable[[Mapping[str, Any], str], bytes]] = {".json": _json, ".html": _html, ".xlsx": _xlsx}
