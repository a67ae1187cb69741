"""What a WSGI server loads."""

from __future__ import annotations

import pytest

from fonds.errors import UsageError
from fonds.viewer.wsgi import application
from tests.viewer import stocked as lib
from tests.viewer.stocked import Library


def test_opens_the_repository_of_the_environment(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONDS_REPO", str(library.archive.root))
    monkeypatch.setenv("FONDS_TRUSTED_PROXIES", "1")
    address = f"/iiif/presentation/{lib.OPEN}/manifest"
    answer = application().test_client().get(address, headers={"X-Forwarded-Proto": "https"})
    assert answer.get_json()["id"] == f"https://localhost{address}"


def test_says_when_no_repository_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FONDS_REPO", raising=False)
    with pytest.raises(UsageError) as raised:
        application()
    assert raised.value.code == "REPOSITORY_MISSING"
