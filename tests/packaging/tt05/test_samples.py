"""Dossiers that really went through ingest, made here and of the sample fonds, go through the dialect and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fonds.packaging.tt05 import HeldPackage, PackageKind, read_held, read_package, validate_package, write_package
from fonds.repository.archive import Archive
from fonds.repository.ingest import ingest
from fonds.schemas.xml import validate
from tests.factories import dossier_packages, ingest_sample, make_archive
from tests.packaging.tt05.building import FACTS, REQUEST
from tests.support import shared_sample

REP = "representations/rep1"


def held(archive: Archive) -> list[HeldPackage]:
    """Return what the package of every dossier brings along."""
    places = sorted(aip.location for aip in dossier_packages(archive))
    return [read_held(archive.root / "store" / place / "data") for place in places]


def through(out: Path, archive: Archive) -> set[str]:
    """Send every package through each kind; return the codes of what the validation finds."""
    codes: set[str] = set()
    for package in held(archive):
        record, files = package.record, package.payload
        for kind in (PackageKind.SIP_DOSSIER, PackageKind.AIP_DOSSIER):
            folder = write_package(out / kind.value, kind, record, files, package.facts(FACTS)).folder
            read = read_package(folder)
            assert read.record == record
            assert read.files == tuple(one.record for one in files)
            report = validate_package(folder)
            codes |= {one.code for one in report.findings}
            for path in ("METS.xml", f"{REP}/METS.xml"):
                assert validate("mets", (folder / path).read_bytes()) == []
            for premis in folder.rglob("PREMIS*.xml"):
                assert validate("premis", premis.read_bytes()) == []
    return codes


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    place = tmp_path_factory.mktemp("archive")
    return ingest_sample(place / "repo", place / "source")[0]


def test_a_made_delivery(tmp_path: Path, archive: Archive) -> None:
    assert len(held(archive)) == 3
    # What the inventory does not say is asked for; nothing is made up.
    assert through(tmp_path / "out", archive) == {"TT05_FIELD_MISSING", "TT05_DATE_PARTIAL"}


def test_what_happened_to_a_dossier_goes_along(tmp_path: Path, archive: Archive) -> None:
    package = held(archive)[0]
    facts = package.facts(FACTS)
    folder = write_package(tmp_path, PackageKind.AIP_DOSSIER, package.record, package.payload, facts).folder
    read = read_package(folder)
    before = [event.type for event in (*package.content.events, *package.content.representations[0].events)]
    assert "transfer" in before
    assert sorted(event.type for event in read.events) == sorted([*before, "information package creation"])
    assert {agent.name for agent in package.content.agents} <= {agent.name for agent in read.agents}
    assert b"<restriction>" in (folder / "metadata/preservation/PREMIS.xml").read_bytes()


def test_the_sample_fonds(tmp_path: Path) -> None:
    source = shared_sample("fonds_A_clean") / "H99.12_P01"
    archive = make_archive(tmp_path / "repo")
    assert ingest(archive, source, agent="tester").blocked == []
    codes = through(tmp_path / "out", archive)
    assert codes <= {"TT05_FIELD_MISSING", "TT05_DATE_PARTIAL", "TT05_DATE_INVALID"}


def test_a_reader_gets_one_document_of_a_dossier(tmp_path: Path, archive: Archive) -> None:
    package = next(one for one in held(archive) if one.record.code == "H99.12.P01.1964.03")
    record, files = package.record, package.payload
    open_one = record.items[0]
    pages = tuple(page for page in record.pages if page.sequence in open_one.pages)
    part = replace(record, items=(open_one,), pages=pages)
    given = [one for one in files if one.record.path in {page.path for page in pages}]
    facts = replace(FACTS, request=REQUEST)
    folder = write_package(tmp_path / "out", PackageKind.DIP, part, given, facts).folder
    read = read_package(folder)
    assert (read.request, len(read.files), len(read.record.items)) == (REQUEST, 1, 1)
    everything = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    assert "nạn nhân".encode() not in everything, "the other document is not open to this reader"


@pytest.mark.parametrize("kind", [PackageKind.SIP_LOT, PackageKind.AIP_LOT])
def test_a_lot_of_loose_documents(tmp_path: Path, archive: Archive, kind: PackageKind) -> None:
    package = held(archive)[0]
    folder = write_package(tmp_path / "out", kind, package.record, package.payload, FACTS).folder
    assert (read_package(folder).record, read_package(folder).kind) == (package.record, kind)
