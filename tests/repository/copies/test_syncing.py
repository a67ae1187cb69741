"""Bringing a copy up to date: verified, resumable, and the same again changes nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.bag import validate_bag
from fonds.packaging.digest import copy_handle
from fonds.repository.archive import COPYING, Archive
from fonds.repository.copies import replicate as replicating
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.place import MARKER
from fonds.repository.copies.sync import Synced, SyncProgress, SyncResult
from fonds.repository.copies.sync import sync as run_sync
from fonds.repository.ports.catalogue import Check, Problem
from fonds.repository.ports.copies import FAILED, VERIFIED, Copy
from fonds.repository.rebuild import rebuild
from fonds.repository.recovery import changing
from fonds.repository.versions import Change, describe_anew
from tests.disks import small_disk
from tests.repository.copies.conftest import opened

NOTES = {"README.txt", MARKER, "_audit-log"}


@pytest.fixture
def copy(archive: Archive, tmp_path: Path) -> Copy:
    return add_copy(archive, str(tmp_path / "bản sao"), "nas", "NAS", "tester").copy


@pytest.fixture
def place(copy: Copy) -> Path:
    return Path(copy.url.removeprefix("file://"))


def sync(archive: Archive, *names: str) -> SyncResult:
    return run_sync(archive, names, agent="lan")


def only(result: SyncResult) -> Synced:
    (one,) = result.copies
    return one


def content(root: Path) -> dict[str, bytes]:
    """Every file of every package below a store."""
    found = {path.relative_to(root).as_posix(): path for path in root.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if name.split("/")[0] not in NOTES}


def retitle(archive: Archive, title: str) -> str:
    """Give the first dossier a new version; returns its OBJID."""
    aip = next(aip for aip in archive.holdings.aips() if not aip.of_fonds)

    def edit(record: DossierRecord) -> DossierRecord:
        values = {**record.dossier.values, "title": Value(title)}
        return replace(record, dossier=replace(record.dossier, values=values))

    with changing(archive, "tester"):
        describe_anew(archive, aip, edit, Change("metadata modification", "x", "tester"))
    return aip.objid


def test_a_copy_becomes_what_the_store_is(archive: Archive, place: Path) -> None:
    shown: list[SyncProgress] = []
    result = run_sync(archive, [], agent="lan", progress=shown.append)
    assert result.complete
    assert (only(result).packages, only(result).failed, only(result).error) == (4, [], None)
    assert content(place) == content(archive.root / "store")
    assert only(result).bytes == sum(map(len, content(place).values())) == shown[-1].bytes == shown[-1].total_bytes
    assert not list(place.glob(".tmp-*"))
    for location in archive.store.locations():
        assert validate_bag(place / location, workers=0).valid
    assert (place / "_audit-log" / "audit.jsonl").read_bytes() == (
        archive.root / "store" / "_audit-log" / "audit.jsonl"
    ).read_bytes()


def test_every_package_is_written_down(archive: Archive, copy: Copy) -> None:
    sync(archive)
    rows = [row for row in archive.log.rows() if row.action == "replication"]
    aips = list(archive.holdings.packages())
    assert {row.subject for row in rows} == {aip.objid for aip in aips}
    for row in rows:
        aip = archive.holdings.aip(row.subject)
        assert aip is not None
        assert (row.agent, row.outcome, row.detail["copy"], row.detail["url"]) == ("lan", "success", "nas", copy.url)
        assert (row.detail["manifest"], row.detail["tagmanifest"]) == (aip.manifest, aip.tagmanifest)
        (entry,) = archive.copies.entries(aip.objid, 1)
        assert (entry.state, entry.verified) == (VERIFIED, row.when)
        assert entry.due > entry.verified
    assert archive.log.verify().broken_at == 0


def test_again_changes_nothing(archive: Archive, place: Path) -> None:
    sync(archive)
    before = {path: path.stat().st_mtime_ns for path in place.rglob("*") if "_audit-log" not in str(path)}
    rows = len(list(archive.log.rows()))
    result = sync(archive)
    assert result.complete
    assert only(result).packages == 0
    after = {path: path.stat().st_mtime_ns for path in place.rglob("*") if "_audit-log" not in str(path)}
    assert after.keys() == before.keys()
    assert {path for path in after if after[path] != before[path]} <= {place}
    assert len(list(archive.log.rows())) == rows


def test_versions_share_their_bytes_as_they_do_in_the_store(archive: Archive, place: Path) -> None:
    sync(archive)
    objid = retitle(archive, "Tiêu đề khác")
    assert sync(archive).complete
    assert content(place) == content(archive.root / "store")
    aips = [archive.holdings.aip(objid, number) for number in (1, 2)]
    for path in archive.holdings.digests(objid, 2):
        sides = []
        for root in (archive.root / "store", place):
            files = [root / aip.location / path for aip in aips if aip]
            sides.append(all(file.exists() for file in files) and files[0].samefile(files[1]))
        assert sides[1] or not sides[0], path
    assert any("0001.jpg" in path for path in archive.holdings.digests(objid, 2))


@pytest.mark.parametrize("first", ["older", "newer"])
def test_a_copy_that_is_filled_late_shares_too(archive: Archive, place: Path, first: str) -> None:
    objid = retitle_without(archive, place) if first == "older" else retitle(archive, "Tiêu đề khác")
    assert sync(archive).complete
    pages = [path for path in place.rglob("0001.jpg") if objid in str(path)]
    assert len(pages) == 2
    assert pages[0].samefile(pages[1])
    rows = [row for row in archive.log.rows() if row.action == "replication" and row.subject == objid]
    assert [bool(row.detail["linked"]) for row in rows] == [False, True]


def test_nothing_is_linked_to_what_an_audit_found_damaged(archive: Archive, place: Path) -> None:
    sync(archive)
    objid = retitle_without(archive, place)
    page = next(path for path in place.rglob("v1/*/data/representations/rep1/data/0001.jpg") if objid in str(path))
    page.write_bytes(b"rotten")
    path = "data/representations/rep1/data/0001.jpg"
    run = archive.fixity.begin("all")
    archive.fixity.record(
        run, Check(objid, 1, "nas", "2026-01-01T00:00:00.000+00:00", "problem"),
        [Problem(objid, 1, "nas", path, "digest", "", "")], files=1, size=1,
    )  # fmt: skip
    assert sync(archive).complete
    new = next(one for one in place.rglob("v2/*/data/representations/rep1/data/0001.jpg") if objid in str(one))
    assert not new.samefile(page)
    assert new.read_bytes() != b"rotten"


def retitle_without(archive: Archive, place: Path) -> str:
    """Make a new version while the copy is out of reach."""
    away = place.with_name("away")
    place.rename(away)
    objid = retitle(archive, "Tiêu đề khác")
    away.rename(place)
    return objid


# --- what was left half done ------------------------------------------------------------------------------------------


def test_an_interrupt_leaves_nothing_half_made(archive: Archive, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0

    def stop(handle: int, target: Path) -> tuple[int, str]:
        nonlocal count
        count += 1
        if count == 20:
            raise KeyboardInterrupt
        return copy_handle(handle, target)

    monkeypatch.setattr(replicating, "copy_handle", stop)
    with pytest.raises(KeyboardInterrupt):
        sync(archive)
    assert not list(place.glob(".tmp-*"))
    done = archive.copies.summaries()[0].packages
    assert 0 < done < 4
    result = sync(archive)
    assert only(result).packages == 4 - done
    assert content(place) == content(archive.root / "store")


def test_what_was_published_and_not_written_down_is_read_and_counts(
    archive: Archive, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(replicating, "_written_down", killed)
        with pytest.raises(KeyboardInterrupt):
            sync(archive)
    (package,) = [path.parent for path in place.rglob("bagit.txt")]
    inode = package.stat().st_ino
    assert sync(archive).complete
    assert package.stat().st_ino == inode
    assert len([row for row in archive.log.rows() if row.action == "replication"]) == 4


def test_dead_stages_are_removed(archive: Archive, place: Path) -> None:
    (place / ".tmp-dead" / "content").mkdir(parents=True)
    sync(archive)
    assert not (place / ".tmp-dead").exists()


def test_two_at_once(archive: Archive, copy: Copy) -> None:
    with archive.lock(COPYING), pytest.raises(FondsError) as caught:
        sync(archive)
    assert (caught.value.code, caught.value.data["purpose"]) == ("REPOSITORY_LOCKED", "copies")
    with archive.lock("ingest"):
        assert sync(archive).complete


# --- what is wrong ----------------------------------------------------------------------------------------------------


def test_what_is_damaged_in_the_store_is_not_passed_on(archive: Archive, place: Path) -> None:
    page = next((archive.root / "store").rglob("0001.jpg"))
    page.write_bytes(page.read_bytes()[:-1] + b"!")
    result = sync(archive)
    assert not result.complete
    assert only(result).packages == 3
    ((location, error),) = only(result).failed
    assert error.code == "COPY_SOURCE_DAMAGED"
    assert page.is_relative_to(archive.root / "store" / location)
    assert not (place / location).exists()
    (entry,) = archive.copies.entries(location.rpartition("/")[2], 1)
    assert (entry.state, entry.reason) == (FAILED, "COPY_SOURCE_DAMAGED")
    assert [row.outcome for row in archive.log.rows() if row.action == "replication"].count("failure") == 1


def test_a_manifest_that_was_forged_with_its_file_is_not_passed_on(archive: Archive, place: Path) -> None:
    manifest = next((archive.root / "store").rglob("manifest-sha256.txt"))
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    assert [error.code for _, error in only(sync(archive)).failed] == ["COPY_SOURCE_DAMAGED"]


def test_a_file_that_is_missing_in_the_store(archive: Archive, copy: Copy) -> None:
    next((archive.root / "store").rglob("0001.jpg")).unlink()
    assert [error.code for _, error in only(sync(archive)).failed] == ["COPY_SOURCE_DAMAGED"]


def test_another_package_in_its_place_is_never_overwritten(archive: Archive, place: Path) -> None:
    location = next(archive.store.locations())
    (place / location).mkdir(parents=True)
    (place / location / "bagit.txt").write_text("other")
    result = sync(archive)
    assert [(where, error.code) for where, error in only(result).failed] == [(location, "COPY_DIFFERS")]
    assert only(result).packages == 3
    assert [path.name for path in (place / location).iterdir()] == ["bagit.txt"]


def test_a_read_back_that_differs_is_believed(archive: Archive, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicating, "hash_file", lambda *_, **__: (1, "00" * 32))
    result = sync(archive)
    assert only(result).error is not None
    assert only(result).error.code == "STORE_FAILED"  # type: ignore[union-attr]  # asserted just above
    assert not content(place)
    assert not list(place.glob(".tmp-*"))


def test_a_full_disk(archive: Archive) -> None:
    with small_disk(megabytes=1, inodes=1000) as disk:
        add_copy(archive, str(disk), "small", "", "tester")
        result = sync(archive)
        assert only(result).error is not None
        assert only(result).error.code == "STORE_FULL"  # type: ignore[union-attr]  # asserted just above
        assert not list(disk.glob(".tmp-*"))
        (summary,) = archive.copies.summaries()
        assert (summary.failed, summary.lacking) == (1, 4)


def test_a_disk_that_gets_full_in_the_middle(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicating, "_SPARE_BYTES", -1_000_000_000)
    with small_disk(megabytes=8, inodes=45) as disk:
        add_copy(archive, str(disk), "small", "", "tester")
        result = sync(archive)
        assert only(result).error is not None
        assert only(result).error.code == "STORE_FULL"  # type: ignore[union-attr]  # asserted just above
        assert 0 < only(result).packages < 4
        assert not list(disk.glob(".tmp-*"))
        for package in (path.parent for path in disk.rglob("bagit.txt")):
            assert validate_bag(package, workers=0).valid
        assert archive.copies.summaries()[0].packages == only(result).packages


def test_one_copy_does_not_hold_up_another(archive: Archive, copy: Copy, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), "a", "", "tester")
    shutil.rmtree(tmp_path / "a")
    result = sync(archive)
    assert {one.copy.name: one.packages for one in result.copies} == {"a": 0, "nas": 4}
    assert not result.complete
    assert sync(archive, "nas").complete


@pytest.fixture
def memory() -> Iterator[Path]:
    """A folder on another file system than that of the tests."""
    if not os.access("/dev/shm", os.W_OK):
        pytest.skip("/dev/shm is not there or cannot be written")
    with tempfile.TemporaryDirectory(dir="/dev/shm") as name:
        yield Path(name)


def test_a_copy_on_another_file_system(archive: Archive, memory: Path) -> None:
    add_copy(archive, str(memory / "bản sao"), "bộ nhớ", "RAM", "tester")
    assert sync(archive).complete
    retitle(archive, "Tiêu đề khác")
    assert content(memory / "bản sao") == content(archive.root / "store")


# --- rebuild ----------------------------------------------------------------------------------------------------------


def states(archive: Archive) -> list[object]:
    known = [archive.copies.entries(aip.objid, aip.version) for aip in archive.holdings.packages()]
    return [list(archive.copies.copies()), known]


def test_a_rebuild_finds_the_copies_again(archive: Archive, copy: Copy) -> None:
    sync(archive)
    retitle(archive, "Tiêu đề khác")
    before = states(archive)
    archive.copies.clear()
    assert rebuild(archive, agent="tester", index=False, access=False).unseen == []
    assert states(archive) == before


def test_a_rebuild_believes_the_log_of_a_copy_that_is_out_of_reach(archive: Archive, place: Path) -> None:
    sync(archive)
    before = states(archive)
    place.rename(place.with_name("away"))
    assert rebuild(archive, agent="tester", index=False, access=False).unseen == ["nas"]
    assert states(archive) == before


def test_a_rebuild_sees_what_a_copy_has_lost(archive: Archive, place: Path) -> None:
    sync(archive)
    first, second, *_ = archive.store.locations()
    shutil.rmtree(place / first)
    (place / second / "manifest-sha256.txt").write_text("other")
    rebuild(archive, agent="tester", index=False, access=False)
    lacking = {aip.location for aip in archive.copies.lacking("nas")}
    assert lacking == {first, second}
    result = sync(archive)
    assert [(where, error.code) for where, error in only(result).failed] == [(second, "COPY_DIFFERS")]
    assert (place / first).is_dir()


def test_one_copy_alone_makes_the_repository_again(archive: Archive, place: Path, tmp_path: Path) -> None:
    retitle(archive, "Tiêu đề khác")
    sync(archive)
    root = tmp_path / "lost and found"
    shutil.copytree(place, root / "store")
    (root / "log").mkdir()
    shutil.copy(root / "store" / "_audit-log" / "audit.jsonl", root / "log" / "audit-2026.jsonl")
    (root / "fonds.toml").write_text("format = 1\n")
    again = opened(root)
    result = rebuild(again, agent="tester", access=False)
    assert (result.packages, result.unreadable) == (5, [])
    assert again.holdings.packages() == archive.holdings.packages()
    assert again.log.verify().broken_at == 0
    assert again.copies.copies() == archive.copies.copies()
    assert again.copies.summaries()[0].lacking == 0
