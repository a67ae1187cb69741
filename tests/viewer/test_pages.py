"""The pages for people: what they say, and that nothing a record says becomes markup."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fonds.bootstrap import init_archive
from fonds.metadata.ids import item_id
from fonds.viewer.app import create_app
from tests.viewer import stocked as lib
from tests.viewer.stocked import Library


def _page(client: FlaskClient, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.get_data(as_text=True)


def _plain(markup: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", markup)))


def test_home_says_what_is_held(client: FlaskClient) -> None:
    said = _plain(_page(client, "/"))
    assert "1 phông, 2 hồ sơ, 135 trang tài liệu" in said
    assert "Ủy ban hành chính tỉnh Sơn Vân" in said
    assert "1955 – 1975" in said
    assert "Mục lục số 01" in said


def test_an_empty_repository_says_what_to_do(tmp_path: Path) -> None:
    client = create_app(init_archive(tmp_path / "empty", "networked", "test")).test_client()
    assert "fonds ingest" in _plain(_page(client, "/"))


def test_fonds_shows_description_series_and_dossiers(client: FlaskClient) -> None:
    said = _plain(_page(client, f"/f/{lib.FONDS_ID}"))
    for expected in ("Lịch sử đơn vị hình thành phông", "Thành lập năm 1955", "Mục lục số 01", lib.OPEN_TITLE):
        assert expected in said


def test_dossier_shows_what_a_historian_needs(client: FlaskClient) -> None:
    said = _plain(_page(client, f"/d/{lib.OPEN}"))
    for expected in (
        "Phòng đọc Ủy ban hành chính tỉnh Sơn Vân Mục lục số 01",
        "15/03/1956 – 1957",
        "Thời hạn lưu trữ Vĩnh viễn",
        "Chế độ sử dụng Công khai",
        "Ghi trong mục lục: tieng viet",
        "Kho A & B",
        "147/QĐ-UB Quyết định thành lập ban đê điều",
        "Tờ 1–2",
        "toàn vẹn",
        "Sử dụng hạn chế",
        "Được bảo quản, chưa hiển thị được",
        f"phông Ủy ban hành chính tỉnh Sơn Vân ({lib.FONDS}), mục lục số 01, hồ sơ {lib.FONDS}.1956.01",
    ):
        assert expected in said, expected


def test_dossier_in_english(client: FlaskClient) -> None:
    said = _plain(_page(client, f"/d/{lib.OPEN}?lang=en"))
    for expected in ("Retention Permanent", "Access Open", "15 March 1956 – 1957", "Restricted", "5 pages", "intact"):
        assert expected in said, expected


def test_nothing_a_record_says_becomes_markup(client: FlaskClient) -> None:
    for address in (f"/d/{lib.OPEN}", f"/d/{lib.OPEN}/view", "/search?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E"):
        markup = _page(client, address)
        assert "<script>alert" not in markup
        assert "alert(1)" in markup


def test_dossier_without_a_check_does_not_claim_one(client: FlaskClient) -> None:
    assert "Chưa kiểm tra lại từ khi nhập kho" in _page(client, f"/d/{lib.LONG}")


def test_long_dossier_is_paged(client: FlaskClient) -> None:
    first, second = (_page(client, f"/d/{lib.LONG}?page={number}") for number in (1, 2))
    assert (first.count('class="sheet '), second.count('class="sheet ')) == (100, 30)
    assert "101–130 trong 130" in second
    assert client.get(f"/d/{lib.LONG}?page=3").status_code == 404


@pytest.mark.parametrize("page", ["0", "x", "1.5", "-1", "99999999999", "1%00"])
@pytest.mark.parametrize("route", [f"/d/{lib.OPEN}", f"/d/{lib.OPEN}/view", "/", f"/f/{lib.FONDS_ID}", "/search?q=de"])
def test_odd_page_numbers_are_refused(client: FlaskClient, route: str, page: str) -> None:
    response = client.get(f"{route}{'&' if '?' in route else '?'}page={page}")
    assert response.status_code == 400
    assert "Địa chỉ chưa đúng" in response.get_data(as_text=True)


def test_viewer_works_without_scripts(client: FlaskClient, library: Library) -> None:
    markup = _page(client, f"/d/{lib.OPEN}/view?page=1")
    assert f"/iiif/image/{library.open_page}/full/!1200,1600/0/default.jpg" in unescape(markup)
    assert f'href="/d/{lib.OPEN}/view?page=2"' in markup
    assert "Quyết định thành lập ban đê điều" in markup


def test_viewer_explains_pages_that_it_cannot_show(client: FlaskClient) -> None:
    assert "chế độ sử dụng hạn chế" in _page(client, f"/d/{lib.OPEN}/view?page={lib.RESTRICTED_PAGE}")
    unreadable = _page(client, f"/d/{lib.OPEN}/view?page={lib.UNREADABLE_PAGE}")
    assert "được bảo quản nguyên vẹn nhưng chưa hiển thị được" in unreadable
    assert client.get(f"/d/{lib.OPEN}/view?page=6").status_code == 404


def test_page_list_comes_in_slices(client: FlaskClient) -> None:
    answer = client.get(f"/d/{lib.LONG}/pages.json?from=101").get_json()
    assert (answer["total"], answer["offset"], len(answer["pages"])) == (lib.LONG_PAGES, 100, 30)
    assert answer["pages"][0] == {
        "n": 101, "id": f"{lib.LONG}.1.101", "label": "101", "name": "Tờ 101", "state": "ok",
    }  # fmt: skip


def test_page_list_masks_what_is_restricted(client: FlaskClient) -> None:
    pages = client.get(f"/d/{lib.OPEN}/pages.json").get_json()["pages"]
    assert [page["state"] for page in pages] == ["ok", "ok", "ok", "restricted", "unreadable"]
    assert pages[3]["id"] == ""


def test_any_unit_leads_to_its_page(client: FlaskClient) -> None:
    for unit, target in ((lib.FONDS_ID, "/f/"), (lib.SERIES_ID, "/s/"), (lib.OPEN, "/d/")):
        assert client.get(f"/u/{unit}").headers["Location"] == f"{target}{unit}"
    assert client.get(f"/u/{item_id(lib.OPEN, 'document', 1)}").headers["Location"] == f"/d/{lib.OPEN}/view?page=1"
    assert client.get(f"/u/{item_id(lib.OPEN, 'document', 2)}").status_code == 404


@pytest.mark.parametrize("kind", ["/f/{}", "/s/{}", "/d/{}"])
def test_an_id_of_another_kind_is_not_found(client: FlaskClient, kind: str) -> None:
    units = {"/f/{}": lib.OPEN, "/s/{}": lib.FONDS_ID, "/d/{}": lib.SERIES_ID}
    assert client.get(kind.format(units[kind])).status_code == 404


def test_health_tells_nothing_but_that(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
