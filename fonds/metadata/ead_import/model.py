"""What a finding aid from elsewhere becomes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from fonds.metadata.model import Description


@dataclass(frozen=True, slots=True)
class ImportedUnit:
    """One level of a finding aid.

    ``number`` counts the units in document order from 1 (the archdesc), ``parent`` is the number of the unit above, 0
    for the archdesc; ``depth`` is 0 for the archdesc. ``level`` is @level as written, for "otherlevel" its @otherlevel.
    ``description.extra`` holds, under its element path, the XML of everything that the fields do not say in full.
    What the other archive marked @audience="internal" is in ``internal`` and nowhere else: it was not meant for
    readers; ``hidden`` says that the whole unit was so marked.
    """

    number: int
    parent: int
    depth: int
    level: str
    description: Description
    internal: tuple[tuple[str, str], ...] = ()
    hidden: bool = False


@dataclass(slots=True)
class Branch:
    """A unit with what is below it, in document order."""

    unit: ImportedUnit
    children: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterator[ImportedUnit]:
        """Yield this unit and all below it in document order."""
        yield self.unit
        for child in self.children:
            yield from child.walk()


def tree(units: Iterable[ImportedUnit]) -> Branch:
    """Put the units of one finding aid together; all of them are in memory then. Raises ValueError for none."""
    waiting: dict[int, list[Branch]] = {}
    for unit in units:
        branch = Branch(unit, waiting.pop(unit.number, []))
        waiting.setdefault(unit.parent, []).append(branch)
    top = waiting.get(0, [])
    if len(top) != 1 or len(waiting) != 1:
        raise ValueError("not the units of one finding aid")
    return top[0]
