"""A fonds as it shall be described, put together from several sources and given back in reading order."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from types import TracebackType

from fonds.metadata.model import DescribedUnit, Description, Kind
from fonds.metadata.plain import dump_description, load_description
from fonds.packaging.spool import Spool
from fonds.repository import reading_order as order
from fonds.repository.finding_aid.reading import HELD

_LATE = 50_000_000
_END = "\x00"
"""Ends the place of a unit and begins its id, so that two with the same code do not mix what is in them."""


class Draft:
    """Takes units, each after its parent, and gives them back as the catalogue would.

    Fonds and series are held in memory, dossiers and what is in them in a temporary file.
    """

    def __init__(self) -> None:
        self._spool = Spool(HELD)
        self._groups: dict[str, DescribedUnit] = {}
        self._keys: dict[str, str] = {}
        self._nameless: Counter[tuple[str, bool]] = Counter()
        self._dossier = ("", "")
        self._items = 0

    def __enter__(self) -> Draft:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._spool.close()

    def __contains__(self, group_id: str) -> bool:
        """Say whether a fonds or series is there."""
        return group_id in self._groups

    def describe(self, group_id: str, description: Description) -> None:
        """Give a fonds or series that is there another description."""
        known = self._groups[group_id]
        self._groups[group_id] = DescribedUnit(group_id, known.parent, description)

    def add(self, unit: DescribedUnit, *, late: bool = False) -> None:
        """Take a unit; ``late`` puts it behind those that have no code either. Raises KeyError without its parent."""
        kind = unit.description.kind
        if kind in {Kind.FONDS, Kind.SERIES}:
            self._keys[unit.id] = self._group_key(unit, late)
            self._groups[unit.id] = unit
            self._spool.add((self._keys[unit.id], 0, 0, unit.id, 0, ""))
            return
        text = json.dumps([kind.value, unit.parent, unit.package, dump_description(unit.description)])
        self._spool.add((self._key(unit, late), 0, 0, unit.id, 0, text))

    def _group_key(self, unit: DescribedUnit, late: bool) -> str:
        if unit.description.kind is Kind.FONDS:
            return ""
        own = order.series_own(unit.description, self._number(unit.parent, late))
        return order.series_sort(f"{own}{_END}{unit.id}", self._keys[unit.parent])

    def _key(self, unit: DescribedUnit, late: bool) -> str:
        if unit.description.kind is Kind.DOSSIER:
            own = order.dossier_own(unit.description, self._number(unit.parent, late))
            key = order.dossier_sort(f"{own}{_END}{unit.id}", self._keys[unit.parent])
            self._dossier, self._items = (unit.id, key), 0
            return key
        dossier, key = self._dossier
        if unit.parent != dossier:
            raise KeyError(unit.parent)
        self._items += 1
        return order.item_sort(key, self._items)

    def _number(self, parent: str, late: bool) -> int:
        self._nameless[parent, late] += 1
        return self._nameless[parent, late] + (_LATE if late else 0)

    def __iter__(self) -> Iterator[DescribedUnit]:
        """Yield every unit in reading order, each after its parent."""
        for _, _, _, unit_id, _, text in self._spool:
            if not text:
                yield self._groups[unit_id]
                continue
            kind, parent, package, description = json.loads(text)
            yield DescribedUnit(unit_id, parent, load_description(Kind(kind), description), package)
