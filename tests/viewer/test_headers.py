"""Headers on every answer, errors included; no page asks anything of another origin."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fonds.errors import FondsError, UsageError
from fonds.viewer.app import create_app
from fonds.viewer.texts import Texts
from tests.viewer import stocked as lib
from tests.viewer.stocked import Library

ADDRESSES = (
    "/",
    "/about",
    "/search?q=de",
    f"/f/{lib.FONDS_ID}",
    f"/d/{lib.OPEN}",
    f"/d/{lib.OPEN}/view",
    f"/d/{lib.MISSING}",
    "/?page=x",
    "/iiif/presentation/top",
    f"/u/{lib.OPEN}.ttl",
    "/static/css/base.css",
    "/healthz",
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_answer_is_protected(client: FlaskClient, address: str) -> None:
    with client.get(address) as response:
        headers = response.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"]


@pytest.mark.parametrize(
    "address", [address for address in ADDRESSES if not address.startswith(("/iiif", "/static", "/u/"))]
)
def test_pages_hold_nothing_inline_and_nothing_foreign(client: FlaskClient, address: str) -> None:
    markup = client.get(address).get_data(as_text=True)
    assert not re.search(r"\son\w+\s*=", markup)
    assert not re.search(r"\sstyle\s*=", markup)
    assert not re.search(r"<style", markup)
    for attributes, body in re.findall(r"<script([^>]*)>(.*?)</script>", markup, re.DOTALL):
        assert not body.strip() or 'type="application/json"' in attributes
    assert not re.findall(r'(?:src|href|action)="(?!/|#|\?)[^"]*"', markup)


def test_nothing_can_be_written(client: FlaskClient) -> None:
    for method in (client.post, client.put, client.delete, client.patch):
        response = method(f"/d/{lib.OPEN}")
        assert response.status_code == 405
        assert "chỉ để đọc" in response.get_data(as_text=True)


def test_forwarded_headers_are_believed_only_when_told(library: Library) -> None:
    forwarded = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/kho"}
    address = f"/iiif/presentation/{lib.OPEN}/manifest"
    plain = create_app(library.archive).test_client().get(address, headers=forwarded).get_json()
    assert plain["id"].startswith("http://localhost/")
    behind = create_app(library.archive, trusted_proxies=1).test_client().get(address, headers=forwarded).get_json()
    assert behind["id"] == f"https://evil.example/kho{address}"
    assert behind["items"][0]["items"][0]["items"][0]["body"]["id"].startswith("https://evil.example/kho/iiif/image/")


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuntimeError("s3cret"), 500),
        (OSError("s3cret"), 500),
        (FondsError("CATALOGUE_BROKEN", path="/s3cret"), 500),
        (FondsError("CATALOGUE_LOCKED", path="/s3cret"), 503),
        (UsageError("DATE_BROKEN", path="/s3cret"), 400),
    ],
)
def test_our_own_errors_are_calm_and_tell_nothing(
    app: Flask, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("fonds.repository.reading.Reading.totals", fail)
    for address in ("/", "/healthz"):
        response = app.test_client().get(address)
        said = response.get_data(as_text=True)
        assert response.status_code == status
        assert Texts("vi").t(f"error.{status}") in said
        assert "s3cret" not in said
        assert "Traceback" not in said
        assert response.headers["Content-Security-Policy"]
