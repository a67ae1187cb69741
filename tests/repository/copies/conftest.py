"""One repository with the sample dossiers, made once; each test has a repository of its own that is a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.repository.archive import Archive
from fonds.repository.ingest import ingest
from fonds.repository.outcome import IngestResult
from tests.factories import SAMPLE, make_archive, make_delivery, open_inline

Reopened = Callable[[Archive], Archive]


def opened(root: Path, required: int = 1) -> Archive:
    """Open a repository that works in this process, with a policy."""
    archive = open_inline(root)
    return replace(archive, settings=replace(archive.settings, copies_required=required))


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_delivery(tmp_path_factory.mktemp("copied") / "P01", SAMPLE)


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory, delivery: Path) -> Path:
    """A repository with the sample dossiers and no further copy; nobody changes it."""
    root = tmp_path_factory.mktemp("stocked") / "repo"
    make_archive(root)
    result = ingest(opened(root), delivery, agent="tester")
    assert len(result.ingested) == len(SAMPLE)
    return root


@pytest.fixture
def archive(stocked: Path, tmp_path: Path) -> Archive:
    """The repository of one test, with the sample dossiers."""
    return opened(Path(shutil.copytree(stocked, tmp_path / "repo")))


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    """An empty repository whose packages need two copies."""
    make_archive(tmp_path / "repo")
    return opened(tmp_path / "repo", required=2)


def take(archive: Archive, delivery: Path) -> IngestResult:
    return ingest(archive, delivery, agent="tester")
