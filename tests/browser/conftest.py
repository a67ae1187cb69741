"""A real browser before a real server: the system's Chromium, driven by Playwright."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from werkzeug.serving import make_server

from fonds.viewer.app import create_app
from tests.viewer.stocked import build


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """Serve an application on a free port of this machine; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a reading room over a small repository."""
    with serving(create_app(build(tmp_path_factory.mktemp("browser") / "kho").archive)) as found:
        yield found


@dataclass
class Visit:
    """A page of the browser, what it complained about and what it asked the server for."""

    page: Page
    context: BrowserContext
    complaints: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)


def _matters(said: ConsoleMessage) -> bool:
    # OpenSeadragon says this when a page is turned while tiles of the last one are on their way: nothing is wrong.
    return said.type in ("error", "warning") and not said.text.startswith("Ignoring tile %s loaded before reset")


def visit_to(browser: Browser, address: str, **options: object) -> Visit:
    context = browser.new_context(base_url=address, **options)  # type: ignore[arg-type]  # the options of each fixture
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    visit = Visit(context.new_page(), context)
    visit.page.on("console", lambda said: visit.complaints.append(said.text) if _matters(said) else None)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    visit.page.on(
        "request",
        lambda asked: None if asked.url.startswith((address, "data:", "blob:")) else visit.foreign.append(asked.url),
    )
    return visit


@pytest.fixture
def desk(browser: Browser, address: str) -> Iterator[Visit]:
    """A visit at a desk. In the end nothing may have been complained about or asked of another origin."""
    visit = visit_to(browser, address, viewport={"width": 1440, "height": 900})
    yield visit
    visit.context.close()
    assert (visit.complaints, visit.foreign) == ([], [])


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Visit]:
    """A visit with a phone."""
    visit = visit_to(browser, address, viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    yield visit
    visit.context.close()
    assert (visit.complaints, visit.foreign) == ([], [])


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Visit]:
    """A visit without JavaScript."""
    visit = visit_to(browser, address, java_script_enabled=False)
    yield visit
    visit.context.close()
    assert visit.foreign == []
