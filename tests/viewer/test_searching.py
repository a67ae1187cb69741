"""Asking and answering."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask.testing import FlaskClient

from fonds.errors import FondsError, UsageError
from fonds.repository.search.query import parse
from fonds.viewer.highlight import pieces, wanted
from fonds.viewer.question import asked
from tests.viewer import stocked as lib


def _search(client: FlaskClient, query: str, status: int = 200) -> str:
    response = client.get(f"/search?{query}")
    assert response.status_code == status
    return response.get_data(as_text=True)


def test_finds_without_marks_and_marks_what_was_found(client: FlaskClient) -> None:
    markup = _search(client, "q=dap+de+chong+lu")
    assert "1 kết quả" in markup
    assert "<mark>đắp đê chống lũ</mark>" in markup
    assert f"/u/{lib.OPEN}" in markup


def test_shows_the_document_inside_that_answers(client: FlaskClient) -> None:
    assert "Quyết định thành lập <mark>ban đê điều</mark>" in _search(client, "q=ban+de+dieu")


def test_facets_are_links_that_narrow_and_widen(client: FlaskClient) -> None:
    markup = unescape(_search(client, "q=so"))
    narrow = f"?q=so&fonds={lib.FONDS}"
    assert f'href="{narrow}"' in markup
    narrowed = unescape(_search(client, narrow[1:]))
    assert re.search(r'href="\?q=so" class="chosen"', narrowed)


def test_dates_narrow(client: FlaskClient) -> None:
    assert "1 kết quả" in _search(client, "q=so+dang+ky&from=1961&to=1962")
    assert "Không tìm thấy gì" in _search(client, "q=so+dang+ky&to=1950")
    assert "Bỏ mọi giới hạn" in _search(client, "q=so+dang+ky&to=1950")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("q=de&from=abc", "Chưa hiểu thời gian bắt đầu"),
        ("q=de&to=32/13/1950", "Chưa hiểu thời gian kết thúc"),
        ("q=de&from=1970&to=1960", "sau thời gian kết thúc"),
        ("q=de&kind=spaceship", "Không có loại tài liệu này"),
    ],
)
def test_what_makes_no_sense_is_explained(client: FlaskClient, query: str, said: str) -> None:
    assert said in _search(client, query, 400)


@pytest.mark.parametrize("query", ["", "q=", "q=+++", "q=-only", "q=%22%22", "q=***", "q=-de"])
def test_nothing_to_look_for_shows_how_to_ask(client: FlaskClient, query: str) -> None:
    assert "Cách tìm" in _search(client, query)


def test_nothing_found_gives_advice(client: FlaskClient) -> None:
    assert "Thử gõ không dấu" in _search(client, "q=khongcogidau")


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (UsageError("QUERY_TOO_SLOW", seconds=5), 200, "Tìm kiếm đã dừng sau 5 giây"),
        (FondsError("QUERY_TOO_SLOW", seconds=5), 503, "Tìm kiếm đã dừng sau 5 giây"),
        (FondsError("INDEX_BROKEN", folder="/s3cret", reason="s3cret"), 503, "Tạm thời chưa tìm kiếm được"),
    ],
)
def test_a_failed_search_is_explained_and_tells_nothing(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: FondsError, status: int, said: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("fonds.repository.reading.Reading.search", fail)
    markup = _search(client, "q=de", status)
    assert said in markup
    assert "s3cret" not in markup


@pytest.mark.parametrize("q", ["a" * 5000, "%00", "%ff%fe", "((((", "*", "AND OR NOT", "title:x", "🙂", "đ" * 399])
def test_no_question_breaks_it(client: FlaskClient, q: str) -> None:
    assert client.get(f"/search?q={q}").status_code == 200


@pytest.mark.parametrize(
    ("query", "text", "hits"),
    [
        ("quy hoa", "Hồ sơ Đặng Quý Hòa (Quí Hoà)", ["Quý Hòa", "Quí Hoà"]),
        ("ki thuat", "Bản vẽ kỹ thuật", ["kỹ thuật"]),
        ("nông*", "Hội nông dân, nông-lâm", ["nông", "nông"]),
        ("đường", "Duong, ĐƯỜNG, dương", ["Duong", "ĐƯỜNG", "dương"]),
        ("thuế -lúa", "thuế lúa", ["thuế"]),
        ("147/QĐ-UB", "Quyết định 147/QĐ-UB ngày", ["147/QĐ-UB"]),
        ("xyz", "không có", []),
    ],
)
def test_marking_ignores_how_words_are_written(query: str, text: str, hits: list[str]) -> None:
    found = pieces(text, wanted(parse(query)))
    assert [piece.text for piece in found if piece.hit] == hits
    assert "".join(piece.text for piece in found) == text


def test_a_question_can_be_asked_again_from_its_address() -> None:
    question = asked({"q": "  đê   điều ", "fonds": "H99", "kind": "dossier", "from": "1956", "to": "02/1957"})
    assert question.text == "đê điều"
    assert question.problems == ("to",)
    good = asked({"q": "đê", "from": "1956", "to": "1957-02"})
    assert (good.filters.earliest, good.filters.latest) == ("1956-01-01", "1957-02-28")
    assert good.query(page=3) == "q=%C4%91%C3%AA&from=1956&to=1957-02&page=3"
