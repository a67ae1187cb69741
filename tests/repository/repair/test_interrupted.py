"""A repair that was cut short: it counts as not done, and the next one goes on; and disks that refuse."""

from __future__ import annotations

import os

import pytest

from fonds.errors import FondsError
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.store import QUARANTINE
from fonds.repository.repair.told import INTENT, REPAIR, unfinished
from tests.repository.repair.world import NAS, OTHER_PAGE, PAGE, World, spoil


class Cut(BaseException):
    """Ends a repair as a kill would: nothing is told any more."""


def test_an_intent_without_a_result_is_gone_on_with(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (PAGE, OTHER_PAGE):
        spoil(world.file(MAIN_COPY, path, aip=world.second))
    world.audit()
    whole, done = FilesystemStore.put_back, list[object]()

    def once(self: FilesystemStore, *given: object) -> None:
        if done:
            raise Cut
        done.append(given)
        whole(self, *given)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(FilesystemStore, "put_back", once)
    with pytest.raises(Cut):
        world.repair()
    monkeypatch.undo()
    assert len(world.wrong()) == 1, "one of the two was done"
    (number,) = unfinished(world.archive)
    assert world.archive.incidents.listed().total == 1
    result = world.repair()
    assert (result.good, result.resumed) == (True, 1)
    assert world.wrong() == []
    assert unfinished(world.archive) == {}
    cut = next(row for row in world.archive.log.rows() if row.action == REPAIR and row.detail["intent"] == number)
    assert (cut.outcome, cut.detail["error"]) == ("failure", "INTERRUPTED")
    assert world.archive.incidents.listed().total == 0
    assert list(world.root(MAIN_COPY).glob(".tmp-*")) == []


def test_a_repair_that_was_done_and_not_told_is_closed_by_the_next(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(world.file(NAS, PAGE, aip=world.second))
    world.audit()

    def cut(*_: object, **__: object) -> None:
        raise Cut

    monkeypatch.setattr("fonds.repository.repair.run.log_result", cut)
    with pytest.raises(Cut):
        world.repair()
    monkeypatch.undo()
    assert world.wrong() == []
    assert world.archive.incidents.listed().total == 1, "nobody has verified it yet"
    assert (world.repair().resumed, world.archive.incidents.listed().total) == (1, 0)
    assert world.audit().good


def test_a_store_that_cannot_be_written_to_is_told_and_nothing_is_half_done(world: World) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write anywhere")
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    before, root = world.wrong(), world.root(MAIN_COPY)
    root.chmod(0o555)
    try:
        result = world.repair()
    finally:
        root.chmod(0o755)
    assert [(name, error.code) for name, error in result.packages[0].errors] == [(MAIN_COPY, "STORE_FAILED")]
    assert world.wrong() == before
    assert not (root / QUARANTINE).exists()
    assert world.repair().good


def test_a_read_only_disk_is_told_and_the_other_places_are_repaired(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    spoil(world.file(NAS, OTHER_PAGE, aip=world.second))
    world.audit()
    whole = FilesystemStore.stage

    def read_only(self: FilesystemStore) -> object:
        if self.root == world.root(MAIN_COPY):
            raise FondsError("STORE_READ_ONLY", path=self.root, reason="read-only")
        return whole(self)

    monkeypatch.setattr(FilesystemStore, "stage", read_only)
    result = world.repair()
    assert [(name, error.code) for name, error in result.packages[0].errors] == [(MAIN_COPY, "STORE_READ_ONLY")]
    assert not result.good
    assert [line.split()[0] for line in world.wrong()] == [MAIN_COPY]
    assert [one.copy for one in world.archive.incidents.listed().items] == [MAIN_COPY]
    rows = [row for row in world.archive.log.rows() if row.action == REPAIR]
    assert sorted((str(row.detail["copy"]), row.outcome) for row in rows) == [(MAIN_COPY, "failure"), (NAS, "success")]
    monkeypatch.undo()
    assert world.repair().good


def test_a_source_that_goes_bad_after_it_was_read_is_not_used(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the reading and the copying a disk may fail: what is copied is compared once more."""
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    whole = FilesystemStore.stage

    def meanwhile(self: FilesystemStore) -> object:
        first = not (world.root(NAS) / "spoilt").exists()
        if first:
            (world.root(NAS) / "spoilt").write_bytes(b"")
            spoil(world.file(NAS, PAGE, aip=world.second))
        return whole(self)

    monkeypatch.setattr(FilesystemStore, "stage", meanwhile)
    result = world.repair()
    (done,) = result.packages[0].done
    assert done.source is not None
    assert done.source.place.name not in {MAIN_COPY, NAS}
    assert [line.split()[0] for line in world.wrong()] == [NAS]


def test_an_intent_comes_before_anything_is_touched(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    whole, seen = FilesystemStore.stage, list[str]()

    def looking(self: FilesystemStore) -> object:
        seen.extend(world.actions(INTENT, REPAIR))
        return whole(self)

    monkeypatch.setattr(FilesystemStore, "stage", looking)
    assert world.repair().good
    assert seen[0] == INTENT
