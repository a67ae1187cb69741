"""The audit of copies: each is read when it is due, judged by the same seal, and never speaks for another."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.repository.archive import Archive
from fonds.repository.audit import AuditResult
from fonds.repository.audit import audit as run_audit
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.logged import FIXITY
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import FAILED, VERIFIED, Copy
from fonds.repository.rebuild import rebuild
from tests.factories import dossier_packages

Found = list[tuple[str, str, str]]


@pytest.fixture
def copy(archive: Archive, tmp_path: Path) -> Copy:
    """A copy with everything in it."""
    made = add_copy(archive, str(tmp_path / "bản sao"), "nas", "NAS", "tester").copy
    assert sync(archive, [], agent="tester").complete
    return made


@pytest.fixture
def place(copy: Copy) -> Path:
    return Path(copy.url.removeprefix("file://"))


def audit(archive: Archive, *copies: str, scope: str = "all", package: str = "") -> AuditResult:
    return run_audit(archive, agent="lan", scope=scope, package=package, copies=copies)


def first(archive: Archive) -> Aip:
    return dossier_packages(archive)[0]


def page(root: Path, aip: Aip) -> Path:
    """A page of a package below a store."""
    return next((root / aip.location).rglob("*.jpg"))


def found(result: AuditResult) -> Found:
    return [(one.copy, one.path.rpartition("/")[2], one.result) for one in result.problems]


def entry_state(archive: Archive, aip: Aip) -> str:
    (entry,) = archive.copies.entries(aip.objid, aip.version)
    return entry.state


def every_version(archive: Archive) -> int:
    return len(archive.holdings.packages(limit=1000))


def test_everything_is_read_in_every_copy(archive: Archive, copy: Copy) -> None:
    result = audit(archive)
    assert result.good
    assert result.run.packages == 2 * every_version(archive)
    rows = [row for row in archive.log.rows() if row.action == FIXITY]
    assert [row.detail["copy"] for row in rows].count(copy.name) == every_version(archive)


def test_a_copy_that_was_just_written_is_not_due(archive: Archive, copy: Copy) -> None:
    assert audit(archive, scope="due").run.packages == every_version(archive)
    assert audit(archive, scope="due").run.packages == 0


def test_what_was_not_read_for_long_is_due_in_each_copy(archive: Archive, copy: Copy) -> None:
    audit(archive)
    now = archive.copies.entries(first(archive).objid, 1)[0]
    archive.copies.record([type(now)(now.objid, now.version, now.copy, VERIFIED, "2020-01-01T00:00:00.000+00:00")])
    result = audit(archive, scope="due")
    assert (result.good, result.run.packages) == (True, 1)
    assert archive.copies.entries(now.objid, 1)[0].verified > now.verified


DAMAGE: list[tuple[str, Callable[[Path], object]]] = [
    ("digest", lambda path: path.write_bytes(path.read_bytes()[:-1] + b"x")),
    ("missing", lambda path: path.unlink()),
    ("extra", lambda path: path.with_name("other.jpg").write_bytes(b"x")),
]


@pytest.mark.parametrize(("result", "damage"), DAMAGE, ids=[name for name, _ in DAMAGE])
def test_a_fault_in_a_copy_is_that_of_the_copy(
    archive: Archive, copy: Copy, place: Path, result: str, damage: Callable[[Path], object]
) -> None:
    aip = first(archive)
    path = page(place, aip)
    before = path.read_bytes()
    damage(path)
    read = audit(archive)
    assert [(name, kind) for name, _, kind in found(read)] == [(copy.name, result)]
    assert not read.good
    assert entry_state(archive, aip) == FAILED
    assert archive.copies.below(2) == 1, "it does not count any more"
    assert archive.fixity.coverage("").open_problems == 1
    last = list(archive.log.rows())[-1]
    assert (last.action, last.outcome) == ("audit ends", "failure")
    # The store itself is well, and what is bad in the copy stays due there until it is good again.
    assert audit(archive, MAIN_COPY).good
    assert not audit(archive, copy.name, package=aip.code).good
    path.with_name("other.jpg").unlink(missing_ok=True)
    path.write_bytes(before)
    assert audit(archive, copy.name).good
    assert entry_state(archive, aip) == VERIFIED
    assert archive.fixity.coverage("").open_problems == 0


def test_a_fault_in_the_store_is_not_that_of_the_copy(archive: Archive, copy: Copy) -> None:
    aip = first(archive)
    page(archive.root / "store", aip).unlink()
    assert [one.copy for one in audit(archive).problems] == [MAIN_COPY]
    assert entry_state(archive, aip) == VERIFIED
    assert audit(archive, copy.name).good


def test_a_package_that_is_gone_from_a_copy(archive: Archive, copy: Copy, place: Path) -> None:
    aip = first(archive)
    shutil.rmtree(place / aip.location)
    (problem,) = audit(archive).problems
    assert (problem.copy, problem.path, problem.result) == (copy.name, "", "missing")
    assert sync(archive, [], agent="tester").complete, "it is written anew"
    assert audit(archive).good


def test_a_copy_that_cannot_be_had_is_told_and_never_taken_for_good(archive: Archive, copy: Copy, place: Path) -> None:
    place.rename(place.with_name("away"))
    place.mkdir()  # what a disk looks like that is not mounted
    result = audit(archive)
    (one,) = result.unreached
    assert (one.copy, one.error.code, one.packages) == (copy.name, "COPY_UNREACHABLE", every_version(archive))
    assert not result.good
    assert (result.run.packages, found(result)) == (every_version(archive), [])
    assert list(archive.log.rows())[-1].outcome == "failure"
    assert audit(archive, scope="due").good, "nothing was to be read in it"
    assert list(place.iterdir()) == []


def test_only_the_copies_that_are_named(archive: Archive, copy: Copy) -> None:
    assert audit(archive, copy.name).run.packages == every_version(archive)
    assert audit(archive, MAIN_COPY).run.packages == every_version(archive)
    assert audit(archive, MAIN_COPY, copy.name, package=first(archive).code).run.packages == 2
    with pytest.raises(UsageError) as refused:
        audit(archive, "xyz")
    assert refused.value.code == "COPY_MISSING"


def test_what_an_audit_found_in_a_copy_outlives_the_catalogue(archive: Archive, copy: Copy, place: Path) -> None:
    aip, other = dossier_packages(archive)[:2]
    page(place, aip).unlink()
    audit(archive)
    before = {one.objid: archive.copies.entries(one.objid, one.version) for one in (aip, other)}
    problems = archive.fixity.problems().items
    rebuild(archive, agent="tester")
    assert {one.objid: archive.copies.entries(one.objid, one.version) for one in (aip, other)} == before
    assert [(one.copy, one.path, one.result) for one in archive.fixity.problems().items] == [
        (one.copy, one.path, one.result) for one in problems
    ]
