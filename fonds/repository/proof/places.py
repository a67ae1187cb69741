"""Where checkpoints and public keys are kept: in the repository, in the store and in every copy. Only ever added to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress

from fonds.errors import FondsError
from fonds.packaging.durable import disk_errors, make_folder, write_atomically
from fonds.repository.archive import Archive
from fonds.repository.copies.place import reachable
from fonds.repository.ports.store import Store
from fonds.repository.proof.checkpoint import Checkpoint, read_line
from fonds.repository.proof.keys import fingerprint, grouped

CHECKPOINTS_NOTE = "_audit-log/checkpoints.jsonl"
KEYS_NOTE = "_audit-log/public-key.txt"


def own_lines(archive: Archive) -> list[bytes]:
    """Return the lines of the repository's own file of checkpoints, [] where there is none. Raises FondsError."""
    path = archive.checkpoints_file
    with disk_errors(path):
        return path.read_bytes().splitlines() if path.exists() else []


def note_lines(store: Store, name: str) -> list[bytes]:
    """Return the lines of a note, [] where there is none. Raises OSError."""
    try:
        with store.note(name) as source:
            return source.read().splitlines()
    except FileNotFoundError:
        return []


def checkpoints(lines: Iterable[bytes]) -> list[Checkpoint]:
    """Return the checkpoints that lines hold; what is none is passed over here, and told of by ``check_log``."""
    return [found for found in map(read_line, lines) if found is not None]


def key_line(public_key: str) -> bytes:
    """Return how a store tells of a public key: the key, and its fingerprint in groups."""
    return f"{public_key}  {grouped(fingerprint(public_key))}".encode()


def add_checkpoint(archive: Archive, made: Checkpoint) -> None:
    """Add a checkpoint to the repository's own file. Raises STORE_FULL and its kin."""
    path = archive.checkpoints_file
    lines = own_lines(archive)
    with disk_errors(path):
        make_folder(path.parent)
        write_atomically(path, _written([*lines, made.line().rstrip(b"\n")]))


def put_key(store: Store, public_key: str) -> None:
    """Write a public key into a store that may not have it yet. Raises STORE_FULL and its kin, OSError."""
    _add(store, KEYS_NOTE, [key_line(public_key)])


def spread(archive: Archive) -> None:
    """Bring the checkpoints and public keys to the store, and to every copy that can be had and lacks some.

    What lies there stays, whatever it says. Raises STORE_FULL and its kin for the store; a copy that cannot be written
    is left to the next run.
    """
    lines = own_lines(archive)
    with disk_errors(archive.checkpoints_file):
        keys = note_lines(archive.store, KEYS_NOTE)
        keys += [key_line(one.public_key) for one in checkpoints(lines)]
        _bring(archive.store, lines, keys)
    for replica in reachable(archive):
        with suppress(FondsError, OSError):
            _bring(replica.store, lines, keys)


def _bring(store: Store, lines: Sequence[bytes], keys: Sequence[bytes]) -> None:
    _add(store, CHECKPOINTS_NOTE, lines)
    _add(store, KEYS_NOTE, keys)


def _add(store: Store, name: str, lines: Sequence[bytes]) -> None:
    """Write a note with what it lacks of some lines added; nothing is written when it lacks none."""
    there = note_lines(store, name)
    lacking = [line for line in dict.fromkeys(lines) if line not in set(there)]
    if lacking:
        store.put_note(name, _written([*there, *lacking]))


def _written(lines: Iterable[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)
