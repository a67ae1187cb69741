"""From what was found to one page of an answer: filters, rank, counts by facet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fonds.repository.ports.index import Filters, Found, Hit, IndexDocument


@dataclass(frozen=True, slots=True)
class Row:
    """What an index keeps of a document beside its terms. ``decades`` are their first years: 1960."""

    id: str
    fonds_code: str
    kind: str
    decades: tuple[int, ...]
    earliest: str
    latest: str


def row(document: IndexDocument) -> Row:
    """Return the row of a document."""
    decades = tuple(sorted({year - year % 10 for year in document.years}))
    earliest, latest = document.earliest or document.latest, document.latest or document.earliest
    return Row(document.id, document.fonds_code, document.kind, decades, earliest, latest)


def admits(filters: Filters, one: Row) -> bool:
    """Say whether a row passes. Dates must overlap; a unit without dates passes no limit of dates."""
    if filters.fonds_code and one.fonds_code != filters.fonds_code:
        return False
    if filters.kinds and one.kind not in filters.kinds:
        return False
    if not (filters.earliest or filters.latest):
        return True
    # A limit may be shorter than the date it meets: "1962" or "1962-02" mean the whole of it.
    begins, ends = one.earliest, one.latest[: len(filters.earliest)]
    too_late = bool(filters.latest) and begins[: len(filters.latest)] > filters.latest
    return bool(begins) and not too_late and ends >= filters.earliest


def answer(found: Iterable[tuple[Row, float]], *, offset: int, limit: int) -> Found:
    """Return one page of what was found (each unit once): best first, then by id, with counts over all of it."""
    all_found = list(found)
    ranked = sorted(all_found, key=lambda hit: (-hit[1], hit[0].id))
    hits = [Hit(one.id, score) for one, score in ranked[offset : offset + limit]]
    return Found(len(all_found), hits, _facets([one for one, _ in all_found]))


def _facets(rows: Sequence[Row]) -> Mapping[str, Mapping[str, int]]:
    decades = Counter(decade for one in rows for decade in one.decades)
    return {
        "fonds": _most_first(Counter(one.fonds_code for one in rows)),
        "kind": _most_first(Counter(one.kind for one in rows)),
        "decade": {str(decade): decades[decade] for decade in sorted(decades)},
    }


def _most_first(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
