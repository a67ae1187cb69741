"""A SIP, AIP and DIP of the ``eark`` dialect is right by the official schemas, by our validator and by LoC's bagit."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest
from lxml import etree

from fonds.metadata.mets import MetsAgent, read_mets
from fonds.metadata.mets.model import METS
from fonds.metadata.premis import read_premis
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.packaging.eark import PackageType, read_package
from fonds.packaging.judge import judge
from fonds.repository.archive import Archive
from fonds.schemas.xml import validate
from tests.factories import SAMPLE, dossier_packages
from tests.outgoing import BAG, BARE, HOLDER, REQUEST, exported, package_folders, packed, slip, stocked

KINDS = ["packed", "sip", "aip", "dip"]
SCHEMAS = {
    "METS.xml": "mets",
    "representations/rep1/METS.xml": "mets",
    "metadata/descriptive/ead3.xml": "ead3",
    "metadata/preservation/premis.xml": "premis",
    "representations/rep1/metadata/preservation/premis.xml": "premis",
}
CODE = SAMPLE[0].code


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return package_folders(tmp_path_factory.mktemp("kinds"))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return stocked(tmp_path_factory.mktemp("stocked"), SAMPLE[:1])


def read(folder: Path, path: str = "METS.xml") -> bytes:
    return (folder / path).read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_our_validator_finds_nothing(folders: dict[str, Path], kind: str) -> None:
    report = validate_package(folders[kind])
    assert [(one.code, one.where) for one in report.findings] == []
    assert report.kind == ("SIP" if kind == "packed" else kind.upper())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("path", "schema"), SCHEMAS.items())
def test_the_xml_is_valid_against_the_official_schema(
    folders: dict[str, Path], kind: str, path: str, schema: str
) -> None:
    assert validate(schema, read(folders[kind], path)) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_renamed_package_is_no_longer_right(folders: dict[str, Path], tmp_path: Path, kind: str) -> None:
    shutil.copytree(folders[kind], tmp_path / "other")
    assert "CSIP1" in {one.code for one in validate_package(tmp_path / "other").findings}


@pytest.mark.parametrize("kind", [*PackageType, "packed"])
def test_in_a_bag_it_is_right_for_us_and_for_the_library_of_congress(
    archive: Archive, tmp_path: Path, kind: str
) -> None:
    if kind == "packed":
        (one,) = packed(archive.root.parent / "source", tmp_path / "out").packages
        path = one.path
    else:
        path = exported(archive, [CODE], PackageType(kind), tmp_path / "out").packages[0].path
    assert [found.code for found in judge(path).findings] == []
    assert validate_bag(path).valid
    bag = bagit.Bag(str(path))
    bag.validate()
    assert bag.version_info == (1, 0)
    assert bag.info["External-Identifier"] == path.name


# --- SIP --------------------------------------------------------------------------------------------------------------


def header(folder: Path) -> tuple[list[MetsAgent], dict[str, str], str]:
    with (folder / "METS.xml").open("rb") as source:
        mets = read_mets(source)
    return [one for one in mets.agents if one.other_type != "SOFTWARE"], dict(mets.alternatives), mets.status


def test_a_sip_says_who_made_and_who_hands_over(archive: Archive, tmp_path: Path) -> None:
    source = archive.root.parent / "source"
    (one,) = packed(source, tmp_path, BARE, organization="Sở Nội vụ", agreement="NL-2026/07").packages
    agents, told, status = header(one.path)
    code = ("H99.12.P01", "IDENTIFICATIONCODE")
    assert agents == [
        MetsAgent("ARCHIVIST", "ORGANIZATION", "Ủy ban hành chính tỉnh Sơn Vân", "", *code),
        MetsAgent("CREATOR", "ORGANIZATION", "Sở Nội vụ", "", *code),
    ]
    assert (told["SUBMISSIONAGREEMENT"], told["REFERENCECODE"], status) == ("NL-2026/07", CODE, "NEW")
    assert len(told["Fonds-Submission-Signature"]) == 64


def test_without_an_organization_the_fonds_itself_hands_over(folders: dict[str, Path]) -> None:
    agents, told, _ = header(folders["packed"])
    assert [one.name for one in agents] == ["Ủy ban hành chính tỉnh Sơn Vân"] * 2
    assert "SUBMISSIONAGREEMENT" not in told


def test_a_sip_holds_all_that_the_stored_package_holds(archive: Archive, folders: dict[str, Path]) -> None:
    """What a producer packs, an archive that ingests the same folder stores: the same record but for its ids."""

    def said(folder: Path) -> Iterator[object]:
        content = read_package(lambda path: (folder / path).open("rb"))
        record = content.record
        yield from (record.fonds, record.series, record.dossier, record.pages)
        yield from ((one.description, one.pages) for one in record.items)
        yield [(one.name, list(one.files), one.pages) for one in content.representations]

    (aip,) = dossier_packages(archive)
    place = aip.location
    stored = list(said(archive.root / "store" / place / "data"))
    assert stored[2] is not None
    assert list(said(folders["packed"]))[:-1] == stored[:-1]
    names = [(file.path, file.sha256, file.original_name, file.puid) for file in stored[-1][0][1]]  # type: ignore[index]
    packed_names = [
        (file.path, file.sha256, file.original_name, file.puid)
        for file in list(said(folders["packed"]))[-1][0][1]  # type: ignore[index]
    ]
    assert packed_names == names


def test_premis_of_a_sip_says_what_the_gate_did(folders: dict[str, Path]) -> None:
    with (folders["packed"] / "metadata/preservation/premis.xml").open("rb") as source:
        premis = read_premis(source)
    assert [one.type for one in premis.events] == ["validation", "information package creation"]
    assert "Quality gate" in premis.events[0].detail
    assert {one.name for one in premis.agents} == {"minh", "Fonds"}


def test_a_sip_out_of_the_archive_brings_its_past_along(archive: Archive, tmp_path: Path) -> None:
    (one,) = exported(archive, [CODE], PackageType.SIP, tmp_path, BARE).packages
    content = read_package(lambda path: (one.path / path).open("rb"))
    assert [event.type for event in content.events] == [
        "transfer", "validation", "information package creation", "information package creation",
    ]  # fmt: skip
    assert {agent.name for agent in content.agents if agent.type == "person"} == {"tester", "lan"}
    assert header(one.path)[0][1].name == HOLDER
    assert (content.record.id, content.type) == (one.id, PackageType.SIP)


# --- DIP --------------------------------------------------------------------------------------------------------------


def test_a_dip_is_another_package_that_names_its_source(archive: Archive, tmp_path: Path) -> None:
    (one,) = exported(archive, [CODE], PackageType.DIP, tmp_path, BARE).packages
    assert one.objid == one.path.name != one.id
    content = read_package(lambda path: (one.path / path).open("rb"))
    assert (content.type, content.record.id) == (PackageType.DIP, one.objid)
    event = content.events[-1]
    assert (event.type, event.objects, event.roles) == ("dissemination", (one.id, one.objid), ("source", "outcome"))
    assert all(entry.get("STATUS") == "CURRENT" for entry in etree.fromstring(read(one.path)).iter(f"{{{METS}}}dmdSec"))


def test_a_dip_carries_the_request_and_the_sheet(archive: Archive, tmp_path: Path) -> None:
    (one,) = exported(archive, [CODE], PackageType.DIP, tmp_path, BAG, slip=slip(tmp_path)).packages
    root = etree.fromstring(read(one.path, "data/metadata/descriptive/request.xml"))
    assert {str(child.tag): child.text or "" for child in root} == {
        key: value
        for key, value in REQUEST.items()
        if key not in {"readerName", "readerID", "termDays", "copies", "place"}
    }
    sheet = read(one.path, "data/documentation/authentication-sheet.pdf")
    assert sheet.startswith(b"%PDF")
    content = read_package(lambda path: (one.path / "data" / path).open("rb"))
    assert [(file.path, file.size, file.puid) for file in content.documentation] == [
        ("documentation/authentication-sheet.pdf", len(sheet), "fmt/478")
    ]


def test_a_dip_keeps_to_itself_what_the_archive_keeps_to_itself(folders: dict[str, Path]) -> None:
    everything = b"".join(path.read_bytes() for path in folders["dip"].rglob("*") if path.suffix in {".xml", ".txt"})
    for secret in (b"HS_01", b"ML01", b"tester", b"Received from", b"010187001234"):
        assert secret not in everything
    assert b"tester" in read(folders["aip"], "metadata/preservation/premis.xml")
    assert b"HS_01" in read(folders["aip"], "representations/rep1/metadata/preservation/premis.xml")
