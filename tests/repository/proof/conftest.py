"""A repository with the sample dossiers and a further copy, made once; each test works on a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

import pytest

from fonds.repository.archive import Archive
from fonds.repository.chain import GENESIS, chained, row_line
from fonds.repository.copies.manage import add_copy
from fonds.repository.ingest import ingest
from fonds.repository.log_copies import log_copy
from fonds.repository.ports.log import LogRow
from fonds.repository.proof.signing import sign
from tests.factories import SAMPLE, make_archive, make_delivery, open_inline

Rewrite = Callable[[Sequence[LogRow]], None]


def opened(root: Path) -> Archive:
    return open_inline(root)


@pytest.fixture(scope="session")
def signed_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository whose first ingest signed the log."""
    folder = tmp_path_factory.mktemp("signed")
    make_archive(folder / "repo")
    ingest(opened(folder / "repo"), make_delivery(folder / "P01", SAMPLE), agent="tester")
    return folder / "repo"


@pytest.fixture
def archive(signed_once: Path, tmp_path: Path) -> Archive:
    """A repository with two checkpoints, in itself, its store and a further copy."""
    archive = opened(Path(shutil.copytree(signed_once, tmp_path / "repo")))
    add_copy(archive, str(tmp_path / "copy"), "second", "", "tester")
    for number in range(4):
        archive.log.append("audit begins", agent="tester", subject=f"between the checkpoints, {number}")
    sign(archive, "tester")
    log_copy(archive)
    return archive


@pytest.fixture
def rewrite(archive: Archive) -> Rewrite:
    """Write other rows in place of the log, numbered and chained anew as somebody would who wants to hide it."""

    def work(rows: Sequence[LogRow]) -> None:
        (file,) = (archive.root / "log").glob("audit-*.jsonl")
        written, head = [], GENESIS
        for number, row in enumerate(rows, 1):
            row = chained(LogRow(**{**asdict(row), "number": number, "prev": head}))  # noqa: PLW2901 - the row as it is now
            head = row.hash
            written.append(row_line(row))
        file.write_bytes(b"".join(written))

    return work
