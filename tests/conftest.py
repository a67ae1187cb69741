"""Settings for all tests."""

from __future__ import annotations

import os

import hypothesis
import pytest

# Continuous integration draws the same examples every time: a failure belongs to the change, not to chance.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the settings of whoever runs the tests (FONDS_*) out, but for the one that the tests read."""
    for name in list(os.environ):
        if name.startswith("FONDS_") and name != "FONDS_REQUIRE_ALL":
            monkeypatch.delenv(name)
