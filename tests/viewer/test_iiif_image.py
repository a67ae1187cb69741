"""The Image API routes; the words of requests are tested with the module that reads them."""

from __future__ import annotations

import dataclasses
import threading
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from fonds.viewer.app import create_app
from tests.viewer import stocked as lib
from tests.viewer.stocked import Library


def test_info_describes_the_image_under_the_address_asked(client: FlaskClient, library: Library) -> None:
    response = client.get(f"/iiif/image/{library.open_page}/info.json", base_url="http://doc.example.vn:8080")
    info = response.get_json()
    assert response.mimetype == "application/json"
    assert info["id"] == f"http://doc.example.vn:8080/iiif/image/{library.open_page}"
    assert (info["type"], info["profile"]) == ("ImageService3", "level2")
    assert (info["width"], info["height"]) == lib.SIZE
    assert info["maxArea"] == library.archive.settings.max_pixels


def test_info_is_json_ld_for_who_asks(client: FlaskClient, library: Library) -> None:
    response = client.get(f"/iiif/image/{library.open_page}/info.json", headers={"Accept": "application/ld+json"})
    assert response.content_type == 'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    assert "Accept" in response.headers["Vary"]


def test_base_leads_to_info(client: FlaskClient, library: Library) -> None:
    response = client.get(f"/iiif/image/{library.open_page}")
    assert response.status_code == 303
    assert response.headers["Location"].endswith(f"/iiif/image/{library.open_page}/info.json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    ("request_parts", "mimetype", "size"),
    [
        ("full/max/0/default.jpg", "image/jpeg", lib.SIZE),
        ("0,0,256,256/256,256/0/default.jpg", "image/jpeg", (256, 256)),
        ("full/!240,320/0/default.jpg", "image/jpeg", (224, 320)),
        ("square/100,/90/gray.png", "image/png", (100, 100)),
        ("full/70,/0/default.webp", "image/webp", (70, 100)),
    ],
)
def test_images(
    client: FlaskClient, library: Library, request_parts: str, mimetype: str, size: tuple[int, int]
) -> None:
    response = client.get(f"/iiif/image/{library.open_page}/{request_parts}")
    assert (response.status_code, response.mimetype) == (200, mimetype)
    assert Image.open(BytesIO(response.data)).size == size
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "level2.json" in response.headers["Link"]


def test_an_image_that_is_known_is_not_sent_again(client: FlaskClient, library: Library) -> None:
    address = f"/iiif/image/{library.open_page}/full/100,/0/default.jpg"
    mark = client.get(address).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": mark})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", mark)
    other = client.get(address.replace("100,", "101,"), headers={"If-None-Match": mark})
    assert other.status_code == 200


@pytest.mark.parametrize(
    "request_parts",
    [
        "0,0,0,0/max/0/default.jpg",
        "9999,9999,10,10/max/0/default.jpg",
        "full/1401,/0/default.jpg",
        "full/^99999999,/0/default.jpg",
        "full/max/361/default.jpg",
        "full/max/0/nice.jpg",
        "full/max/0/default.exe",
        "..%2f..%2f/max/0/default.jpg",
        "full/max/%00/default.jpg",
    ],
)
def test_nonsense_is_refused_in_json(client: FlaskClient, library: Library, request_parts: str) -> None:
    response = client.get(f"/iiif/image/{library.open_page}/{request_parts}")
    assert response.status_code in (400, 404)
    assert response.get_json()["status"] == response.status_code
    assert response.headers["Cache-Control"] == "no-store"


def test_no_answer_is_larger_than_the_setting(library: Library) -> None:
    settings = dataclasses.replace(library.archive.settings, max_pixels=10_000)
    small = create_app(dataclasses.replace(library.archive, settings=settings)).test_client()
    full = small.get(f"/iiif/image/{library.open_page}/full/max/0/default.png")
    width, height = Image.open(BytesIO(full.data)).size
    assert width * height <= 10_000
    assert small.get(f"/iiif/image/{library.open_page}/full/^600,/0/default.jpg").status_code == 400


def test_a_page_that_cannot_be_decoded_is_no_error_of_ours(client: FlaskClient, library: Library) -> None:
    for request_parts in ("info.json", "full/max/0/default.jpg"):
        response = client.get(f"/iiif/image/{library.unreadable_page}/{request_parts}")
        assert response.status_code == 404
        assert response.is_json


def test_busy_is_said_after_a_while(library: Library) -> None:
    app: Flask = create_app(library.archive, patience=0.05)
    turns: threading.BoundedSemaphore = app.extensions["fonds"].turns
    address = f"/iiif/image/{library.open_page}/full/99,/0/default.jpg"
    taken = 0
    while turns.acquire(blocking=False):
        taken += 1
    busy = app.test_client().get(address)
    for _ in range(taken):
        turns.release()
    assert busy.status_code == 503
    assert int(busy.headers["Retry-After"]) > 0
    assert app.test_client().get(address).status_code == 200


def test_preflight_is_answered(client: FlaskClient, library: Library) -> None:
    response = client.options(f"/iiif/image/{library.open_page}/info.json")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
