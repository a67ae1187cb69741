"""A paper as HTML: a whole page that prints well from any browser, or its body for the reading room's own page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from html import escape
from importlib.resources import files

from fonds.packaging.paper.model import Paper, Section, Signature, Table


@cache
def stylesheet() -> str:
    """Return how papers look, on the screen and on A4."""
    return files("fonds.schemas").joinpath("paper.css").read_text("utf-8")


def page_html(paper: Paper) -> bytes:
    """Return a page that needs nothing besides itself."""
    title = _text(" ".join(paper.title))
    return (
        f'<!doctype html>\n<html lang="{paper.lang}">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>\n{stylesheet()}</style>\n</head>\n<body>\n{body_html(paper)}</body>\n</html>\n"
    ).encode()


def body_html(paper: Paper) -> str:
    """Return the paper as one ``article``; every text in it is escaped."""
    head = paper.head
    lines = [
        f'<article class="paper" lang="{paper.lang}">',
        '<header class="paper-head">',
        '<div class="paper-office">',
        _line("p", head.parent, "paper-parent"),
        _line("p", head.office, "paper-name"),
        _line("p", head.number, "paper-number"),
        "</div>",
        '<div class="paper-nation">',
        _line("p", head.nation, "paper-state"),
        _line("p", head.motto, "paper-motto"),
        _line("p", head.place_date, "paper-date"),
        "</div>",
        "</header>",
        f"<h1>{'<br>'.join(map(_text, paper.title))}</h1>",
        *(line for section in paper.sections for line in _section(section)),
        '<div class="paper-signatures">',
        *(line for one in paper.signatures for line in _signature(one)),
        "</div>",
        _line("footer", paper.foot, "paper-foot"),
        "</article>",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _section(section: Section) -> Iterable[str]:
    yield "<section>"
    yield _line("h2", section.title)
    yield from (_line("p", one) for one in section.paragraphs)
    if section.facts:
        yield '<dl class="paper-facts">'
        yield from (f"<div><dt>{_text(name)}</dt><dd>{_text(value)}</dd></div>" for name, value in section.facts)
        yield "</dl>"
    if section.table:
        yield from _table(section.table)
    yield from (_line("p", one) for one in section.after)
    yield "</section>"


def _table(table: Table) -> Iterable[str]:
    yield "<table>"
    # The attribute, for the reading room allows no styles in its pages.
    yield "<colgroup>" + "".join(f'<col width="{one}%">' for one in _shares(table.widths)) + "</colgroup>"
    yield "<thead><tr>" + "".join(f'<th scope="col">{_text(one)}</th>' for one in table.head) + "</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = (f'<td class="number">{_text(one)}</td>' if n in table.right else f"<td>{_text(one)}</td>"
                 for n, one in enumerate(row))  # fmt: skip
        yield f"<tr>{''.join(cells)}</tr>"
    yield "</tbody>"
    yield "</table>"


def _shares(widths: Sequence[int]) -> list[int]:
    return [round(100 * one / sum(widths)) for one in widths]


def _signature(one: Signature) -> Iterable[str]:
    yield '<div class="paper-signature">'
    yield _line("p", one.who, "paper-who")
    yield _line("p", one.how, "paper-how")
    yield _line("p", one.name, "paper-signed") or '<p class="paper-signed">&nbsp;</p>'
    yield "</div>"


def _line(tag: str, said: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f"<{tag}{named}>{_text(said)}</{tag}>" if said else ""


def _text(said: str) -> str:
    return escape(said).replace("\n", "<br>")
