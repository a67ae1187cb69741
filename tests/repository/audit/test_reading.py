"""How it is read: small dossiers together, a large one shared out, and the same is found either way."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, Pace, audit
from fonds.repository.audit import readers as readers_module
from fonds.repository.audit import taking as taking_module
from fonds.repository.audit.readers import Shelf
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.backends.inline_executor import InlineExecutor
from fonds.repository.backends.process_pool import process_pool
from fonds.repository.fixity import Sealed
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.ports.store import StoredFile
from tests.repository.audit.conftest import PACKAGES, Clock, packages


@pytest.fixture(autouse=True)
def _never_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the smallest work be that of the executor."""
    monkeypatch.setattr(readers_module, "AT_HOME_FILES", 0)


class Counting(InlineExecutor):
    """Counts the work that it is given, but for what only starts the processes."""

    def __init__(self) -> None:
        super().__init__()
        self.work: list[str] = []

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:  # noqa: ANN401 - as they come
        if fn is not os.getpid:
            self.work.append(fn.__name__)
        return super().submit(fn, *args, **kwargs)


def counting(archive: Archive) -> tuple[Archive, Counting]:
    executor = Counting()

    @contextmanager
    def give() -> Iterator[Executor]:
        yield executor

    return replace(archive, executor=give), executor


def dossier(archive: Archive) -> Aip:
    return next(aip for aip in packages(archive) if not aip.of_fonds)


def damage(archive: Archive) -> Path:
    """Damage one dossier in five ways; returns its folder."""
    folder = archive.root / "store" / dossier(archive).location
    page = next(folder.rglob("*.jpg"))
    content = bytearray(page.read_bytes())
    content[100] ^= 1
    page.write_bytes(bytes(content))
    (folder / "data/METS.xml").write_bytes((folder / "data/METS.xml").read_bytes()[:-10])
    next((folder / "data/metadata/descriptive").iterdir()).unlink()
    (folder / "data/stray").write_bytes(b"x")
    (folder / "bagit.txt").unlink()
    (folder / "bagit.txt").symlink_to("bag-info.txt")
    return folder


def share_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every dossier count as a large one."""
    monkeypatch.setattr(readers_module, "_MANY", 1)
    monkeypatch.setattr(taking_module, "_DOSSIERS", 1)


def found(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(one.path.rpartition("/")[2], one.result) for one in problems]


RESULTS = ["extra", "unreadable", "size", "missing", "digest"]


def test_little_work_is_done_at_home_unless_it_is_slowed_down(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    damage(archive)
    watched, executor = counting(archive)
    result = audit(watched, agent="tester", scope=ALL)
    assert (result.run.packages, executor.work) == (PACKAGES, [])
    assert sorted(problem.result for problem in result.problems) == sorted(RESULTS)
    clock = Clock()
    slow = Pace(rate=1_000_000, clock=clock, sleep=clock.sleep)
    assert list(audit(watched, agent="tester", scope=ALL, pace=slow).problems) == list(result.problems)
    assert executor.work == ["check_dossiers"]


def test_small_dossiers_are_one_piece_of_work(archive: Archive) -> None:
    watched, executor = counting(archive)
    assert audit(watched, agent="tester", scope=ALL).run.packages == PACKAGES
    assert executor.work == ["check_dossiers"]


def test_what_is_read_slowly_is_told_dossier_by_dossier(archive: Archive) -> None:
    watched, executor = counting(archive)
    clock, seen = Clock(), list[int]()
    pace = Pace(rate=1_000, clock=clock, sleep=clock.sleep)
    audit(watched, agent="tester", scope=ALL, pace=pace, progress=lambda now: seen.append(now.packages))
    assert executor.work == ["check_dossiers"] * PACKAGES
    assert seen == list(range(1, PACKAGES + 1))


@pytest.mark.parametrize("files", [1, 3, 1000])
def test_a_large_dossier_is_shared_out_and_the_same_is_found(
    archive: Archive, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    damage(archive)
    whole = list(audit(archive, agent="tester", scope=ALL).problems)
    assert sorted(one.result for one in whole) == sorted(RESULTS)
    watched, executor = counting(archive)
    share_out(monkeypatch)
    monkeypatch.setattr(readers_module, "BATCH_FILES", files)
    shared = audit(watched, agent="tester", scope=ALL)
    assert set(executor.work) == {"read_all"}
    batches = sum(-(-_readable(archive, aip) // files) for aip in packages(archive))
    assert len(executor.work) == batches
    assert list(shared.problems) == whole
    before, _ = archive.fixity.runs().items[::-1]
    assert (shared.run.files, shared.run.bytes) == (before.files, before.bytes)


def _readable(archive: Archive, aip: Aip) -> int:
    expected = {*archive.holdings.digests(aip.objid, aip.version), "manifest-sha256.txt", "tagmanifest-sha256.txt"}
    return len({file.path for file in archive.store.files(aip.location)} & expected)


def test_a_large_dossier_that_is_gone_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    share_out(monkeypatch)
    aip = dossier(archive)
    shutil.rmtree(archive.root / "store" / aip.location)
    (problem,) = audit(archive, agent="tester", package=aip.objid).problems
    assert (problem.path, problem.result) == ("", "missing")


class Torn(FilesystemStore):
    """A store with a folder that can be listed only in part."""

    torn = ""

    def files(self, location: str) -> Iterator[StoredFile]:
        yield from islice(super().files(location), 3 if location == self.torn else None)
        if location == self.torn:
            raise OSError(errno.EIO, "Input/output error")


def test_bytes_shared_with_a_version_that_cannot_be_listed_are_read_all_the_same(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers_module, "_MANY", 1)
    first = dossier(archive)
    second = replace(first, version=2, location=first.location.replace("/v1/", "/v2/"))
    store = Torn(archive.root / "store")
    store.torn = first.location
    shutil.copytree(store.root / first.location, store.root / second.location, copy_function=os.link)
    sealed = [Sealed(one, *archive.holdings.contents(first.objid, 1)) for one in (first, second)]
    found = list(readers_module.flow(InlineExecutor(), Shelf(store, "main"), [[sealed]], 1, lambda: None))
    (torn, whole) = found[0]
    assert [(one.path, one.result, one.actual) for one in torn.problems] == [("", "unreadable", "Input/output error")]
    assert (whole.problems, whole.files) == ((), first.files)


def test_worker_processes_find_the_same(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    damage(archive)
    outside = replace(archive, executor=partial(process_pool, 2))
    one = audit(outside, agent="tester", scope=ALL)
    share_out(monkeypatch)
    other = audit(outside, agent="tester", scope=ALL)
    assert sorted(problem.result for problem in one.problems) == sorted(RESULTS)
    assert sorted(found(list(one.problems))) == sorted(found(list(other.problems)))


def test_a_truncated_file_is_told_by_its_size(archive: Archive) -> None:
    aip = dossier(archive)
    page = next((archive.root / "store" / aip.location).rglob("*.jpg"))
    size = page.stat().st_size
    os.truncate(page, size - 5)
    (problem,) = audit(archive, agent="tester", package=aip.objid).problems
    assert (problem.result, problem.expected, problem.actual) == ("size", str(size), str(size - 5))
    assert [one.result for one in archive.fixity.problems().items] == ["size"]


def test_where_the_size_is_not_known_it_is_told_by_its_digest(archive: Archive) -> None:
    aip = dossier(archive)
    digests, sizes = archive.holdings.contents(aip.objid, aip.version)
    assert sizes.keys() == digests.keys()
    with archive.holdings._database.writing() as connection:  # type: ignore[attr-defined]  # as a catalogue of before
        connection.exec_driver_sql("UPDATE contents SET size = -1")
    assert archive.holdings.contents(aip.objid, aip.version) == (digests, {})
    page = next((archive.root / "store" / aip.location).rglob("*.jpg"))
    os.truncate(page, 5)
    (problem,) = audit(archive, agent="tester", package=aip.objid).problems
    assert problem.result == "digest"


def test_all_reading_is_metered(archive: Archive) -> None:
    clock = Clock()
    pace = Pace(rate=1_000_000, clock=clock, sleep=clock.sleep)
    result = audit(archive, agent="tester", scope=ALL, pace=pace)
    elapsed = clock.now - 1000.0
    last = max(aip.bytes for aip in packages(archive))
    assert result.run.bytes <= elapsed * 1_000_000 + last
    assert elapsed <= result.run.bytes / 1_000_000
