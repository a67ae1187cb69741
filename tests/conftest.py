"""Settings for all tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import hypothesis
import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.support import require_or_skip

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


_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for all tests: Playwright runs once in a process."""
    chromium = require_or_skip("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield found
        found.close()
