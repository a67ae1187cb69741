"""One small repository for all tests of the reading room: they only read."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fonds.viewer.app import create_app
from tests.viewer.stocked import Library, build


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return build(tmp_path_factory.mktemp("repository") / "kho")


@pytest.fixture(scope="session")
def app(library: Library) -> Flask:
    return create_app(library.archive)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()
