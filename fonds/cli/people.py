"""Numbers, sizes, times and tables as people read them, in their language and their own time."""

from __future__ import annotations

import re
import shutil
import sys
import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TextIO

from fonds.schemas.messages import text

# What a terminal would obey: names in a delivery come from anybody. Line ends and tabs are ours.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_GAP = "  "


def plain(lines: str) -> str:
    r"""Return text without anything that a terminal would obey or cannot show: it is written ``\x1b``."""
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape").decode(), lines)


@dataclass(frozen=True, slots=True)
class Words:
    """The way a language writes things. ``lang`` is ``vi`` or ``en``."""

    lang: str

    def say(self, key: str, data: Mapping[str, object]) -> str:
        """Return the text ``key``, filled; whole numbers are grouped."""
        return text(self.lang, key, {name: self._shown(value) for name, value in data.items()})

    def _shown(self, value: object) -> object:
        return self.number(value) if type(value) is int else value

    def number(self, value: int) -> str:
        """Return a whole number with its thousands apart: 9.600 or 9,600."""
        return self._marks(f"{value:,}")

    def size(self, count: int) -> str:
        """Return bytes for people: ``812 B``, ``3.4 MB``, ``1.2 TB`` (powers of 1000, as disks are sold)."""
        size, units = float(count), ["B", "kB", "MB", "GB", "TB"]
        while size >= 999.95 and len(units) > 1:
            size, units = size / 1000, units[1:]
        return f"{count} B" if units[0] == "B" else f"{self._marks(f'{size:,.1f}')} {units[0]}"

    def _marks(self, written: str) -> str:
        return written.translate(_VIETNAMESE) if self.lang == "vi" else written

    def time(self, written: str) -> str:
        """Return an ISO 8601 time as local time to the minute; what is none comes back as it is, '' as a dash."""
        if not written:
            return "—"
        try:
            when = datetime.fromisoformat(written)
        except ValueError:
            return written
        return when.astimezone().strftime(text(self.lang, "cli.time"))


_VIETNAMESE = str.maketrans(",.", ".,")


def clock(seconds: float) -> str:
    """Return a span as ``0:42``, ``12:05`` or ``3:20:00``."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def columns(rows: Sequence[Sequence[object]], *, right: frozenset[int] = frozenset()) -> list[str]:
    """Return rows as lines: aligned and cut to the width of a terminal, separated by tabs for a program.

    ``right`` are the columns set to the right. A program gets every cell whole.
    """
    cells = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        return ["\t".join(row) for row in cells]
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    return [cut(_GAP.join(_aligned(row, widths, right)).rstrip(), terminal_width()) for row in cells]


def _aligned(row: Sequence[str], widths: Sequence[int], right: frozenset[int]) -> list[str]:
    filled = [" " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)]
    return [
        fill + cell if number in right else cell + fill
        for number, (cell, fill) in enumerate(zip(row, filled, strict=True))
    ]


def facts(rows: Sequence[tuple[str, str]]) -> str:
    """Return names and what they say as two columns; what is long goes on below its beginning."""
    wide = max(width(name) for name, _ in rows)
    below = "\n" + " " * wide + _GAP
    return "\n".join(
        name + " " * (wide - width(name)) + _GAP + below.join(folded(said, wide + len(_GAP), sys.stdout).splitlines())
        for name, said in rows
    )


def folded(written: str, taken: int, stream: TextIO) -> str:
    """Return text folded between words where a terminal would break it anywhere, each line indented as it began.

    ``taken`` columns are in use already. For prose: a path with blanks in it would be torn, and be none any more when
    it is pasted. What goes to a file or a program stays as it is.
    """
    if not stream.isatty():
        return written
    most = max(20, terminal_width() - taken)
    lines = []
    for line in written.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += _wrap(line, most, indent) if width(line) > most else [line]
    return "\n".join(lines)


def _wrap(line: str, most: int, indent: str) -> list[str]:
    return textwrap.wrap(line, most, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def terminal_width() -> int:
    """Return the columns of the terminal, 80 where they are not known."""
    return shutil.get_terminal_size((80, 24)).columns


def width(written: str) -> int:
    """Return how many columns a text takes in a terminal."""
    marks = sum(unicodedata.combining(char) != 0 for char in written)
    return len(written) - marks + sum(unicodedata.east_asian_width(char) in "WF" for char in written)


def cut(written: str, most: int) -> str:
    """Return a text that takes at most ``most`` columns, ending in … where it was cut."""
    if width(written) <= most:
        return written
    while written and width(written) >= most:
        written = written[:-1]
    return written + "…"
