"""The drill: everything planted is found and repaired, nothing else is told, and the holdings are only read."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.audit import AuditResult, audit
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.drill import run as running
from fonds.repository.drill.faults import KINDS, Expected, Ground, kinds
from fonds.repository.drill.run import DRILL, DrillResult, drill, scratch_root
from tests.factories import SAMPLE, ingest_sample, make_archive, open_inline

SEED = 20_261_122


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Three dossiers, in the store and one copy."""
    folder = tmp_path_factory.mktemp("drilled")
    archive, _ = ingest_sample(folder / "repo", folder / "source", SAMPLE)
    add_copy(archive, str(folder / "nas"), "nas", "", "tester")
    assert sync(archive, [], agent="tester").complete
    return archive


def scratch(folder: Path) -> Archive:
    root = scratch_root(folder)
    make_archive(root)
    return open_inline(root)


def state(archive: Archive) -> dict[Path, tuple[int, int, int, int]]:
    """Every file of the store and its copy: which it is, how large, when written and changed."""
    roots = (archive.root / "store", archive.root.parent / "nas")
    found = {path: path.lstat() for root in roots for path in root.rglob("*")}
    return {path: (one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for path, one in found.items()}


@pytest.fixture(scope="module")
def held_drill(held: Archive, tmp_path_factory: pytest.TempPathFactory) -> tuple[DrillResult, bool]:
    before = state(held)
    result = drill(held, scratch(tmp_path_factory.mktemp("scratch")), agent="lan", seed=SEED, packages=2, flips=30)
    return result, state(held) == before


def test_every_kind_is_planted_found_and_repaired_and_nothing_else_is_told(
    held_drill: tuple[DrillResult, bool],
) -> None:
    result, _ = held_drill
    assert {one.kind for one in result.faults} == {*kinds(), "flip"}
    assert len(KINDS) >= 20
    assert (result.missed, result.false, result.unrepaired) == ([], [], [])
    assert result.good
    assert (result.packages, result.places) == (2, 2)
    assert result.counts["repaired"] == result.counts["planted"] - 1 == len(result.faults)
    assert result.skipped == (["unreadable"] if os.geteuid() == 0 else [])
    assert {one.copy for one in result.faults} == {"main", "nas"}


def test_the_holdings_are_only_read(held_drill: tuple[DrillResult, bool]) -> None:
    assert held_drill[1]


def test_it_is_on_record(held: Archive, held_drill: tuple[DrillResult, bool]) -> None:
    row = next(row for row in held.log.rows() if row.action == DRILL)
    assert (row.agent, row.outcome, row.detail["seed"]) == ("lan", "success", SEED)
    assert row.detail["planted"] == row.detail["found"] == held_drill[0].counts["planted"]
    assert held.log.verify().broken_at == 0


def test_the_same_seed_draws_the_same(held: Archive, tmp_path: Path, held_drill: tuple[DrillResult, bool]) -> None:
    again = drill(held, scratch(tmp_path), agent="lan", seed=SEED, packages=2, flips=30)
    assert planted(again) == planted(held_drill[0])


def planted(result: DrillResult) -> list[tuple[object, ...]]:
    return [(one.kind, one.copy, one.objid, sorted(one.expected)) for one in result.faults]


def test_without_a_copy_everything_is_found_and_it_says_that_nothing_could_be_repaired(tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE)
    result = drill(archive, scratch(tmp_path / "scratch"), agent="lan", seed=1, packages=3, flips=5)
    assert (result.missed, result.false) == ([], [])
    assert result.places == 1
    assert result.counts["unrepairable"] > 10


def test_what_an_audit_overlooks_is_missed(held: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drill that could not fail would prove nothing."""
    whole = audit

    def blind(*given: object, **named: object) -> AuditResult:
        found = whole(*given, **named)  # type: ignore[arg-type]  # handed on as it came
        return replace(found, problems=[one for one in found.problems if one.result != "extra"])

    monkeypatch.setattr(running, "audit", blind)
    result = drill(held, scratch(tmp_path), agent="lan", seed=2, packages=1, flips=0)
    assert {one.kind for one in result.missed} == {"extra-file", "renamed"}
    assert not result.good
    row = [row for row in held.log.rows() if row.action == DRILL][-1]
    assert (row.outcome, row.detail["missed_kinds"]) == ("failure", ["extra-file", "renamed"])


def test_a_false_alarm_is_told(held: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = KINDS["deleted-file"]
    plant = dict(KINDS)

    def quiet(ground: Ground, draw: random.Random) -> Expected:
        whole(ground, draw)
        version, path = ground.pick(draw, lambda _: True)
        return {(version, path): frozenset({"missing"})}

    plant["deleted-file"] = quiet
    monkeypatch.setattr(running, "KINDS", plant)
    result = drill(held, scratch(tmp_path), agent="lan", seed=3, packages=1, flips=0)
    assert [one.kind for one in result.missed] == ["deleted-file"]
    assert len(result.false) == 1


def test_an_empty_repository(tmp_path: Path) -> None:
    with pytest.raises(FondsError) as refused:
        drill(make_archive(tmp_path / "repo"), scratch(tmp_path / "s"), agent="lan", seed=1)
    assert refused.value.code == "DRILL_EMPTY"


def test_what_is_damaged_already_takes_no_part(tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE[:2])
    next((archive.root / "store").rglob("0001.jpg")).unlink()
    result = drill(archive, scratch(tmp_path / "s"), agent="lan", seed=1, packages=2, flips=0)
    assert (result.packages, result.left_out) == (1, 1)
