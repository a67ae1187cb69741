"""A repository with the sample dossiers, a fresh copy of it for every test that changes it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fonds.repository.archive import Archive
from tests.factories import ingest_sample, make_archive, open_inline


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("described")
    archive, result = ingest_sample(folder / "repo", folder / "source")
    assert len(result.ingested) == 3
    return archive.root


@pytest.fixture
def archive(stocked: Path, tmp_path: Path) -> Archive:
    """The sample dossiers, to be changed."""
    shutil.copytree(stocked, tmp_path / "repo")
    return open_inline(tmp_path / "repo")


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A catalogue into which descriptions are put for one example at a time; no package is behind them."""
    return make_archive(tmp_path_factory.mktemp("bench") / "repo")
