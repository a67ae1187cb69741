"""A text in a cell: so that no spreadsheet runs it or loses any of it, and so that it comes back exactly."""

from __future__ import annotations

import re

CELL_UNITS = 32_767
"""UTF-16 units that a cell of a workbook can hold."""

_SHOWN = 4_000
_CUT = re.compile(r" \[… \d+\]\Z")
_RUNS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")  # the last four: the same marks in full width
_APOSTROPHE = "'"
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|\r")


def guarded(text: str) -> str:
    """Return a text for a CSV cell: an apostrophe before what a spreadsheet would take for a formula (OWASP).

    What begins with an apostrophe gets another one, so that ``unguarded`` can take exactly one away.
    """
    return _APOSTROPHE + text if text.startswith((*_RUNS, _APOSTROPHE)) else text


def unguarded(text: str) -> str:
    """Return the text that ``guarded`` was given. What somebody typed without an apostrophe is taken as it is."""
    return text.removeprefix(_APOSTROPHE)


def is_formula_like(text: str) -> bool:
    """Say whether a spreadsheet might run a text that is typed into it."""
    return text.startswith(_RUNS)


def escaped(text: str) -> str:
    """Return a text for a workbook: carriage returns, and what looks like an escape, in ECMA-376's ``_xHHHH_``."""
    return _ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def fits(text: str) -> bool:
    """Say whether a cell of a workbook can hold a text whole."""
    return len(text) <= _SHOWN or len(escaped(text).encode("utf-16-le")) // 2 <= CELL_UNITS


def shortened(text: str) -> str:
    """Return the text for a workbook: the beginning of one that no cell can hold, with a mark that says so."""
    return text if fits(text) else f"{text[:_SHOWN]} [… {len(text)}]"


def is_shortened(text: str) -> bool:
    """Say whether a cell ends in the mark of a text that was too long for it."""
    return len(text) > _SHOWN and _CUT.search(text) is not None


def same_lines(one: str, other: str) -> bool:
    """Say whether two texts differ in nothing but how their line ends are written: spreadsheets change those."""
    return _lines(one) == _lines(other)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def reference(column: int, row: int) -> str:
    """Return a cell as a spreadsheet names it: column 0 of row 3 is A3."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row}"
