"""The desk: for whoever has its key, closed to everybody else, and what it says is what is recorded."""

from __future__ import annotations

import io
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fonds.repository.archive import Archive
from fonds.repository.deliveries.record import HandOver
from fonds.repository.ingest import ingest
from fonds.repository.intake.mappings import saved_mapping
from fonds.repository.policy import Role, User
from fonds.repository.ports.catalogue import Job
from fonds.repository.standing import SILENT_SECONDS, Stall, standing
from fonds.repository.underway import BYTES, FILES, Step, step_detail
from fonds.viewer.app import create_app
from fonds.viewer.desk_words import job_row
from fonds.viewer.staff import COOKIE, Desk
from fonds.viewer.texts import Texts
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery

KEY = "k" * 43
BROKEN = DossierRow("H99.12.P01.1965.04", "Hồ sơ <script>", extra={"0003.jpg": b""})
VENDOR = "Công ty Á Châu"


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, int, Path]:
    folder = tmp_path_factory.mktemp("desk")
    archive = make_archive(folder / "repo")
    source = make_delivery(folder / "P01", [*SAMPLE, BROKEN])
    return archive, ingest(archive, source, agent="lan", hand_over=HandOver(VENDOR)).delivery, source


@pytest.fixture
def reader(taken: tuple[Archive, int, Path]) -> FlaskClient:
    return create_app(taken[0], desk=Desk(User("lan", Role.ARCHIVIST), KEY)).test_client()


@pytest.fixture
def clerk(reader: FlaskClient) -> FlaskClient:
    assert reader.get(f"/desk/enter?key={KEY}").status_code == 302
    return reader


def addresses(number: int) -> list[str]:
    one = f"/desk/deliveries/{number}"
    return [
        "/desk/", "/desk/jobs", "/desk/jobs?state=done", "/desk/jobs/running", "/desk/deliveries", one,
        f"{one}/receipt", f"{one}/minute", f"{one}/minute.pdf", "/desk/paper.css", "/desk/vendors",
        "/desk/vendors/cong-ty-a-chau", "/desk/vendors/cong-ty-a-chau/table.xlsx",
        "/desk/vendors/cong-ty-a-chau/table.csv", "/desk/mappings/",
    ]  # fmt: skip


def test_readers_find_nothing_there(reader: FlaskClient, taken: tuple[Archive, int, Path]) -> None:
    reader.set_cookie(COOKIE, "x" * 43)
    for address in [*addresses(taken[1]), "/desk/enter?key=wrong", "/desk/enter"]:
        answer = reader.get(address)
        assert answer.status_code == 404, address
        assert BROKEN.code not in answer.get_data(as_text=True)
    for address in ("/desk/mappings/", "/desk/mappings/save"):
        assert reader.post(address).status_code == 404


def test_without_a_desk_no_key_opens_it(taken: tuple[Archive, int, Path]) -> None:
    client = create_app(taken[0]).test_client()
    client.set_cookie(COOKIE, "")
    assert client.get("/desk/enter?key=").status_code == 404
    assert client.get("/desk/").status_code == 404


def test_a_role_without_the_right_is_a_reader_here_too(taken: tuple[Archive, int, Path]) -> None:
    client = create_app(taken[0], desk=Desk(User("an", Role.READER), KEY)).test_client()
    client.set_cookie(COOKIE, KEY)
    assert client.get("/desk/deliveries").status_code == 404


def test_a_short_key_is_none() -> None:
    with pytest.raises(ValueError, match="too short"):
        Desk(User("an", Role.ARCHIVIST), "short")


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_is_there_protected_and_kept_by_nobody(
    clerk: FlaskClient, taken: tuple[Archive, int, Path], lang: str
) -> None:
    for address in addresses(taken[1]):
        answer = clerk.get(f"{address}{'&' if '?' in address else '?'}lang={lang}")
        assert answer.status_code == 200, address
        assert answer.headers["Cache-Control"] == "no-store"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        if answer.mimetype == "text/html":
            markup = answer.get_data(as_text=True)
            assert not re.search(r"\sstyle\s*=|\son\w+\s*=|<style|web\.", markup), address


def test_the_pages_say_what_is_recorded(clerk: FlaskClient, taken: tuple[Archive, int, Path]) -> None:
    page = clerk.get(f"/desk/deliveries/{taken[1]}").get_data(as_text=True)
    for said in (VENDOR, BROKEN.code, "ZERO_BYTE", "&lt;script&gt;", str(taken[2])):
        assert said in page
    assert "<script>" not in page
    paper = clerk.get(f"/desk/deliveries/{taken[1]}/minute").get_data(as_text=True)
    assert "BIÊN BẢN" in paper
    assert "&lt;script&gt;" in paper
    assert clerk.get(f"/desk/deliveries/{taken[1]}/receipt.pdf").data.startswith(b"%PDF-")
    assert "75 %" in clerk.get("/desk/vendors/cong-ty-a-chau").get_data(as_text=True).replace("75,0", "75")
    assert clerk.get("/desk/deliveries/999999").status_code == 404
    assert clerk.get("/desk/vendors/nobody").status_code == 404
    assert clerk.get("/desk/jobs?state=odd").status_code == 400


def token(clerk: FlaskClient) -> str:
    found = re.search(r'name="desk_token" value="([0-9a-f]+)"', clerk.get("/desk/mappings/").get_data(as_text=True))
    assert found
    return found[1]


def test_a_form_from_elsewhere_is_refused(clerk: FlaskClient, taken: tuple[Archive, int, Path]) -> None:
    form = {"vendor": "X", "kind": "dossier", "sheet": "S", "header": "A", "field": "title", "do": "save"}
    for sent in ({}, {"desk_token": "0" * 64}):
        assert clerk.post("/desk/mappings/save", data={**form, **sent}).status_code == 400
    assert saved_mapping(taken[0].mappings_folder, "X") is None


def test_a_mapping_is_proposed_corrected_and_kept(clerk: FlaskClient, taken: tuple[Archive, int, Path]) -> None:
    archive, _, source = taken
    sent = {"desk_token": token(clerk), "vendor": VENDOR}
    book = (io.BytesIO((source / "MucLuc.xlsx").read_bytes()), "MucLuc.xlsx")
    page = clerk.post("/desk/mappings/", data={**sent, "inventory": book}).get_data(as_text=True)
    assert "Tiêu đề hồ sơ" in page
    assert SAMPLE[0].title in page
    assert len(re.findall(r"<select id=", page)) == len(re.findall(r'<label for="c\d', page)) > 20
    form = {**sent, "kind": "dossier", "sheet": "S", "header": "Tên tập", "field": "title"}
    file = clerk.post("/desk/mappings/save", data={**form, "do": "download"})
    assert '"Tên tập" = "title"' in file.get_data(as_text=True)
    assert clerk.post("/desk/mappings/save", data={**form, "do": "save", "field": "odd"}).status_code == 400
    assert saved_mapping(archive.mappings_folder, VENDOR) is None
    assert clerk.post("/desk/mappings/save", data={**form, "do": "save"}).status_code == 200
    kept = saved_mapping(archive.mappings_folder, VENDOR)
    assert kept is not None
    assert kept.read_text("utf-8") == file.get_data(as_text=True)


def test_what_is_no_workbook_is_said_to_be_none(clerk: FlaskClient) -> None:
    sent = {"desk_token": token(clerk), "inventory": (io.BytesIO(b"odd"), "a.xlsx")}
    answer = clerk.post("/desk/mappings/", data=sent)
    assert answer.status_code == 400
    assert "a.xlsx" in answer.get_data(as_text=True)
    assert clerk.post("/desk/mappings/", data={"desk_token": token(clerk)}).status_code == 400


NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
STARTED = (NOW - timedelta(seconds=100)).isoformat()
JOB = Job(1, "access", "x", "running", 1, "", STARTED, STARTED, "", 25, 100, {}, NOW.isoformat())


def test_progress_has_a_rate_and_an_end_and_is_never_over_the_whole() -> None:
    found = standing(JOB, now=NOW, working=True)
    assert (found.percent, found.rate, found.left, found.stall) == (25, 0.25, 300, Stall.NONE)
    over = standing(replace(JOB, done=130), now=NOW, working=True)
    assert (over.percent, over.left) == (100, 0)
    unknown = standing(replace(JOB, done=0, total=0), now=NOW, working=True)
    assert (unknown.percent, unknown.rate, unknown.left) == (None, None, None)


def test_work_that_does_not_go_on_says_why() -> None:
    assert standing(JOB, now=NOW, working=False).stall is Stall.DEAD
    late = NOW + timedelta(seconds=SILENT_SECONDS + 1)
    assert standing(JOB, now=late, working=True).stall is Stall.SILENT
    waiting = replace(JOB, state="waiting")
    assert standing(waiting, now=NOW, working=False).stall is Stall.NOBODY
    assert standing(waiting, now=NOW, working=True).stall is Stall.NONE
    assert standing(replace(JOB, kind="delivery", detail={"pid": 2**22 + 5}), now=NOW, working=True).stall is Stall.DEAD


def test_a_package_is_measured_step_by_step() -> None:
    """Unpacking began long after the job did, and is measured in bytes: its end is reckoned from its own beginning."""
    began = (NOW - timedelta(seconds=50)).isoformat()
    step = Step("unpacking", 1_000_000_000, 5_000_000_000, BYTES, 3, 12, began)
    job = replace(
        JOB, kind="delivery", done=0, total=0, detail={"pid": os.getpid(), "dossiers": 2, **step_detail(step)}
    )
    found = standing(job, now=NOW, working=False)
    assert (found.percent, found.left, found.stall) == (20, 200, Stall.NONE)
    facts = job_row(found, None, Texts("en")).facts
    assert facts == (
        *("unpacking", "package 3 of 12", "1.0 GB/5.0 GB"),
        *("2 dossiers", "1.2 GB/min", "about 3 min left"),
    )
    checking = replace(job, detail={"pid": os.getpid(), **step_detail(Step("checking", 1, 1, FILES, 1, 1, began))})
    facts = job_row(standing(checking, now=NOW, working=False), None, Texts("en")).facts
    assert facts[:2] == ("checking the package", "1/1 file")
