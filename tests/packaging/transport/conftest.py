"""Package files are made in a folder in memory where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.tt05.building import quick_folder


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Give a folder for one test."""
    with quick_folder() as folder:
        yield folder
