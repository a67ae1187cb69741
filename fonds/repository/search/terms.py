"""The terms an index holds for a document: computed here once, so that every back end finds by the very same ones.

Vietnamese is cut into syllables. At one position stand the folded form (``hoa``) and, behind ``=``, the exact form
(``=hòa``). A word without marks has an exact form too (``=hoa``): that is the marker that tells hoa, written so on
purpose, from every other tone that folds to it. The sign keeps the exact forms out of the way of prefixes.
Besides syllables there are whole document numbers (``147/qd-ub``), dates and months (``1968-02-05``, ``1968-02``),
whole codes (``#h99.12.p01.1971.08``) and years covered (``@1968``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from fonds.metadata.vietnamese import exact_form, extra_tokens, fold, tokens
from fonds.repository.ports.index import IndexDocument

VERSION = "1"
"""Of these terms. An index made with another version cannot answer: it has to be rebuilt."""

WEIGHTS = {"code": 8.0, "title": 4.0, "people": 3.0, "places": 2.5, "subjects": 2.0, "text": 1.0}
"""How much one occurrence counts, by field (BM25F: the weighted sum of the occurrences is what saturates)."""

GAP = 16
"""Positions left free between lines and between fields: no phrase reaches from one into the next."""

_EXACT = "="
_CODE = "#"
_YEAR = "@"
_MAY_HOLD_DATE = re.compile(r"\d{4}")  # every date that is found names its year
_SPACES = re.compile(r"\s+")


def exact_term(exact: str) -> str:
    """Return the term of an exact form."""
    return _EXACT + exact


def code_term(code: str) -> str:
    """Return the term of a whole code; case, marks, blanks and dots at its ends do not count."""
    return _CODE + _SPACES.sub("", fold(exact_form(code))).strip(".")


def year_term(year: int) -> str:
    """Return the term of a year that a unit covers."""
    return f"{_YEAR}{year}"


@dataclass(slots=True)
class Posting:
    """Where a term stands in a document (positions, ascending) and how much all its occurrences weigh."""

    positions: list[int] = field(default_factory=list)
    weight: float = 0.0

    def add(self, position: int, weight: float) -> None:
        """Count one more occurrence."""
        self.positions.append(position)
        self.weight += weight


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one document and its length in syllables."""

    postings: dict[str, Posting]
    length: int


def terms(document: IndexDocument) -> Terms:
    """Return the terms of a document. Its fields are read line by line; unknown fields count as text."""
    made = Terms({}, 0)
    position = length = 0
    for name, text in document.fields.items():
        for line in text.splitlines():
            syllables = _add_line(made.postings, line, position, WEIGHTS.get(name, 1.0), is_code=name == "code")
            position += syllables + GAP
            length += syllables
    for year in sorted(set(document.years)):
        _add(made.postings, year_term(year), position, 1.0)
        position += GAP
    return Terms(made.postings, length)


def _add_line(postings: dict[str, Posting], line: str, start: int, weight: float, *, is_code: bool) -> int:
    """Add one line's terms from position ``start`` on; return how many syllables it has."""
    syllables = 0
    if is_code and line.strip():
        _add(postings, code_term(line), start, weight)
    for token in tokens(line):
        _add(postings, token.text_folded, start + token.position, weight)
        if "/" not in token.text_folded:  # a document number is the same with and without marks
            _add(postings, exact_term(token.text_exact), start + token.position, weight)
            syllables = token.position + 1
    for token in extra_tokens(line, broader=True) if _MAY_HOLD_DATE.search(line) else ():
        _add(postings, token.text_folded, start + token.position, weight)
    return syllables


def _add(postings: dict[str, Posting], term: str, position: int, weight: float) -> None:
    postings.setdefault(term, Posting()).add(position, weight)
