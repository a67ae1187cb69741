"""The worker processes: the same answers as without them, work spread over them, and an end to them in any case."""

from __future__ import annotations

import hashlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.packaging.bag import validate_bag, write_bag
from fonds.packaging.beneath import Beneath
from fonds.packaging.crew import Batch, Crew
from tests.packaging.bag.making import make


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[int]:
    for number in range(60):
        (tmp_path / f"ệ{number}").write_bytes(b"%d" % number * number)
    handle = os.open(tmp_path, os.O_RDONLY)
    yield handle
    os.close(handle)


def _batches() -> list[Batch]:
    names = [f"ệ{number}" for number in range(60)] + ["missing"]
    return [Batch(names[first : first + 7], ["sha256", "md5"], tag=first) for first in range(0, len(names), 7)]


@pytest.mark.parametrize("workers", [0, 1, 3])
def test_the_same_answers_with_any_number_of_workers(folder: int, workers: int) -> None:
    meanwhile: list[int] = []

    def other_work() -> Iterator[None]:
        for number in range(5):
            meanwhile.append(number)
            yield

    with Crew(workers, folder) as crew:
        found = {
            path: outcome
            for batch, outcomes in crew.run(_batches(), other_work())
            for path, outcome in zip(batch.paths, outcomes, strict=True)
        }
        assert len(crew._all) == workers
    assert meanwhile == list(range(5))
    assert found.pop("missing").error == 2
    for number in range(60):
        content = b"%d" % number * number
        assert found[f"ệ{number}"].size == len(content)
        assert found[f"ệ{number}"].digests == (
            hashlib.sha256(content).hexdigest(),
            hashlib.md5(content).hexdigest(),
        )


def test_little_work_starts_no_process(folder: int) -> None:
    with Crew(2, folder) as crew:
        assert len(list(crew.run(_batches()[:3]))) == 3
        assert crew._all == []
        assert list(crew.run([])) == []


def test_leaving_early_ends_every_process(folder: int) -> None:
    with Crew(2, folder) as crew:
        next(crew.run(_batches()))
        started = list(crew._all)
    assert len(started) == 2
    assert all(process.returncode == -signal.SIGKILL for process in started)


def test_a_killed_worker_is_no_verdict(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bag = make(tmp_path / "bag", {f"{number}": b"x" for number in range(2000)})
    started = Crew._start

    def doomed(crew: Crew) -> None:
        started(crew)
        for process in crew._all:
            process.kill()

    monkeypatch.setattr(Crew, "_start", doomed)
    with pytest.raises(FondsError, match="BAG_NOT_CHECKED"):
        validate_bag(bag, workers=2)
    with pytest.raises(FondsError, match="BAG_WORKER_LOST"):
        write_bag(bag, tmp_path / "copy", workers=2)
    assert [path.name for path in tmp_path.iterdir()] == ["bag"]


def test_large_bags_are_read_by_processes(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag", {f"{number % 7}/{number}": b"%d" % number for number in range(3000)})
    assert validate_bag(bag, workers=2) == validate_bag(bag, workers=0)
    copy = write_bag(bag, tmp_path / "copy", workers=2).bag
    assert validate_bag(copy).valid


def test_nothing_is_opened_through_a_link_or_outside(tmp_path: Path) -> None:
    (tmp_path / "in" / "real").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"s")
    (tmp_path / "in" / "real" / "f").write_bytes(b"f")
    (tmp_path / "in" / "out").symlink_to(tmp_path)
    (tmp_path / "in" / "file").symlink_to(tmp_path / "secret")
    os.mkfifo(tmp_path / "in" / "pipe")
    handle = os.open(tmp_path / "in", os.O_RDONLY)
    with Beneath(handle) as below:
        os.close(below.open_file("real/f"))
        assert below.has_file("real/f")
        for path in ("out/secret", "file", "../secret", "real/../../secret", "/etc/passwd", "pipe", "", "a\0b", "real"):
            assert not below.has_file(path)
            with pytest.raises(OSError, match=r"."):
                below.open_file(path)
        # The folder that was used is swapped for a link: it is the old one that stays open, or nothing.
        (tmp_path / "in" / "real").rename(tmp_path / "in" / "old")
        (tmp_path / "in" / "real").symlink_to(tmp_path)
        with pytest.raises(OSError, match=r"."):
            below.open_file("real/secret")
    os.close(handle)
