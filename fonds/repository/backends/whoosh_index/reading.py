"""Reading one Whoosh index as it was at one commit: rows, and lists of postings with their scores, all cached.

Whoosh's own matchers walk posting by posting through layers of Python; lists read once and joined as dictionaries
answer common words and phrases several times faster, and give the same score before and after segments are merged.
"""

from __future__ import annotations

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path
from typing import TYPE_CHECKING

from whoosh.index import FileIndex

from fonds.repository.backends.whoosh_index.writing import TERMS, Storage, schema
from fonds.repository.search.answer import Row

if TYPE_CHECKING:
    from typing import Protocol, TypedDict

    class _Kept(TypedDict):
        row: tuple[str, str, str, tuple[int, ...], str, str]
        length: int

    class _Matcher(Protocol):
        def is_active(self) -> bool: ...
        def id(self) -> int: ...
        def weight(self) -> float: ...
        def next(self) -> object: ...
        def skip_to(self, number: int) -> object: ...
        def value(self) -> bytes: ...

    class _Reader(Protocol):
        def iter_docs(self) -> Iterator[tuple[int, _Kept]]: ...
        def postings(self, field: str, term: str) -> _Matcher: ...
        def expand_prefix(self, field: str, prefix: str) -> Iterator[bytes]: ...
        def doc_frequency(self, field: str, term: bytes) -> int: ...
        def __contains__(self, term: tuple[str, str]) -> bool: ...


_CACHED = 2_000_000
"""Postings kept in memory for one index: 8 bytes each."""

_STEP = 256
"""Documents read between two looks at the clock."""

_K1, _B = 1.2, 0.75
"""BM25: how soon more occurrences stop counting, and how much a long document is held against it (usual values)."""


@dataclass(frozen=True, slots=True)
class Postings:
    """The documents that have a term (numbers, ascending) and what it adds to the score of each."""

    documents: array[int]
    scores: array[float]


class Snapshot:
    """One index at one commit. Safe for several threads: one at a time reads files, what was read never changes."""

    def __init__(self, folder: Path) -> None:
        storage = Storage(folder)
        with storage.closed_on_error():
            self._index = FileIndex(storage, schema=schema())
            newest = self._index.latest_generation()
            reader = self._index.reader()
            parts: list[tuple[_Reader, int]] = reader.leaf_readers() if reader.doc_count_all() else []
            kept = {base + number: one for part, base in parts for number, one in part.iter_docs()}
        self._generation = newest if reader.generation() is None else reader.generation()
        self._segments = [(base, part) for part, base in parts]
        self.rows = {number: Row(*one["row"]) for number, one in kept.items()}
        lengths = {number: one["length"] for number, one in kept.items()}
        mean = sum(lengths.values()) / len(lengths) if lengths else 1.0
        self._norms = {one: _K1 * (1 - _B + _B * length / (mean or 1.0)) for one, length in lengths.items()}
        self.ids = frozenset(row.id for row in self.rows.values())
        self._cache: OrderedDict[str, Postings] = OrderedDict()
        self._cached = 0
        self._lock = threading.Lock()

    def is_newest(self) -> bool:
        """Say whether nothing was committed since this was opened."""
        return bool(self._index.latest_generation() == self._generation)

    def postings(self, term: str) -> Postings:
        """Return the documents of a term; none when nobody has it."""
        with self._lock:
            known = self._cache.get(term)
            if known is not None:
                self._cache.move_to_end(term)
                return known
            read = self._read(term)
            self._cache[term] = read
            self._cached += len(read.documents)
            while self._cached > _CACHED and len(self._cache) > 1:
                self._cached -= len(self._cache.popitem(last=False)[1].documents)
            return read

    def _read(self, term: str) -> Postings:
        documents, weights = array("I"), array("f")
        for base, matcher in self._matchers(term):
            while matcher.is_active():
                documents.append(base + matcher.id())
                weights.append(matcher.weight())
                matcher.next()
        return Postings(documents, self._scored(documents, weights))

    def _scored(self, documents: array[int], weights: array[float]) -> array[float]:
        """Return BM25F (Robertson, Zaragoza 2009, 3.5): the fields' weights are in the weights already."""
        rarity = log(1 + (len(self.rows) - len(documents) + 0.5) / (len(documents) + 0.5))
        pairs = zip(documents, weights, strict=True)
        return array("f", (rarity * weight * (_K1 + 1) / (weight + self._norms[one]) for one, weight in pairs))

    def _matchers(self, term: str) -> Iterator[tuple[int, _Matcher]]:
        for base, reader in self._segments:
            if (TERMS, term) in reader:
                yield base, reader.postings(TERMS, term)

    def positions(self, term: str, documents: Sequence[int], tick: Callable[[], None]) -> dict[int, array[int]]:
        """Return where a term stands in those of the documents (numbers, ascending) that have it.

        ``tick`` is called now and then, and may raise to stop.
        """
        found: dict[int, array[int]] = {}
        with self._lock:
            for base, matcher in self._matchers(term):
                for count, number in enumerate(documents[bisect_left(documents, base) :]):
                    if count % _STEP == 0:
                        tick()
                    if not _reaches(matcher, number - base):
                        break
                    if matcher.id() == number - base:
                        found[number] = array("I", matcher.value())
        return found

    def expand(self, prefix: str, most: int) -> list[str]:
        """Return the terms that begin so, those in most documents first, then by alphabet; at most ``most``.

        Deleted documents may count until their segment is merged.
        """
        counts: dict[bytes, int] = {}
        with self._lock:
            for _, reader in self._segments:
                for term in reader.expand_prefix(TERMS, prefix):
                    counts[term] = counts.get(term, 0) + reader.doc_frequency(TERMS, term)
        ordered = sorted(counts, key=lambda term: (-counts[term], term))
        return [term.decode() for term in ordered[:most]]


def _reaches(matcher: _Matcher, number: int) -> bool:
    """Move to the first posting from ``number`` on; say whether there is one. The next one is tried before a skip."""
    if matcher.is_active() and matcher.id() < number:
        matcher.next()
        if matcher.is_active() and matcher.id() < number:
            matcher.skip_to(number)
    return matcher.is_active()
