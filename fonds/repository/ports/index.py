"""Finding: an index of described units. A cache, fed from the catalogue and always rebuildable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from fonds.repository.search.query import Query

OPEN = "open"
RESTRICTED = "restricted"


@dataclass(frozen=True, slots=True)
class IndexDocument:
    """One unit as the index sees it.

    ``access`` is ``open`` or ``restricted``: the two are kept physically apart, so that counts and suggestions of the
    open one cannot leak the other. ``fields`` maps code|title|people|places|subjects|text to text; ``years`` are the
    years the unit covers; ``earliest``/``latest`` ``YYYY-MM-DD`` or ''.
    """

    id: str
    access: str
    kind: str
    level: str
    fonds_code: str
    fields: Mapping[str, str]
    years: Sequence[int] = ()
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to. Dates ``YYYY-MM-DD``; '' means no limit. ``kinds`` empty means every kind."""

    fonds_code: str = ""
    kinds: frozenset[str] = frozenset()
    earliest: str = ""
    latest: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One unit found and its score (higher is better, comparable only within one answer)."""

    id: str
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """One page of an answer: how many in all, the hits, and counts by facet (fonds, kind, decade)."""

    total: int
    hits: Sequence[Hit]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Index(Protocol):
    """Searches what is committed; an update is visible to searches that begin after it."""

    def is_made(self) -> bool:
        """Say whether anything was ever committed: an index that was not, or was deleted, finds nothing."""

    def update(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> int:
        """Add or replace documents by id, remove others, commit. Returns how many were written."""

    def replace_all(self, documents: Iterable[IndexDocument]) -> int:
        """Build the index anew beside the old one and switch to it atomically. Returns how many were written."""

    def search(
        self, query: Query, *, filters: Filters, access: frozenset[str], offset: int = 0, limit: int = 20
    ) -> Found:
        """Return one page of hits from the indexes named in ``access``, best first."""
