"""The dossier's page tells of versions: calmly, and to each visitor what he may know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fonds.metadata.model import DossierRecord, Value
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.ingest import ingest
from fonds.repository.policy import Role, User
from fonds.repository.ports.catalogue import Aip
from fonds.repository.versions import Change, describe_anew
from fonds.viewer.app import create_app
from tests.factories import SAMPLE, make_archive, make_delivery

DESCRIBED = Change("metadata modification", "Title corrected", "minh", "đọc nhầm <chữ>")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Two dossiers: the first with 23 versions, the second with one."""
    folder: Path = tmp_path_factory.mktemp("versions")
    archive = make_archive(folder / "repo")
    ingest(archive, make_delivery(folder / "source", [SAMPLE[0], SAMPLE[2]]), agent="tester")
    audit(archive, agent="tester")
    for number in range(2, 24):
        describe_anew(archive, newest(archive, SAMPLE[0].code), partial(retitled, title=f"Tên {number}"), DESCRIBED)
    return archive


def retitled(record: DossierRecord, title: str) -> DossierRecord:
    values = {**record.dossier.values, "title": Value(title)}
    return replace(record, dossier=replace(record.dossier, values=values))


def newest(archive: Archive, code: str) -> Aip:
    unit = archive.holdings.find_code(code)
    assert unit is not None
    aip = archive.holdings.aip(unit.id)
    assert aip is not None
    return aip


@pytest.fixture(scope="module")
def app(archive: Archive) -> Flask:
    return create_app(archive)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def archivist(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[FlaskClient]:
    """A visitor who may audit: in this version nobody on the web is one."""
    monkeypatch.setattr("fonds.viewer.room.visitor", lambda: User("lan", Role.ARCHIVIST))
    with app.test_client() as client:
        yield client


def page(client: FlaskClient, archive: Archive, query: str = "", code: str = SAMPLE[0].code) -> str:
    answer = client.get(f"/d/{newest(archive, code).objid}{query}")
    assert answer.status_code == 200
    return answer.text


def section(html: str) -> str:
    return html.partition('<section aria-labelledby="versions-heading">')[2].partition("</section>")[0]


def test_readers_see_the_newest_and_when_and_not_who_or_why(client: FlaskClient, archive: Archive) -> None:
    told = section(page(client, archive))
    assert told.count("<li value=") == 20
    assert "Phiên bản 23" in told
    assert "Phiên bản 4<" in told
    assert "Phiên bản 3<" not in told
    assert "Sửa mô tả" in told
    for kept in ("minh", "tester", "đọc nhầm", "Tên 22", "sửa trường", "Title corrected"):
        assert kept not in told
    assert "Description corrected" in section(page(client, archive, "?lang=en"))


def test_older_ones_are_on_pages_of_their_own(client: FlaskClient, archive: Archive) -> None:
    assert f"{newest(archive, SAMPLE[0].code).objid}?versions=2#versions-heading" in page(client, archive)
    told = section(page(client, archive, "?versions=2"))
    assert told.count("<li value=") == 3
    assert "Nhập kho" in told
    for wrong in ("3", "0", "x"):
        answer = client.get(f"/d/{newest(archive, SAMPLE[0].code).objid}?versions={wrong}")
        assert answer.status_code in {400, 404}


def test_a_dossier_with_one_version_has_no_such_section(client: FlaskClient, archive: Archive) -> None:
    assert section(page(client, archive, code=SAMPLE[2].code)) == ""


def test_who_may_audit_sees_who_why_and_what(archivist: FlaskClient, archive: Archive) -> None:
    told = section(page(archivist, archive, "?lang=en"))
    assert "minh" in told
    assert "Reason: đọc nhầm &lt;chữ&gt;" in told
    assert "fields changed: Title" in told
    told = section(page(archivist, archive, "?versions=2&lang=vi"))
    assert "tester" in told
    assert "sửa trường: Tiêu đề hồ sơ" in told


def test_the_state_of_fixity_speaks_of_all_versions(client: FlaskClient, archive: Archive) -> None:
    assert "Not every version has been checked yet." in page(client, archive, "?lang=en")
    assert "Chưa kiểm tra hết các phiên bản." in page(client, archive, "?lang=vi")
    assert "intact" in page(client, archive, "?lang=en", SAMPLE[2].code)


def test_images_of_an_older_version(client: FlaskClient, archivist: FlaskClient, archive: Archive) -> None:
    objid = newest(archive, SAMPLE[0].code).objid
    address = f"/iiif/image/{objid}.{{version}}.1/full/!100,100/0/default.jpg"
    assert archivist.get(address.format(version=1)).status_code == 200
    assert archivist.get(address.format(version=24)).status_code == 404


def test_images_of_an_older_version_are_not_for_readers(client: FlaskClient, archive: Archive) -> None:
    objid = newest(archive, SAMPLE[0].code).objid
    address = f"/iiif/image/{objid}.{{version}}.1/full/!100,100/0/default.jpg"
    assert client.get(address.format(version=23)).status_code == 200
    assert client.get(address.format(version=1)).status_code == 404
