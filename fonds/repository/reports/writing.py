"""A report as a page that needs nothing besides itself, as CSV, as JSON: the same values in each."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import write_atomically
from fonds.repository.deliveries.writing import harmless, moment, number, percent, rate, size
from fonds.repository.intake.values import escape_controls
from fonds.repository.reports.model import Column, Grid, Kind, Report, Value
from fonds.repository.reports.plots import plot
from fonds.schemas.messages import text


@cache
def stylesheet() -> str:
    """Return how reports look, on the screen and on A4."""
    return files("fonds.schemas").joinpath("report.css").read_text("utf-8")


def require_report_form(path: Path) -> None:
    """Make sure, before long work, that its report can have this extension. Raises UsageError REPORT_FORMAT."""
    _form(path)


def _form(path: Path) -> Callable[[Report, str], bytes]:
    form = _FORMS.get(path.suffix.lower())
    if form is None:
        raise UsageError("REPORT_FORMAT", path=path, known=", ".join(_FORMS))
    return form


def write_report(path: Path, report: Report, lang: str) -> None:
    """Write a report as ``.html``, ``.csv`` or ``.json``, whole or not at all.

    Raises UsageError REPORT_FORMAT for another extension, FondsError OUTPUT_FAILED.
    """
    form = _form(path)
    try:
        write_atomically(path, form(report, lang))
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error


def report_bytes(report: Report, form: str, lang: str) -> bytes:
    """Return a report in a form, ``.html``, ``.csv`` or ``.json``."""
    return _form(Path(f"report{form}"))(report, lang)


def document(report: Report) -> dict[str, object]:
    """Return a report as plain data."""
    grids = [report.facts, *report.grids]
    return {
        "report": report.title, "archive": report.archive, "repository": report.repository, "since": report.since,
        "until": report.until, "made": report.made, "warnings": list(report.warnings),
        **{grid.name: [_record(grid, row) for row in grid.rows] for grid in grids},
        "left_out": {grid.name: grid.more for grid in grids if grid.more},
    }  # fmt: skip


def _record(grid: Grid, row: Sequence[Value]) -> dict[str, Value]:
    return {column.name: value for column, value in zip(grid.columns, row, strict=True)}


def _json(report: Report, _: str) -> bytes:
    return json.dumps(document(report), ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def _csv(report: Report, lang: str) -> bytes:
    """Write the tables one below the other, the title of each above it, an empty line between."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    for grid in (report.facts, *report.grids):
        writer.writerow([_title(grid, lang)])
        writer.writerow([_head(grid, column, lang) for column in grid.columns])
        writer.writerows([harmless(value) for value in row] for row in grid.rows)
        if grid.more:
            writer.writerow([_more(grid, lang)])
        writer.writerow([])
    # With its mark, so that Excel reads it as UTF-8.
    return b"\xef\xbb\xbf" + stream.getvalue().encode("utf-8", "backslashreplace")


def _title(grid: Grid, lang: str) -> str:
    return text(lang, f"fixity.grid.{grid.name}")


def _head(grid: Grid, column: Column, lang: str) -> str:
    return text(lang, f"fixity.{grid.name}.{column.name}")


def _more(grid: Grid, lang: str) -> str:
    return text(lang, "fixity.more", {"count": number(grid.more, lang)})


# --- the page ---------------------------------------------------------------------------------------------------------


def _html(report: Report, lang: str) -> bytes:
    title = _text(text(lang, "fixity.title"))
    return (
        f'<!doctype html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>\n{stylesheet()}</style>\n</head>\n<body>\n{_body(report, lang)}</body>\n</html>\n"
    ).encode("utf-8", "backslashreplace")


def _body(report: Report, lang: str) -> str:
    span = {"since": _day(report.since, lang), "until": _day(report.until, lang), "made": moment(report.made, lang)}
    lines = [
        '<main class="report">',
        f"<h1>{_text(text(lang, 'fixity.title'))}</h1>",
        f'<p class="where">{_text(report.archive or text(lang, "notice.nameless"))}<br>{_text(report.repository)}</p>',
        f"<p>{_text(text(lang, 'fixity.span', span))}</p>",
        *(f'<p class="warning">{_text(text(lang, one))}</p>' for one in report.warnings),
        facts_html(report.facts, lang),
        *plots_html(report, lang),
        *(grid_html(grid, lang) for grid in report.grids),
        f'<p class="foot">{_text(text(lang, "fixity.foot"))}</p>',
        "</main>",
    ]
    return "\n".join(lines) + "\n"


def plots_html(report: Report, lang: str) -> Iterator[str]:
    """Yield the curves as figures; every text is escaped."""
    yield '<div class="plots">'
    for curve in report.curves:
        caption = _text(text(lang, f"fixity.plot.{curve.name}"))
        drawn = plot(curve, report.since, report.until, lang)
        yield f"<figure><figcaption>{caption}</figcaption>\n{drawn}</figure>"
    yield "</div>"


def facts_html(facts: Grid, lang: str) -> str:
    """Return a table of one row as names and values."""
    pairs = zip(facts.columns, facts.rows[0], strict=True)
    lines = (f"<div><dt>{_text(_head(facts, c, lang))}</dt><dd>{_cell(c, v, facts, lang)}</dd></div>" for c, v in pairs)
    return "\n".join(['<dl class="report-facts">', *lines, "</dl>"])


class Links(NamedTuple):
    """Makes the first value of each row a link: what it leads to, in words, and its address."""

    label: str
    address: Callable[[Value], str]


def grid_html(grid: Grid, lang: str, *, titled: bool = True, links: Links | None = None) -> str:
    """Return a table, under its title if ``titled``; every value keeps its plain form beside the written one."""
    head = "".join(
        f'<th scope="col"{_class(column)}>{_text(_head(grid, column, lang))}</th>' for column in grid.columns
    )
    rows = [f"<tr>{_cells(grid, row, lang, links)}</tr>" for row in grid.rows]
    empty = [] if rows else [f'<p class="none">{_text(text(lang, "fixity.none"))}</p>']
    body = [f'<table id="{grid.name}">', f"<thead><tr>{head}</tr></thead>", "<tbody>", *rows, "</tbody>", "</table>"]
    more = [f'<p class="none">{_text(_more(grid, lang))}</p>'] if grid.more else []
    title = [f"<h2>{_text(_title(grid, lang))}</h2>"] if titled else []
    return "\n".join([*title, *(empty or body), *more])


def _cells(grid: Grid, row: Sequence[Value], lang: str, links: Links | None) -> str:
    cells = [_cell(column, value, grid, lang) for column, value in zip(grid.columns, row, strict=True)]
    if links:
        label, address = escape(f"{links.label} {row[0]}", quote=True), escape(links.address(row[0]), quote=True)
        cells[0] = f'<a href="{address}" title="{label}" aria-label="{label}">{cells[0]}</a>'
    return "".join(f"<td{_class(column)}>{cell}</td>" for column, cell in zip(grid.columns, cells, strict=True))


def _class(column: Column) -> str:
    return ' class="number"' if column.kind.is_number else f' class="{column.kind.value}"'


def _cell(column: Column, value: Value, grid: Grid, lang: str) -> str:
    plain = escape("" if value is None else escape_controls(str(value)), quote=True)
    return f'<data value="{plain}">{_text(shown(column, value, grid.name, lang))}</data>'


def shown(column: Column, value: Value, grid: str, lang: str) -> str:
    """Return a value as people write it; a dash for one that is not known."""
    if value is None or value == "":
        return "—"
    if isinstance(value, str):
        word = column.kind is Kind.WORD
        return _word(value, f"fixity.{grid}.{column.name}", lang) if word else _written(column, value, lang)
    if column.kind is Kind.SHARE:
        return percent(value, lang)
    if column.kind in (Kind.BYTES, Kind.RATE):
        said = size(round(value), lang)
        return text(lang, "fixity.rate", {"size": said}) if column.kind is Kind.RATE else said
    return _number(value, lang)


def _word(value: str, key: str, lang: str) -> str:
    """Return the text for a value, the value itself where there is none (the code of a dossier as a scope)."""
    said = text(lang, f"{key}.{value}")
    return value if said == f"{key}.{value}" else said


def _number(value: float, lang: str) -> str:
    if isinstance(value, int):
        return number(value, lang)
    return rate(value, lang) if value >= _LEAST else f"< {rate(_LEAST, lang)}"


def _written(column: Column, value: str, lang: str) -> str:
    return _SHOWN[column.kind](value, lang) if column.kind in _SHOWN else value


def _day(written: str, lang: str) -> str:
    return date.fromisoformat(written).strftime(text(lang, "fixity.day"))


def _time(written: str, lang: str) -> str:
    return datetime.fromisoformat(written).astimezone().strftime(text(lang, "cli.time"))


def _text(said: str) -> str:
    return escape(escape_controls(said), quote=False)


_LEAST = 0.1
_SHOWN: Mapping[Kind, Callable[[str, str], str]] = {Kind.DAY: _day, Kind.TIME: _time}
_FORMS: Mapping[str, Callable[[Report, str], bytes]] = {".html": _html, ".csv": _csv, ".json": _json}
