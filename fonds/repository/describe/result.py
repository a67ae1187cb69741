"""What a table or an undo would change, or has changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fonds.metadata.model import Description, Kind
from fonds.repository.describe.columns import Column, extra_columns
from fonds.schemas.findings import Finding, Severity
from fonds.schemas.vocabulary import fields


@dataclass(frozen=True, slots=True)
class CellChange:
    """One field of a unit: what it says now and what it shall say, '' for nothing."""

    column: Column
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What changes of one unit. ``where`` is the row of the table, '' where there is none."""

    unit_id: str
    dossier_id: str
    kind: Kind
    code: str
    where: str
    fields: Sequence[CellChange]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A dossier that has a new version: from which, to which."""

    objid: str
    code: str
    old: int
    new: int


@dataclass(slots=True)
class DescribeResult:
    """What came of a table or an undo.

    ``run`` is the number of the run, 0 when nothing was to be written. ``changes`` are the units that change and may,
    ``left_out`` counts the rows or dossiers with errors, ``unchanged`` those that are as they shall be. ``versions``
    are what was stored.
    """

    applied: bool
    run: int = 0
    changes: list[UnitChange] = field(default_factory=list)
    unchanged: int = 0
    left_out: int = 0
    versions: list[NewVersion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    index_error: str = ""
    fonds_error: str = ""

    @property
    def errors(self) -> int:
        """Count the error findings."""
        return sum(found.severity is Severity.ERROR for found in self.findings)

    @property
    def dossiers(self) -> int:
        """Count the dossiers that change."""
        return len({change.dossier_id for change in self.changes})

    @property
    def fields(self) -> int:
        """Count the fields that change."""
        return sum(len(change.fields) for change in self.changes)


def differences(before: Description, after: Description) -> tuple[CellChange, ...]:
    """Return the fields whose text differs, in the order of the vocabulary, extra columns last."""
    old, new = dict(_texts(before)), dict(_texts(after))
    return tuple(
        CellChange(column, old.get(column, ""), new.get(column, ""))
        for column in _in_order(before.kind, old, new)
        if old.get(column, "") != new.get(column, "")
    )


def _texts(description: Description) -> Iterator[tuple[Column, str]]:
    yield from ((Column(key), value.text) for key, value in description.values.items())
    yield from extra_columns(description.extra)


def _in_order(kind: Kind, *each: Mapping[Column, str]) -> list[Column]:
    place = {key: number for number, key in enumerate(fields(kind))}
    columns = dict.fromkeys(column for texts in each for column in texts)
    return sorted(columns, key=lambda column: (column.is_extra, place.get(column.key, len(place))))
