"""The audit reads every stored version, what they share once, and tells a fault for each version that it is in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import pytest

from fonds.bootstrap import open_archive
from fonds.metadata.model import DossierRecord, Value
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, DUE, audit, overdue_before
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.fixity import MAIN_COPY, Sealed, check_package, check_versions
from fonds.repository.ingest import ingest
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.store import StoredFile
from fonds.repository.rebuild import rebuild
from fonds.repository.versions import Change, describe_anew
from tests.factories import SAMPLE, make_archive, make_delivery

PAGE = "data/representations/rep1/data/0001.jpg"
OLD_DESCRIPTION = "data/metadata/descriptive/ead3.xml"
DESCRIBED = Change("metadata modification", "Title corrected", "lan")


def retitled(record: DossierRecord) -> DossierRecord:
    title = Value(record.dossier.text("title") + " (sửa)")
    return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, "title": title}))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two dossiers; the first has three versions."""
    archive = make_archive(tmp_path / "repo")
    ingest(archive, make_delivery(tmp_path / "source", SAMPLE[:2]), agent="tester")
    aip = first(archive)
    for _ in range(2):
        aip = describe_anew(archive, aip, retitled, DESCRIBED)
    return archive


def first(archive: Archive) -> Aip:
    unit = archive.holdings.find_code(SAMPLE[0].code)
    assert unit is not None
    aip = archive.holdings.aip(unit.id)
    assert aip is not None
    return aip


def versions(archive: Archive) -> list[Aip]:
    return list(reversed(archive.holdings.versions(first(archive).objid).items))


def file(archive: Archive, version: int, path: str) -> Path:
    aip = archive.holdings.aip(first(archive).objid, version)
    assert aip is not None
    return archive.root / "store" / aip.location / path


def spoil(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))  # in place: every name of these bytes sees it


def test_every_version_is_checked_recorded_and_counted(archive: Archive) -> None:
    result = audit(archive, agent="tester", scope=ALL)
    assert (result.run.complete, result.run.packages, result.problems, result.unknown) == (True, 5, [], [])
    assert sorted(archive.fixity.checks(first(archive).objid)) == [1, 2, 3]
    coverage = archive.fixity.coverage(overdue_before(archive))
    assert (coverage.packages, coverage.never, coverage.overdue) == (5, 0, 0)
    rows = [row for row in archive.log.rows() if row.action == "fixity check"]
    assert sorted((row.subject, row.detail["version"]) for row in rows) == sorted(
        (aip.objid, aip.version) for aip in archive.holdings.packages()
    )


def test_a_new_version_is_due_and_the_others_are_not_read_again(archive: Archive) -> None:
    audit(archive, agent="tester", scope=ALL)
    assert audit(archive, agent="tester", scope=DUE).run.packages == 0
    describe_anew(archive, first(archive), retitled, DESCRIBED)
    assert [one.version for one in archive.fixity.outstanding(MAIN_COPY, since=overdue_before(archive))] == [4]
    assert audit(archive, agent="tester", scope=DUE).run.packages == 1


def test_a_file_that_only_an_old_version_holds_is_checked(archive: Archive) -> None:
    # The manifest of the first version is of its own: no other version has it.
    spoil(file(archive, 1, "tagmanifest-sha256.txt"))
    for scope, package in ((DUE, ""), (ALL, ""), (DUE, SAMPLE[0].code), (DUE, first(archive).objid)):
        (problem,) = audit(archive, agent="tester", scope=scope, package=package).problems
        assert (problem.version, problem.path, problem.result) == (1, "tagmanifest-sha256.txt", "digest")
    check = archive.fixity.check(first(archive).objid)
    assert check is not None
    assert (check.version, check.result) == (1, "problem")


def test_a_missing_old_version_is_found(archive: Archive) -> None:
    location = versions(archive)[1].location
    (archive.root / "store" / location).rename(archive.root / "elsewhere")
    (problem,) = audit(archive, agent="tester", package=SAMPLE[0].code).problems
    assert (problem.version, problem.path, problem.result) == (2, "", "missing")


def test_rot_in_shared_bytes_is_told_for_each_version_it_is_in(archive: Archive) -> None:
    spoil(file(archive, 2, PAGE))
    result = audit(archive, agent="tester", scope=ALL)
    assert [(one.version, one.path, one.result) for one in result.problems] == [
        (version, PAGE, "digest") for version in (1, 2, 3)
    ]
    assert len({one.actual for one in result.problems}) == 1
    assert archive.fixity.coverage(overdue_before(archive)).open_problems == 3


def test_rot_in_a_superseded_description_is_told_under_each_of_its_names(archive: Archive) -> None:
    spoil(file(archive, 1, OLD_DESCRIPTION))
    result = audit(archive, agent="tester", package=SAMPLE[0].code)
    superseded = "data/metadata/descriptive/superseded/v1/ead3.xml"
    assert [(one.version, one.path) for one in result.problems] == [
        (1, OLD_DESCRIPTION), (2, superseded), (3, superseded),
    ]  # fmt: skip


class Counting(FilesystemStore):
    """Counts what is opened. ``links`` says whether it tells which names share their bytes."""

    def __init__(self, root: Path, *, links: bool) -> None:
        super().__init__(root)
        self.opened: list[str] = []
        self.links = links

    def open(self, location: str, path: str) -> BinaryIO:
        self.opened.append(path)
        return super().open(location, path)

    def files(self, location: str) -> Iterator[StoredFile]:
        for file in super().files(location):
            yield file if self.links else file._replace(shared=None)


def packages(archive: Archive) -> list[Sealed]:
    return [Sealed(aip, archive.holdings.digests(aip.objid, aip.version)) for aip in versions(archive)]


def test_shared_bytes_are_read_once_where_the_store_can_tell(archive: Archive) -> None:
    store = Counting(archive.root / "store", links=True)
    found = check_versions(store, packages(archive))
    assert [one.ok for one in found] == [True, True, True]
    assert [one.files for one in found] == [aip.files for aip in versions(archive)]
    assert store.opened.count(PAGE) == 1
    assert not [path for path in store.opened if "/superseded/" in path]
    read = {path: path.stat().st_size for aip in versions(archive) for path in _files(archive, aip)}
    once = {path.stat().st_ino: size for path, size in read.items()}
    assert sum(one.bytes for one in found) == sum(once.values()) < sum(read.values())


def _files(archive: Archive, aip: Aip) -> list[Path]:
    return [path for path in (archive.root / "store" / aip.location).rglob("*") if path.is_file()]


def test_a_store_that_cannot_tell_reads_again(archive: Archive) -> None:
    store = Counting(archive.root / "store", links=False)
    assert all(one.ok for one in check_versions(store, packages(archive)))
    assert store.opened.count(PAGE) == 3


def test_a_shared_fault_is_read_twice_and_no_more(archive: Archive) -> None:
    spoil(file(archive, 1, PAGE))
    store = Counting(archive.root / "store", links=True)
    assert [len(one.problems) for one in check_versions(store, packages(archive))] == [1, 1, 1]
    assert store.opened.count(PAGE) == 2


def test_what_is_good_in_one_version_and_not_what_another_should_have_is_told(archive: Archive) -> None:
    one, other, last = packages(archive)
    # The second version was sealed with something else under this name.
    other = Sealed(other.aip, {**other.digests, PAGE: "ab" * 32})
    found = check_versions(Counting(archive.root / "store", links=True), [one, other, last])
    assert [[problem.result for problem in each.problems] for each in found] == [[], ["digest"], []]
    assert found[1].problems == check_package(archive.store, other.aip, other.digests).problems


def test_checks_of_all_versions_come_back_with_a_rebuild(archive: Archive) -> None:
    spoil(file(archive, 1, "tagmanifest-sha256.txt"))
    audit(archive, agent="tester", scope=ALL)
    objid = first(archive).objid
    before = archive.fixity.checks(objid)
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (archive.root / name).unlink(missing_ok=True)

    again = open_archive(archive.root)
    rebuild(again, agent="tester")
    assert again.fixity.checks(objid) == before
    assert {version: check.result for version, check in before.items()} == {1: "problem", 2: "ok", 3: "ok"}
    assert [one.version for one in again.fixity.problems().items] == [1]
