"""One package of every kind that we write, made once from one ingested dossier."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fonds.packaging.tt05 import PackageKind, write_package
from tests.factories import SAMPLE, ingest_sample
from tests.packaging.csip.packages import edit, make_submission, put, remove
from tests.packaging.tt05.building import scanned
from tests.packaging.tt05.test_writing import facts_of

Builder = Callable[[Path, Path], Path]


def aip(held: Path, _: Path) -> Path:
    """Return the AIP itself, as it is kept."""
    return held / "data"


def sip(held: Path, folder: Path) -> Path:
    """Make a SIP with agents and documentation; the validator knows the address of its profile without a version."""
    made = make_submission(held, folder, "SIP")
    edit(made / "METS.xml", put("/m:mets", "PROFILE", "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"))
    return made


def dip(held: Path, folder: Path) -> Path:
    """Make a DIP: one agent, the software."""
    made = make_submission(held, folder, "DIP")
    edit(made / "METS.xml", remove("//m:agent[position() > 1]"))
    return made


KINDS: dict[str, Builder] = {"AIP": aip, "SIP": sip, "DIP": dip}
"""How each kind is made from an AIP of the store, in an empty folder; returns the folder that holds its METS.xml."""


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a package of every kind; not to be changed."""
    folder = tmp_path_factory.mktemp("kinds")
    ingest_sample(folder / "repository", folder / "delivery", SAMPLE[:1])
    (held,) = (folder / "repository" / "store").glob("*/*/v1/*")
    return {kind: make(held, folder / kind) for kind, make in KINDS.items()}


@pytest.fixture(scope="session")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> dict[PackageKind, Path]:
    """Return a package of every kind of the state's dialect; not to be changed."""
    folder = tmp_path_factory.mktemp("tt05")
    record, files = scanned(folder / "source")
    made = {}
    for kind in PackageKind:
        made[kind] = write_package(folder / kind, kind, record, files, facts_of(kind)).folder
    return made
