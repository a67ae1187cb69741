"""``WhooshIndex``: the port, on Whoosh. Open and restricted material are two indexes that share nothing."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from fonds.errors import FondsError
from fonds.repository.backends.whoosh_index.evaluate import Deadline, Evaluation
from fonds.repository.backends.whoosh_index.layout import CLASSES, Layout, broken
from fonds.repository.backends.whoosh_index.reading import Snapshot
from fonds.repository.backends.whoosh_index.writing import Writing, create
from fonds.repository.ports.index import OPEN, RESTRICTED, Filters, Found, IndexDocument
from fonds.repository.search.answer import Row, answer
from fonds.repository.search.query import Query

_TRIES = 5
"""Times to look again when a rebuild took the files away between reading the pointer and opening them."""


class WhooshIndex:
    """Implements ``Index`` in a private folder (mode 0700, made on the first write).

    ``wait`` is how many seconds to wait for another writer, ``time_limit`` how many a query may take. A folder that
    was never written to answers that nothing was found. Safe for several threads and processes.

    Raises FondsError INDEX_LOCKED when another writer does not end, INDEX_NOT_WRITTEN when the disk refuses,
    INDEX_BROKEN when the files cannot be read (they can be made again), QUERY_TOO_SLOW.
    """

    def __init__(self, folder: Path, *, wait: float = 30.0, time_limit: float = 5.0) -> None:
        self._layout = Layout(folder)
        self._wait = wait
        self._time_limit = time_limit
        self._opening = threading.Lock()
        self._snapshots: dict[str, tuple[Path, Snapshot]] = {}

    def is_made(self) -> bool:
        """Say whether there is a generation to search."""
        return self._layout.current() is not None

    def update(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> int:
        """Add or replace documents by id, remove others; one commit for each of the two indexes.

        The open one is first, so that what was open and is restricted from now on is never found by everybody.
        """
        by_class = _by_class(documents)
        gone = {*removed, *(unit for held in by_class.values() for unit in held)}
        with self._writing_errors(), self._layout.lock(self._wait):
            generation = self._layout.current()
            self._layout.clean(keep=generation)
            generation = generation or self._layout.switch(self._new_generation())
            with self._reading_errors():
                return sum(_write(generation / access, by_class[access], gone) for access in CLASSES)

    def replace_all(self, documents: Iterable[IndexDocument]) -> int:
        """Build both indexes anew in a new generation and switch to it; a failure leaves the old one in place."""
        with self._writing_errors(), self._layout.lock(self._wait):
            self._layout.clean(keep=self._held())
            generation = self._new_generation()
            try:
                written = _build(generation, documents)
            except BaseException:
                shutil.rmtree(generation, ignore_errors=True)  # the next writer takes away what cannot be removed now
                raise
            self._layout.clean(keep=self._layout.switch(generation))
            return written

    def _held(self) -> Path | None:
        """Return the current generation; one that is broken is about to be replaced and is not kept."""
        try:
            return self._layout.current()
        except FondsError:
            return None

    def search(
        self, query: Query, *, filters: Filters, access: frozenset[str], offset: int = 0, limit: int = 20
    ) -> Found:
        """Return one page of hits.

        Where a unit has a restricted document, that is the whole of it: who may search the restricted ones does not
        see the open part a second time.
        """
        deadline = Deadline.after(self._time_limit)
        found: list[tuple[Row, float]] = []
        hidden: frozenset[str] = frozenset()
        for name in (RESTRICTED, OPEN):
            snapshot = self._snapshot(name) if name in access else None
            if snapshot is not None:
                with self._reading_errors():
                    found += Evaluation(snapshot, deadline).found(query, filters, hidden)
                hidden |= snapshot.ids
        return answer(found, offset=offset, limit=limit)

    def _new_generation(self) -> Path:
        generation = self._layout.create()
        for access in CLASSES:
            create(generation / access)
        return generation

    def _snapshot(self, access: str) -> Snapshot | None:
        """Return the newest commit of an index, None when there is no index yet."""
        with self._opening:
            for attempt in range(1, _TRIES + 1):
                generation = self._layout.current()
                if generation is None:
                    return None
                try:
                    with self._reading_errors():
                        return self._opened(access, generation / access)
                except FondsError:
                    if attempt == _TRIES or self._layout.current() == generation:
                        raise
        return None

    def _opened(self, access: str, folder: Path) -> Snapshot:
        known = self._snapshots.get(access)
        if known and known[0] == folder and known[1].is_newest():
            return known[1]
        snapshot = Snapshot(folder)
        self._snapshots[access] = (folder, snapshot)
        return snapshot

    @contextmanager
    def _writing_errors(self) -> Iterator[None]:
        """Say in our words what the disk refuses: an index that cannot be written fails nothing but itself."""
        try:
            yield
        except OSError as error:
            raise FondsError("INDEX_NOT_WRITTEN", folder=self._layout.folder, reason=error.strerror) from error

    @contextmanager
    def _reading_errors(self) -> Iterator[None]:
        try:
            yield
        except (FondsError, MemoryError):
            raise
        except Exception as error:
            # Damaged pickles make Whoosh raise anything at all.
            raise broken(self._layout.folder, error) from error


_ByClass = dict[str, dict[str, IndexDocument]]


def _by_class(documents: Iterable[IndexDocument]) -> _ByClass:
    """Sort documents by class and id; given twice, the last one counts. Raises KeyError for an unknown class."""
    sorted_out: _ByClass = {access: {} for access in CLASSES}
    for document in documents:
        sorted_out[document.access][document.id] = document
    return sorted_out


def _write(folder: Path, documents: dict[str, IndexDocument], gone: Iterable[str]) -> int:
    with Writing(folder) as writing:
        writing.remove(gone)
        for document in documents.values():
            writing.add(document)
        return writing.written


def _build(generation: Path, documents: Iterable[IndexDocument]) -> int:
    """Write a stream of any length in one go; what comes a second time replaces the first in a second commit."""
    seen: set[tuple[str, str]] = set()
    again: _ByClass = {access: {} for access in CLASSES}
    with ExitStack() as both:
        writings = {access: both.enter_context(Writing(generation / access)) for access in CLASSES}
        for document in documents:
            key = (document.access, document.id)
            if key in seen:
                again[document.access][document.id] = document
            else:
                writings[document.access].add(document)
            seen.add(key)
    for access, late in again.items():
        if late:
            _write(generation / access, late, late)
    return len(seen)
