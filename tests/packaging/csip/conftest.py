from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.factories import SAMPLE, ingest_sample
from tests.packaging.csip.packages import make_flat, make_submission


@pytest.fixture(scope="session")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A valid package of every kind, not to be changed: ``aip`` is a whole bag, the others are bare."""
    folder = tmp_path_factory.mktemp("csip")
    ingest_sample(folder / "repository", folder / "delivery", SAMPLE[:1])
    (aip,) = (folder / "repository" / "store").glob("*/[!_]*/v1/*")
    return {
        "aip": aip,
        "sip": make_submission(aip, folder / "sip", "SIP"),
        "dip": make_submission(aip, folder / "dip", "DIP"),
        "flat": make_flat(aip, folder / "flat"),
    }


@pytest.fixture
def copy(valid: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that gives a copy of a valid package, to be broken: the folder that holds its METS.xml."""

    def copied(kind: str) -> Path:
        target = tmp_path / valid[kind].name
        shutil.copytree(valid[kind], target)
        return target / "data" if kind == "aip" else target

    return copied
