"""Copies of the audit log, in the store and in every copy of it: what they lack is added, what they have stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import chain

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.copies.place import reachable
from fonds.repository.ports.store import Store
from fonds.repository.proof.places import spread

LOG_NOTE = "_audit-log/audit.jsonl"


def log_copy(archive: Archive) -> None:
    """Bring the audit log, its checkpoints too, to the store, and to every copy of it that can be had.

    A copy that is not the beginning of the log is left as it is: it may be the true one, and ``fonds log verify`` tells
    of it. A copy that cannot be written is left to the next run. Raises STORE_FULL and its kin for the store.
    """
    spread(archive)
    extend_copy(archive.store, archive.log.lines())
    for replica in reachable(archive):
        with suppress(FondsError, OSError):
            extend_copy(replica.store, archive.log.lines())


def extend_copy(store: Store, lines: Iterator[bytes]) -> bool:
    """Add what a store's copy of the log lacks of its ``lines``. Returns False when it is no beginning of them.

    A part of a line that a crash left there is completed. Raises OSError, and STORE_FULL and its kin.
    """
    rest, at = _lacking(store, lines)
    first = next(rest, b"")
    if first:
        store.extend_note(LOG_NOTE, at, chain([first], rest))
    return at >= 0


def _lacking(store: Store, lines: Iterator[bytes]) -> tuple[Iterator[bytes], int]:
    """Return what a store's copy of the log lacks, and how long that copy is: -1 when it is another log."""
    try:
        note = store.note(LOG_NOTE)
    except FileNotFoundError:
        return lines, 0
    size = 0
    with note as there:
        for line in lines:
            found = there.read(len(line))
            size += len(found)
            if not line.startswith(found):
                return iter(()), -1
            if len(found) < len(line):
                return chain([line[len(found) :]], lines), size
        return iter(()), -1 if there.read(1) else size
