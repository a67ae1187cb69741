"""The background worker: started by an ingest, alone, ended by itself, and safe to kill at any moment."""

from __future__ import annotations

import multiprocessing
import os
import re
import signal
import time
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive, worker_at_work, worker_lock
from fonds.errors import FondsError
from fonds.repository.access import ensure_access, make_one
from fonds.repository.archive import Archive
from fonds.repository.ingest import ingest
from fonds.repository.work import copies_waiting, left_to_do, work
from tests.cli.running import Fonds, as_process, eventually, under_way
from tests.disks import small_disk
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery

DOSSIERS = [DossierRow(f"H99.12.P01.1962.{number:02}", f"Hồ sơ số {number}", pages=10) for number in range(1, 4)]


@pytest.fixture
def ingested(repo: Path, tmp_path: Path) -> Archive:
    """A repository with its processes and thirty pages, none of which has an access copy yet."""
    ingest(make_archive(repo), make_delivery(tmp_path / "source", DOSSIERS), agent="tester")
    return open_archive(repo)


def copies(archive: Archive) -> list[Path]:
    return sorted(path for path in archive.access_folder.rglob("*.tif") if path.parent.name != ".making")


def access(archive: Archive) -> dict[str, int]:
    return dict(archive.jobs.counts()["access"])


def test_an_ingest_starts_it_and_it_ends_by_itself(fonds: Fonds, repo: Path, delivery: Path) -> None:
    archive = make_archive(repo)
    assert fonds("--repo", repo, "ingest", delivery).code == 0
    eventually(lambda: access(archive) == {"done": len(SAMPLE)})
    eventually(lambda: not worker_at_work(archive))
    assert not left_to_do(archive)
    eventually(lambda: "Đã làm xong" in (repo / "work.log").read_text("utf-8"))
    assert "không có việc đang chờ" in fonds("--repo", repo, "status").out


def test_it_holds_its_lock_while_it_works(ingested: Archive) -> None:
    with under_way("--repo", ingested.root, "jobs", "run") as command:
        command.until(lambda: worker_at_work(ingested))
        with pytest.raises(FondsError) as caught, worker_lock(ingested):
            pass
        assert caught.value.data["pid"] == command.process.pid
        command.process.send_signal(signal.SIGSTOP)
        assert as_process("--repo", ingested.root, "jobs", "run", "--quiet").out == ""
        command.process.send_signal(signal.SIGCONT)
        # An ingest is not held up by it.
        with ingested.lock("ingest"):
            pass


def test_killed_in_mid_work_the_next_run_finishes_at_once(ingested: Archive) -> None:
    with under_way("--repo", ingested.root, "jobs", "run") as command:
        command.until(lambda: len(copies(ingested)) >= 2)
        command.process.kill()
        command.process.communicate()
    assert access(ingested).get("running") == 1
    assert not worker_at_work(ingested)
    began = time.monotonic()
    answered = as_process("--repo", ingested.root, "--format", "json", "jobs", "run")
    assert time.monotonic() - began < 120  # and not after the ten minutes of the dead worker's lease
    assert answered.code == 0
    assert access(ingested) == {"done": len(DOSSIERS)}
    assert len(copies(ingested)) == sum(row.pages for row in DOSSIERS)
    assert {job.attempts for job in ingested.jobs.recent(kind="access").items} == {1, 2}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_told_to_stop_it_gives_its_job_back(ingested: Archive, number: signal.Signals) -> None:
    with under_way("--repo", ingested.root, "--lang", "en", "jobs", "run") as command:
        command.until(lambda: bool(copies(ingested)))
        answered, _ = command.told(number)
    assert (answered.code, answered.out) == (130, "")
    assert "Access copies that were made stay" in answered.err
    assert "running" not in access(ingested)
    assert copies_waiting(ingested).total > 0


def test_what_a_killed_worker_left_is_swept_away(ingested: Archive) -> None:
    making = ingested.access_folder / ".making"
    making.mkdir(parents=True)
    for name, age in ((".dead.part", 7200), ("dead.tif", 7200), (".alive.part", 5)):
        (making / name).write_bytes(b"half")
        os.utime(making / name, (time.time() - age,) * 2)
    work(ingested, stopped=lambda: False)
    assert [path.name for path in making.iterdir()] == [".alive.part"]
    assert not list(ingested.access_folder.glob("*/*/*/*.part"))


def test_progress_counts_what_was_there_already(ingested: Archive) -> None:
    first = ingested.holdings.pages(ingested.jobs.recent(kind="access").items[-1].subject, limit=3).items
    for page in first:
        ensure_access(ingested, page)
    seen: list[tuple[int, int]] = []
    work(ingested, stopped=lambda: False, progress=lambda now: seen.append((now.pages, now.total_pages)))
    assert seen[0] == (4, 30)
    assert seen[-1] == (30, 30)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_status_tells_how_long_it_will_take(fonds: Fonds, ingested: Archive) -> None:
    waiting = fonds("--repo", ingested.root, "status")
    assert "0/30 trang" in waiting.out
    assert "fonds jobs run" in waiting.out
    stop: list[int] = []
    work(ingested, stopped=lambda: len(stop) > 12, progress=lambda now: stop.append(now.pages))
    (running,) = fonds("--repo", ingested.root, "--format", "json", "status").document["running"]
    assert running["kind"] == "access"
    assert 0 <= running["done"] < running["total"] <= 30
    assert running["eta_seconds"] >= 0
    assert "left" in fonds("--repo", ingested.root, "--lang", "en", "status").out


def test_a_worker_process_that_is_killed_is_replaced(ingested: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The kernel kills a process that takes too much memory: the pages are made by another one."""
    marker = ingested.root / "killed"
    monkeypatch.setattr("fonds.repository.access.make_one", _Deadly(marker, deaths=1))
    assert work(ingested, stopped=lambda: False) == len(DOSSIERS)
    assert marker.read_text() == "x"
    assert access(ingested) == {"done": len(DOSSIERS)}


def test_a_page_that_always_kills_holds_up_nothing_else(ingested: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = ingested.jobs.recent(kind="access").items[-1].subject
    monkeypatch.setattr("fonds.repository.access.make_one", _Deadly(ingested.root / "killed", deaths=99, only=victim))
    work(ingested, stopped=lambda: False)
    assert access(ingested) == {"done": len(DOSSIERS) - 1, "failed": 1}
    (failed,) = ingested.jobs.recent(kind="access", state="failed").items
    assert (failed.subject, failed.reason, failed.attempts) == (victim, "WORKERS_LOST", 3)


class _Deadly:
    """Makes access copies as ``make_one`` does, but ends its process the first times (with a marker that counts)."""

    def __init__(self, marker: Path, deaths: int, only: str = "") -> None:
        self.marker, self.deaths, self.only = marker, deaths, only

    def __call__(self, imaging: object, master: Path, frame: int, target: Path, making: Path) -> object:
        died = len(self.marker.read_text()) if self.marker.exists() else 0
        if self.only in str(target) and died < self.deaths:
            with self.marker.open("a") as count:
                count.write("x")
            _die()
        return make_one(imaging, master, frame, target, making)  # type: ignore[arg-type]  # passed on as it came


def test_a_worker_lost_in_an_audit_is_one_message(
    fonds: Fonds, ingested: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fonds.repository.audit.readers.AT_HOME_FILES", 0)
    monkeypatch.setattr("fonds.repository.audit.readers.check_dossiers", _die)
    answered = fonds("--repo", ingested.root, "--lang", "en", "audit", "--all")
    assert answered.code == 1
    assert re.search(r"^Error: A worker process died\.\n  → ", answered.err, re.MULTILINE)
    (run,) = ingested.fixity.runs().items
    assert not run.complete
    monkeypatch.undo()
    assert fonds("--repo", ingested.root, "audit", "--all").code == 0


def _die(*_: object) -> None:
    assert multiprocessing.parent_process(), "the tests themselves would die"
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_full_disk_fails_no_page(ingested: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """The copies that found no room wait until there is some; they are not counted as unreadable."""
    with small_disk() as disk:
        (disk / "ballast").write_bytes(bytes(os.statvfs(disk).f_bavail * 4096 - 32_768))
        monkeypatch.setattr("fonds.repository.access._making", lambda _: disk)
        with pytest.raises(FondsError) as caught:
            work(ingested, stopped=lambda: False)
        assert caught.value.code == "STORE_FULL"
        assert access(ingested) == {"waiting": len(DOSSIERS)}
