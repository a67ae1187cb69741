"""A dossier counts as stored when its package lies, verified, in as many copies as the policy asks for. Not before."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.metadata.ids import fonds_id
from fonds.packaging.bag import validate_bag
from fonds.repository import storing
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.copies import replicate as replicating
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.settle import CopiesLackingError
from fonds.repository.copies.sync import sync
from fonds.repository.ingest import ingest
from fonds.repository.ports.copies import VERIFIED
from fonds.repository.rebuild import rebuild
from fonds.repository.recovery import changing, recover
from fonds.repository.redelivery import Again, Redelivery
from fonds.repository.waiting import waiting
from fonds.repository.work import work
from tests.disks import small_disk
from tests.factories import SAMPLE, make_delivery
from tests.repository.copies.conftest import opened, take
from tests.repository.copies.test_syncing import content, retitle

CODES = [row.code for row in SAMPLE]
FONDS = fonds_id("H99.12.P01")


@pytest.fixture
def place(empty: Archive, tmp_path: Path) -> Path:
    """The one copy of the empty repository that needs it."""
    add_copy(empty, str(tmp_path / "bản sao"), "nas", "", "tester")
    return tmp_path / "bản sao"


@pytest.fixture
def away(place: Path) -> Path:
    """The same, out of reach: where it is now."""
    return place.rename(place.with_name("away"))


def is_sound(archive: Archive) -> None:
    """Everything is held once, whole, in both places, and nothing is left."""
    assert archive.holdings.totals()["dossiers"] == len(SAMPLE)
    assert waiting(archive) == []
    found = audit(archive, agent="tester", scope=ALL)
    assert (found.run.complete, found.problems, found.unknown) == (True, [], [])
    assert archive.copies.below(2) == 0
    assert content(Path(archive.copies.copies()[0].url.removeprefix("file://"))) == content(archive.root / "store")
    assert archive.log.verify().broken_at == 0
    assert not archive.jobs.recent(kind="ingest", state="running").items


def test_what_is_in_all_copies_counts(empty: Archive, place: Path, delivery: Path) -> None:
    result = take(empty, delivery)
    assert ([one.code for one in result.ingested], result.waiting) == (CODES, [])
    for one in result.ingested:
        (entry,) = empty.copies.entries(one.objid, 1)
        assert entry.state == VERIFIED
    order = [row.action for row in empty.log.rows() if row.subject == result.ingested[0].objid]
    assert order == ["ingest", "replication"]
    is_sound(empty)


def test_the_catalogue_row_comes_after_the_copy(
    empty: Archive, place: Path, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bool] = []

    def look(archive: Archive, replica: object, aip: object, linked: int, agent: str) -> None:
        seen.append(archive.holdings.totals()["dossiers"] == len(seen))
        assert validate_bag(place / aip.location, workers=0).valid  # type: ignore[attr-defined]  # an Aip
        real(archive, replica, aip, linked, agent)  # type: ignore[arg-type]  # handed on as they came

    real = replicating._written_down
    monkeypatch.setattr(replicating, "_written_down", look)
    take(empty, delivery)
    assert seen[:3] == [True] * 3


def test_without_the_copy_a_dossier_waits_and_is_not_held(empty: Archive, away: Path, delivery: Path) -> None:
    result = take(empty, delivery)
    assert (result.ingested, result.blocked, result.errors) == ([], [], 0)
    assert [(one.code, one.have, one.required, dict(one.why)) for one in result.waiting] == [
        (code, 1, 2, {"nas": "COPY_UNREACHABLE"}) for code in CODES
    ]
    assert empty.holdings.totals()["dossiers"] == 0
    assert empty.holdings.find_code(CODES[0]) is None
    jobs = waiting(empty)
    assert [job.subject for job in jobs] == CODES
    assert {job.reason for job in jobs} == {"COPIES_LACKING 1/2 (nas: COPY_UNREACHABLE)"}
    assert len(list(empty.store.locations())) == len(SAMPLE)
    found = audit(empty, agent="tester", scope=ALL)
    assert found.unknown == []
    assert not away.with_name("bản sao").exists()


def test_the_same_delivery_again_adds_nothing_and_ends_it_when_the_copy_is_back(
    empty: Archive, away: Path, delivery: Path
) -> None:
    first = take(empty, delivery)
    places = list(empty.store.locations())
    again = take(empty, delivery)
    assert [one.code for one in again.waiting] == [one.code for one in first.waiting]
    assert list(empty.store.locations()) == places
    assert len(waiting(empty)) == len(SAMPLE)
    away.rename(away.with_name("bản sao"))
    last = take(empty, delivery)
    assert ([one.code for one in last.ingested], last.waiting) == (CODES, [])
    assert [place for place in empty.store.locations() if "_fonds" not in place] == places
    is_sound(empty)
    assert [one.code for one in take(empty, delivery).unchanged] == CODES


def test_syncing_ends_it_too(empty: Archive, away: Path, delivery: Path) -> None:
    take(empty, delivery)
    result = sync(empty, [], agent="tester")
    assert (result.finished, result.waiting, result.complete) == (0, 3, False)
    away.rename(away.with_name("bản sao"))
    result = sync(empty, [], agent="tester")
    assert (result.finished, result.waiting, result.complete) == (3, 0, True)
    is_sound(empty)
    work(empty, stopped=lambda: False)
    assert empty.holdings.aip(FONDS) is not None
    is_sound(empty)


def test_another_copy_ends_it_as_well(empty: Archive, away: Path, delivery: Path, tmp_path: Path) -> None:
    take(empty, delivery)
    add_copy(empty, str(tmp_path / "new"), "new", "", "tester")
    result = sync(empty, ["new"], agent="tester")
    assert (result.finished, result.complete) == (3, True)
    assert empty.holdings.totals()["dossiers"] == 3
    assert {one.copy.name: one.lacking > 0 for one in empty.copies.summaries()} == {"nas": True, "new": False}


def test_with_enough_copies_the_lacking_one_only_lags(empty: Archive, place: Path, delivery: Path) -> None:
    relaxed = opened(empty.root, required=1)
    place.rename(place.with_name("away"))
    result = take(relaxed, delivery)
    assert ([one.code for one in result.ingested], result.waiting) == (CODES, [])
    (summary,) = relaxed.copies.summaries()
    assert summary.lacking == 4
    assert relaxed.copies.below(2) == 4
    place.with_name("away").rename(place)
    assert sync(relaxed, [], agent="tester").complete
    is_sound(relaxed)


def test_a_policy_without_a_copy_lets_nothing_count(empty: Archive, delivery: Path, tmp_path: Path) -> None:
    result = take(empty, delivery)
    assert [(one.have, one.required, dict(one.why)) for one in result.waiting] == [(1, 2, {})] * 3
    add_copy(empty, str(tmp_path / "first"), "first", "", "tester")
    assert sync(empty, [], agent="tester").finished == 3


def test_a_full_copy_is_a_reason_to_wait(empty: Archive, delivery: Path) -> None:
    with small_disk(megabytes=1, inodes=1000) as disk:
        add_copy(empty, str(disk), "small", "", "tester")
        result = take(empty, delivery)
        assert {why for one in result.waiting for why in one.why.values()} == {"STORE_FULL"}
        assert not list(disk.glob(".tmp-*"))


def test_a_rebuild_leaves_what_waits_waiting(empty: Archive, away: Path, delivery: Path) -> None:
    take(empty, delivery)
    result = rebuild(empty, agent="tester", index=False, access=False)
    assert result.packages == 0
    assert empty.holdings.totals()["dossiers"] == 0
    assert len(waiting(empty)) == 3


# --- versions and fonds -----------------------------------------------------------------------------------------------


@pytest.fixture
def filled(archive: Archive, tmp_path: Path) -> Archive:
    """The sample repository with a full copy that its packages need."""
    strict = opened(archive.root, required=2)
    add_copy(strict, str(tmp_path / "bản sao"), "nas", "", "tester")
    assert sync(strict, [], agent="tester").complete
    return strict


def test_a_version_waits_and_the_old_one_is_what_is_held(filled: Archive, tmp_path: Path) -> None:
    (tmp_path / "bản sao").rename(tmp_path / "away")
    with pytest.raises(CopiesLackingError) as caught:
        retitle(filled, "Tiêu đề khác")
    assert (caught.value.code, caught.value.exit_code) == ("COPIES_LACKING", 1)
    (job,) = waiting(filled)
    objid = str(job.detail["location"]).rpartition("/")[2]
    held = filled.holdings.aip(objid)
    assert held is not None
    assert held.version == 1
    with pytest.raises(FondsError) as again:
        retitle(filled, "Tiêu đề khác nữa")
    assert again.value.code == "VERSION_WAITING"
    (tmp_path / "away").rename(tmp_path / "bản sao")
    assert sync(filled, [], agent="tester").complete
    held = filled.holdings.aip(objid)
    assert held is not None
    assert held.version == 2
    retitle(filled, "Tiêu đề khác nữa")
    is_sound(filled)


def test_what_waits_holds_up_nobody_else(filled: Archive, tmp_path: Path) -> None:
    (tmp_path / "bản sao").rename(tmp_path / "away")
    with pytest.raises(CopiesLackingError):
        retitle(filled, "Tiêu đề khác")
    (tmp_path / "away").rename(tmp_path / "bản sao")
    more = make_delivery(tmp_path / "more", [replace(SAMPLE[0], code="H99.12.P01.1970.09")])
    assert len(ingest(filled, more, agent="tester").ingested) == 1
    assert len(waiting(filled)) == 1
    with changing(filled, "tester"):
        assert waiting(filled) == []
    assert filled.copies.below(2) == 0


def test_a_dossier_that_comes_again_waits(filled: Archive, tmp_path: Path) -> None:
    (tmp_path / "bản sao").rename(tmp_path / "away")
    source = make_delivery(tmp_path / "again", [replace(SAMPLE[0], title="Tiêu đề đúng"), *SAMPLE[1:]])
    how = Redelivery(Again.REPLACE)
    result = ingest(filled, source, agent="tester", held=how)
    assert [(one.code, one.version) for one in result.waiting] == [(CODES[0], 2)]
    assert (result.updated, len(result.unchanged)) == ([], 2)
    (tmp_path / "away").rename(tmp_path / "bản sao")
    again = ingest(filled, source, agent="tester", held=how)
    assert [(one.code, one.version) for one in again.ingested] == [(CODES[0], 2)]
    is_sound(filled)


def test_the_package_of_the_fonds_waits_too(filled: Archive, tmp_path: Path) -> None:
    retitle(filled, "Tiêu đề khác")
    (tmp_path / "bản sao").rename(tmp_path / "away")
    before = filled.holdings.aip(FONDS)
    with pytest.raises(CopiesLackingError):
        work(filled, stopped=lambda: False)
    assert filled.holdings.aip(FONDS) == before
    assert len(waiting(filled)) == 1
    with pytest.raises(CopiesLackingError):
        work(filled, stopped=lambda: False)
    assert len(waiting(filled)) == 1
    (tmp_path / "away").rename(tmp_path / "bản sao")
    work(filled, stopped=lambda: False)
    after = filled.holdings.aip(FONDS)
    assert after is not None
    assert before is not None
    assert after.version == before.version + 1
    is_sound(filled)


# --- crashes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("at", ["copy_handle", "hash_file", "_written_down"])
def test_what_a_crash_left_is_ended_by_the_next_run(
    empty: Archive, place: Path, delivery: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(replicating, at, killed)
        patch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
        with pytest.raises(KeyboardInterrupt):
            take(empty, delivery)
    assert empty.holdings.totals()["dossiers"] == 0
    (job,) = empty.jobs.recent(kind="ingest", state="running").items
    assert empty.store.exists(str(job.detail["location"]))
    result = take(empty, delivery)
    assert (len(result.unchanged), len(result.ingested)) == (1, 2)
    is_sound(empty)
    assert not list(place.glob(".tmp-*"))


def test_an_interrupt_does_not_begin_to_copy(
    empty: Archive, place: Path, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(replicating, "copy_handle", interrupted)
        with pytest.raises(KeyboardInterrupt):
            take(empty, delivery)
    (job,) = waiting(empty)
    assert job.reason == "COPIES_LACKING 1/2 (nas: INTERRUPTED)"
    take(empty, delivery)
    is_sound(empty)


def test_an_interrupt_with_enough_copies_takes_it_in(
    empty: Archive, place: Path, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    relaxed = opened(empty.root, required=1)
    with monkeypatch.context() as patch:
        patch.setattr(storing, "settle", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            take(relaxed, delivery)
    assert relaxed.holdings.totals()["dossiers"] == 1
    assert relaxed.copies.summaries()[0].lacking == 1
    take(relaxed, delivery)
    sync(relaxed, [], agent="tester")
    is_sound(relaxed)


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_package_that_waits_and_got_damaged_is_told(empty: Archive, away: Path, delivery: Path) -> None:
    take(empty, delivery)
    jobs = waiting(empty)
    page = next((empty.root / "store" / str(jobs[0].detail["location"])).rglob("0001.jpg"))
    page.write_bytes(b"rotten")
    away.rename(away.with_name("bản sao"))
    result = sync(empty, [], agent="tester")
    assert (result.finished, result.waiting) == (2, 1)
    (job,) = waiting(empty)
    assert job.reason == "COPIES_LACKING 1/2 (nas: COPY_SOURCE_DAMAGED)"


def test_recover_finds_nothing_in_a_sound_repository(empty: Archive, place: Path, delivery: Path) -> None:
    take(empty, delivery)
    assert recover(empty, "tester") == []
    shutil.rmtree(place)
    assert recover(empty, "tester") == []
