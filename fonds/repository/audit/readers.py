"""The reading itself, shared out over worker processes: many small dossiers to one, a large one to all of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, field

from fonds.packaging.crew import BATCH_BYTES, BATCH_FILES
from fonds.repository.audit.pace import Meter
from fonds.repository.cold import Place, Reading, read_all, read_cold
from fonds.repository.fixity import Growing, PackageCheck, Sealed, check_dossiers, check_versions, places_of
from fonds.repository.ports.store import Store

LARGE = 2 * BATCH_BYTES
"""Bytes of a dossier from which on its files are shared out."""
_MANY = 4 * BATCH_FILES
"""Files of a dossier from which on they are."""
AT_HOME_BYTES, AT_HOME_FILES = 2 * BATCH_BYTES, 4 * BATCH_FILES
"""Work as small as this is done before the first process would have started."""
_PATIENCE = 60.0
"""Seconds after which the one who waits for readings looks up."""

Dossier = list[Sealed]
"""The versions of a dossier that are to be read."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A copy of the store, and how fast it may be read."""

    store: Store
    copy: str
    meter: Meter | None = None


def is_large(dossier: Sequence[Sealed]) -> bool:
    """Say whether a dossier is read by several processes."""
    return sum(one.aip.bytes for one in dossier) > LARGE or sum(one.aip.files for one in dossier) > _MANY


def flow(
    executor: Executor | None,
    shelf: Shelf,
    groups: Iterable[list[Dossier]],
    workers: int,
    meanwhile: Callable[[], None],
) -> Iterator[list[PackageCheck]]:
    """Yield what reading gave, dossiers with all their versions at a time, as they get done.

    ``groups`` are dossiers that one process reads in one go, or a single large one; each is asked for when there is
    room for it. ``meanwhile`` is called now and then. Without an executor this process reads.
    """
    pieces = _pieces(shelf, groups)
    return _shared(executor, pieces, workers, meanwhile) if executor else _at_home(pieces, meanwhile)


def _at_home(pieces: Iterator[_Piece], meanwhile: Callable[[], None]) -> Iterator[list[PackageCheck]]:
    for one in pieces:
        yield from one.take(one.work(*one.arguments))
        meanwhile()


def _shared(
    executor: Executor, pieces: Iterator[_Piece], workers: int, meanwhile: Callable[[], None]
) -> Iterator[list[PackageCheck]]:
    for _ in range(workers):  # they start while the first package is looked up
        executor.submit(os.getpid)
    running: dict[Future[object], _Piece] = {}
    try:
        while True:
            while len(running) < 2 * workers and (piece := next(pieces, None)) is not None:
                running[executor.submit(piece.work, *piece.arguments)] = piece
            if not running:
                return
            done, _ = wait(running, timeout=_PATIENCE, return_when=FIRST_COMPLETED)
            meanwhile()
            for future in [one for one in running if one in done]:  # in the order in which they were begun
                yield from running.pop(future).take(future.result())
    finally:
        for future in running:
            future.cancel()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Work for one process, and what is done with its answer, which may end some dossiers."""

    work: Callable[..., object]
    arguments: tuple[object, ...]
    take: Callable[[object], Iterator[list[PackageCheck]]]


def _pieces(shelf: Shelf, groups: Iterable[list[Dossier]]) -> Iterator[_Piece]:
    for group in groups:
        if len(group) == 1 and is_large(group[0]):
            yield from _shared_out(shelf, group[0])
        else:
            yield _Piece(check_dossiers, (shelf.store, group, shelf.copy, shelf.meter), _whole)


def _whole(answer: object) -> Iterator[list[PackageCheck]]:
    if not isinstance(answer, list):
        raise TypeError(type(answer))
    yield answer


def _shared_out(shelf: Shelf, dossier: Dossier) -> Iterator[_Piece]:
    """Yield the files of a dossier in batches; the last that is read leads to the judgement."""
    listings = [Growing(shelf.store, one.aip.location) for one in dossier]
    judge = _Judge(shelf, dossier, listings, {one.aip.location: one.digests for one in dossier})
    batches = _batches(places_of(dossier, listings))
    batch: list[Place] | None = next(batches, [])
    while batch is not None:
        following = next(batches, None)
        # It must be known of the last that it is the last: its readings may be taken before the next is asked for.
        judge.given(last=following is None)
        yield _Piece(read_all, (shelf.store, batch, shelf.meter), judge.taker(batch))
        batch = following


def _batches(places: Iterable[tuple[Place, int]]) -> Iterator[list[Place]]:
    batch: list[Place] = []
    size = 0
    for place, count in places:
        batch.append(place)
        size += count
        if len(batch) >= BATCH_FILES or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


@dataclass(slots=True)
class _Judge:
    """Collects what was read of one dossier and judges it in the end."""

    shelf: Shelf
    dossier: Dossier
    listings: Sequence[Growing]
    digests: Mapping[str, Mapping[str, str]]
    waiting: int = 0
    complete: bool = False
    readings: dict[Place, Reading] = field(default_factory=dict)

    def given(self, *, last: bool) -> None:
        """Take note that a batch is given to a process."""
        self.waiting += 1
        self.complete = last

    def taker(self, batch: list[Place]) -> Callable[[object], Iterator[list[PackageCheck]]]:
        """Return what takes the readings of a batch."""

        def take(answer: object) -> Iterator[list[PackageCheck]]:
            if not isinstance(answer, list):
                raise TypeError(type(answer))
            for place, (size, actual, result) in zip(batch, answer, strict=True):
                # A digest that is as it should be is the one that is held already: it takes no memory of its own.
                known = self.digests[place[0]].get(place[1], "")
                self.readings[place] = Reading(size, known if actual == known else actual, result)
            self.waiting -= 1
            if self.complete and not self.waiting:
                listings = [one.listing() for one in self.listings]
                yield check_versions(self.shelf.store, self.dossier, self.shelf.copy, self._read, listings)

        return take

    def _read(self, places: Iterable[Place]) -> Iterator[Reading]:
        for place in places:
            reading = self.readings.get(place)
            # Bytes that were to be read under the name of another version, which then could not be listed to its end.
            yield reading or next(read_cold(self.shelf.store, [place], self.shelf.meter))
