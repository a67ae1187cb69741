"""A fonds as a whole in the tables: walking through it, and taking over what its package describes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, insert, select, tuple_
from sqlalchemy.dialects.sqlite import insert as upsert_insert

from fonds.metadata.model import (
    LEVELS,
    DescribedUnit,
    Description,
    DossierRecord,
    Item,
    Kind,
    filled,
)
from fonds.repository.backends.sql import rows, tables
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.jobs import queue_job
from fonds.repository.ports.catalogue import Unit

units, aips = tables.units, tables.aips
_SERIES, _FILE, _ITEM = (LEVELS[kind] for kind in (Kind.SERIES, Kind.DOSSIER, Kind.DOCUMENT))
_BATCH = 200
_GROUPS = {Kind.FONDS, Kind.SERIES}


def select_units() -> Select[Any]:
    """Return a query of units as ``rows.unit_value`` takes them."""
    packaged = exists().where(aips.c.objid == units.c.id, aips.c.current).label("packaged")
    return select(units, packaged)


def upsert(connection: Connection, row: rows.Columns) -> None:
    """Write the row of a unit, whether it is there already or not."""
    statement = upsert_insert(units).values(row)
    connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


def fill_group(connection: Connection, row: rows.Columns) -> None:
    """Write the row of a fonds or series; where there is one already, only what it lacks is filled in."""
    kind = Kind(row["kind"])
    known = connection.scalar(select(units.c.description).where(units.c.id == row["id"]))
    if known is None:
        upsert(connection, row)
        return
    held = rows.load_description(kind, known)
    whole = filled(held, rows.load_description(kind, row["description"]))
    if whole != held:
        again = rows.fonds_row(row["id"], whole) if kind is Kind.FONDS else _series_texts(whole)
        connection.execute(units.update().where(units.c.id == row["id"]).values(again))


def _series_texts(series: Description) -> rows.Columns:
    return {"description": rows.dump_description(series), "title": series.text("title")}


# --- walking ----------------------------------------------------------------------------------------------------------


def walk(database: Database, fonds_id: str, down_to: str) -> Iterator[Unit]:
    """Yield a fonds and what is in it; see ``ports.catalogue.Holdings.walk``."""
    found = _fetch(database, select_units().where(units.c.id == fonds_id, units.c.level == LEVELS[Kind.FONDS]))
    for fonds in found:
        yield fonds
        yield from _below(database, fonds.id, down_to)


def _below(database: Database, parent: str, down_to: str) -> Iterator[Unit]:
    levels = (_SERIES,) if down_to == _SERIES else (_SERIES, _FILE)
    for batch in _children(database, parent, levels):
        items = _items(database, [unit.id for unit in batch if unit.level == _FILE]) if down_to == _ITEM else {}
        for unit in batch:
            yield unit
            if unit.level == _SERIES:
                yield from _below(database, unit.id, down_to)
            yield from items.get(unit.id, ())


def _children(database: Database, parent: str, levels: Sequence[str]) -> Iterator[list[Unit]]:
    """Yield the children of a unit in reading order, a batch at a time, each from where the one before ended."""
    after = ("", "")
    while True:
        beyond = tuple_(units.c.sort, units.c.id) > after
        wanted = select_units().where(units.c.parent_id == parent, units.c.level.in_(levels), beyond)
        with database.reading() as connection:
            found = list(connection.execute(wanted.order_by(units.c.sort, units.c.id).limit(_BATCH)))
        if not found:
            return
        yield [rows.unit_value(row) for row in found]
        after = (found[-1].sort, found[-1].id)


def _items(database: Database, dossiers: Sequence[str]) -> dict[str, list[Unit]]:
    found: dict[str, list[Unit]] = {}
    wanted = select_units().where(units.c.parent_id.in_(dossiers), units.c.level == _ITEM)
    for unit in _fetch(database, wanted.order_by(units.c.sort, units.c.id)):
        found.setdefault(unit.parent_id, []).append(unit)
    return found


def _fetch(database: Database, statement: Select[Any]) -> list[Unit]:
    with database.reading() as connection:
        return [rows.unit_value(row) for row in connection.execute(statement)]


# --- taking over ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Group:
    """A fonds or series that is open: where it stands, and how many things in it came by now."""

    id: str
    description: Description
    sort: str = ""
    inside: int = 0


@dataclass(slots=True)
class _Dossier:
    """A dossier of the stream with what is in it: where it goes."""

    unit: DescribedUnit
    parent: str
    series: Description | None
    sort: str
    items: list[Item] = field(default_factory=list)


class Adoption:
    """Takes over what the package of a fonds describes, some dossiers in a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._above: list[_Group] = []
        self._groups: list[rows.Columns] = []
        self._dossiers: list[_Dossier] = []
        self._series: set[str] = set()
        self._described: set[str] = set()

    def take(self, described: Iterable[DescribedUnit]) -> None:
        """Write every unit, and let go of what is not described any more."""
        for unit in described:
            if unit.description.kind in _GROUPS:
                self._group(unit)
            elif unit.description.kind is Kind.DOSSIER:
                self._dossier(unit)
            elif self._dossiers:
                self._dossiers[-1].items.append(Item(unit.id, unit.description))
        self._write()
        if self._above:
            self._forget()

    @property
    def _fonds(self) -> _Group:
        return self._above[0]

    def _parent(self, unit: DescribedUnit) -> _Group:
        while len(self._above) > 1 and self._above[-1].id != unit.parent:
            self._above.pop()
        self._above[-1].inside += 1
        return self._above[-1]

    def _group(self, unit: DescribedUnit) -> None:
        if not self._above:
            self._above.append(_Group(unit.id, unit.description))
            self._groups.append(rows.fonds_row(unit.id, unit.description))
            return
        parent = self._parent(unit)
        sort = rows.series_sort(unit.description, parent.sort, parent.inside)
        self._above.append(_Group(unit.id, unit.description, sort))
        self._groups.append(rows.series_row(unit.id, self._fonds.id, unit.description, sort, parent.id))
        self._series.add(unit.id)

    def _dossier(self, unit: DescribedUnit) -> None:
        if len(self._dossiers) >= _BATCH:
            self._write()
        parent = self._parent(unit)
        series = parent.description if parent.description.kind is Kind.SERIES else None
        sort = rows.dossier_sort(unit.description, parent.sort, parent.inside)
        self._dossiers.append(_Dossier(unit, parent.id, series, sort))

    def _write(self) -> None:
        """Write what has come since the last time, in one transaction."""
        with self._database.writing() as connection:
            for row in self._groups:
                self._write_group(connection, row)
            ids = [dossier.unit.id for dossier in self._dossiers if not dossier.unit.package]
            held = set(connection.scalars(select(aips.c.objid).where(aips.c.objid.in_(ids), aips.c.current)))
            wanted = [d for d in self._dossiers if not d.unit.package and d.unit.id not in held]
            known = _known(connection, [dossier.unit.id for dossier in wanted])
            for dossier in wanted:
                self._write_dossier(connection, dossier, known.get(dossier.unit.id, []))
        self._groups, self._dossiers = [], []

    def _write_group(self, connection: Connection, row: rows.Columns) -> None:
        known = connection.scalar(select(units.c.description).where(units.c.id == row["id"]))
        upsert(connection, row)
        if known != row["description"] and row["kind"] == Kind.FONDS:
            queue_job(connection, "index", row["id"])

    def _write_dossier(self, connection: Connection, dossier: _Dossier, known: list[rows.Columns]) -> None:
        unit, fonds = dossier.unit, self._fonds
        self._described.add(unit.id)
        items = tuple(dossier.items)
        record = DossierRecord(unit.id, fonds.description, unit.description, dossier.series, items)
        made = [rows.dossier_row(record, dossier.parent, fonds.id, dossier.sort)]
        made += [rows.item_row(record, item, n, fonds.id, dossier.sort) for n, item in enumerate(record.items, 1)]
        if made != known:
            connection.execute(delete(units).where(units.c.dossier_id == unit.id))
            connection.execute(insert(units), made)
            queue_job(connection, "index", unit.id)

    def _forget(self) -> None:
        """Let go of dossiers without a package, and of empty series, that were not described."""
        packaged = exists().where(aips.c.objid == units.c.id, aips.c.current)
        of_fonds = units.c.fonds_id == self._fonds.id
        without = select(units.c.id).where(of_fonds, units.c.level == _FILE, ~packaged)
        with self._database.writing() as connection:
            for dossier in connection.scalars(without).all():
                if dossier not in self._described:
                    connection.execute(delete(units).where(units.c.dossier_id == dossier))
                    queue_job(connection, "index", dossier)
            self._forget_series(connection)

    def _forget_series(self, connection: Connection) -> None:
        inner = units.alias()
        empty = ~exists().where(inner.c.parent_id == units.c.id)
        of_fonds = units.c.fonds_id == self._fonds.id
        wanted = select(units.c.id).where(of_fonds, units.c.level == _SERIES, empty)
        while stale := [series for series in connection.scalars(wanted) if series not in self._series]:
            connection.execute(delete(units).where(units.c.id.in_(stale)))


def _known(connection: Connection, dossiers: Sequence[str]) -> dict[str, list[rows.Columns]]:
    """Return the rows of dossiers and of what is in them, each dossier's in order."""
    found: dict[str, list[rows.Columns]] = {}
    wanted = select(units).where(units.c.dossier_id.in_(dossiers))
    for row in connection.execute(wanted.order_by(units.c.dossier_id, units.c.sort)):
        found.setdefault(row.dossier_id, []).append(dict(row._mapping))  # noqa: SLF001 - SQLAlchemy's public name
    return found
