"""A report before it has a form: tables of plain values, what each column means, curves. The same for every form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

Value = str | int | float | bool | None


class Kind(StrEnum):
    """What the values of a column are. ``RATE`` is bytes a second, ``SHARE`` 0 to 1, ``WORD`` a key of the texts."""

    COUNT = "count"
    BYTES = "bytes"
    RATE = "rate"
    SHARE = "share"
    TIME = "time"
    DAY = "day"
    TEXT = "text"
    WORD = "word"
    DIGEST = "digest"

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right of its column."""
        return self in (Kind.COUNT, Kind.BYTES, Kind.RATE, Kind.SHARE)


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, stable for programs, and what its values are."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Grid:
    """A table. ``more`` counts the rows that are left out because there are too many."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    more: int = 0


@dataclass(frozen=True, slots=True)
class Curve:
    """Points over time as (day as an ordinal, value). ``bars`` draws one for each day instead of a line."""

    name: str
    kind: Kind
    points: Sequence[tuple[float, float]]
    bars: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A report over the days ``since`` to ``until`` (ISO), made at ``made``. ``warnings`` are keys of the texts."""

    title: str
    archive: str
    repository: str
    since: str
    until: str
    made: str
    facts: Grid
    curves: Sequence[Curve]
    grids: Sequence[Grid]
    warnings: Sequence[str]
