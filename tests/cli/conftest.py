"""The command line in this process and in others, and one repository that the reading tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.repository.work import work
from tests.cli.running import Answered, Fonds, end_worker, in_process
from tests.factories import SAMPLE, ingest_sample, make_delivery


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the sample dossiers, their access copies and a finished check of none; nobody changes it."""
    folder = tmp_path_factory.mktemp("library")
    archive, result = ingest_sample(folder / "repo", folder / "source")
    assert len(result.ingested) == len(SAMPLE)
    work(archive, stopped=lambda: False)
    return archive.root


@pytest.fixture(scope="session")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The delivered folder of the sample dossiers; nobody changes it."""
    return make_delivery(tmp_path_factory.mktemp("delivered") / "P01", SAMPLE)


@pytest.fixture
def fonds(capfd: pytest.CaptureFixture[str]) -> Fonds:
    """Run the command line in this process."""

    def run(*arguments: object) -> Answered:
        return in_process(capfd, [str(one) for one in arguments])

    return run


@pytest.fixture
def repo(tmp_path: Path) -> Iterator[Path]:
    """Where a test may make a repository of its own; its background worker has ended before the next test begins."""
    root = tmp_path / "repo"
    yield root
    end_worker(root.resolve())
