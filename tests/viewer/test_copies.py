"""The first page tells staff of copies that lag behind, and tells readers nothing of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from fonds.repository.policy import Role, User
from fonds.repository.ports.copies import Copy
from tests.viewer.stocked import Library

COPY = Copy("Đĩa rời <1>", "file:///mnt/secret-place")


@pytest.fixture(autouse=True)
def lagging(library: Library) -> Iterator[None]:
    library.archive.copies.register(COPY)
    yield
    library.archive.copies.forget(COPY.name)


def home(app: Flask, lang: str = "vi") -> str:
    return app.test_client().get(f"/?lang={lang}").get_data(as_text=True)


def test_readers_are_told_nothing(app: Flask) -> None:
    said = home(app)
    assert "Đĩa rời" not in said
    assert "fonds copies" not in said


@pytest.mark.parametrize(("lang", "words"), [("vi", "còn thiếu 3 gói"), ("en", "lacks 3 packages")])
def test_staff_are_told(app: Flask, monkeypatch: pytest.MonkeyPatch, lang: str, words: str) -> None:
    monkeypatch.setattr("fonds.viewer.room.visitor", lambda: User("thủ thư", Role.ARCHIVIST))
    said = home(app, lang)
    assert "Đĩa rời &lt;1&gt;" in said
    assert words in said
    assert "<code>fonds copies sync</code>" in said
    assert "secret-place" not in said
