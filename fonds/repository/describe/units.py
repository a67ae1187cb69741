"""Which units a table is of: dossiers and what is in them, as the person who asks may see them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import Unit
from fonds.repository.reading import Reading

FILE, ITEM = "file", "item"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Described:
    """A unit as a row of a table: what it is, the version of its package, and its description as texts."""

    kind: Kind
    id: str
    version: int
    code: str
    values: dict[str, str]
    extra: list[tuple[str, str]]


@dataclass(slots=True)
class Selection:
    """The units asked for. ``within`` are units with all that is in them, nothing for everything that is held.

    ``level`` is ``file`` for dossiers alone, ``item`` for what is in them alone, '' for both.
    """

    reading: Reading
    within: Sequence[Unit] = ()
    level: str = ""
    _seen: set[str] = field(default_factory=set)

    @property
    def _above(self) -> Sequence[Unit | None]:
        return self.within or (None,)

    def count(self) -> int:
        """Count the dossiers to go through; one that is asked for twice counts twice."""
        return sum(self._dossiers_in(above, limit=1)[1] for above in self._above)

    def rows(self) -> Iterator[list[Described]]:
        """Yield the rows of each dossier: its own, then those of what is in it; every unit once."""
        self._seen.clear()
        for above in self._above:
            for dossier in self._dossiers(above):
                yield list(self._rows(dossier, above.id if above and above.level == ITEM else ""))

    def _rows(self, dossier: Unit, only: str) -> Iterator[Described]:
        aip = self.reading.aip(dossier)
        if aip is None:  # known from a finding aid, and not held as a package
            return
        if self.level != ITEM and not only and self._first(dossier):
            yield _described(dossier, aip.version)
        if self.level != FILE:
            for item in self._items(dossier):
                if only in {"", item.id} and self._first(item):
                    yield _described(item, aip.version)

    def _first(self, unit: Unit) -> bool:
        """Say whether a unit comes up for the first time; asked only where it could come up twice."""
        if len(self.within) < 2:
            return True
        new = unit.id not in self._seen
        self._seen.add(unit.id)
        return new

    def _dossiers(self, above: Unit | None) -> Iterator[Unit]:
        offset = 0
        while found := self._dossiers_in(above, offset=offset, limit=_BATCH)[0]:
            yield from found
            offset += len(found)

    def _dossiers_in(self, above: Unit | None, *, offset: int = 0, limit: int) -> tuple[Sequence[Unit], int]:
        if above is not None and above.dossier_id:
            dossier = self.reading.unit(above.dossier_id)
            return ([dossier] if dossier and not offset else []), 1
        found = self.reading.by_level(FILE, within=above.id if above else "", offset=offset, limit=limit)
        return found.items, found.total

    def _items(self, dossier: Unit) -> Iterator[Unit]:
        offset, total = 0, 1
        while offset < total:
            found = self.reading.children(dossier.id, offset=offset, limit=_BATCH)
            yield from found.items
            offset, total = offset + _BATCH, found.total


def _described(unit: Unit, version: int) -> Described:
    values = {key: value.text for key, value in unit.description.values.items() if value.text}
    return Described(unit.kind, unit.id, version, unit.code, values, list(unit.description.extra))
