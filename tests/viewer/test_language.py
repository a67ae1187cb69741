"""Two complete languages, chosen by the visitor and by nothing else."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

import fonds.schemas
import fonds.viewer
from fonds.metadata.model import Kind
from fonds.viewer.errors import EXPLAINED
from fonds.viewer.texts import Texts
from tests.viewer import stocked as lib

_MESSAGES = Path(fonds.schemas.__path__[0]) / "messages"
_VIEWER = Path(fonds.viewer.__path__[0])
_PLACEHOLDER = re.compile(r"{(\w+)}")
_LITERAL = re.compile(r"""\b(?:t|counted|_ours)\(\s*f?["']([^"'{]+)["']\s*(?:[,)]|~)""")


def _texts(lang: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted(_MESSAGES.glob(f"viewer*.{lang}.json")):
        found |= json.loads(path.read_text("utf-8"))
    return found


def _sources() -> str:
    files = [*_VIEWER.glob("*.py"), *_VIEWER.glob("templates/**/*.html")]
    return "\n".join(path.read_text("utf-8") for path in files)


def test_both_languages_have_the_same_texts_with_the_same_facts() -> None:
    vietnamese, english = _texts("vi"), _texts("en")
    assert list(vietnamese) == list(english)
    for key, text in vietnamese.items():
        assert text.strip(), key
        assert english[key].strip(), key
        assert set(_PLACEHOLDER.findall(text)) == set(_PLACEHOLDER.findall(english[key])), key


def test_every_text_that_is_asked_for_is_there() -> None:
    keys = _texts("vi")
    asked = set(_LITERAL.findall(_sources()))
    assert len(asked) > 80
    missing = [key for key in asked if f"web.{key}" not in keys and f"web.{key}.many" not in keys]
    assert [key for key in missing if not key.endswith(".")] == []


def test_texts_for_every_kind_error_and_script() -> None:
    keys = _texts("vi")
    wanted = [f"kind.{kind.value}" for kind in Kind]
    wanted += [f"error.{status}{part}" for status in {*EXPLAINED, 500} for part in ("", ".title")]
    scripts = "\n".join(path.read_text("utf-8") for path in _VIEWER.glob("static/js/*.js"))
    wanted += [f"viewer.{key}" for key in re.findall(r'(?:say|notice)\("([a-z.]+)"', scripts)]
    wanted += [
        f"key.{key}" for key in re.findall(r'\("[^"]+", "(\w+)"\)', (_VIEWER / "templates/keys.html").read_text())
    ]
    assert [key for key in wanted if f"web.{key}" not in keys] == []


def test_no_text_is_left_over() -> None:
    said = _sources() + "\n".join(path.read_text("utf-8") for path in _VIEWER.glob("static/js/*.js"))
    built = (
        *("kind.", "error.", "key.", "about.word.", "search.help.", "search.nothing.", "search.facet."),
        *("search.problem.", "sheet.", "iiif.canvas.", "fixity.", "cite.", "viewer.", "desk.", "mapping."),
    )
    for key in (key.removeprefix("web.") for key in _texts("vi") if key.startswith("web.")):
        stem = key.removesuffix(".one").removesuffix(".many")
        assert stem in said or key.startswith(built), key


def test_vietnamese_unless_chosen_otherwise(client: FlaskClient) -> None:
    markup = client.get("/", headers={"Accept-Language": "en-US,en;q=0.9"}).get_data(as_text=True)
    assert '<html lang="vi">' in markup


def test_a_choice_is_remembered_and_keeps_the_page(client: FlaskClient) -> None:
    page = client.get("/search?q=de&from=1950").get_data(as_text=True)
    assert 'href="/search?q=de&amp;from=1950&amp;lang=en"' in page
    chosen = client.get("/search?q=de&from=1950&lang=en")
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    assert '<html lang="en">' in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("lang", ["fr", "", "../vi", "<script>"])
def test_other_languages_are_not_taken(client: FlaskClient, lang: str) -> None:
    response = client.get("/", query_string={"lang": lang})
    assert "Set-Cookie" not in response.headers
    assert '<html lang="vi">' in response.get_data(as_text=True)


def test_errors_speak_the_language(client: FlaskClient) -> None:
    assert "Không tìm thấy" in client.get(f"/d/{lib.MISSING}").get_data(as_text=True)
    assert "Not found" in client.get(f"/d/{lib.MISSING}?lang=en").get_data(as_text=True)


def test_numbers_are_grouped_as_each_language_does() -> None:
    assert Texts("vi").counted("count.dossiers", 9600) == "9.600 hồ sơ"
    assert Texts("en").counted("count.dossiers", 9600) == "9,600 dossiers"
    assert Texts("en").counted("count.dossiers", 1) == "1 dossier"
