"""One repository of small dossiers, made once; each test has a copy of it. Nothing in it was ever read again."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fonds.config import Settings
from fonds.repository.archive import Archive
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ingest import ingest
from fonds.repository.logged import FIXITY
from fonds.repository.ports.catalogue import Aip, Check
from fonds.repository.ports.log import LogRow
from tests.factories import DossierRow, make_archive, make_delivery, open_inline

DOSSIERS = [DossierRow(f"H99.12.P01.1962.{number:02d}", f"Hồ sơ số {number}", pages=1) for number in range(1, 7)]
PACKAGES = len(DOSSIERS) + 1
"""With that of the fonds."""


def opened(root: Path) -> Archive:
    """Open a repository that works in this process, and draws no sample unless a test asks for one."""
    archive = open_inline(root)
    return with_settings(archive, audit_sample=0)


def with_settings(archive: Archive, **settings: object) -> Archive:
    """Return the same repository with other settings."""
    changed: Settings = replace(archive.settings, **settings)  # type: ignore[arg-type]  # each test gives what fits
    return replace(archive, settings=changed)


@pytest.fixture(scope="session")
def unread(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that nobody changes."""
    folder = tmp_path_factory.mktemp("unread")
    make_archive(folder / "repo")
    result = ingest(opened(folder / "repo"), make_delivery(folder / "P01", DOSSIERS), agent="tester")
    assert len(result.ingested) == len(DOSSIERS)
    return folder / "repo"


@pytest.fixture
def root(unread: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(unread, tmp_path / "repo"))


@pytest.fixture
def archive(root: Path) -> Archive:
    return opened(root)


def packages(archive: Archive) -> list[Aip]:
    return list(archive.holdings.packages(limit=1000))


def read_before(archive: Archive, aip: Aip, days: float, *, result: str = "ok") -> str:
    """Let a package have been read so many days ago; returns when."""
    when = (datetime.now(UTC) - timedelta(days=days)).isoformat(timespec="milliseconds")
    archive.fixity.restore([(Check(aip.objid, aip.version, MAIN_COPY, when, result), [])])
    return when


def readings(archive: Archive) -> list[LogRow]:
    """The rows of the log that tell of readings."""
    return [row for row in archive.log.rows() if row.action == FIXITY]


def subjects(archive: Archive) -> list[str]:
    return [row.subject for row in readings(archive)]


@dataclass
class Clock:
    """A clock that goes on only when it is told, or when somebody waits by it."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
