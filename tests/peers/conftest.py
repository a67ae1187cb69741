"""One package of every kind that we write, the way the commands make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.metadata.ids import fonds_id
from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.tt05 import PackageKind, write_package
from fonds.repository.versions import Change, describe_anew
from tests.factories import SAMPLE, dossier_packages
from tests.outgoing import package_folders, stocked
from tests.packaging.tt05.building import scanned
from tests.packaging.tt05.test_writing import facts_of

FONDS = "H99.12.P01"


def out_of_archive(folder: Path) -> dict[str, Path]:
    """Return what ``fonds export`` and ``fonds pack`` make: aip, sip, dip and packed, a SIP."""
    return package_folders(folder)


def in_store(folder: Path) -> dict[str, Path]:
    """Return the second version of an AIP, which keeps the superseded description, and the package of the fonds."""

    def retitled(record: DossierRecord) -> DossierRecord:
        values = {**record.dossier.values, "title": Value("Tiêu đề đã sửa")}
        return replace(record, dossier=replace(record.dossier, values=values))

    archive = stocked(folder, SAMPLE[:1])
    (first,) = dossier_packages(archive)
    change = Change("metadata modification", "Title corrected", "lan", "misread in the inventory")
    second = describe_anew(archive, first, retitled, change)
    whole = archive.holdings.aip(fonds_id(FONDS))
    assert whole is not None
    return {kind: archive.root / "store" / one.location / "data" for kind, one in (("aip-2", second), ("fonds", whole))}


MAKERS: dict[tuple[str, ...], Callable[[Path], dict[str, Path]]] = {
    ("aip", "sip", "dip", "packed"): out_of_archive,
    ("aip-2", "fonds"): in_store,
}
"""How packages are made in an empty folder; each gives the folders that hold a METS.xml."""
KINDS = [kind for kinds in MAKERS for kind in kinds]


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a package of every kind; not to be changed."""
    made: dict[str, Path] = {}
    for kinds, make in MAKERS.items():
        made |= make(tmp_path_factory.mktemp(kinds[0]))
    assert sorted(made) == sorted(KINDS)
    return made


@pytest.fixture(scope="session")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> dict[PackageKind, Path]:
    """Return a package of every kind of the state's dialect; not to be changed."""
    folder = tmp_path_factory.mktemp("tt05")
    record, files = scanned(folder / "source")
    return {kind: write_package(folder / kind, kind, record, files, facts_of(kind)).folder for kind in PackageKind}
