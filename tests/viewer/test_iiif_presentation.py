"""Manifests and collections: structure, addresses, and that every address answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from fonds.viewer import iiif_presentation
from tests.viewer import stocked as lib
from tests.viewer.stocked import Library

Json = dict[str, Any]


def _get(client: FlaskClient, address: str) -> Json:
    parts = urlsplit(address)
    response = client.get(f"{parts.path}?{parts.query}")
    assert response.status_code == 200, address
    found: Json = response.get_json()
    return found


def test_manifest_has_a_canvas_for_every_page(client: FlaskClient, library: Library) -> None:
    manifest = _get(client, f"/iiif/presentation/{lib.OPEN}/manifest")
    assert manifest["@context"] == "http://iiif.io/api/presentation/3/context.json"
    assert manifest["type"] == "Manifest"
    assert manifest["label"] == {"vi": [lib.OPEN_TITLE]}
    canvases = manifest["items"]
    assert [canvas["label"]["vi"][0] for canvas in canvases] == [
        "Tờ 1", "Tờ 2", "Tờ 2a", "Tờ 3 (sử dụng hạn chế)", "Tờ 4 (chưa hiển thị được)",
    ]  # fmt: skip
    painting = canvases[0]["items"][0]["items"][0]
    assert painting["motivation"] == "painting"
    assert painting["target"] == canvases[0]["id"]
    assert painting["body"]["service"][0]["id"] == f"http://localhost/iiif/image/{library.open_page}"
    assert (canvases[0]["width"], canvases[0]["height"]) == lib.SIZE


def test_pages_that_are_not_shown_are_empty_canvases(client: FlaskClient) -> None:
    canvases = _get(client, f"/iiif/presentation/{lib.OPEN}/manifest")["items"]
    for canvas in canvases[3:]:
        assert canvas["items"][0]["items"] == []
        assert "thumbnail" not in canvas
        assert canvas["width"] > 0


def test_manifest_names_documents_as_ranges(client: FlaskClient) -> None:
    manifest = _get(client, f"/iiif/presentation/{lib.OPEN}/manifest")
    (only,) = manifest["structures"]
    assert only["label"] == {"vi": ["Quyết định thành lập ban đê điều"]}
    assert [canvas["id"] for canvas in only["items"]] == [manifest["items"][n]["id"] for n in (0, 1)]


def test_metadata_has_both_languages(client: FlaskClient) -> None:
    metadata = _get(client, f"/iiif/presentation/{lib.OPEN}/manifest")["metadata"]
    retention = next(pair for pair in metadata if pair["label"]["en"] == ["Retention"])
    assert retention["value"] == {"vi": ["Vĩnh viễn"], "en": ["Permanent"]}


def test_a_long_dossier_has_all_its_canvases(client: FlaskClient) -> None:
    manifest = _get(client, f"/iiif/presentation/{lib.LONG}/manifest")
    assert len(manifest["items"]) == lib.LONG_PAGES
    assert len({canvas["id"] for canvas in manifest["items"]}) == lib.LONG_PAGES


def _walk(client: FlaskClient, address: str) -> Iterator[Json]:
    found = _get(client, address)
    assert found["id"] == address
    yield found
    if found["type"] == "Collection":
        for member in found["items"]:
            yield from _walk(client, member["id"])


def test_collections_lead_from_the_top_to_every_open_dossier(client: FlaskClient) -> None:
    found = list(_walk(client, "http://localhost/iiif/presentation/top"))
    assert [one["type"] for one in found] == ["Collection", "Collection", "Collection", "Manifest", "Manifest"]
    for one in found[1:]:
        assert _get(client, one["partOf"][0]["id"])["type"] == "Collection"
        parts = urlsplit(one["homepage"][0]["id"])
        assert client.get(parts.path).status_code == 302


def test_long_collections_are_cut_into_parts(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iiif_presentation, "SHOWN", 1)
    found = list(_walk(client, f"http://localhost/iiif/presentation/{lib.SERIES_ID}/collection"))
    parts = [one for one in found if "?page=" in one["id"]]
    assert len(parts) == 2
    assert [len(part["items"]) for part in parts] == [1, 1]
    assert {one["id"] for one in found if one["type"] == "Manifest"} == {
        f"http://localhost/iiif/presentation/{objid}/manifest" for objid in (lib.OPEN, lib.LONG)
    }


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "²"])
def test_odd_page_numbers_are_refused_in_json(client: FlaskClient, page: str) -> None:
    response = client.get(f"/iiif/presentation/top?page={page}")
    assert (response.status_code, response.is_json) == (400, True)


def test_a_page_past_the_end_is_not_found(client: FlaskClient) -> None:
    assert client.get("/iiif/presentation/top?page=7").status_code == 404


def test_any_site_may_read_it_and_unchanged_documents_are_not_sent_again(client: FlaskClient) -> None:
    address = f"/iiif/presentation/{lib.OPEN}/manifest"
    first = client.get(address)
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
