"""A closed record answers exactly like a missing one, on every route and in every list."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from fonds.repository.policy import Role, User
from tests.viewer import stocked as lib
from tests.viewer.stocked import Library

UNIT_ROUTES = (
    "/d/{}",
    "/d/{}/view",
    "/d/{}/view?page=2",
    "/d/{}/panel",
    "/d/{}/pages.json",
    "/u/{}",
    "/u/{}.ttl",
    "/u/{}.jsonld",
    "/iiif/presentation/{}/manifest",
)
PAGE_ROUTES = (
    "/iiif/image/{}",
    "/iiif/image/{}/info.json",
    "/iiif/image/{}/full/max/0/default.jpg",
    "/iiif/image/{}/full/!240,320/0/default.jpg",
    "/iiif/image/{}/0,0,256,256/256,/0/default.jpg",
    "/iiif/image/{}/nonsense/max/0/default.jpg",
)
LISTS = (
    "/",
    f"/f/{lib.FONDS_ID}",
    f"/s/{lib.SERIES_ID}",
    "/search?q=danh+sach",
    "/search?q=kin+cong",
    "/search?q=tuong+vi",
    f"/search?q={lib.FONDS}.1961.02",
    "/search?q=1961",
    f"/d/{lib.OPEN}",
    f"/d/{lib.OPEN}/view?page=4",
    f"/d/{lib.OPEN}/panel?page=4",
    f"/d/{lib.OPEN}/pages.json",
    f"/iiif/presentation/{lib.OPEN}/manifest",
    f"/iiif/presentation/{lib.SERIES_ID}/collection",
    "/iiif/presentation/top",
    f"/u/{lib.OPEN}.ttl",
    f"/u/{lib.OPEN}.jsonld",
    f"/u/{lib.FONDS_ID}.ttl",
    f"/u/{lib.SERIES_ID}.ttl",
    f"/u/{lib.SERIES_ID}.jsonld",
)


def _answer(response: TestResponse, asked_for: str) -> tuple[object, ...]:
    headers = sorted((name, value) for name, value in response.headers if name != "Content-Length")
    return response.status_code, headers, response.get_data(as_text=True).replace(asked_for, "ID")


@pytest.mark.parametrize("route", UNIT_ROUTES)
def test_open_dossier_answers(client: FlaskClient, route: str) -> None:
    assert client.get(route.format(lib.OPEN)).status_code in (200, 302)


@pytest.mark.parametrize("route", UNIT_ROUTES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_closed_dossier_is_like_a_missing_one(client: FlaskClient, route: str, lang: str) -> None:
    client.set_cookie("lang", lang)
    closed = client.get(route.format(lib.CLOSED))
    missing = client.get(route.format(lib.MISSING))
    assert closed.status_code == 404
    assert _answer(closed, lib.CLOSED) == _answer(missing, lib.MISSING)


@pytest.mark.parametrize("route", PAGE_ROUTES)
def test_closed_pages_are_like_missing_ones(client: FlaskClient, library: Library, route: str) -> None:
    missing_page = f"{lib.MISSING}.1.1"
    missing = _answer(client.get(route.format(missing_page)), missing_page)
    assert missing[0] == 404
    for page in (library.closed_page, library.restricted_page, f"{lib.OPEN}.1.99", f"{lib.OPEN}.2.1"):
        assert _answer(client.get(route.format(page)), page) == missing


@pytest.mark.parametrize("address", LISTS)
def test_no_list_tells_of_what_is_closed(client: FlaskClient, library: Library, address: str) -> None:
    response = client.get(address)
    said = response.get_data(as_text=True)
    assert response.status_code == 200
    for secret in (
        lib.CLOSED,
        lib.CLOSED_TITLE,
        lib.CLOSED_ITEM_TITLE,
        library.restricted_page,
        f"{lib.FONDS}.1961.02<",
    ):
        assert secret not in said


def test_counts_leave_closed_dossiers_out(client: FlaskClient) -> None:
    assert "1 phông, 2 hồ sơ, 135 trang" in client.get("/").get_data(as_text=True)
    assert "2 hồ sơ" in client.get(f"/f/{lib.FONDS_ID}").get_data(as_text=True)
    assert "2 hồ sơ" in client.get(f"/s/{lib.SERIES_ID}").get_data(as_text=True)


def test_who_may_read_more_gets_answers_that_no_cache_keeps(
    app: Flask, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fonds.viewer.room.visitor", lambda: User("thủ thư", Role.ARCHIVIST))
    client = app.test_client()
    address = "/iiif/image/{}/full/!100,100/0/default.jpg"
    assert "immutable" in client.get(address.format(library.open_page)).headers["Cache-Control"]
    for page in (library.restricted_page, library.closed_page):
        response = client.get(address.format(page))
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    "address",
    [
        "/iiif/image/../../etc/passwd/info.json",
        "/iiif/image/%2e%2e%2f%2e%2e%2fetc%2fpasswd/info.json",
        "/iiif/image/a.1.1%00/info.json",
        "/iiif/image/a.1.1%2f..%2f..%2ffonds.toml/full/max/0/default.jpg",
        "/iiif/image/a.0.1/info.json",
        "/iiif/image/a.1.99999999/info.json",
        f"/iiif/image/{'a' * 81}.1.1/info.json",
        "/d/..%2f..%2ffonds.toml",
        "/d/%00",
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/f/" + "x" * 200,
    ],
)
def test_odd_ids_are_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
