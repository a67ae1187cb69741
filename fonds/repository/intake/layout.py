"""Recognising which table each sheet of a workbook is: split sheets, or one sheet that holds dossiers and documents."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from fonds.errors import RefusedError
from fonds.metadata.model import Kind
from fonds.repository.intake.headers import SCANNED_ROWS, Header, find_headers, labels_of
from fonds.repository.intake.workbook import Sheet, SheetRow, Workbook
from fonds.schemas.inventory import SheetTable

_OF_A_DOCUMENT = ("docOrdinal", "typeName", "subject", "organName", "codeNumber", "codeNotation", "number")
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class TablePlan:
    """One table to be read: what its rows are and under which header. ``sheet_number`` counts sheets from 0."""

    kind: Kind
    sheet: Sheet
    sheet_number: int
    header: Header
    table: SheetTable


@dataclass(frozen=True, slots=True)
class Plan:
    """The tables of a workbook. ``combined`` pairs the dossier and the document side of one-sheet tables.

    ``ignored`` are the numbers and names of sheets that hold something but no table that is known.
    """

    tables: tuple[TablePlan, ...] = ()
    combined: tuple[tuple[TablePlan, TablePlan], ...] = ()
    ignored: tuple[tuple[int, str], ...] = ()

    @property
    def has_dossiers(self) -> bool:
        """Say whether any table describes dossiers."""
        return bool(self.combined) or any(plan.kind is Kind.DOSSIER for plan in self.tables)


class Layout(Protocol):
    """A way to lay an inventory out over sheets."""

    def plan(self, tops: Mapping[int, list[SheetRow]], sheets: tuple[Sheet, ...]) -> Plan:
        """Return the tables that the first rows of the sheets (by sheet number) show."""


class SplitLayout:
    """Each kind of table has sheets of its own, under any names and column orders (Phong, MucLucHoSo, ...)."""

    def __init__(self, tables: Mapping[str, SheetTable]) -> None:
        self._tables = tables

    def plan(self, tops: Mapping[int, list[SheetRow]], sheets: tuple[Sheet, ...]) -> Plan:
        """Give each sheet the kind whose columns it has most of."""
        plans = []
        for number, top in tops.items():
            found = find_headers(top, self._tables)
            if found:
                header = max(found.values(), key=lambda one: len(one.columns))
                table = self._tables[header.kind]
                plans.append(TablePlan(Kind(header.kind), sheets[number], number, header, table))
        return Plan(tuple(plans))


class OneSheetLayout:
    """One row a document, the dossier's columns repeated on the left: the hand-over form of 46 columns."""

    def __init__(self, tables: Mapping[str, SheetTable]) -> None:
        self._dossier = tables["dossier"]
        self._document = replace(tables["document"], needs=(("subject", "typeName"),))
        self._others = SplitLayout({kind: tables[kind] for kind in ("fonds", "picture", "media")})

    def plan(self, tops: Mapping[int, list[SheetRow]], sheets: tuple[Sheet, ...]) -> Plan:
        """Find sheets whose left side describes dossiers and whose right side documents."""
        pairs: dict[int, tuple[TablePlan, TablePlan]] = {}
        for number, top in tops.items():
            if pair := self._pair(top, sheets[number], number):
                pairs[number] = pair
        rest = {number: top for number, top in tops.items() if number not in pairs}
        return Plan(self._others.plan(rest, sheets).tables, tuple(pairs.values()))

    def _pair(self, top: list[SheetRow], sheet: Sheet, number: int) -> tuple[TablePlan, TablePlan] | None:
        whole = find_headers(top, {"document": self._document}).get("document")
        of_documents = [c for c, key in whole.columns.items() if key in _OF_A_DOCUMENT] if whole else []
        if len(of_documents) < _ENOUGH:
            return None
        border = min(of_documents)
        left = find_headers(top, {"dossier": self._dossier}, range(border)).get("dossier")
        right = find_headers(top, {"document": self._document}, range(border, sys.maxsize)).get("document")
        if left is None or right is None:
            return None
        row = max(left.row, right.row)
        return (
            TablePlan(Kind.DOSSIER, sheet, number, replace(left, row=row), self._dossier),
            TablePlan(Kind.DOCUMENT, sheet, number, replace(right, row=row), self._document),
        )


def recognise(workbook: Workbook, tables: Mapping[str, SheetTable]) -> Plan:
    """Return the tables of a workbook.

    Raises RefusedError INVENTORY_SHEET_MISSING, with the headers that were seen, when none describes dossiers.
    """
    tops = {number: list(islice(sheet.rows(), SCANNED_ROWS)) for number, sheet in enumerate(workbook.sheets)}
    layouts: tuple[Layout, ...] = (SplitLayout(tables), OneSheetLayout(tables))
    split, one_sheet = (layout.plan(tops, workbook.sheets) for layout in layouts)
    # A sheet with both sides fits both layouts; only where it stands alone can it be the list of dossiers too.
    sheets_with_both = {dossier.sheet_number for dossier, _ in one_sheet.combined}
    pure = [p for p in split.tables if p.kind is Kind.DOSSIER and p.sheet_number not in sheets_with_both]
    plan = split if pure or not one_sheet.combined else one_sheet
    if not plan.has_dossiers:
        seen = "; ".join(
            f"{sheet.title}: {', '.join(labels_of(tops[number])) or '-'}"
            for number, sheet in enumerate(workbook.sheets)
        )
        raise RefusedError("INVENTORY_SHEET_MISSING", path=workbook.path, headers=seen)
    used = {one.sheet_number for one in (*plan.tables, *(dossiers for dossiers, _ in plan.combined))}
    ignored = ((number, workbook.sheets[number].title) for number, top in tops.items() if top and number not in used)
    return replace(plan, ignored=tuple(ignored))
