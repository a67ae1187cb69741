"""The first page and the desk tell staff of open incidents, and readers nothing of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from fonds.repository.policy import Role, User
from fonds.repository.ports.incidents import Incident
from fonds.viewer.app import create_app
from fonds.viewer.staff import Desk
from tests.viewer.stocked import Library

KEY = "k" * 43
LIBRARIAN = User("thủ thư", Role.ARCHIVIST)


@pytest.fixture(autouse=True)
def broken(library: Library) -> Iterator[None]:
    """Twelve open incidents: more than the desk shows at once."""
    for number in range(1, 13):
        opened = "2026-11-22T05:00:00.000+00:00"
        library.archive.incidents.put(Incident(number, f"uuid-{number}", "Đĩa <1>", 3, opened, "lan"))
    yield
    library.archive.incidents.clear()


def test_readers_are_told_nothing(app: Flask) -> None:
    assert "fonds repair" not in app.test_client().get("/").get_data(as_text=True)


@pytest.mark.parametrize(("lang", "words"), [("vi", "Có 12 sự cố đang mở"), ("en", "incidents: 12")])
def test_staff_are_told_on_the_first_page(app: Flask, monkeypatch: pytest.MonkeyPatch, lang: str, words: str) -> None:
    monkeypatch.setattr("fonds.viewer.room.visitor", lambda: LIBRARIAN)
    said = app.test_client().get(f"/?lang={lang}").get_data(as_text=True)
    assert words in said
    assert "<code>fonds repair --all</code>" in said


def test_the_desk_names_the_newest_and_counts_the_rest(library: Library) -> None:
    clerk = create_app(library.archive, desk=Desk(LIBRARIAN, KEY)).test_client()
    clerk.get(f"/desk/enter?key={KEY}")
    said = clerk.get("/desk/?lang=en").get_data(as_text=True)
    assert "12: uuid-12, copy Đĩa &lt;1&gt;, found" in said
    assert "3: uuid-3," in said
    assert ": uuid-2," not in said
    assert "and 2 more" in said
    library.archive.incidents.clear()
    assert "incidents" not in clerk.get("/desk/?lang=en").get_data(as_text=True)
