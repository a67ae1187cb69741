"""One package of every kind that we write, made once from one ingested dossier."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.eark import PackageType, write_package
from fonds.packaging.tt05 import PackageKind
from fonds.packaging.tt05 import write_package as write_tt05_package
from fonds.repository.archive import Archive
from fonds.repository.holding import stored_content
from fonds.repository.ports.catalogue import Aip
from fonds.repository.versions import Change, describe_anew
from tests.factories import SAMPLE, ingest_sample
from tests.packaging.csip.packages import AGENTS, ALTERNATIVES
from tests.packaging.tt05.building import scanned
from tests.packaging.tt05.test_writing import facts_of


@dataclass(frozen=True)
class Held:
    """An AIP in a store."""

    archive: Archive
    aip: Aip

    @property
    def package(self) -> Path:
        """The folder that holds its METS.xml."""
        return self.archive.root / "store" / self.aip.location / "data"


def aip(held: Held, _: Path) -> Path:
    """Return the AIP as it is kept."""
    return held.package


def second_version(held: Held, _: Path) -> Path:
    """Return its second version, with the superseded description in it."""

    def retitled(record: DossierRecord) -> DossierRecord:
        values = {**record.dossier.values, "title": Value("Tiêu đề đã sửa")}
        return replace(record, dossier=replace(record.dossier, values=values))

    change = Change("metadata modification", "Title corrected", "lan", "misread in the inventory")
    return Held(held.archive, describe_anew(held.archive, held.aip, retitled, change)).package


def sip(held: Held, folder: Path) -> Path:
    """Make a SIP of its content, with every agent that a SIP may name."""
    content = stored_content(held.archive, held.aip)
    root = folder / content.record.id
    for one in content.representations:
        shutil.copytree(held.package / one.folder / "data", root / one.folder / "data")
    made = replace(content, type=PackageType.SIP, described={}, parent="", status="NEW")
    write_package(root, replace(made, header=AGENTS, alternatives=ALTERNATIVES))
    return root


def dip(held: Held, folder: Path) -> Path:
    """Make a DIP of its content, which answers a reader's request."""
    content = stored_content(held.archive, held.aip)
    root = folder / content.record.id
    for one in content.representations:
        shutil.copytree(held.package / one.folder / "data", root / one.folder / "data")
    request = [("purpose", "Nghiên cứu")]
    write_package(root, replace(content, type=PackageType.DIP, described={}, parent="", request=request))
    return root


KINDS: dict[str, Callable[[Held, Path], Path]] = {
    "AIP": aip,
    "AIP, second version": second_version,
    "SIP": sip,
    "DIP": dip,
}
"""How each kind is made from an AIP, in an empty folder; returns the folder that holds its METS.xml."""


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return a package of every kind; not to be changed."""
    folder = tmp_path_factory.mktemp("kinds")
    archive, _ = ingest_sample(folder / "repository", folder / "delivery", SAMPLE[:1])
    (first,) = (one for one in archive.holdings.aips() if one.code)
    return {kind: make(Held(archive, first), folder / kind) for kind, make in KINDS.items()}


@pytest.fixture(scope="session")
def handed_over(tmp_path_factory: pytest.TempPathFactory) -> dict[PackageKind, Path]:
    """Return a package of every kind of the state's dialect; not to be changed."""
    folder = tmp_path_factory.mktemp("tt05")
    record, files = scanned(folder / "source")
    return {kind: write_tt05_package(folder / kind, kind, record, files, facts_of(kind)).folder for kind in PackageKind}
