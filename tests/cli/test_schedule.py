"""The commands about schedule, notices and reports, as a person runs them."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.cli.main import main
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.notices.compose import of_test
from fonds.repository.notices.queue import KIND, queue
from fonds.repository.ports.catalogue import Check
from fonds.repository.schedule.state import should_start
from tests.cli.running import Fonds, end_worker, under_way
from tests.factories import SAMPLE, ingest_sample
from tests.repository.notices.receiving import Mailbox, free_port, mail_server
from tests.repository.notices.test_notices import configured


@pytest.fixture(scope="module")
def kho(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that was audited once and then found damaged."""
    folder = tmp_path_factory.mktemp("schedule")
    archive, _ = ingest_sample(folder / "kho", folder / "source")
    audit(archive, agent="lan", scope=ALL)
    return archive.root


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_schedule_is_told(fonds: Fonds, kho: Path, lang: str) -> None:
    told = fonds("--repo", kho, "--lang", lang, "schedule", "show")
    assert told.code == 0
    assert "cli." not in told.out
    assert "{" not in told.out
    document = fonds("--repo", kho, "--format", "json", "schedule", "show").document
    (main_copy,) = document["places"]
    assert (main_copy["copy"], main_copy["due"], main_copy["fresh"], main_copy["days"]) == ("main", 0, 1.0, 90)
    assert document["forecast"]["warnings"] == []
    assert document["forecast"]["rate"] > 0
    assert document["next_due"] > document["last"]["started"]


def test_a_policy_that_cannot_be_kept_is_a_problem(fonds: Fonds, kho: Path) -> None:
    configured(kho, audit_days=2000)
    told = fonds("--repo", kho, "--lang", "en", "schedule", "show")
    configured(kho, audit_days=90)
    assert told.code == 3
    assert "longer than three years" in told.out


def test_units_are_written_where_systemd_looks(
    fonds: Fonds, kho: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    shown = fonds("--repo", kho, "--format", "json", "schedule", "install", "--at", "06:30", "--print").document
    assert not list(tmp_path.iterdir())
    done = fonds("--repo", kho, "--lang", "en", "schedule", "install", "--at", "06:30")
    assert done.code == 0
    folder = tmp_path / "systemd" / "user"
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == shown["files"]
    assert "systemctl --user enable --now fonds-audit-kho-" in done.out
    assert "~/.config/fonds/fonds-audit-kho-" in done.out
    for at in ("24:00", "8:00", "later"):
        assert fonds("--repo", kho, "schedule", "install", "--at", at, "--print").code == 2
    assert fonds("--repo", kho, "schedule", "install", "--system", "--user").code == 2
    system = fonds("--repo", kho, "--format", "json", "schedule", "install", "--system", "--print").document
    assert "ProtectSystem=strict" in next(iter(system["files"].values()))


def test_a_run_by_the_schedule_audits_and_sends(fonds: Fonds, tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "kho", tmp_path / "source")
    with mail_server() as box:
        archive = configured(archive.root, mail_host="127.0.0.1", mail_port=box.port, mail_security="none",
                             mail_to="lan@example.vn", notice_weekly=True, notice_lang="en")  # fmt: skip
        done = fonds("--repo", archive.root, "--format", "json", "schedule", "run")
        assert (done.code, done.document["ok"], done.document["notices"]) == (0, True, {"sent": 1, "failed": 0})
        assert "all is well" in box.letters[0]["Subject"]
        again = fonds("--repo", archive.root, "--format", "json", "schedule", "run")
        assert (again.document["packages"], again.document["notices"]["sent"]) == (0, 0)


def long_ago(archive: Archive, days: int) -> None:
    """Let every stored version have been checked so many days ago."""
    when = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    checks = [Check(aip.objid, aip.version, MAIN_COPY, when, "ok") for aip in archive.holdings.packages()]
    archive.fixity.restore((check, []) for check in checks)


def test_serving_begins_an_audit_that_was_slept_through(fonds: Fonds, tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "kho", tmp_path / "source")
    long_ago(archive, 100)
    before = fonds("--repo", archive.root, "--lang", "en", "schedule", "show")
    assert before.code == 3
    assert "no audit ran" in before.out
    with under_way("--repo", archive.root, "serve", "--port", free_port()) as server:
        server.until(lambda: any(run.complete for run in archive.fixity.runs().items), 60)
        told, _ = server.told(signal.SIGTERM)
    assert told.code in (0, 130)
    (run,) = archive.fixity.runs().items
    assert (run.scope, run.packages, run.problems) == ("due", len(archive.holdings.packages()), 0)
    after = fonds("--repo", archive.root, "--lang", "en", "schedule", "show")
    assert after.code == 0, after.out
    end_worker(archive.root)


def test_serving_begins_none_when_nothing_is_due_or_it_is_not_wanted(kho: Path) -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    archive = open_archive(kho)
    assert not should_start(archive, tomorrow)
    long_ago(archive, 100)
    assert not should_start(archive), "the last run began after it was time the last time"
    assert should_start(archive, tomorrow)
    assert not should_start(configured(kho, audit_at=""), tomorrow)
    begin, end = (f"{(tomorrow + timedelta(hours=hours)).astimezone():%H:%M}" for hours in (2, 3))
    assert not should_start(configured(kho, audit_at="20:00", audit_hours=f"{begin}-{end}"), tomorrow)
    assert should_start(configured(kho, audit_hours=f"{end}-{begin}"), tomorrow)
    archive = configured(kho, audit_hours="")
    long_ago(archive, 0)
    assert not should_start(archive, tomorrow)


def test_a_test_of_notices_tells_what_happened(fonds: Fonds, kho: Path) -> None:
    none = fonds("--repo", kho, "notices", "test")
    assert none.code == 2
    with mail_server() as box:
        configured(kho, mail_host="127.0.0.1", mail_port=box.port, mail_security="none", mail_to="lan@example.vn")
        good = fonds("--repo", kho, "--lang", "en", "notices", "test")
        assert (good.code, len(box.letters)) == (0, 1)
        assert "Accepted: mail lan@example.vn" in good.out
        box.refuse = "550 unknown"
        bad = fonds("--repo", kho, "--lang", "en", "notices", "test")
        assert bad.code == 1
        assert "NOT SENT: mail lan@example.vn" in bad.out
        assert "550 unknown" in bad.out
        _waits_and_is_listed(fonds, kho, box)
    configured(kho, mail_host="", mail_to="")


def _waits_and_is_listed(fonds: Fonds, kho: Path, box: Mailbox) -> None:
    archive = open_archive(kho)
    queue(archive, of_test(archive, "lan"))
    ran = fonds("--repo", kho, "jobs", "run")
    assert ran.code == 0
    listed = fonds("--repo", kho, "--format", "json", "notices", "list").document
    assert listed["channels"] == ["mail lan@example.vn"]
    (one,) = listed["undelivered"]
    assert (one["state"], one["attempts"], one["reason"]) == ("waiting", 1, "MAIL_FAILED: 550 unknown")
    assert "1 notice did not get through" in fonds("--repo", kho, "--lang", "en", "status").out
    jobs = fonds("--repo", kho, "--lang", "en", "jobs", "list", "--state", "waiting")
    assert "MAIL_FAILED: 550 unknown" in jobs.out
    assert "Notice" in jobs.out
    archive.jobs.finish(one["id"])
    assert archive.jobs.counts()[KIND]["done"] >= 1


@pytest.mark.parametrize("form", ["html", "csv", "json"])
def test_the_report_is_written(fonds: Fonds, kho: Path, tmp_path: Path, form: str) -> None:
    place = tmp_path / f"r.{form}"
    told = fonds("--repo", kho, "--format", "json", "report", "fixity", "--output", place)
    assert told.code == 0
    if form == "json":
        written = json.loads(place.read_text("utf-8"))
        assert {**written, "made": "", "days": []} == {**told.document, "made": "", "days": []}
    assert place.stat().st_size > 500


def test_what_cannot_be_reported_is_refused(fonds: Fonds, kho: Path, tmp_path: Path) -> None:
    assert fonds("--repo", kho, "report", "fixity", "--output", tmp_path / "r.docx").code == 2
    assert fonds("--repo", kho, "report", "fixity", "--from", "2026-05", "--to", "2026-04").code == 2
    assert fonds("--repo", kho, "report", "fixity", "--from", "yesterday").code == 2
    assert fonds("--repo", kho, "report", "fixity", "--output", tmp_path / "no" / "r.html").code == 1
    assert fonds("--repo", kho, "report", "form", "incident", "--output", tmp_path / "i.html").code == 2
    assert fonds("--repo", kho, "report", "form", "check", "--output", tmp_path / "i.docx").code == 2
    assert not list(tmp_path.iterdir())


def test_a_form_is_printed(fonds: Fonds, kho: Path, tmp_path: Path) -> None:
    for name in ("check.html", "check.pdf"):
        assert fonds("--repo", kho, "report", "form", "check", "--run", "1", "--output", tmp_path / name).code == 0
    assert "BIÊN BẢN" in (tmp_path / "check.html").read_text("utf-8")
    assert (tmp_path / "check.pdf").read_bytes().startswith(b"%PDF-")


def test_an_audit_writes_the_report_too(fonds: Fonds, kho: Path, tmp_path: Path) -> None:
    place = tmp_path / "audit.html"
    assert fonds("--repo", kho, "audit", "--package", SAMPLE[0].code, "--report", place).code == 0
    assert b"<svg" in place.read_bytes()
    assert os.listdir(tmp_path) == ["audit.html"]  # noqa: PTH208 - the names


def test_a_notice_that_cannot_be_sent_fails_no_audit(fonds: Fonds, kho: Path) -> None:
    configured(kho, mail_host="127.0.0.1", mail_port=free_port(), mail_security="none", mail_to="lan@example.vn")
    archive = open_archive(kho)
    path = next((archive.root / "store").rglob("0001.jpg"))
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"\x00")
    ran = fonds("--repo", kho, "--format", "json", "schedule", "run")
    assert (ran.code, ran.document["problems"]) == (0, 0), "nothing was due"
    with pytest.raises(SystemExit) as ended:
        main(["--repo", str(kho), "audit", "--all"])
    assert ended.value.code == 3
    path.write_bytes(whole)
    configured(kho, mail_host="", mail_to="")
