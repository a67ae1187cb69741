"""The desk's pages on fixity say what the rows say, page by page, and only to the staff."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.notices.compose import of_test
from fonds.repository.notices.queue import deliver, queue
from fonds.repository.policy import Role, User
from fonds.viewer.app import create_app
from fonds.viewer.staff import Desk
from tests.factories import dossier_packages, ingest_sample
from tests.repository.notices.receiving import free_port
from tests.repository.notices.test_notices import configured

KEY = "k" * 43
DAMAGED = "data/representations/rep1/data/0001.jpg"
PAGES = [
    "/desk/", "/desk/fixity", "/desk/fixity/problems", "/desk/fixity/check/0", "/desk/fixity/incident/1",
    "/desk/fixity/backup-log/0",
]  # fmt: skip


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("pages")
    archive, _ = ingest_sample(folder / "repo", folder / "source")
    path = archive.root / "store" / dossier_packages(archive)[0].location / DAMAGED
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    audit(archive, agent="lan", scope=ALL)
    archive = configured(archive.root, mail_host="127.0.0.1", mail_port=free_port(), mail_security="none",
                         mail_to="lan@example.vn")  # fmt: skip
    queue(archive, of_test(archive, "lan"))
    deliver(archive, agent="lan")
    return archive


@pytest.fixture
def reader(archive: Archive) -> FlaskClient:
    return create_app(archive, desk=Desk(User("lan", Role.ARCHIVIST), KEY)).test_client()


@pytest.fixture
def clerk(reader: FlaskClient) -> FlaskClient:
    reader.get(f"/desk/enter?key={KEY}")
    return reader


def test_readers_find_nothing_there(reader: FlaskClient) -> None:
    for address in [*PAGES, "/desk/fixity/report.html", "/desk/fixity/check/0.pdf"]:
        assert reader.get(address).status_code == 404, address


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_is_there_and_needs_no_styles_of_its_own(clerk: FlaskClient, lang: str) -> None:
    for address in PAGES:
        answer = clerk.get(f"{address}?lang={lang}")
        assert answer.status_code == 200, address
        markup = answer.get_data(as_text=True)
        assert not re.search(r"\sstyle\s*=|\son\w+\s*=|<style|web\.|fixity\.\w+\.|\bform\.", markup), address


def test_the_pages_say_what_was_found(clerk: FlaskClient, archive: Archive) -> None:
    page = clerk.get("/desk/fixity/problems").get_data(as_text=True)
    for said in (DAMAGED, dossier_packages(archive)[0].code, 'href="/desk/fixity/incident/1"'):
        assert said in page
    page = clerk.get("/desk/fixity").get_data(as_text=True)
    assert page.count("<svg") >= 4
    assert 'href="/desk/fixity/check/1"' in page
    assert DAMAGED in clerk.get("/desk/fixity/check/1").get_data(as_text=True)
    assert clerk.get("/desk/fixity/check/1.pdf").data.startswith(b"%PDF-")


def test_the_front_page_tells_what_did_not_get_through(clerk: FlaskClient) -> None:
    page = clerk.get("/desk/?lang=en").get_data(as_text=True)
    for said in ("Notices that did not get through", "mail lan@example.vn", "MAIL_FAILED", "tried 1 time; again at"):
        assert said in page
    assert "Open problems" in page


@pytest.mark.parametrize(("form", "begins"), [("html", b"<!doctype html>"), ("csv", b"\xef\xbb\xbf"), ("json", b"{")])
def test_the_report_is_given_as_a_file(clerk: FlaskClient, form: str, begins: bytes) -> None:
    answer = clerk.get(f"/desk/fixity/report.{form}")
    assert answer.data.startswith(begins)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="fixity.{form}"'


def test_what_is_not_there_is_not_found(clerk: FlaskClient) -> None:
    for address in ("check/99", "incident/99", "backup/0", "backup/7", "report.docx", "check/1.docx"):
        assert clerk.get(f"/desk/fixity/{address}").status_code == 404, address
    for address in ("", "/problems"):
        assert clerk.get(f"/desk/fixity{address}?page=2").status_code == 404
        assert clerk.get(f"/desk/fixity{address}?page=x").status_code == 400


def test_a_long_list_of_runs_comes_in_pages(clerk: FlaskClient, archive: Archive) -> None:
    for _ in range(30):
        archive.fixity.end(archive.fixity.begin("due"))
    first, second = (clerk.get(f"/desk/fixity?page={n}").get_data(as_text=True) for n in (1, 2))
    assert 'href="/desk/fixity/check/31"' in first
    assert 'href="/desk/fixity/check/1"' not in first
    assert 'href="/desk/fixity/check/1"' in second
