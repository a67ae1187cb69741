"""Two audits at once, and audits that were killed: everything is read, logged and recorded exactly once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, Pace, audit
from fonds.repository.audit import lease as lease_module
from fonds.repository.audit.lease import Lease, is_gone, own_name, take_over
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Check, Problem
from tests.repository.audit.conftest import PACKAGES, opened, packages, readings, subjects
from tests.support import ROOT

KILLED = [(moment, number) for moment in ("claimed", "read", "logged", "recorded") for number in (1, 4, PACKAGES)]


@pytest.fixture(scope="module")
def struck(unread: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of repositories, each with an audit that was killed at another moment."""
    folder = tmp_path_factory.mktemp("struck")
    for moment, number in KILLED:
        shutil.copytree(unread, folder / f"{moment}-{number}")
    child = driver(folder, *(part for strike in KILLED for part in strike))
    assert (child.communicate(timeout=300)[0], child.returncode) == ("", 0)
    return folder


def driver(root: Path, *arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.repository.audit.driver", str(root), *map(str, arguments)]
    return subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE, text=True
    )


def once_each(archive: Archive) -> None:
    """Everything has one row in the log, of the run that recorded it, and is known as good."""
    assert Counter(subjects(archive)) == Counter({aip.objid: 1 for aip in packages(archive)})
    assert archive.log.verify().broken_at == 0
    for aip in packages(archive):
        check = archive.fixity.check(aip.objid)
        assert check is not None
        assert check.result == "ok"
    counted = Counter(row.detail["run"] for row in readings(archive))
    assert {run.id: run.packages for run in archive.fixity.runs().items if run.packages} == counted


def test_two_at_once_share_the_work(root: Path) -> None:
    both = [driver(root), driver(root)]
    answers: list[dict[str, Any]] = [json.loads(one.communicate(timeout=300)[0]) for one in both]
    assert [one.returncode for one in both] == [0, 0]
    archive = opened(root)
    once_each(archive)
    assert all(answer["good"] and answer["complete"] for answer in answers)
    assert sum(answer["packages"] for answer in answers) == PACKAGES
    assert all(answer["packages"] > 0 for answer in answers), "neither did it alone"
    assert all(answer["packages"] + answer["elsewhere"] >= PACKAGES - answer["packages"] for answer in answers)
    assert archive.fixity.open_runs() == []


@pytest.mark.parametrize(("moment", "number"), KILLED, ids=[f"{moment}-{number}" for moment, number in KILLED])
def test_killed_anywhere_the_next_run_goes_on(struck: Path, moment: str, number: int) -> None:
    archive = opened(struck / f"{moment}-{number}")
    (broken,) = archive.fixity.runs().items
    assert (broken.complete, broken.ended) == (False, "")
    read = len(readings(archive))
    # The first row of the log is that of the beginning.
    assert read == {"logged": number - 1, "recorded": number, "read": number - 1}.get(moment, read) <= number
    result = audit(archive, agent="tester")
    assert result.good
    assert result.run.packages == PACKAGES - read
    once_each(archive)
    (after, before) = archive.fixity.runs().items
    assert (after.complete, before.complete, before.packages) == (True, False, read)
    assert before.ended


def test_a_copy_that_was_read_and_logged_by_a_dead_run_is_taken_over_too(archive: Archive, tmp_path: Path) -> None:
    copy = add_copy(archive, str(tmp_path / "copy"), "nas", "NAS", "tester").copy
    assert sync(archive, [], agent="tester").complete
    aip = packages(archive)[0]
    next((tmp_path / "copy" / aip.location).rglob("*.xml")).write_bytes(b"")
    number = PACKAGES + 2  # the beginning, the store, the first one in the copy
    archive.root.rename(tmp_path / f"logged-{number}")
    driver(tmp_path, "logged", number).communicate(timeout=300)
    archive = opened(tmp_path / f"logged-{number}")
    read = [row for row in readings(archive) if row.detail["copy"] == copy.name]
    assert len(read) == 1
    result = audit(archive, agent="tester", scope=ALL, copies=[copy.name])
    rows = [row for row in readings(archive) if row.detail["copy"] == copy.name]
    assert len(rows) == PACKAGES + 1, "who says all means it, now"
    assert [one.objid for one in result.problems] == [aip.objid]
    (known,) = archive.fixity.problems().items
    assert (known.objid, known.copy) == (aip.objid, copy.name)


@dataclass
class Other:
    """Another audit, in this process, that reads one package and ends when somebody waits for it."""

    archive: Archive
    problems: list[Problem] = field(default_factory=list)
    then: Callable[[], None] = lambda: None
    waited: int = 0

    def __post_init__(self) -> None:
        self.aip = packages(self.archive)[2]
        self.run = self.archive.fixity.begin("all", owner=own_name())
        claim = self.archive.fixity.claim(self.run, [(self.aip.objid, self.aip.version)], MAIN_COPY)
        assert claim.granted

    def sleep(self, _: float) -> None:
        self.waited += 1
        assert self.waited < 10
        self.then()

    def done(self) -> None:
        row = self.archive.log.append("fixity check", agent="other", subject=self.aip.objid, detail=self._detail())
        check = Check(self.aip.objid, self.aip.version, MAIN_COPY, row.when, "problem" if self.problems else "ok")
        self.archive.fixity.record(self.run, check, self.problems, files=1, size=1)
        self.archive.fixity.end(self.run)

    def _detail(self) -> dict[str, object]:
        return {"run": self.run, "version": 1, "copy": MAIN_COPY, "files": 1, "bytes": 1, "problems": []}


def test_what_another_audit_reads_is_waited_for_and_not_read(archive: Archive) -> None:
    other = Other(archive)
    other.then = other.done
    result = audit(archive, agent="tester", scope=ALL, pace=Pace(sleep=other.sleep))
    assert (result.run.packages, result.elsewhere, result.elsewhere_bad, result.left) == (PACKAGES - 1, 1, 0, 0)
    assert (result.good, other.waited) == (True, 1)
    once_each(archive)


def test_what_another_audit_found_bad_is_not_good(archive: Archive) -> None:
    other = Other(archive)
    other.problems = [Problem(other.aip.objid, 1, MAIN_COPY, "x", "extra", "", "")]
    other.then = other.done
    result = audit(archive, agent="tester", scope=ALL, pace=Pace(sleep=other.sleep))
    assert (result.good, result.elsewhere_bad, list(result.problems)) == (False, 1, [])


def test_what_another_audit_gives_up_is_read(archive: Archive) -> None:
    other = Other(archive)
    other.then = lambda: archive.fixity.release(other.run)
    result = audit(archive, agent="tester", scope=ALL, pace=Pace(sleep=other.sleep))
    assert (result.run.packages, result.elsewhere, result.good) == (PACKAGES, 0, True)
    run = archive.fixity.run(other.run)
    assert run is not None
    assert (run.complete, run.ended != "") == (False, True)


def test_one_that_is_silent_for_too_long_is_taken_over_and_told(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease_module, "SECONDS", -1.0)
    silent = Lease(archive, "all")
    archive.fixity.claim(silent.run, [(packages(archive)[0].objid, 1)], MAIN_COPY)
    monkeypatch.undo()
    assert audit(archive, agent="tester", scope=ALL).run.packages == PACKAGES
    monkeypatch.setattr(lease_module, "SECONDS", 0.0)
    with pytest.raises(FondsError) as refused:
        silent.keep()
    assert refused.value.code == "AUDIT_TAKEN_OVER"


def test_one_that_is_heard_from_keeps_what_it_has(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Lease(archive, "all")
    (before,) = archive.fixity.open_runs()
    held.keep()
    assert archive.fixity.open_runs() == [before], "half of the time is not over"
    monkeypatch.setattr(held, "_renewed", held._renewed - 400)
    held.keep()
    (after,) = archive.fixity.open_runs()
    assert after.until > before.until
    assert take_over(archive) == 0


def test_an_audit_that_fails_holds_nothing(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise FondsError("LOG_FAILED", path="log", reason="full")

    monkeypatch.setattr("fonds.repository.audit.run.write_down", fails)
    with pytest.raises(FondsError):
        audit(archive, agent="tester", scope=ALL)
    (run,) = archive.fixity.runs().items
    assert (run.complete, run.ended) == (False, "")
    monkeypatch.undo()
    assert audit(archive, agent="tester", scope=ALL).run.packages == PACKAGES
    once_each(archive)


def test_a_row_of_an_older_catalogue_is_not_taken_over(archive: Archive) -> None:
    """Numbers of runs begin anew with a new catalogue; the log goes on."""
    aip = packages(archive)[0]
    detail = {"run": 1, "version": 1, "copy": MAIN_COPY, "files": 1, "bytes": 1, "problems": []}
    archive.log.append("fixity check", agent="long ago", subject=aip.objid, detail=detail)
    run = archive.fixity.begin("all", seconds=-1)
    archive.fixity.claim(run, [(aip.objid, aip.version)], MAIN_COPY)
    assert run == 1
    assert take_over(archive) == 1
    assert archive.fixity.check(aip.objid) is None


def test_processes_are_known_by_more_than_their_number() -> None:
    machine, boot, process, started = own_name().split("/")
    assert not is_gone(own_name())
    assert is_gone(f"{machine}/{boot}/{process}/1")
    assert is_gone(f"{machine}/earlier/{process}/{started}")
    assert is_gone(f"{machine}/{boot}/4194305/{started}")
    assert not is_gone(f"another/{boot}/{process}/1"), "of another machine nothing is known"
    assert not is_gone("")


def test_a_process_that_ended_is_gone() -> None:
    code = "from fonds.repository.audit.lease import own_name; print(own_name())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert is_gone(done.stdout.strip())
