"""A store's copy of the audit log is added to, and never written over by another log."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.log_copies import LOG_NOTE, extend_copy

LINES = [f"row {number}\n".encode() for number in range(1, 6)]


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(tmp_path / "store")


def kept(store: FilesystemStore) -> bytes:
    with store.note(LOG_NOTE) as there:
        return there.read()


def rows(count: int) -> Iterator[bytes]:
    return iter(LINES[:count])


@pytest.mark.parametrize("before", [0, 1, 3])
def test_a_copy_gets_what_it_lacks(store: FilesystemStore, before: int) -> None:
    assert extend_copy(store, rows(before))
    assert extend_copy(store, rows(5))
    assert kept(store) == b"".join(LINES)


@pytest.mark.parametrize("size", range(1, 18))
def test_a_row_that_a_crash_cut_short_is_completed(store: FilesystemStore, size: int) -> None:
    store.put_note(LOG_NOTE, b"".join(LINES)[:size])
    assert extend_copy(store, rows(5))
    assert kept(store) == b"".join(LINES)


def test_what_is_whole_is_not_written_to(store: FilesystemStore) -> None:
    extend_copy(store, rows(3))
    before = (store.root / LOG_NOTE).stat()
    assert extend_copy(store, rows(3))
    after = (store.root / LOG_NOTE).stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


@pytest.mark.parametrize(
    "there",
    [b"row 1\nrow X\n", b"ROW 1\n", b"".join(LINES) + b"row 6\n", b"".join(LINES) + b"r"],
    ids=["edited", "other", "longer", "longer by a part of a row"],
)
def test_another_log_is_left_as_it_is(store: FilesystemStore, there: bytes) -> None:
    store.put_note(LOG_NOTE, there)
    assert not extend_copy(store, rows(5))
    assert kept(store) == there
