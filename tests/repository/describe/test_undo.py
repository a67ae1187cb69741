"""A run is taken back: each dossier is described as before it, in a version of its own, unless something came after."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.bag import validate_bag
from fonds.repository.archive import Archive
from fonds.repository.describe import DescribeResult, NewVersion, recent_runs, undo_run
from fonds.repository.holding import stored_content
from fonds.repository.policy import ANONYMOUS
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.index import Filters
from fonds.repository.reading import Reading
from fonds.repository.versions import Change, describe_anew
from tests.factories import SAMPLE
from tests.repository.describe.tables import LAN, codes, corrected

ONE, TWO, THREE = (row.code for row in SAMPLE)


def newest(archive: Archive, code: str) -> Aip:
    unit = archive.holdings.find_code(code)
    aip = archive.holdings.aip(unit.id) if unit else None
    assert aip is not None
    return aip


def titles(archive: Archive) -> list[str]:
    return [unit.title for unit in archive.holdings.by_level("file").items]


@pytest.fixture
def run(archive: Archive, tmp_path: Path) -> DescribeResult:
    """A run that gave the first two dossiers another title."""
    return corrected(archive, tmp_path / "t.csv", {(ONE, "title"): "Một", (TWO, "title"): "Hai", (ONE, "box"): ""})


def undo(archive: Archive, number: int, *, apply: bool = True) -> DescribeResult:
    return undo_run(archive, LAN, number, apply=apply, reason="nhầm bảng")


def test_a_preview_shows_the_way_back_and_changes_nothing(archive: Archive, run: DescribeResult) -> None:
    result = undo(archive, run.run, apply=False)
    assert [(one.code, [(cell.column.key, cell.old, cell.new) for cell in one.fields]) for one in result.changes] == [
        (ONE, [("title", "Một", SAMPLE[0].title), ("box", "", "01")]),
        (TWO, [("title", "Hai", SAMPLE[1].title)]),
    ]
    assert (result.run, result.versions, newest(archive, ONE).version) == (0, [], 2)


def test_a_run_is_taken_back(archive: Archive, run: DescribeResult) -> None:
    before = stored_content(archive, replace_version(archive, ONE, 1)).record
    result = undo(archive, run.run)
    assert [(one.code, one.old, one.new) for one in result.versions] == [(ONE, 2, 3), (TWO, 2, 3)]
    assert titles(archive) == [row.title for row in SAMPLE]
    content = stored_content(archive, newest(archive, ONE))
    assert content.record == before
    assert content.events[-1].detail == f"Descriptions of run {run.run} taken back\nnhầm bảng"
    assert validate_bag(archive.root / "store" / newest(archive, ONE).location).valid
    assert [one.code for one, _ in Reading(archive, LAN).search("thủy lợi", Filters()).units] == [ONE]
    undone, first = recent_runs(archive).items
    assert (undone.undoes, undone.dossiers, undone.state) == (run.run, 2, "done")
    assert (first.number, first.undoes) == (run.run, 0)


def replace_version(archive: Archive, code: str, version: int) -> Aip:
    aip = archive.holdings.aip(newest(archive, code).objid, version)
    assert aip is not None
    return aip


def test_taking_it_back_twice_changes_nothing_more(archive: Archive, run: DescribeResult) -> None:
    undo(archive, run.run)
    again = undo(archive, run.run)
    assert (again.run, again.changes, again.findings, again.unchanged) == (0, [], [], 2)


def test_what_was_taken_back_can_be_brought_again(archive: Archive, run: DescribeResult) -> None:
    undone = undo(archive, run.run)
    assert [one.new for one in undo(archive, undone.run).versions] == [4, 4]
    assert titles(archive) == ["Một", "Hai", SAMPLE[2].title]


def described(archive: Archive, code: str, title: str) -> None:
    def edit(record: DossierRecord) -> DossierRecord:
        return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, "title": Value(title)}))

    describe_anew(archive, newest(archive, code), edit, Change("metadata modification", "test", "minh"))


def test_what_was_changed_since_is_left_out_and_the_rest_is_done(archive: Archive, run: DescribeResult) -> None:
    described(archive, ONE, "Ba")
    result = undo(archive, run.run)
    (found,) = result.findings
    assert (found.code, found.where) == ("EDIT_CHANGED_SINCE", ONE)
    assert (found.data["version"], found.data["held"]) == (2, 3)
    assert (result.left_out, result.versions) == (1, [NewVersion(newest(archive, TWO).objid, TWO, 2, 3)])
    assert titles(archive) == ["Ba", SAMPLE[1].title, SAMPLE[2].title]


def test_runs_are_taken_back_one_after_the_other(archive: Archive, run: DescribeResult, tmp_path: Path) -> None:
    later = corrected(archive, tmp_path / "l.csv", {(ONE, "title"): "Sau"})
    assert codes(undo(archive, run.run)) == ["EDIT_CHANGED_SINCE"]
    undo(archive, later.run)
    # The version is not that of the run any more, but nothing of it is lost.
    assert titles(archive)[0] == "Một"


def test_documents_are_taken_back_too(archive: Archive, tmp_path: Path) -> None:
    dossier = newest(archive, THREE)
    before = [item.description for item in archive.holdings.children(dossier.objid).items]
    result = corrected(archive, tmp_path / "t.csv", {("12/BC-UB", "keyword"): "đê"})
    assert undo(archive, result.run).errors == 0
    assert [item.description for item in archive.holdings.children(dossier.objid).items] == before


def test_a_change_of_mode_is_told(archive: Archive, tmp_path: Path) -> None:
    run = corrected(archive, tmp_path / "t.csv", {(ONE, "mode"): "Sử dụng có điều kiện"})
    result = undo(archive, run.run, apply=False)
    assert [(one.code, one.where) for one in result.findings] == [("EDIT_MODE", f"{ONE}.mode")]
    assert len(result.changes) == 1


def test_a_networked_machine_brings_no_secret_back(archive: Archive, tmp_path: Path) -> None:
    def mode(code: str) -> None:
        def edit(record: DossierRecord) -> DossierRecord:
            value = Value(code, code=code)
            return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, "mode": value}))

        describe_anew(archive, newest(archive, ONE), edit, Change("metadata modification", "test", "minh"))

    mode("03")  # as a repository that was carried over from a machine of its own has it
    number = archive.jobs.start("describe", "t.csv")
    aip = newest(archive, ONE)
    declassified = Change("metadata modification", "declassified", "minh", run=number)

    def edit(record: DossierRecord) -> DossierRecord:
        value = Value("01", code="01")
        return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, "mode": value}))

    describe_anew(archive, aip, edit, declassified)
    result = undo(archive, number)
    assert (codes(result), result.left_out, result.versions) == (["EDIT_SECRET"], 1, [])


def test_what_a_person_may_not_see_cannot_be_taken_back(archive: Archive, run: DescribeResult) -> None:
    result = undo_run(archive, ANONYMOUS, run.run)
    # The second dossier is conditional: for a reader there is no such thing.
    assert codes(result) == ["EDIT_UNIT_UNKNOWN"]
    assert [one.code for one in result.changes] == [ONE]


@pytest.mark.parametrize("kind", ["", "ingest"])
def test_a_number_that_is_no_run(archive: Archive, kind: str) -> None:
    number = archive.jobs.recent(kind=kind).items[0].id if kind else 99_999
    with pytest.raises(UsageError, match="RUN_MISSING"):
        undo(archive, number)


@pytest.mark.parametrize("version", [1, 2])
def test_a_version_that_cannot_be_read_stops_no_other(archive: Archive, run: DescribeResult, version: int) -> None:
    place = archive.root / "store" / replace_version(archive, ONE, version).location
    (place / "data/metadata/descriptive/ead3.xml").unlink()
    result = undo(archive, run.run)
    assert (codes(result), [one.code for one in result.versions]) == (["EDIT_PACKAGE_BROKEN"], [TWO])


def test_an_undo_that_was_cut_short_is_finished_by_the_next(archive: Archive, run: DescribeResult) -> None:
    def stop(step: str, done: int, _: int) -> None:
        if (step, done) == ("store", 1):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        undo_run(archive, LAN, run.run, apply=True, progress=stop)
    cut = recent_runs(archive).items[0]
    assert (cut.state, cut.failed, cut.dossiers) == ("failed", "INTERRUPTED", 1)
    again = undo(archive, run.run)
    assert ([one.code for one in again.versions], again.unchanged, again.findings) == ([TWO], 1, [])
    assert titles(archive) == [row.title for row in SAMPLE]
