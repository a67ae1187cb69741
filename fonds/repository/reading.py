"""Reading as one person: every answer has passed the policy. What may not be seen looks like what is not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import FondsError
from fonds.metadata.ids import split_page_id
from fonds.repository.access import ensure_access
from fonds.repository.archive import Archive
from fonds.repository.policy import Action, Protected, User, can, readable_modes
from fonds.repository.ports.catalogue import Access, Aip, Check, PageRow, Slice, Unit
from fonds.repository.ports.copies import CopySummary
from fonds.repository.ports.index import OPEN, RESTRICTED, Filters
from fonds.repository.search.query import parse
from fonds.schemas.modes import MODE_CONDITIONAL


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of search results: the units in order of rank, their number in all and counts by facet."""

    total: int
    units: Sequence[tuple[Unit, float]]
    facets: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The archive as ``user`` may see it."""

    archive: Archive
    user: User

    @property
    def modes(self) -> frozenset[str]:
        """The access modes whose descriptions this person may read."""
        return readable_modes(self.user)

    def unit(self, unit_id: str) -> Unit | None:
        """Return a unit, None when there is none or it may not be seen (or anything above it may not)."""
        unit = self.archive.holdings.unit(unit_id)
        if unit is None or not self._sees(unit):
            return None
        return unit

    def units(self, unit_ids: Sequence[str]) -> dict[str, Unit]:
        """Return many units by id; those that ``unit`` would not give are left out."""
        wanted = self.archive.holdings.units(list(dict.fromkeys(unit_ids)))
        known, above = dict(wanted), _parents(wanted.values())
        while above:
            found = self.archive.holdings.units(sorted(above))
            known |= found
            above = _parents(found.values()) - known.keys()
        return {key: unit for key, unit in wanted.items() if self._sees_all(unit, known)}

    def _sees_all(self, unit: Unit | None, known: Mapping[str, Unit]) -> bool:
        """Say whether a unit may be seen with everything above it; ``known`` holds what is above."""
        return unit is None or (self._may_see(unit) and self._sees_all(known.get(unit.parent_id), known))

    def _may_see(self, unit: Unit) -> bool:
        return can(self.user, Action.READ_DESCRIPTION, Protected(unit.mode))

    def _sees(self, unit: Unit) -> bool:
        if not self._may_see(unit):
            return False
        return all(above.mode in self.modes for above in self.archive.holdings.ancestors(unit.id))

    def find_code(self, code: str) -> Unit | None:
        """Return the fonds or dossier with this code, if it may be seen."""
        unit = self.archive.holdings.find_code(code)
        return self.unit(unit.id) if unit else None

    def children(self, unit_id: str, *, offset: int = 0, limit: int = 50) -> Slice[Unit]:
        """Return the children that may be seen; '' gives the fonds."""
        return self.archive.holdings.children(unit_id, modes=self.modes, offset=offset, limit=limit)

    def by_level(self, level: str, *, within: str = "", offset: int = 0, limit: int = 50) -> Slice[Unit]:
        """Return the units of a level that may be seen."""
        return self.archive.holdings.by_level(level, within=within, modes=self.modes, offset=offset, limit=limit)

    def ancestors(self, unit_id: str) -> list[Unit]:
        """Return what is above a unit, the fonds first."""
        return self.archive.holdings.ancestors(unit_id)

    def pages(self, dossier: Unit, *, offset: int = 0, limit: int = 500) -> Slice[PageRow]:
        """Return the pages of a dossier. A page that may not be seen is in the list, without size, path or id."""
        rows = self.archive.holdings.pages(dossier.id, offset=offset, limit=limit)
        return Slice([self._masked(row) for row in rows.items], rows.total, offset, limit)

    def _masked(self, row: PageRow) -> PageRow:
        if can(self.user, Action.READ_PAGE, Protected(row.mode)):
            return row
        return PageRow("", row.dossier_id, row.sequence, row.label, "", 0, 0, 0, 0.0, False, row.mode)

    def page(self, page_id: str) -> PageRow | None:
        """Return one page, None when there is none or it may not be seen.

        A page of an older version is for those who may see conditional material: what was open then may be closed now.
        """
        row = self.archive.holdings.page(page_id)
        if row is None or self.unit(row.dossier_id) is None:
            return None
        mode = row.mode if self._is_current(row) else max(row.mode, MODE_CONDITIONAL)
        return row if can(self.user, Action.READ_PAGE, Protected(mode)) else None

    def _is_current(self, row: PageRow) -> bool:
        parts, newest = split_page_id(row.id), self.archive.holdings.aip(row.dossier_id)
        return parts is not None and newest is not None and parts[1] == newest.version

    def access(self, page: PageRow) -> tuple[Path, Access]:
        """Return a page's access copy, made now when it is not there yet.

        Raises FondsError PAGE_NOT_READABLE for a page that cannot be decoded.
        """
        return ensure_access(self.archive, page)

    def aip(self, dossier: Unit) -> Aip | None:
        """Return the stored package of a dossier."""
        return self.archive.holdings.aip(dossier.id)

    def check(self, dossier: Unit) -> Check | None:
        """Return the last fixity check that speaks for all versions of a dossier's package."""
        return self.archive.fixity.check(dossier.id)

    def checks(self, dossier: Unit) -> Mapping[int, Check]:
        """Return the last fixity check of each stored version of a dossier's package that was checked."""
        return self.archive.fixity.checks(dossier.id)

    def lagging(self) -> Sequence[CopySummary]:
        """Return the further copies that lack something; nothing for those who may not know the state of things."""
        if not can(self.user, Action.READ_STATUS):
            return []
        return [one for one in self.archive.copies.summaries() if one.lacking]

    def open_incidents(self) -> int:
        """Count the open incidents; none for those who may not know the state of things."""
        return self.archive.incidents.listed(limit=1).total if can(self.user, Action.READ_STATUS) else 0

    def totals(self) -> Mapping[str, int]:
        """Return counts of what may be seen."""
        return self.archive.holdings.totals(modes=self.modes)

    def search(self, text: str, filters: Filters, *, offset: int = 0, limit: int = 20) -> Answer:
        """Search as the person may.

        Raises UsageError QUERY_EMPTY for a text without anything to look for, FondsError INDEX_MISSING when there is
        no index of what is held: nothing found would then be untrue.
        """
        if not self.archive.index.is_made() and self.archive.holdings.totals()["dossiers"]:
            raise FondsError("INDEX_MISSING", path=self.archive.root / "index")
        classes = frozenset({OPEN, RESTRICTED} if can(self.user, Action.SEARCH, Protected("02")) else {OPEN})
        found = self.archive.index.search(parse(text), filters=filters, access=classes, offset=offset, limit=limit)
        units = self.archive.holdings.units([hit.id for hit in found.hits])
        seen = [
            (units[hit.id], hit.score) for hit in found.hits if hit.id in units and units[hit.id].mode in self.modes
        ]
        return Answer(found.total, seen, found.facets)


def _parents(units: Iterable[Unit]) -> set[str]:
    return {unit.parent_id for unit in units if unit.parent_id}
