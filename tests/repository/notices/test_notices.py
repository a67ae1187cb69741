"""Notices arrive as they were meant, and what does not arrive waits, visibly, and fails nothing."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from fonds import config
from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.backends.smtp_channel import PASSWORD, PASSWORD_FILE
from fonds.repository.backends.webhook_channel import SECRET
from fonds.repository.notices.compose import of_test
from fonds.repository.notices.queue import KIND, deliver, message_of, next_try, queue, ripe, undelivered
from fonds.repository.schedule.run import audit_and_tell, tell_of_the_week
from fonds.repository.work import left_to_do, work
from tests.factories import SAMPLE, dossier_packages, ingest_sample, open_inline
from tests.repository.notices.receiving import Hook, Mailbox, free_port, mail_server, make_certificate, web_server

NAME = "Lưu trữ tỉnh Sơn Vân — kho ẩm ướt"


def configured(root: Path, **settings: object) -> Archive:
    """Open a repository with other settings."""
    path = root / config.FILE_NAME
    text = path.read_text("utf-8")
    for key, value in settings.items():
        old = next(line for line in text.splitlines() if line.startswith(f"{key} = "))
        text = text.replace(old, f"{key} = {json.dumps(value, ensure_ascii=False)}")
    path.write_text(text, "utf-8")
    return open_inline(root)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notices")
    archive, _ = ingest_sample(folder / "repo", folder / "source")
    work(archive, stopped=lambda: False)
    return archive.root


@pytest.fixture(scope="module")
def mail() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def archive(root: Path, mail: Mailbox) -> Iterator[Archive]:
    mail.letters.clear()
    mail.refuse = ""
    found = configured(
        root, archive_name=NAME, mail_host="127.0.0.1", mail_port=mail.port, mail_security="none", mail_user="",
        mail_from="Kho lưu trữ <kho@example.vn>", mail_to="lan@example.vn", notice_url="", notice_weekly=False,
        notice_lang="vi",
    )  # fmt: skip
    yield found
    for state in ("waiting", "running"):
        for job in found.jobs.recent(kind=KIND, state=state, limit=100).items:
            found.jobs.finish(job.id)


def spoil(archive: Archive) -> Path:
    path = archive.root / "store" / dossier_packages(archive)[0].location / "data/representations/rep1/data/0001.jpg"
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    return path


def test_problems_reach_a_person_in_vietnamese_and_are_told_once(archive: Archive, mail: Mailbox) -> None:
    path = spoil(archive)
    whole = path.read_bytes()
    result = audit_and_tell(archive, partial(audit, archive, agent="lan", scope=ALL))
    assert len(result.problems) == 1
    assert left_to_do(archive)
    work(archive, stopped=lambda: False)
    (letter,) = mail.letters
    assert letter["Subject"] == f"[Fonds] {NAME}: kiểm tra phát hiện 1 sự cố"
    assert letter["From"] == "Kho lưu trữ <kho@example.vn>"
    assert letter["To"] == "lan@example.vn"
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_content()
    for said in (
        "HỎNG",
        dossier_packages(archive)[0].code,
        "data/representations/rep1/data/0001.jpg",
        f"Lượt kiểm tra số {result.run.id}",
    ):
        assert said in body
    assert not [dossier for dossier in SAMPLE if dossier.title in body]
    job = archive.jobs.recent(kind=KIND, limit=1).items[0]
    assert (job.state, job.attempts) == ("done", 1)
    assert not left_to_do(archive)
    path.write_bytes(whole)


def test_all_well_tells_nobody(archive: Archive, mail: Mailbox) -> None:
    for package in dossier_packages(archive)[1:]:
        assert audit_and_tell(archive, partial(audit, archive, agent="lan", package=package.objid)).good
    assert ripe(archive, datetime.now(UTC)) == []


def test_a_server_that_is_not_there_fails_no_audit_and_is_tried_again(root: Path, archive: Archive) -> None:
    lost = configured(root, mail_port=free_port())
    spoil(lost)
    assert not audit_and_tell(lost, partial(audit, lost, agent="lan", scope=ALL)).good
    done = deliver(lost, agent="lan")
    assert [error.code for _, error in done.failed] == ["MAIL_FAILED"]
    (job,) = undelivered(lost)
    assert (job.state, job.attempts) == ("waiting", 1)
    assert job.reason.startswith("MAIL_FAILED: ")
    assert next_try(job) - datetime.fromisoformat(job.started) == timedelta(minutes=5)
    assert ripe(lost, datetime.now(UTC)) == []
    assert not left_to_do(lost), "nobody is started for what waits for its time"
    assert [one.id for one in ripe(lost, datetime.now(UTC) + timedelta(minutes=6))] == [job.id]


def test_what_a_mail_server_says_is_told(archive: Archive, mail: Mailbox) -> None:
    mail.refuse = "550 no such person"
    queue(archive, of_test(archive, "lan"))
    ((_, error),) = deliver(archive, agent="lan").failed
    assert error.data["reason"] == "550 no such person"


def test_after_a_week_it_is_given_up_and_stays_visible(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fonds.repository.notices.queue.GIVEN_UP", timedelta(0))
    archive = configured(archive.root, mail_port=1)
    queue(archive, of_test(archive, "lan"))
    deliver(archive, agent="lan")
    job = undelivered(archive)[0]
    assert job.state == "failed"
    row = list(archive.log.rows())[-1]
    assert (row.action, row.outcome, row.detail["job"]) == ("notice", "failure", job.id)


def test_the_waiting_times_grow_and_have_an_end(archive: Archive) -> None:
    (number,) = queue(archive, of_test(archive, "lan"))
    waits = []
    for _ in range(9):
        archive.jobs.claim(KIND, job_id=number)
        archive.jobs.postpone(number, "MAIL_FAILED")
        job = archive.jobs.job(number)
        assert job is not None
        waits.append(next_try(job) - datetime.fromisoformat(job.started))
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[-1] == timedelta(hours=6)


def test_a_receiver_who_was_taken_out_is_given_up(root: Path, archive: Archive) -> None:
    queue(archive, of_test(archive, "lan"))
    other = configured(root, mail_to="minh@example.vn")
    ((_, error),) = deliver(other, agent="lan").failed
    assert error.code == "NOTICE_CHANNEL"


def test_one_message_a_receiver(root: Path, archive: Archive, mail: Mailbox) -> None:
    both = configured(root, mail_to="lan@example.vn, Minh <minh@example.vn>")
    queue(both, of_test(both, "lan"))
    assert len(deliver(both, agent="lan").sent) == 2
    assert sorted(letter["To"] for letter in mail.letters) == ["lan@example.vn", "minh@example.vn"]


def test_a_webhook_gets_json_with_a_signature(root: Path, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRET, "bí mật")
    with web_server() as hook:
        hooked = configured(root, notice_url=hook.url, mail_host="")
        message = of_test(hooked, "lan")
        queue(hooked, message)
        assert len(deliver(hooked, agent="lan").sent) == 1
        headers, body = hook.posts[0]
        assert json.loads(body)["subject"] == message.subject == f"[Fonds] {NAME}: thư thử"
        assert headers["X-Fonds-Signature"] == "sha256=" + hmac.digest("bí mật".encode(), body, hashlib.sha256).hex()
        assert headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_other_answer_than_yes_is_a_failure(root: Path, archive: Archive, status: int) -> None:
    with web_server() as hook:
        hook.status = status
        hooked = configured(root, notice_url=hook.url, mail_host="")
        with pytest.raises(FondsError, match="WEBHOOK_FAILED") as caught:
            hooked.channels[0].send(of_test(hooked, "lan"))
        assert str(status) in str(caught.value)
        assert "geheim" not in f"{caught.value}{hooked.channels[0].name}", "the path may be a secret"
        assert len(hook.posts) == 1


def unsigned(hook: Hook) -> bool:
    return "X-Fonds-Signature" not in hook.posts[-1][0]


def test_without_a_secret_nothing_is_signed(root: Path, archive: Archive) -> None:
    with web_server() as hook:
        hooked = configured(root, notice_url=hook.url, mail_host="")
        hooked.channels[0].send(of_test(hooked, "lan"))
        assert unsigned(hook)


def test_a_login_goes_over_tls_only(
    root: Path, archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    (tmp_path / "password").write_text("mật khẩu dài\n", "utf-8")
    monkeypatch.setenv(PASSWORD_FILE, str(tmp_path / "password"))
    with mail_server(certificate, "mật khẩu dài".encode()) as box:
        secured = configured(root, mail_port=box.port, mail_security="starttls", mail_user="kho")
        with pytest.raises(FondsError, match="certificate"):
            secured.channels[0].send(of_test(secured, "lan"))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        secured.channels[0].send(of_test(secured, "lan"))
        assert box.logins == [(b"kho", "mật khẩu dài".encode())]
        assert len(box.letters) == 1
        monkeypatch.delenv(PASSWORD_FILE)
        monkeypatch.setenv(PASSWORD, "wrong")
        with pytest.raises(FondsError, match="535"):
            secured.channels[0].send(of_test(secured, "lan"))


def test_a_secret_that_cannot_be_read_is_told(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(PASSWORD_FILE, "/nowhere/password")
    with pytest.raises(FondsError, match="NOTICE_SECRET"):
        archive.channels[0].send(of_test(archive, "lan"))


@pytest.mark.parametrize(
    "settings",
    [
        {"mail_user": "kho", "mail_security": "none"},
        {"mail_security": "ssl"},
        {"mail_to": "nobody"},
        {"notice_url": "ftp://example.vn/"},
        {"notice_url": "https://a:b@example.vn/"},
        {"notice_lang": "fr"},
        {"audit_at": "25:00"},
    ],
)
def test_settings_that_cannot_work_are_refused(root: Path, archive: Archive, settings: dict[str, str]) -> None:
    before = (root / config.FILE_NAME).read_bytes()
    try:
        with pytest.raises(FondsError, match="SETTINGS_VALUE"):
            configured(root, **settings)
    finally:
        (root / config.FILE_NAME).write_bytes(before)


def test_an_audit_that_breaks_off_is_told(archive: Archive, mail: Mailbox) -> None:
    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit_and_tell(archive, partial(audit, archive, agent="lan", scope=ALL, progress=interrupted))
    deliver(archive, agent="lan")
    (letter,) = mail.letters
    assert "bị dừng giữa chừng" in letter["Subject"]
    assert "INTERRUPTED" in letter.get_content()


def test_a_week_is_told_once_and_truthfully(root: Path, archive: Archive, mail: Mailbox) -> None:
    weekly = configured(root, notice_weekly=True, notice_lang="en")
    audit_and_tell(weekly, partial(audit, weekly, agent="lan", scope=ALL))
    assert tell_of_the_week(weekly)
    assert not tell_of_the_week(weekly)
    deliver(weekly, agent="lan")
    told = [letter for letter in mail.letters if "week" in letter["Subject"]]
    assert len(told) == 1
    job = next(job for job in weekly.jobs.recent(kind=KIND, limit=50).items if message_of(job).kind == "weekly")
    problems = weekly.fixity.problems(limit=1).total
    assert message_of(job).facts["good"] is (problems == 0)
    assert f"Open problems: {problems}." in told[0].get_content()
    assert not tell_of_the_week(weekly), "once a week, though it was sent"
    assert tell_of_the_week(weekly, datetime.now(UTC) + timedelta(days=8)) is True
