"""A dossier that is described and not digitised: found and shown, calmly, with nothing offered that is not there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from fonds.bootstrap import init_archive
from fonds.metadata.ids import dossier_id
from fonds.repository.indexing import drain_index
from fonds.viewer.app import create_app
from tests.contracts.fonds_contract import CODE, FONDS, INNER, SERIES, UNITS, of_fonds
from tests.contracts.records import digests, dossier, package

BARE = dossier_id(CODE, "HS.10")


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    """The reading room of a fonds of which one dossier is digitised and four are described."""
    root: Path = tmp_path_factory.mktemp("described")
    archive = init_archive(root / "kho", "networked", "test")
    record = dossier(7)
    archive.holdings.put(record, package(record), digests(record))
    archive.holdings.put_fonds(of_fonds(), {}, UNITS)
    drain_index(archive)
    return create_app(archive).test_client()


def text(visitor: FlaskClient, address: str) -> str:
    response = visitor.get(address)
    assert response.status_code == 200, address
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


@pytest.mark.parametrize(
    ("lang", "notice"), [("vi", "Đã mô tả, chưa số hóa."), ("en", "Described, not digitised yet.")]
)
def test_its_page_says_that_it_is_not_digitised(visitor: FlaskClient, lang: str, notice: str) -> None:
    said = text(visitor, f"/d/{BARE}?lang={lang}")
    assert notice in said
    assert "Bản đồ" in said
    assert "IIIF" not in said
    assert notice not in text(visitor, f"/d/{dossier(7).id}?lang={lang}")


def test_it_stands_in_the_lists_of_its_fonds_and_series(visitor: FlaskClient) -> None:
    assert "5 hồ sơ" in text(visitor, "/?lang=vi")
    for above in (FONDS, SERIES, INNER):
        said = text(visitor, f"/{'f' if above == FONDS else 's'}/{above}")
        assert "Hồ sơ HS.10" in said
    assert "Bên trong" in text(visitor, f"/s/{SERIES}")
    assert "Bên trong" in text(visitor, f"/f/{FONDS}")


def test_it_is_found(visitor: FlaskClient) -> None:
    assert "Hồ sơ HS.10" in text(visitor, "/search?q=ban+do")


def test_nothing_is_offered_that_is_not_there(visitor: FlaskClient) -> None:
    assert visitor.get(f"/iiif/presentation/{BARE}/manifest").status_code == 404
    assert visitor.get(f"/d/{BARE}/view").status_code == 404
    listed = visitor.get(f"/iiif/presentation/{SERIES}/collection").get_json()
    assert BARE not in str(listed)
    assert dossier(7).id in str(listed)
    assert INNER in str(listed)


def test_it_is_linked_data_too(visitor: FlaskClient) -> None:
    for form in ("ttl", "jsonld"):
        response = visitor.get(f"/u/{BARE}.{form}")
        assert response.status_code == 200
        assert "HS.10" in response.get_data(as_text=True)
