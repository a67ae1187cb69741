"""Repositories are made in memory where there is room: every package is made durable, and that is not tested here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.repository.archive import Archive
from tests.factories import SAMPLE
from tests.packaging.tt05.building import quick_folder
from tests.repository.received.making import Stock, quick_archive, stocked_archive


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Give a folder for one test."""
    with quick_folder() as folder:
        yield folder.resolve()


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    """An archive that holds nothing yet."""
    return quick_archive(tmp_path / "receiving")


@pytest.fixture(scope="module")
def stock() -> Iterator[Stock]:
    """An archive with three dossiers, whose packages are handed over. Not to be changed."""
    with quick_folder() as folder:
        yield stocked_archive(folder / "sending", folder / "delivery", SAMPLE)
