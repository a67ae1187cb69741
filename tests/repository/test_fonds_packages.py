"""Each fonds has a package of its own: it names those of its dossiers, describes all, and changes only with them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from openpyxl import load_workbook

from fonds.errors import FondsError
from fonds.metadata.ids import fonds_id, series_id
from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.fonds_packages import KIND, catalogued, drain_fonds, store_fonds, try_drain_fonds
from fonds.repository.history import history
from fonds.repository.ingest import ingest
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.rebuild import rebuild
from fonds.repository.stored_fonds import described_units, named_packages, stored_fonds
from fonds.repository.versions import Change, describe_anew
from fonds.repository.work import left_to_do, work
from tests.factories import SAMPLE, ingest_sample, make_archive, make_delivery

CODE = "H99.12.P01"
FONDS = fonds_id(CODE)
DESCRIBED = Change("metadata modification", "Title corrected", "lan")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two dossiers of one fonds."""
    return ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE[:2])[0]


def package(archive: Archive, version: int = 0) -> Aip:
    aip = archive.holdings.aip(FONDS, version)
    assert aip is not None
    return aip


def folder(archive: Archive, aip: Aip) -> Path:
    return archive.root / "store" / aip.location


def everything(archive: Archive) -> list[Unit]:
    return list(archive.holdings.walk(FONDS))


def dossiers(archive: Archive) -> list[Unit]:
    return [unit for unit in everything(archive) if unit.level == "file"]


def retitled(record: DossierRecord) -> DossierRecord:
    values = {**record.dossier.values, "title": Value("Tiêu đề đã sửa")}
    return replace(record, dossier=replace(record.dossier, values=values))


def describe_first(archive: Archive) -> None:
    aip = archive.holdings.aip(dossiers(archive)[0].id)
    assert aip is not None
    describe_anew(archive, aip, retitled, DESCRIBED)


def test_a_delivery_makes_one_package_of_its_fonds_that_everybody_accepts(archive: Archive) -> None:
    aip = package(archive)
    assert (aip.version, aip.location) == (1, f"{CODE}/_fonds/v1/{FONDS}")
    assert aip.location in set(archive.store.locations())
    root = folder(archive, aip)
    assert validate_bag(root).findings == ()
    assert validate_package(root).findings == ()
    bagit.Bag(str(root)).validate()
    held = [(unit.id, unit.code) for unit in dossiers(archive)]
    assert [(one.objid, one.label) for one in named_packages(archive, aip)] == held
    assert len(held) == 2
    assert list(described_units(archive, aip)) == list(catalogued(archive, CODE))
    assert [unit.package for unit in described_units(archive, aip) if unit.package] == [objid for objid, _ in held]
    content = stored_fonds(archive, aip)
    assert [(event.type, event.agents[0]) for event in content.events] == [
        ("information package creation", "agent-operator"),
    ]  # fmt: skip
    assert [row.subject for row in archive.log.rows() if row.action == "fonds package"] == [FONDS]


def test_nothing_new_makes_no_new_version(archive: Archive, tmp_path: Path) -> None:
    again = ingest(archive, tmp_path / "source", agent="tester")
    assert (len(again.unchanged), again.fonds_error) == (2, "")
    archive.jobs.enqueue(KIND, FONDS)
    assert drain_fonds(archive, "tester") == 1
    assert package(archive).version == 1
    assert not list((archive.root / "store").glob(".tmp-*"))


def test_a_new_dossier_makes_a_new_version_of_the_fonds_and_of_nothing_else(archive: Archive, tmp_path: Path) -> None:
    before = {path: path.stat() for path in (archive.root / "store").rglob("*") if path.is_file()}
    ingest(archive, make_delivery(tmp_path / "more", SAMPLE[2:]), agent="lan")
    aip = package(archive)
    assert aip.version == 2
    assert len(list(named_packages(archive, aip))) == 3
    assert validate_package(folder(archive, aip)).findings == ()
    for path, facts in before.items():
        if "_audit-log" not in path.parts:
            assert (path.stat().st_ino, path.stat().st_mtime_ns) == (facts.st_ino, facts.st_mtime_ns)
    locations = list(archive.store.locations())
    assert sorted(place.split("/")[2] for place in locations) == ["v1", "v1", "v1", "v1", "v2"]
    told = [(one.aip.version, one.event, one.who) for one in history(archive, FONDS).items]
    assert told == [(2, "metadata modification", "lan"), (1, "information package creation", "tester")]
    content, first = stored_fonds(archive, aip), stored_fonds(archive, package(archive, 1))
    assert content.created == first.created
    assert [event.type for event in content.events] == ["information package creation", "metadata modification"]
    assert audit(archive, agent="tester", scope=ALL).unknown == []


def test_a_new_description_of_a_dossier_is_told_once_the_run_is_over(archive: Archive) -> None:
    describe_first(archive)
    describe_first(archive)
    assert archive.jobs.counts()[KIND] == {"done": 1, "waiting": 1}
    assert package(archive).version == 1
    assert try_drain_fonds(archive, "lan") == ""
    aip = package(archive)
    assert aip.version == 2
    titles = [unit.description.text("title") for unit in described_units(archive, aip)]
    assert "Tiêu đề đã sửa" in titles
    assert b"superseded" not in (folder(archive, aip) / "data" / "METS.xml").read_bytes().lower()


def test_the_worker_makes_what_an_interrupted_run_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = make_archive(tmp_path / "repo")
    monkeypatch.setattr("fonds.repository.ingest.try_drain_fonds", _die)
    with pytest.raises(_KilledError):
        ingest(archive, make_delivery(tmp_path / "source", SAMPLE[:1]), agent="tester")
    monkeypatch.undo()
    assert archive.holdings.aip(FONDS) is None
    with archive.lock("ingest"):  # whoever changes holdings makes them himself at the end of his run
        work(archive, stopped=lambda: False, agent="lan")
    assert archive.holdings.aip(FONDS) is None
    assert left_to_do(archive)
    work(archive, stopped=lambda: False, agent="lan")
    assert package(archive).version == 1
    assert not left_to_do(archive)
    people = [agent.name for agent in stored_fonds(archive, package(archive)).agents if agent.type == "person"]
    assert people == ["lan"]


class _KilledError(BaseException):
    pass


def _die(*_: object, **__: object) -> str:
    raise _KilledError


@pytest.mark.parametrize("place", ["write_fonds_package", "log_stored"])
def test_what_a_crash_left_is_finished_or_forgotten_by_the_next_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    archive = make_archive(tmp_path / "repo")
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    monkeypatch.setattr(f"fonds.repository.fonds_packages.{place}", _die)
    monkeypatch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
    monkeypatch.setattr(type(archive.jobs), "fail", lambda *_: None)
    monkeypatch.setattr(type(archive.jobs), "release", lambda *_: None)
    with pytest.raises(_KilledError):
        ingest(archive, source, agent="tester")
    monkeypatch.undo()
    result = ingest(archive, source, agent="tester")
    assert len(result.unchanged) == 1
    assert [aip for aip in archive.holdings.packages() if aip.of_fonds] == [package(archive, 1)]
    assert [row.action for row in archive.log.rows()].count("fonds package") == 1
    assert archive.jobs.counts()[KIND] == {"done": 1}
    assert archive.jobs.counts()["ingest"].keys() <= {"done", "failed"}
    assert audit(archive, agent="tester", scope=ALL).unknown == []


def test_a_rebuild_gives_the_same_again(archive: Archive, tmp_path: Path) -> None:
    ingest(archive, make_delivery(tmp_path / "more", SAMPLE[2:]), agent="tester")
    audit(archive, agent="tester", scope=ALL)
    before, aips, checks = everything(archive), list(archive.holdings.packages()), archive.fixity.checks(FONDS)
    totals = archive.holdings.totals()
    result = rebuild(archive, agent="tester")
    assert (result.packages, result.unreadable, result.access) == (5, [], 3)
    assert everything(archive) == before
    assert list(archive.holdings.packages()) == aips
    assert archive.fixity.checks(FONDS) == checks
    assert archive.holdings.totals() == totals
    work(archive, stopped=lambda: False)
    assert package(archive).version == 2
    assert archive.jobs.counts()[KIND].keys() == {"done"}


def test_the_audit_reads_the_package_of_a_fonds(archive: Archive) -> None:
    victim = folder(archive, package(archive)) / "data/metadata/descriptive/ead3.xml"
    victim.write_bytes(victim.read_bytes().replace(b"tt05", b"tt06", 1))
    (problem,) = audit(archive, agent="tester", package=CODE).problems
    assert (problem.objid, problem.path, problem.result) == (FONDS, "data/metadata/descriptive/ead3.xml", "digest")
    assert len(audit(archive, agent="tester", scope=ALL).problems) == 1
    assert archive.fixity.check(FONDS) is not None


def renamed(source: Path, edit: Callable[[str], str]) -> Path:
    """Change the name of the fonds in a delivery's inventory."""
    book = load_workbook(source / "MucLuc.xlsx")
    cell = book["Phong"]["C2"]
    cell.value = edit(str(cell.value))
    book.save(source / "MucLuc.xlsx")
    return source


def test_what_deliveries_say_of_the_fonds_is_filled_in_reported_and_never_changed(
    archive: Archive, tmp_path: Path
) -> None:
    source = renamed(make_delivery(tmp_path / "more", SAMPLE[2:]), lambda name: f"{name} (khác)")
    result = ingest(archive, source, agent="tester")
    assert len(result.ingested) == 1
    (found,) = (one for one in result.findings if one.code == "FONDS_DIFFERS")
    assert (found.severity.value, found.data["code"]) == ("info", CODE)
    fonds = archive.holdings.unit(FONDS)
    assert fonds is not None
    assert fonds.title == "Ủy ban hành chính tỉnh Sơn Vân"
    before = everything(archive)
    rebuild(archive, agent="tester", index=False, access=False)
    assert everything(archive) == before


def test_the_description_of_fonds_and_series_comes_from_the_newest_package(archive: Archive) -> None:
    """Not from a dossier, whichever the store gives first."""
    units = [
        replace(unit, description=replace(unit.description, values={**unit.description.values, key: Value("Mới")}))
        if (key := {FONDS: "fondHistory", series_id(CODE, "01"): "title"}.get(unit.id, ""))
        else unit
        for unit in catalogued(archive, CODE)
    ]
    with archive.lock("ingest"):
        store_fonds(archive, CODE, units, DESCRIBED, adopt=True)
    for again in (False, True):
        if again:
            rebuild(archive, agent="tester", index=False, access=False)
        fonds, series = archive.holdings.unit(FONDS), archive.holdings.unit(series_id(CODE, "01"))
        assert fonds is not None
        assert series is not None
        assert (fonds.description.text("fondHistory"), series.title) == ("Mới", "Mới")


def test_a_package_that_is_lost_does_not_drop_out_in_silence(archive: Archive, tmp_path: Path) -> None:
    lost = dossiers(archive)[0]
    aip = archive.holdings.aip(lost.id)
    assert aip is not None
    shutil.move(folder(archive, aip), tmp_path / "lost")
    rebuild(archive, agent="tester", index=False, access=False)
    assert archive.holdings.unit(lost.id) is None
    assert try_drain_fonds(archive, "tester") == ""
    assert package(archive).version == 1
    (job,) = archive.jobs.recent(kind=KIND, state="failed").items
    assert job.reason == "CHILD_MISSING"
    (row,) = (row for row in archive.log.rows() if row.action == "fonds package" and row.outcome == "failure")
    assert row.detail["dossier"] == lost.code
    shutil.move(tmp_path / "lost", folder(archive, aip))
    rebuild(archive, agent="tester", index=False, access=False)
    assert try_drain_fonds(archive, "tester") == ""
    assert package(archive).version == 1
    assert archive.holdings.unit(lost.id) == lost


def test_a_broken_package_of_a_fonds_is_told_and_the_one_before_describes(archive: Archive) -> None:
    describe_first(archive)
    try_drain_fonds(archive, "tester")
    before = everything(archive)
    broken = folder(archive, package(archive)) / "data/metadata/descriptive/ead3.xml"
    whole = broken.read_bytes()
    for content in (b"<ead/>", whole[:-30]):
        broken.write_bytes(content)
        result = rebuild(archive, agent="tester", index=False, access=False)
        assert [place for place, _ in result.unreadable] == [f"{CODE}/_fonds/v2/{FONDS}"]
        assert package(archive).version == 1
        assert everything(archive) == before
        try_drain_fonds(archive, "tester")  # its place is taken: nothing is written over
        assert package(archive).version == 1
    broken.write_bytes(whole)
    assert rebuild(archive, agent="tester", index=False, access=False).unreadable == []
    assert package(archive).version == 2


def test_no_room_leaves_the_fonds_waiting(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    describe_first(archive)
    monkeypatch.setattr(type(archive.store), "free", lambda _: 1000)
    assert try_drain_fonds(archive, "tester") == "STORE_FULL"
    with pytest.raises(FondsError, match="STORE_FULL"):
        work(archive, stopped=lambda: False)
    assert archive.jobs.counts()[KIND] == {"done": 1, "waiting": 1}
    monkeypatch.undo()
    assert try_drain_fonds(archive, "tester") == ""
    assert package(archive).version == 2


def test_two_fonds_have_two_packages(archive: Archive, tmp_path: Path) -> None:
    ingest(archive, make_delivery(tmp_path / "other", SAMPLE[2:], fonds="P02"), agent="tester")
    other = archive.holdings.aip(fonds_id("H99.12.P02"))
    assert other is not None
    assert (other.version, package(archive).version) == (1, 1)
    assert len(list(named_packages(archive, other))) == 1
