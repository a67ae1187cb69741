"""A repository with two further copies, made once; each test damages a copy of it that is its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.versions import Change, describe_anew
from tests.factories import SAMPLE, ingest_sample
from tests.repository.repair.world import DISK, NAS, VERSIONS, World, copied, opened, retitled


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two dossiers, the first with three versions, in the store and two copies; nobody changes it."""
    folder = tmp_path_factory.mktemp("repairs")
    archive, _ = ingest_sample(folder / "repo", folder / "source", SAMPLE[:2])
    aip = World(archive, folder).first
    for _ in range(VERSIONS - 1):
        aip = describe_anew(archive, aip, retitled, Change("metadata modification", "Title corrected", "lan"))
    for name in (NAS, DISK):
        add_copy(archive, str(folder / name), name, "", "tester")
    assert sync(archive, [], agent="tester").complete
    return folder


@pytest.fixture
def world(made: Path, tmp_path: Path) -> World:
    """A repository of one test. Links stay links."""
    for name in ("repo", NAS, DISK):
        copied(made / name, tmp_path / name)
    return opened(tmp_path)
