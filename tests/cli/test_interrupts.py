"""Ctrl-C and SIGTERM: the command ends soon, says what is safe and how to go on, and leaves nothing half-made."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from tests.cli.running import Fonds, as_process, eventually, under_way
from tests.factories import DossierRow, make_archive, make_delivery
from tests.support import ROOT

SECONDS = 8
"""How soon a command ends. About two on a machine with nothing else to do; the tests run beside other things."""

DOSSIERS = [DossierRow(f"H99.12.P01.1962.{number:02}", f"Hồ sơ số {number}", pages=3) for number in range(1, 21)]
EACH = pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda one: one.name)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A delivery of sixty pages."""
    return make_delivery(tmp_path_factory.mktemp("sixty") / "P01", DOSSIERS)


def stored(root: Path) -> list[Path]:
    return sorted((root / "store").glob("H99.12.P01/H99.12.P01.*/v1/*"))


def is_tidy(archive: Archive) -> None:
    """No stage, a whole log, and as many packages in the store as in the catalogue."""
    assert not list((archive.root / "store").glob(".tmp-*"))
    assert archive.log.verify().broken_at == 0
    assert len(stored(archive.root)) == archive.holdings.by_level("file", limit=1).total


@EACH
def test_ingest(repo: Path, pages: Path, number: signal.Signals) -> None:
    archive = make_archive(repo)
    with under_way("--repo", repo, "ingest", pages) as command:
        command.until(lambda: bool(stored(repo)))
        answered, seconds = command.told(number)
    assert (answered.code, answered.out) == (130, "")
    assert seconds < SECONDS
    assert "giữ nguyên" in answered.err
    assert f"fonds --repo {repo} ingest {pages}" in answered.err
    assert answered.err.count("→") == 1
    count = len(stored(repo))
    assert 0 < count < len(DOSSIERS)
    is_tidy(archive)
    (last,) = archive.jobs.recent(kind="delivery").items
    assert (last.state, last.reason) == ("failed", "INTERRUPTED")
    again = as_process("--repo", repo, "--format", "json", "ingest", pages)
    assert again.code == 0, again.err
    assert len(again.document["unchanged"]) == count
    assert len(again.document["ingested"]) == len(DOSSIERS) - count
    is_tidy(archive)
    assert as_process("--repo", repo, "audit", "--all").code == 0


def test_ingest_while_the_delivery_is_being_read(repo: Path, pages: Path) -> None:
    archive = make_archive(repo)
    with under_way("--repo", repo, "--lang", "en", "ingest", pages) as command:
        command.until(lambda: archive.jobs.recent(kind="delivery").total > 0)
        answered, _ = command.told(signal.SIGINT)
    assert answered.code == 130
    assert "Dossiers that were ingested stay" in answered.err
    is_tidy(archive)


def test_a_second_ctrl_c_changes_nothing(repo: Path, pages: Path) -> None:
    archive = make_archive(repo)
    with under_way("--repo", repo, "ingest", pages) as command:
        command.until(lambda: bool(stored(repo)))
        answered, _ = command.told(signal.SIGINT, times=2)
    assert answered.code == 130
    is_tidy(archive)


def test_no_worker_process_stays_behind(repo: Path, pages: Path) -> None:
    make_archive(repo)
    with under_way("--repo", repo, "ingest", pages) as command:
        command.until(lambda: bool(stored(repo)))
        group = command.process.pid
        command.told(signal.SIGINT)
        eventually(lambda: not _members(group))


def test_when_the_command_is_killed_its_workers_end(repo: Path, pages: Path) -> None:
    make_archive(repo)
    with under_way("--repo", repo, "ingest", pages) as command:
        command.until(lambda: bool(stored(repo)))
        group = command.process.pid
        command.process.kill()
        command.process.communicate()
        eventually(lambda: not _members(group))


def _members(group: int) -> list[int]:
    """The processes of a process group that still live."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            state, _, pgrp = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
        except (OSError, ValueError):
            continue
        if int(pgrp) == group and state != "Z":
            found.append(int(entry.name))
    return found


def test_audit(repo: Path, pages: Path, fonds: Fonds) -> None:
    archive = make_archive(repo)
    assert fonds("--repo", repo, "ingest", pages).code == 0

    def begun() -> bool:
        return any(row.action == "audit begins" for row in archive.log.rows())

    with under_way("--repo", repo, "audit", "--all", "--rate", "20kB") as command:
        command.until(begun)
        answered, seconds = command.told(signal.SIGINT)
    assert (answered.code, answered.out) == (130, "")
    assert seconds < SECONDS
    assert "chưa trọn vẹn" in answered.err
    (run,) = archive.fixity.runs().items
    assert (run.complete, run.ended) == (False, "")
    state = fonds("--repo", repo, "--format", "json", "status").document
    assert state["last_audit"]["complete"] is False
    assert state["running"] == [one for one in state["running"] if one["kind"] != "audit"]
    assert "chưa trọn vẹn" in fonds("--repo", repo, "status").out
    assert archive.log.verify().broken_at == 0
    whole = fonds("--repo", repo, "--format", "json", "audit", "--all").document
    assert (whole["complete"], whole["packages"]) == (True, len(DOSSIERS) + 1)  # and the fonds
    assert "chưa trọn vẹn" not in fonds("--repo", repo, "status").out


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_serve(library: Path, number: signal.Signals) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as page:
                return int(page.status) == 200
        except OSError:
            return False

    with under_way("--repo", library, "--lang", "en", "serve", "--port", port) as command:
        command.until(answers)
        answered, seconds = command.told(number)
        group = command.process.pid
        eventually(lambda: not _members(group))
    assert (answered.code, answered.out) == (0, "")
    assert seconds < 2 * SECONDS
    assert answered.err.splitlines() == [
        f"The reading room is open at http://127.0.0.1:{port}/ — Ctrl-C to close.",
        "The reading room is closed.",
    ]
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


def test_demo_removes_its_repository(tmp_path: Path) -> None:
    with under_way("demo", "--no-serve", TMPDIR=str(tmp_path)) as command:
        command.until(lambda: any(tmp_path.glob("fonds-demo-*/store/*/*/v1/*")))
        answered, seconds = command.told(signal.SIGINT)
    assert (answered.code, answered.out) == (130, "")
    assert seconds < SECONDS
    assert "đã được xóa" in answered.err
    assert not list(tmp_path.glob("fonds-demo-*"))


_IN_MADE_CODE = """
from fonds.cli import main

main._called = lambda *_: exec("raise KeyboardInterrupt")
main.main(["list"])
"""


def test_an_interrupt_while_code_is_being_made_gives_the_same_exit_code(tmp_path: Path) -> None:
    """A dataclass is made by running a text; Python itself would end the process by the signal."""
    (tmp_path / "made.py").write_text(_IN_MADE_CODE, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "made"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": f"{ROOT}:{tmp_path}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("→")) == (130, "", 1), done


_IN_A_DESTRUCTOR = """
import signal, time
from fonds.cli import main

class Unneeded:
    def __del__(self):
        signal.raise_signal(signal.NAME)

def called(*_):
    Unneeded()
    end = time.monotonic() + 20
    while time.monotonic() < end:
        time.sleep(0.01)
    return 0

main._called = called
main.main(["list"])
"""


@EACH
def test_an_interrupt_in_a_destructor_is_not_lost(number: signal.Signals) -> None:
    """Python says "Exception ignored in …" there, and goes on as if nothing had been asked of it."""
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_DESTRUCTOR.replace("NAME", number.name)], cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr.count("→")) == (130, "", 1), done
    assert "ignored" not in done.stderr


def test_an_interrupt_while_the_program_is_being_loaded(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text('exec("raise KeyboardInterrupt")', "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "fonds", "list"], cwd=tmp_path, env=os.environ | {"PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "")
    assert done.stderr.splitlines() == ["", "Đã dừng, chưa làm gì / stopped, nothing was begun."]


def test_ctrl_c_while_the_workers_are_being_loaded(repo: Path, pages: Path) -> None:
    """A terminal tells every process in it: those that are not ready yet say nothing of their own."""
    make_archive(repo)
    with under_way("--repo", repo, "check", pages) as command:
        group = command.process.pid
        command.until(lambda: len(_members(group)) > 1)
        os.killpg(group, signal.SIGINT)
        out, err = command.process.communicate(timeout=60)
    assert (command.process.returncode, out) == (130, "")
    assert "Traceback" not in err
    assert err.count("→") == 1


def test_an_ignored_signal_stays_ignored(repo: Path, pages: Path) -> None:
    """Under nohup the end of a session stops nothing."""
    make_archive(repo)
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with under_way("--repo", repo, "--format", "json", "ingest", pages) as command:
            signal.signal(signal.SIGHUP, before)
            command.until(lambda: bool(stored(repo)))
            os.kill(command.process.pid, signal.SIGHUP)
            out, err = command.process.communicate(timeout=120)
            assert command.process.returncode == 0, (out, err)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert len(stored(repo)) == len(DOSSIERS)


def _closed_twice() -> None:
    try:
        raise KeyboardInterrupt
    finally:
        os.close(-1)


def _cut_short(*_: object) -> int:
    try:
        _closed_twice()
    except OSError as error:
        raise FondsError("STORE_FAILED", path="x", reason=error.strerror) from error
    return 0


def test_an_interrupt_counts_though_clearing_up_failed(fonds: Fonds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fonds.cli.main._called", _cut_short)
    answered = fonds("--lang", "en", "status")
    assert (answered.code, "Stopped" in answered.err) == (130, True)


def _ends(*_: object) -> None:
    raise EOFError("marshal data too short")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_end_of_a_file_is_no_interrupt(
    fonds: Fonds, repo: Path, monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    make_archive(repo)
    monkeypatch.setattr("fonds.cli.context.Context.require", _ends)
    answered = fonds("--repo", repo, "--lang", lang, "status")
    assert answered.code == 1
    assert "marshal data too short" in answered.err
