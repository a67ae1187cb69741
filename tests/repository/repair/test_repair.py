"""Repair: the sealed bytes again in every place, from a source that was read first, and nothing lost on the way."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.packaging.digest import hash_file
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ingest import ingest
from fonds.repository.ports.copies import FAILED, VERIFIED
from fonds.repository.ports.store import QUARANTINE
from fonds.repository.preservation import preservation
from fonds.repository.rebuild import rebuild
from fonds.repository.repair.told import GIVEN, INTENT, REPAIR
from tests.factories import SAMPLE, make_archive, make_delivery
from tests.repository.repair.world import DISK, NAS, OTHER_PAGE, PAGE, VERSIONS, World, opened, spoil

METS, PREMIS = "data/METS.xml", "data/metadata/preservation/premis.xml"
MANIFEST, TAGMANIFEST = "manifest-sha256.txt", "tagmanifest-sha256.txt"


def all_good(world: World) -> None:
    assert world.wrong() == []
    assert world.audit().good
    assert world.archive.incidents.listed().total == 0
    assert world.archive.fixity.problems().total == 0
    assert world.archive.log.verify().broken_at == 0


def forge(world: World, copy: str) -> None:
    """Change a page, and both manifests so that they agree with it."""
    page, manifest, tags = (world.file(copy, path, 1) for path in (PAGE, MANIFEST, TAGMANIFEST))
    was = [hash_file(path)[1] for path in (page, manifest)]
    spoil(page)
    _rewrite(manifest, was[0], hash_file(page)[1])
    _rewrite(tags, was[1], hash_file(manifest)[1])


def _rewrite(path: Path, before: str, after: str) -> None:
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


DAMAGE: dict[str, Callable[[World, str], object]] = {
    "page": lambda world, copy: spoil(world.file(copy, PAGE)),
    "mets": lambda world, copy: spoil(world.file(copy, METS)),
    "premis": lambda world, copy: spoil(world.file(copy, PREMIS)),
    "manifest": lambda world, copy: spoil(world.file(copy, MANIFEST)),
    "tagmanifest": lambda world, copy: spoil(world.file(copy, TAGMANIFEST)),
    "truncated": lambda world, copy: os.truncate(world.file(copy, PAGE), 100),
    "grown": lambda world, copy: world.file(copy, PAGE).write_bytes(world.file(copy, PAGE).read_bytes() + b"x"),
    "emptied": lambda world, copy: os.truncate(world.file(copy, METS), 0),
    "deleted": lambda world, copy: world.file(copy, PAGE).unlink(),
    "extra": lambda world, copy: stray(world.file(copy, "data/.stray/odd.txt")),
    "renamed": lambda world, copy: world.file(copy, PAGE).rename(world.file(copy, "data/0001.jpg")),
    "swapped": lambda world, copy: swap(world.file(copy, PAGE), world.file(copy, OTHER_PAGE)),
    "link": lambda world, copy: linked(world.file(copy, PAGE)),
    "folder": lambda world, copy: folder_at(world.file(copy, METS)),
    "no-folder": lambda world, copy: file_at(world.file(copy, "data/metadata")),
    "package": lambda world, copy: shutil.rmtree(world.file(copy, "")),
    "old-package": lambda world, copy: shutil.rmtree(world.file(copy, "", 1)),
    "dossier": lambda world, copy: shutil.rmtree(world.file(copy, "").parent.parent),
    "forged": forge,
}


def stray(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"x")


def swap(one: Path, other: Path) -> None:
    aside = one.with_name("aside")
    one.rename(aside)
    other.rename(one)
    aside.rename(other)


def linked(path: Path) -> None:
    target = path.rename(path.parents[6] / "elsewhere.jpg")
    path.symlink_to(target)


def folder_at(path: Path) -> None:
    path.unlink()
    path.mkdir()
    (path / "odd").write_bytes(b"x")


def file_at(path: Path) -> None:
    shutil.rmtree(path)
    path.write_bytes(b"x")


IN_A_COPY = ("page", "package", "extra", "forged")


@pytest.mark.parametrize(
    ("damage", "copy"), [*((one, MAIN_COPY) for one in DAMAGE), *((one, NAS) for one in IN_A_COPY)]
)
def test_everything_is_as_it_was_sealed_again(world: World, damage: str, copy: str) -> None:
    DAMAGE[damage](world, copy)
    assert not world.audit().good
    assert world.archive.incidents.listed().total == 1
    result = world.repair()
    assert result.good, result
    assert world.wrong() == []
    assert world.archive.fixity.problems().total == world.archive.incidents.listed().total == 0
    (one,) = result.packages
    assert (one.objid, len(one.closed)) == (world.first.objid, 1)


def test_bytes_that_versions_share_are_good_in_all_of_them_and_shared_again(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE, 2))
    assert len(world.audit().problems) == VERSIONS
    assert world.repair().good
    all_good(world)
    pages = [world.file(MAIN_COPY, PAGE, version) for version in range(1, VERSIONS + 1)]
    assert len({path.stat().st_ino for path in pages}) == 1
    assert pages[0].stat().st_nlink == VERSIONS


def test_two_files_of_a_version_never_share_bytes_though_they_are_alike(tmp_path: Path) -> None:
    """One bit that turns over must not spoil both."""
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / "source", SAMPLE[1:2])
    pages = sorted(source.rglob("*.jpg"))
    pages[1].write_bytes(pages[0].read_bytes())
    assert ingest(archive, source, agent="tester").ingested
    add_copy(archive, str(tmp_path / NAS), NAS, "", "tester")
    assert sync(archive, [], agent="tester").complete
    world = World(archive, tmp_path)
    both = [world.file(MAIN_COPY, path, aip=world.second) for path in (PAGE, OTHER_PAGE)]
    for path in both:
        path.unlink()
    assert world.repair(world.second.objid).good
    assert both[0].stat().st_ino != both[1].stat().st_ino
    shutil.rmtree(world.file(MAIN_COPY, "", aip=world.second))
    assert world.repair(world.second.objid).good
    assert both[0].stat().st_ino != both[1].stat().st_ino
    assert world.wrong() == []


def test_the_bad_file_is_kept_with_a_note_and_never_read_as_a_package(world: World) -> None:
    path = world.file(MAIN_COPY, PAGE, aip=world.second)
    spoil(path)
    bad = path.read_bytes()
    world.audit()
    assert world.repair().good
    intent = next(row for row in world.archive.log.rows() if row.action == INTENT)
    place = world.root(MAIN_COPY) / QUARANTINE
    assert (place / str(intent.number) / world.second.location / PAGE).read_bytes() == bad
    note = json.loads((place / f"{intent.number}.json").read_text("utf-8"))
    (noted,) = note["files"]
    assert noted["expected"] == world.archive.holdings.digests(world.second.objid, 1)[PAGE]
    assert noted["actual"] not in {"", noted["expected"]}
    assert (noted["path"], noted["result"], noted["kept"]) == (PAGE, "digest", f"{world.second.location}/{PAGE}")
    assert all(QUARANTINE not in place for place in world.archive.store.locations())
    assert world.audit().good


def test_the_log_and_the_events_tell_of_both_what_was_repaired_and_what_gave_the_bytes(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    before = preservation(world.archive, world.second.objid)
    assert [event.type for event in before.events][-1] == "fixity check"
    (incident,) = world.archive.incidents.listed().items
    world.repair()
    rows = [row for row in world.archive.log.rows() if row.action in {INTENT, REPAIR, GIVEN, "incident closed"}]
    assert [row.action for row in rows] == [INTENT, REPAIR, GIVEN, "incident closed"]
    intent, done, given, closed = rows
    assert {row.subject for row in rows} == {world.second.objid}
    assert (done.detail["intent"], done.detail["copy"], done.outcome) == (intent.number, MAIN_COPY, "success")
    (source,) = list[str](done.detail["sources"])  # type: ignore[call-overload]  # a list, as JSON gave it back
    assert (given.detail["copy"], given.detail["to"], given.detail["repair"]) == (source, MAIN_COPY, done.number)
    assert (closed.detail["incident"], closed.detail["repair"]) == (incident.number, done.number)
    told = preservation(world.archive, world.second.objid)
    added = told.events[len(before.events) - 1 :]
    assert [(event.type, event.outcome) for event in added] == [
        ("fixity check", "failure"), ("recovery", "success"), ("replication", "success"),
    ]  # fmt: skip
    assert source in added[1].outcome_note
    assert source in added[2].detail
    people = {agent.id: agent.name for agent in told.agents}
    assert [people[event.agents[0]] for event in added] == ["lan", "hoa", "hoa"]
    assert len({event.id for event in told.events}) == len(told.events)


def test_a_dry_run_reads_says_what_it_would_do_and_changes_nothing(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    rows, wrong = list(world.archive.log.rows()), world.wrong()
    result = world.repair(dry_run=True)
    assert not result.good
    (one,) = result.packages
    assert [(step.did, step.path) for step in one.planned] == [("restored", PAGE)]
    assert (one.done, one.hopeless) == ([], [])
    assert world.wrong() == wrong
    assert list(world.archive.log.rows()) == rows
    assert not (world.root(MAIN_COPY) / QUARANTINE).exists()


def test_without_a_good_copy_nothing_is_changed_and_the_incident_stays_open(world: World) -> None:
    for copy in (MAIN_COPY, NAS, DISK):
        spoil(world.file(copy, PAGE, aip=world.second), at=-1 if copy == NAS else 50)
    world.audit()
    before = [world.file(copy, PAGE, aip=world.second).read_bytes() for copy in (MAIN_COPY, NAS, DISK)]
    result = world.repair()
    assert result.hopeless
    assert not result.good
    assert sorted(problem.copy for problem in result.packages[0].hopeless) == sorted((MAIN_COPY, NAS, DISK))
    assert [world.file(copy, PAGE, aip=world.second).read_bytes() for copy in (MAIN_COPY, NAS, DISK)] == before
    assert world.archive.incidents.listed().total == 3
    assert INTENT not in world.actions(INTENT)
    assert not (world.root(MAIN_COPY) / QUARANTINE).exists()


def test_each_copy_gives_what_the_others_lack(world: World) -> None:
    """Bad in every copy, but each in another file."""
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    spoil(world.file(NAS, METS, aip=world.second))
    spoil(world.file(DISK, OTHER_PAGE, aip=world.second))
    spoil(world.file(DISK, TAGMANIFEST, aip=world.second))
    assert len(world.audit().problems) == 4
    assert world.repair().good
    all_good(world)


def test_what_can_be_had_is_restored_beside_what_cannot(world: World) -> None:
    for copy in (MAIN_COPY, NAS, DISK):
        spoil(world.file(copy, PAGE, aip=world.second))
    world.file(MAIN_COPY, METS, aip=world.second).unlink()
    world.audit()
    result = world.repair()
    assert [done.step.path for done in result.packages[0].done] == [METS]
    assert {problem.path for problem in result.packages[0].hopeless} == {PAGE}
    assert sorted(line.rpartition("/")[2] for line in world.wrong()) == ["0001.jpg"] * 3


def test_an_old_check_is_never_trusted(world: World) -> None:
    """The copies were good when they were last read, and are not now."""
    assert world.audit().good
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit(package=world.second.code)
    for copy in (NAS, DISK):
        spoil(world.file(copy, PAGE, aip=world.second))
    result = world.repair()
    assert result.hopeless
    assert world.archive.incidents.listed().total == 3, "what was found on the way is on record"


def test_a_forgery_is_not_taken_for_the_original_even_after_a_rebuild_from_it(world: World) -> None:
    forge(world, MAIN_COPY)
    shutil.rmtree(world.archive.root / "index", ignore_errors=True)
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (world.archive.root / name).unlink(missing_ok=True)
    again = opened(world.folder)
    rebuild(again.archive, agent="tester")
    again = opened(world.folder)
    forged = again.archive.holdings.digests(world.first.objid, 1)[PAGE]
    assert not again.audit().good
    assert again.repair().good
    assert again.archive.holdings.digests(world.first.objid, 1)[PAGE] != forged, "the catalogue knows the truth again"
    all_good(again)


def test_named_packages_alone_and_unknown_ones_refused(world: World) -> None:
    for aip in (world.first, world.second):
        spoil(world.file(MAIN_COPY, PAGE, aip=aip))
    world.audit()
    assert [one.objid for one in world.repair(world.second.code).packages] == [world.second.objid]
    assert {line.split("/")[1] for line in world.wrong()} == {world.first.location.split("/")[1]}
    with pytest.raises(UsageError) as refused:
        world.repair("xyz")
    assert refused.value.code == "UNIT_MISSING"


def test_a_sound_package_stays_as_it_is(world: World) -> None:
    stamps = {path: path.stat().st_ctime_ns for path in world.folder.rglob("*.jpg")}
    result = world.repair(world.second.objid)
    assert result.good
    assert result.packages[0].done == []
    assert {path: path.stat().st_ctime_ns for path in world.folder.rglob("*.jpg")} == stamps


def test_what_no_audit_has_found_yet_is_found_recorded_and_repaired(world: World) -> None:
    spoil(world.file(NAS, PAGE, aip=world.second))
    assert world.repair(world.second.objid).good
    assert world.actions("incident opened", INTENT, REPAIR, "incident closed") == [
        "incident opened", INTENT, REPAIR, "incident closed",
    ]  # fmt: skip
    all_good(world)


def test_an_empty_folder_in_place_of_the_store_is_not_filled(world: World) -> None:
    """A disk that is not mounted looks like that."""
    world.root(MAIN_COPY).rename(world.folder / "away")
    world.root(MAIN_COPY).mkdir()
    world.audit(package=world.second.objid)
    result = world.repair(world.second.objid)
    assert [(name, error.code) for name, error in result.packages[0].errors] == [(MAIN_COPY, "STORE_GONE")]
    assert not result.good
    assert list(world.root(MAIN_COPY).rglob("*.jpg")) == []


def test_a_copy_that_is_away_is_told_and_repaired_when_it_is_back(world: World) -> None:
    spoil(world.file(NAS, PAGE, aip=world.second))
    world.audit()
    world.root(NAS).rename(world.folder / "away")
    result = world.repair()
    assert [(name, error.code) for name, error in result.packages[0].errors] == [(NAS, "COPY_UNREACHABLE")]
    assert world.archive.incidents.listed().total == 1
    (world.folder / "away").rename(world.root(NAS))
    assert world.repair().good
    all_good(world)


def test_another_copy_that_is_away_does_not_matter(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    world.root(NAS).rename(world.folder / "away")
    assert world.repair().good


def test_a_copy_that_differs_from_the_start_is_put_right(world: World) -> None:
    aip = world.second
    spoil(world.file(NAS, PAGE, aip=aip))
    world.audit()
    assert not sync(world.archive, [NAS], agent="tester").complete
    (entry,) = [one for one in world.archive.copies.entries(aip.objid, 1) if one.copy == NAS]
    assert (entry.state, entry.verified) == (FAILED, "")
    assert world.repair().good
    (entry,) = [one for one in world.archive.copies.entries(aip.objid, 1) if one.copy == NAS]
    assert entry.state == VERIFIED
    assert sync(world.archive, [NAS], agent="tester").complete
    all_good(world)


def test_a_stray_file_with_a_name_that_is_no_text(world: World) -> None:
    stray = os.fsencode(world.file(MAIN_COPY, "data", aip=world.second)) + b"/\xff\xfe.jpg"
    Path(os.fsdecode(stray)).write_bytes(b"x")
    world.audit()
    assert world.repair().good
    all_good(world)
