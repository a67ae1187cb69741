"""Copying: what changes meanwhile is noticed, all of each file goes to the disk, few handles are held."""

from __future__ import annotations

import errno
import os
import resource
from collections.abc import Callable
from pathlib import Path

import pytest

from fonds.packaging import behind
from fonds.packaging.behind import PIECE, Behind
from fonds.packaging.beneath import Beneath
from fonds.packaging.copying import Copier
from fonds.packaging.hashing import BUFFER


def open_handles() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.fixture
def copier(tmp_path: Path) -> Copier:
    handles = []
    for name in ("from", "to"):
        (tmp_path / name).mkdir()
        handles.append(Beneath(os.open(tmp_path / name, os.O_RDONLY | os.O_DIRECTORY)))
    return Copier(*handles)


def test_many_small_files_hold_few_handles_and_none_in_the_end(copier: Copier, tmp_path: Path) -> None:
    names = [f"{number:03}" for number in range(300)]
    for name in names:
        (tmp_path / "from" / name).write_text(name)
    before = open_handles()
    outcomes = copier.copy(names, ["sha256"], sync=False)
    assert open_handles() - before <= 128
    copier.close()
    assert open_handles() == before
    assert {error for _, _, error, _ in outcomes} == {0}
    assert {path.name: path.read_text() for path in (tmp_path / "to").iterdir()} == {name: name for name in names}


def test_each_part_of_a_large_file_goes_to_the_disk_once(
    copier: Copier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = 5 * PIECE + 12_345
    content = os.urandom(size)
    (tmp_path / "from/a").write_bytes(content)
    begun: list[tuple[int, int]] = []
    left: list[tuple[int, int]] = []
    monkeypatch.setattr(behind, "start_writing_out", lambda _, start, size: begun.append((start, size)))
    monkeypatch.setattr(os, "posix_fadvise", lambda _, start, size, how: left.append((start, size)) if how == 4 else 0)
    copier.copy(["a"], ["sha256"], sync=False)
    whole = [*((number * PIECE, PIECE) for number in range(5)), (5 * PIECE, 12_345)]
    assert begun == whole[:5], "so little as the rest waits for more"
    assert left == begun[: len(left)], "what was written last is still on its way"
    assert 0 < len(left) < len(begun)
    copier.close()
    assert begun == left == whole
    assert (tmp_path / "to/a").read_bytes() == content


def test_a_file_that_cannot_be_written_is_told_and_its_handle_closed(copier: Copier, tmp_path: Path) -> None:
    (tmp_path / "from/a").write_text("a")
    (tmp_path / "to/a").write_text("was here")
    before = open_handles()
    assert [outcome[2:] for outcome in copier.copy(["a", "none"], ["sha256"], sync=False)] == [
        (17, "target"),
        (2, "source"),
    ]
    copier.close()
    assert open_handles() == before
    assert (tmp_path / "to/a").read_text() == "was here"


def test_nothing_of_an_empty_file_is_left_open(tmp_path: Path) -> None:
    before = open_handles()
    trail = Behind()
    trail.end(os.open(tmp_path / "empty", os.O_WRONLY | os.O_CREAT))
    trail.close()
    assert open_handles() == before


def _grown(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"x")


def _cut(path: Path) -> None:
    os.truncate(path, 5)


def _touched(path: Path) -> None:
    path.write_bytes(path.read_bytes()[::-1])
    os.utime(path, ns=(1, 1))


@pytest.mark.parametrize("size", [0, 10, 2 * BUFFER])
@pytest.mark.parametrize("change", [_grown, _cut, _touched])
def test_a_file_that_changes_after_it_was_opened_is_told(
    copier: Copier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, change: Callable[[Path], None]
) -> None:
    source = tmp_path / "from/a"
    source.write_bytes(os.urandom(size))
    opened = Copier._open

    def and_then(self: Copier, path: str) -> tuple[int, os.stat_result]:
        known = opened(self, path)
        change(source)
        return known

    monkeypatch.setattr(Copier, "_open", and_then)
    ((_, digests, error, side),) = copier.copy(["a"], ["sha256"], sync=False)
    assert (digests, error, side) == ((), errno.ESTALE, "source")


def test_a_file_that_cannot_be_written_to_its_end_does_not_spoil_the_next(copier: Copier, tmp_path: Path) -> None:
    contents = {"a": os.urandom(PIECE + 2 * BUFFER), "b": os.urandom(3 * BUFFER)}
    for name, content in contents.items():
        (tmp_path / "from" / name).write_bytes(content)
    before, limits = open_handles(), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (PIECE + BUFFER, limits[1]))
    try:
        first, second = copier.copy(["a", "b"], ["sha256"], sync=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert first[1:] == ((), errno.EFBIG, "target")
    assert (second[0], second[2]) == (3 * BUFFER, 0)
    copier.close()
    assert open_handles() == before
    assert (tmp_path / "to/b").read_bytes() == contents["b"]
