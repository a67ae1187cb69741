"""A missing system part skips a test at home and fails it in continuous integration."""

from __future__ import annotations

import pytest

from tests import support


def test_a_missing_part_skips_at_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("FONDS_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        support.require_or_skip("chromium")


def test_a_missing_part_fails_where_all_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("FONDS_REQUIRE_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match="chromium is not installed"):
        support.require_or_skip("chromium")


def test_a_missing_sample_skips_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FONDS_REQUIRE_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match="samples/no_such_sample"):
        support.shared_sample("no_such_sample")
