"""Reading stored files from the disk and not from the page cache: many of them some way ahead."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import methodcaller
from typing import BinaryIO, NamedTuple

from fonds.packaging.hashing import BUFFER, ahead, announce, hash_open
from fonds.repository.ports.store import Store

Place = tuple[str, str]
"""Where a file is: the location of its package, and its path below that."""

Take = Callable[[int], object]
"""Is told of every block, with its size, before it is dealt with; it waits when reading goes too fast."""

MISSING, UNREADABLE = "missing", "unreadable"


class Reading(NamedTuple):
    """What reading a file gave: size and SHA-256 (hex), or a result (missing, unreadable) and what the system said."""

    size: int = 0
    actual: str = ""
    result: str = ""


def read_cold(store: Store, places: Iterable[Place], take: Take | None = None) -> Iterator[Reading]:
    """Read files, in order. Never raises for what the disk does."""
    buffer = bytearray(BUFFER)
    for source in ahead(places, partial(_announced, store), methodcaller("close")):
        yield _failed(source) if isinstance(source, OSError) else _read(source, buffer, take)


def read_all(store: Store, places: list[Place], take: Take | None = None) -> list[tuple[int, str, str]]:
    """Read files as ``read_cold`` does: work for another process, to which plain tuples travel four times as fast."""
    return [(one.size, one.actual, one.result) for one in read_cold(store, places, take)]


def _announced(store: Store, place: Place) -> BinaryIO:
    source = store.open(*place)
    try:
        announce(source.fileno(), cold=True)
    except OSError:
        source.close()
        raise
    return source


def _read(source: BinaryIO, buffer: bytearray, take: Take | None) -> Reading:
    with source:
        try:
            size, (actual,) = hash_open(source.fileno(), ("sha256",), buffer, take)
            os.posix_fadvise(source.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        except OSError as error:
            return _failed(error)
    return Reading(size, actual)


def _failed(error: OSError) -> Reading:
    if isinstance(error, FileNotFoundError):
        return Reading(result=MISSING)
    return Reading(actual=error.strerror or str(error), result=UNREADABLE)
