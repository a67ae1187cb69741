"""Settings for all tests."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext

import coverage
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


_FIRST = (
    "tests/faults/",
    "tests/test_end_to_end.py",
    "tests/test_setup/",
    "tests/cli/",
    "tests/packaging/dip/",
    "tests/peers/",
    "tests/repository/audit/",
    "tests/repository/repair/",
    "tests/repository/drill/",
    "tests/repository/test_",
    "tests/repository/describe/",
)
"""Where single files take minutes; begun last, one would leave the other processors with nothing to do."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what takes long at the beginning; all else stays in its order."""
    items.sort(key=lambda item: next((n for n, path in enumerate(_FIRST) if item.nodeid.startswith(path)), len(_FIRST)))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Let coverage stand still during a test that draws its examples, or is marked so."""
    still = any(item.get_closest_marker(name) for name in ("unmeasured", "hypothesis"))
    with _standing_still() if still else nullcontext():
        return (yield)


_set_up: set[tuple[str, str, int]] = set()


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """Measure how a fixture is set up the first time; all further times run the same lines."""
    this = (fixturedef.baseid, fixturedef.argname, getattr(request, "param_index", 0))
    if this in _set_up or "unmeasured" in request.keywords:
        with _standing_still():
            return (yield)
    _set_up.add(this)
    return (yield)


@contextmanager
def _standing_still() -> Iterator[None]:
    measuring = coverage.Coverage.current()
    # Where a fixture asks for another one, or a test for a fixture, it may stand still already.
    if measuring is None or sys.gettrace() is None:
        yield
        return
    measuring.stop()
    try:
        yield
    finally:
        measuring.start()


_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium, one for the tests of a file.

    Not one for all: as long as Playwright is there an event loop runs in this process, and what wants one of its own
    (signing a PDF) could not have it in the files that follow.
    """
    chromium = require_or_skip("chromium")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS))
        yield found
        found.close()
