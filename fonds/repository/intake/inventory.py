"""The inventory of a delivery: fonds, dossiers in the order of the workbook, and the documents that name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from fonds.metadata.dates import parse_date
from fonds.metadata.model import Description, Kind, Value, fonds_code
from fonds.repository.intake.layout import TablePlan, recognise
from fonds.repository.intake.rows import Row, RowMaker
from fonds.repository.intake.sheets import Place, TableReader
from fonds.repository.intake.spool import Spool
from fonds.repository.intake.workbook import Workbook
from fonds.schemas.findings import Finding, finding
from fonds.schemas.inventory import SheetTable

_NO_LINK = "\0"
"""The key of document rows that name no dossier at all."""


@dataclass(slots=True)
class Entry:
    """A dossier of the inventory, short: the row itself waits in the spool under ``row``.

    ``first`` is the index of the earlier dossier that has the same number or code, -1 when there is none.
    ``folder`` is the path cell. ``secret`` is true when its row or one of its documents is.
    """

    index: int
    row: int
    place: Place
    where: str
    code: str
    number: str
    notation: str
    folder: str
    secret: bool = False
    first: int = -1
    again: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Inventory:
    """What a workbook says. ``found`` are the findings of its sheets, each with its place for sorting."""

    path: Path
    spool: Spool
    fonds_rows: list[Row] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    found: list[tuple[Place, Finding]] = field(default_factory=list)
    counts: dict[Kind, int] = field(default_factory=dict)
    targets: dict[str, int] = field(default_factory=dict)
    secret_links: set[str] = field(default_factory=set)

    def row(self, entry: Entry) -> Row:
        """Return a dossier's row, with its code filled in where the sheet has none."""
        row = self.spool.row(entry.row)
        if row.text("fileCode") or not entry.code:
            return row
        return replace(row, values={**row.values, "fileCode": Value(entry.code)})

    def items(self, entry: Entry) -> list[Row]:
        """Return the document, picture and recording rows of a dossier, in the order of the workbook."""
        keys = dict.fromkeys((link_key(entry.code), link_key(entry.notation), entry.number))
        rows = [row for key in keys if key and self.targets.get(key) == entry.index for row in self.spool.linked(key)]
        return sorted(rows, key=lambda row: row.place)

    def orphans(self) -> Iterator[Row]:
        """Yield the document rows that name no dossier of the inventory."""
        for key in self.spool.links():
            if key not in self.targets:
                yield from self.spool.linked(key)

    def fonds_of(self, row: Row) -> Description:
        """Return the fonds a dossier row belongs to: a row of the sheet Phong, else what the dossier row says."""
        code = row.text("fondsCode").casefold()
        known = [one for one in self.fonds_rows if not code or one.text("fondsCode").casefold() == code]
        if known:
            return known[0].describe()
        values = {key: row.values[name] for key, name in _FONDS_FIELDS.items() if row.text(name)}
        if archive := self._archive(row):
            values["archiveCode"] = archive
        if "fondsCode" not in values and (prefix := _prefix(row)):
            values["fondsCode"] = Value(prefix)
        return Description(Kind.FONDS, values)

    def _archive(self, row: Row) -> Value | None:
        if row.text("archiveCode"):
            return row.values["archiveCode"]
        if self.fonds_rows:
            return self.fonds_rows[0].values.get("archiveCode")
        before, found, _ = row.text("fileCode").partition(f".{row.text('fondsCode')}.")
        return Value(before) if found and row.text("fondsCode") else None


_FONDS_FIELDS = {"fondsCode": "fondsCode", "fondName": "fondsName"}


def link_key(text: str) -> str:
    """Return the form in which document rows and dossier rows are compared: any case, no blanks."""
    return "".join(text.split()).casefold()


def read_inventory(path: Path, tables: Mapping[str, SheetTable], spool: Spool) -> Inventory:
    """Read a workbook; rows go to ``spool``. Raises the errors of ``Workbook`` and ``recognise``."""
    inventory = Inventory(path, spool)
    with Workbook(path) as workbook:
        plan = recognise(workbook, tables)
        inventory.found += (
            ((number, 0), finding("SHEET_IGNORED", f"{title}!header")) for number, title in plan.ignored
        )
        readers = _Readers(inventory)
        for table in sorted(plan.tables, key=lambda one: _ORDER[one.kind]):
            readers.read(table)
        for dossiers, documents in plan.combined:
            readers.read_combined(dossiers, documents)
    _settle_links(inventory)
    return inventory


_ORDER = {Kind.FONDS: 0, Kind.DOSSIER: 1, Kind.DOCUMENT: 2, Kind.PICTURE: 3, Kind.MEDIA: 4}


class _Readers:
    """Fills an inventory table by table; the fonds first, because codes are made from it."""

    def __init__(self, inventory: Inventory) -> None:
        self._inventory = inventory
        self._by_number: dict[str, int] = {}
        self._by_code: dict[str, int] = {}

    def read(self, plan: TablePlan) -> None:
        reader = TableReader(plan)
        reader.header_findings()
        for row in _rows(plan, reader):
            if plan.kind is Kind.FONDS:
                self._inventory.fonds_rows.append(row)
            elif plan.kind is Kind.DOSSIER:
                self._add_dossier(row)
            else:
                self._add_item(row, link_key(row.text("fileCode")))
        self._inventory.found += reader.found

    def read_combined(self, dossiers: TablePlan, documents: TablePlan) -> None:
        """Read a sheet of both: a dossier where its number appears first, a document on every row."""
        reader, right = TableReader(dossiers), TableReader(documents)
        reader.header_findings()
        right.header_findings()
        makers = _maker(dossiers), _maker(documents)
        here = _NO_LINK
        seen: set[str] = set()
        for ordinal, (number, cells) in enumerate(reader.data_rows(), start=1):
            row, item = (maker.make(number, cells, ordinal) for maker in makers)
            named = link_key(row.text("fileCode")) or self._number_key(row)
            if named and named not in seen:
                seen.add(named)
                self._add_dossier(row)
            here = named or here
            if item.values:
                self._add_item(replace(item, stt=row.stt), here)
        self._inventory.found += reader.found + right.found

    def _add_dossier(self, row: Row) -> None:
        inventory = self._inventory
        index = len(inventory.entries)
        code = row.text("fileCode") or make_code(row, inventory.fonds_of(row))
        number = self._number_key(row)
        entry = Entry(
            index,
            0,
            row.place,
            row.where(),
            code,
            number,
            row.text("fileNotation"),
            row.text("folder"),
            row.secret,
        )
        entry.row = inventory.spool.add_row(row)
        earlier = [self._by_number.get(number, -1), self._by_code.get(link_key(code), -1)]
        entry.first = min((one for one in earlier if one >= 0), default=-1)
        if entry.first >= 0:
            inventory.entries[entry.first].again.append(index)
        for key, known in ((number, self._by_number), (link_key(code), self._by_code)):
            if key:
                known.setdefault(key, index)
        inventory.entries.append(entry)
        self._count(Kind.DOSSIER)

    def _add_item(self, row: Row, link: str) -> None:
        self._inventory.spool.add_row(row, link or _NO_LINK)
        if row.secret:
            self._inventory.secret_links.add(link)
        self._count(row.kind)

    def _count(self, kind: Kind) -> None:
        self._inventory.counts[kind] = self._inventory.counts.get(kind, 0) + 1

    @staticmethod
    def _number_key(row: Row) -> str:
        """Return the key under which a dossier number is unique: within its fonds and catalogue."""
        notation = link_key(row.text("fileNotation"))
        parts = (link_key(row.text(key)) for key in ("fondsCode", "fileCatalog"))
        return "/".join((*parts, notation)) if notation else ""


def make_code(row: Row, fonds: Description) -> str:
    """Return agency code, fonds, start year and number joined by dots; '' when the number or year is not known."""
    start = parse_date(row.text("startDate")).earliest
    notation = row.text("fileNotation")
    if not (fonds_code(fonds) and start and notation):
        return ""
    return f"{fonds_code(fonds)}.{start.year}.{notation}"


def _prefix(row: Row) -> str:
    """Return what stands in a dossier code before year and number: the code under which the fonds is kept."""
    head, _, number = row.text("fileCode").rpartition(".")
    prefix, _, year = head.rpartition(".")
    return prefix if number and len(year) == len("1970") and year.isdecimal() else ""


def _maker(plan: TablePlan) -> RowMaker:
    return RowMaker(plan.kind, plan.sheet.title, plan.sheet_number, plan.header, plan.table)


def _rows(plan: TablePlan, reader: TableReader) -> Iterator[Row]:
    maker = _maker(plan)
    for ordinal, (number, cells) in enumerate(reader.data_rows(), start=1):
        yield maker.make(number, cells, ordinal)


def _settle_links(inventory: Inventory) -> None:
    """Decide which dossier each name means: a code first, then a number that only one dossier has."""
    for entry in inventory.entries:
        for key in (link_key(entry.code), entry.number):
            if key:
                inventory.targets.setdefault(key, entry.index)
    numbers: dict[str, int] = {}
    for entry in inventory.entries:
        key = link_key(entry.notation)
        numbers[key] = -1 if key in numbers else entry.index
    for key, index in numbers.items():
        if key and index >= 0:
            inventory.targets.setdefault(key, index)
    for link in inventory.secret_links & set(inventory.targets):
        inventory.entries[inventory.targets[link]].secret = True
