"""What is held, in tables."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Table,
    delete,
    exists,
    false,
    func,
    insert,
    select,
    true,
    tuple_,
    update,
)
from sqlalchemy.dialects.sqlite import insert as upsert_insert

from fonds.metadata.ids import fonds_id, series_id, split_page_id
from fonds.metadata.ids import page_id as make_page_id
from fonds.metadata.model import LEVELS, DescribedUnit, DossierRecord, Kind
from fonds.repository.backends.sql import hierarchy, rows, tables
from fonds.repository.backends.sql.database import Database
from fonds.repository.backends.sql.hierarchy import fill_group, select_units, upsert
from fonds.repository.backends.sql.jobs import queue_job
from fonds.repository.ports.catalogue import ALL_MODES, Access, Aip, PageRow, Slice, Unit

units, aips, pages = tables.units, tables.aips, tables.pages
_FONDS = LEVELS[Kind.FONDS]
_MANY = 500
"""Values in one statement."""
_NOT_KNOWN = -1
"""The size of a file that nobody told."""


class SqlHoldings:
    """Implements ``ports.catalogue.Holdings``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(
        self, record: DossierRecord, aip: Aip, digests: Mapping[str, str], sizes: Mapping[str, int] | None = None
    ) -> None:
        """Write a dossier and queue its indexing and its access copies, all in one transaction."""
        with self._database.writing() as connection:
            number, newest = _put_aip(connection, aip)
            if newest:
                _put_units(connection, record)
            _replace(connection, pages, rows.page_rows(record, number), number)
            _replace(connection, tables.contents, _contents(digests, sizes or {}, number), number)
            queue_job(connection, "index", record.id)
            queue_job(connection, "access", record.id, total=len(record.pages))
            if newest:
                queue_job(connection, "fonds", fonds_id(record.fonds_code))

    def put_fonds(
        self,
        aip: Aip,
        digests: Mapping[str, str],
        units: Iterable[DescribedUnit] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        """Write the package of a fonds, what is described in it first."""
        newest = self.aip(aip.objid)
        if units is not None and (newest is None or newest.version <= aip.version):
            hierarchy.Adoption(self._database).take(units)
        with self._database.writing() as connection:
            number, _ = _put_aip(connection, aip)
            _replace(connection, tables.contents, _contents(digests, sizes or {}, number), number)

    def walk(self, fonds_id: str, *, down_to: str = "item") -> Iterator[Unit]:
        """Yield a fonds and all that is in it, down to a level."""
        return hierarchy.walk(self._database, fonds_id, down_to)

    def unit(self, unit_id: str) -> Unit | None:
        """Return a unit by id."""
        return self.units([unit_id]).get(unit_id)

    def units(self, unit_ids: Sequence[str]) -> dict[str, Unit]:
        """Return many units by id."""
        return {unit.id: unit for unit in self._units(select_units().where(units.c.id.in_(unit_ids)))}

    def find_code(self, code: str) -> Unit | None:
        """Return the fonds or dossier with this code, the fonds first."""
        wanted = select_units().where(units.c.code == code, units.c.level.in_(("fonds", "file")))
        found = self._units(wanted.order_by(units.c.level.desc(), units.c.id).limit(1))
        return found[0] if found else None

    def _units(self, statement: Select[Any]) -> list[Unit]:
        with self._database.reading() as connection:
            return [rows.unit_value(row) for row in connection.execute(statement)]

    def children(
        self, parent_id: str, *, modes: frozenset[str] = ALL_MODES, offset: int = 0, limit: int = 50
    ) -> Slice[Unit]:
        """Return the direct children in reading order."""
        return self._slice(units.c.parent_id == parent_id, modes, offset, limit, (units.c.sort,))

    def by_level(
        self,
        level: str,
        *,
        within: str = "",
        modes: frozenset[str] = ALL_MODES,
        offset: int = 0,
        limit: int = 50,
    ) -> Slice[Unit]:
        """Return the units of a level, below ``within`` when given."""
        order = (units.c.sort,) if level == _FONDS else (units.c.fonds_id, units.c.sort)
        inside = _below(self.unit(within)) if within else true()
        return self._slice((units.c.level == level) & inside, modes, offset, limit, order)

    def _slice(
        self,
        condition: ColumnElement[bool],
        modes: frozenset[str],
        offset: int,
        limit: int,
        order: Sequence[ColumnElement[str]],
    ) -> Slice[Unit]:
        visible = condition & units.c.mode.in_(modes)
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(units).where(visible)) or 0
            statement = select_units().where(visible).order_by(*order, units.c.id)
            found = connection.execute(statement.offset(offset).limit(limit))
            return Slice([rows.unit_value(row) for row in found], total, offset, limit)

    def ancestors(self, unit_id: str) -> list[Unit]:
        """Return the ancestors, the fonds first."""
        above: list[Unit] = []
        unit = self.unit(unit_id)
        while unit is not None and unit.parent_id:
            unit = self.unit(unit.parent_id)
            if unit is not None:
                above.insert(0, unit)
        return above

    def pages(self, dossier_id: str, *, offset: int = 0, limit: int = 500) -> Slice[PageRow]:
        """Return the pages of the current version."""
        current = (aips.c.objid == dossier_id) & aips.c.current
        with self._database.reading() as connection:
            total = connection.scalar(select(aips.c.pages).where(current)) or 0
            statement = _select_pages().where(current).order_by(pages.c.sequence).offset(offset).limit(limit)
            return Slice([rows.page_value(row) for row in connection.execute(statement)], total, offset, limit)

    def page(self, page_id: str) -> PageRow | None:
        """Return one page."""
        parts = split_page_id(page_id)
        if parts is None:
            return None
        objid, version, sequence = parts
        wanted = (aips.c.objid == objid) & (aips.c.version == version) & (pages.c.sequence == sequence)
        with self._database.reading() as connection:
            row = connection.execute(_select_pages().where(wanted)).one_or_none()
            return rows.page_value(row) if row else None

    def aip(self, objid: str, version: int = 0) -> Aip | None:
        """Return a stored version; 0 asks for the newest."""
        wanted = (aips.c.version == version) if version else aips.c.current
        return self._aip((aips.c.objid == objid) & wanted)

    def find_signature(self, fonds_code: str, code: str) -> Aip | None:
        """Return the newest package of a dossier by its codes."""
        return self._aip((aips.c.fonds_code == fonds_code) & (aips.c.code == code) & aips.c.current)

    def _aip(self, condition: ColumnElement[bool]) -> Aip | None:
        with self._database.reading() as connection:
            row = connection.execute(select(aips).where(condition)).first()
            return rows.aip_value(row) if row else None

    def aips(self, *, after: str = "", limit: int = 500) -> Sequence[Aip]:
        """Return the newest versions ordered by OBJID, after a cursor."""
        statement = select(aips).where(aips.c.current, aips.c.objid > after).order_by(aips.c.objid).limit(limit)
        with self._database.reading() as connection:
            return [rows.aip_value(row) for row in connection.execute(statement)]

    def packages(self, *, after: tuple[str, int] = ("", 0), limit: int = 500) -> Sequence[Aip]:
        """Return every stored version in order, after a cursor."""
        statement = select(aips).where(tuple_(aips.c.objid, aips.c.version) > after)
        with self._database.reading() as connection:
            found = connection.execute(statement.order_by(aips.c.objid, aips.c.version).limit(limit))
            return [rows.aip_value(row) for row in found]

    def versions(self, objid: str, *, offset: int = 0, limit: int = 20) -> Slice[Aip]:
        """Return the stored versions of one package, the newest first."""
        same = aips.c.objid == objid
        with self._database.reading() as connection:
            total = connection.scalar(select(func.count()).select_from(aips).where(same)) or 0
            statement = select(aips).where(same).order_by(aips.c.version.desc()).offset(offset).limit(limit)
            return Slice([rows.aip_value(row) for row in connection.execute(statement)], total, offset, limit)

    def digests(self, objid: str, version: int) -> Mapping[str, str]:
        """Return the path and SHA-256 (hex) of every file of a package but its tagmanifest."""
        return self.contents(objid, version)[0]

    def contents(self, objid: str, version: int) -> tuple[Mapping[str, str], Mapping[str, int]]:
        """Return path to SHA-256 and path to bytes; both have the very same paths, of which there may be many."""
        columns = tables.contents.c
        statement = select(columns.path, columns.sha256, columns.size).join(aips, aips.c.id == columns.aip)
        digests, sizes = dict[str, str](), dict[str, int]()
        with self._database.reading() as connection:
            found = connection.execute(statement.where(aips.c.objid == objid, aips.c.version == version))
            for path, sha256, size in chain.from_iterable(found.partitions(_MANY)):
                digests[path] = sha256.hex()
                if size != _NOT_KNOWN:
                    sizes[path] = size
        return digests, sizes

    def holders(self, digests: Collection[str], but: str = "") -> Mapping[str, str]:
        """Return where the repository already holds such bytes, by SHA-256."""
        given = {bytes.fromhex(sha256): sha256 for sha256 in digests}
        wanted, found = sorted(given), {}
        with self._database.reading() as connection:
            for start in range(0, len(wanted), _MANY):
                for row in connection.execute(_first_holders(wanted[start : start + _MANY], but)):
                    found[given[row.sha256]] = f"{row.code or row.fonds_code}/{row.path}"
        return found

    def totals(self, *, modes: frozenset[str] = ALL_MODES) -> Mapping[str, int]:
        """Return counts of fonds, dossiers, those without a package, documents, pages and bytes."""
        visible = units.c.mode.in_(modes)
        counted = select(units.c.level, func.count(), func.sum(units.c.pages)).where(visible).group_by(units.c.level)
        held = aips.join(units, (units.c.id == aips.c.objid) & aips.c.current)
        packaged = exists().where(aips.c.objid == units.c.id, aips.c.current)
        bare = select(func.count()).select_from(units).where(visible, units.c.level == "file", ~packaged)
        with self._database.reading() as connection:
            found = {level: (count, total or 0) for level, count, total in connection.execute(counted)}
            stored = connection.scalar(select(func.sum(aips.c.bytes)).select_from(held).where(visible)) or 0
            undigitised = connection.scalar(bare) or 0
        dossiers = found.get("file", (0, 0))
        return {
            "fonds": found.get("fonds", (0, 0))[0],
            "dossiers": dossiers[0],
            "undigitised": undigitised,
            "documents": found.get("item", (0, 0))[0],
            "pages": dossiers[1],
            "bytes": stored,
        }

    def earlier(self, page_id: str) -> Sequence[str]:
        """Return the ids of this very page in older versions, the newest first."""
        parts = split_page_id(page_id)
        if parts is None:
            return []
        objid, version, sequence = parts
        with self._database.reading() as connection:
            found = connection.execute(_same_pages(objid, version, sequence))
            return [make_page_id(objid, row.version, row.sequence) for row in found]

    def put_access(self, access: Access) -> None:
        """Remember an access copy."""
        row = {"width": access.width, "height": access.height, "levels": json.dumps(access.levels)}
        statement = upsert_insert(tables.access).values(page_id=access.page_id, **row)
        with self._database.writing() as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["page_id"], set_=row))

    def access(self, page_id: str) -> Access | None:
        """Return what is known of an access copy."""
        with self._database.reading() as connection:
            row = connection.execute(select(tables.access).where(tables.access.c.page_id == page_id)).one_or_none()
        if row is None:
            return None
        return Access(row.page_id, row.width, row.height, tuple((w, h) for w, h in json.loads(row.levels)))

    def clear_access(self) -> None:
        """Forget all access copies."""
        with self._database.writing() as connection:
            connection.execute(delete(tables.access))

    def clear(self) -> None:
        """Forget what the store can give back."""
        with self._database.writing() as connection:
            for table in (tables.access, tables.contents, pages, aips, units):
                connection.execute(delete(table))


def _first_holders(digests: Iterable[bytes], but: str) -> Select[Any]:
    """Select one row a digest: of the package that was stored first, the first path."""
    contents = tables.contents
    wanted = (contents.c.sha256.in_(digests), (aips.c.code != but) if but else true())
    joined = contents.join(aips, aips.c.id == contents.c.aip)
    first = select(contents.c.sha256, func.min(contents.c.aip).label("aip")).select_from(joined).where(*wanted)
    one = first.group_by(contents.c.sha256).subquery()
    same = (contents.c.sha256 == one.c.sha256) & (contents.c.aip == one.c.aip)
    path = func.min(contents.c.path).label("path")
    rows_of = select(contents.c.sha256, aips.c.code, aips.c.fonds_code, path).select_from(joined.join(one, same))
    return rows_of.group_by(contents.c.sha256, aips.c.code, aips.c.fonds_code)


def _below(above: Unit | None) -> ColumnElement[bool]:
    """Say which rows lie below a unit; below one that is not held there is nothing."""
    if above is None:
        return false()
    if above.level == _FONDS:
        inside = units.c.fonds_id == above.id
    elif above.dossier_id:
        inside = units.c.dossier_id == above.dossier_id
    else:
        series = _series_in(above.id)
        dossiers = select(units.c.id).where(units.c.parent_id.in_(series))
        inside = units.c.parent_id.in_(series) | units.c.dossier_id.in_(dossiers)
    return inside & (units.c.id != above.id)


def _series_in(series: str) -> Select[Any]:
    """Select the ids of a series and of all series in it."""
    found = select(units.c.id).where(units.c.id == series).cte("series", recursive=True)
    inner = units.alias()
    found = found.union(select(inner.c.id).where(inner.c.parent_id == found.c.id, inner.c.level == LEVELS[Kind.SERIES]))
    return select(found.c.id)


def _select_pages() -> Select[Any]:
    return select(pages, aips.c.objid, aips.c.version).join(aips, aips.c.id == pages.c.aip)


def _same_pages(objid: str, version: int, sequence: int) -> Select[Any]:
    """Select version and sequence of the pages of older versions that are this one: file, digest and frame."""
    newer, page, file, same = aips.alias(), pages.alias(), tables.contents.alias(), tables.contents
    return (
        select(aips.c.version, pages.c.sequence)
        .where(newer.c.objid == objid, newer.c.version == version)
        .where(page.c.aip == newer.c.id, page.c.sequence == sequence)
        .where(file.c.aip == newer.c.id, file.c.path == "data/" + page.c.path)
        .where(aips.c.objid == objid, aips.c.version < version)
        .where(pages.c.aip == aips.c.id, pages.c.path == page.c.path, pages.c.frame == page.c.frame)
        .where(same.c.aip == aips.c.id, same.c.path == file.c.path, same.c.sha256 == file.c.sha256)
        .order_by(aips.c.version.desc(), pages.c.sequence)
    )


def _put_units(connection: Connection, record: DossierRecord) -> None:
    fonds = fonds_id(record.fonds_code)
    fill_group(connection, rows.fonds_row(fonds, record.fonds))
    parent = fonds
    if record.series is not None:
        parent = series_id(record.fonds_code, record.series.text("fileCatalog"))
        fill_group(connection, rows.series_row(parent, fonds, record.series))
    upsert(connection, rows.dossier_row(record, parent, fonds))
    connection.execute(delete(units).where(units.c.dossier_id == record.id, units.c.id != record.id))
    found = [rows.item_row(record, item, number, fonds) for number, item in enumerate(record.items, 1)]
    if found:
        connection.execute(insert(units), found)


def _put_aip(connection: Connection, aip: Aip) -> tuple[int, bool]:
    """Write a package; returns the number of its row and whether it is the newest version."""
    columns = {name: getattr(aip, name) for name in Aip.__dataclass_fields__}
    statement = upsert_insert(aips).values(current=True, **columns)
    connection.execute(
        statement.on_conflict_do_update(index_elements=["objid", "version"], set_={**columns, "current": True})
    )
    # Only the newest version is current, whatever order versions are put back in by a rebuild.
    newest = select(func.max(aips.c.version)).where(aips.c.objid == aip.objid).scalar_subquery()
    same = aips.c.objid == aip.objid
    connection.execute(update(aips).where(same).values(current=(aips.c.version == newest)))
    row = connection.execute(select(aips.c.id, aips.c.current).where(same, aips.c.version == aip.version)).one()
    return row.id, row.current


def _contents(digests: Mapping[str, str], sizes: Mapping[str, int], aip: int) -> list[rows.Columns]:
    return [
        {"sha256": bytes.fromhex(sha256), "aip": aip, "path": path, "size": sizes.get(path, _NOT_KNOWN)}
        for path, sha256 in digests.items()
    ]


def _replace(connection: Connection, table: Table, found: list[rows.Columns], aip: int) -> None:
    connection.execute(delete(table).where(table.c.aip == aip))
    if found:
        connection.execute(insert(table), found)
