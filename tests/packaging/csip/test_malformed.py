"""Whatever a package holds, it gives findings and never a traceback."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.errors import UsageError
from fonds.packaging.csip import validate_package
from fonds.schemas.messages import LANGUAGES, catalogue
from tests.packaging.csip.packages import REP, edit, reseal, unset

METS = "http://www.loc.gov/METS/"
BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><mets xmlns="http://www.loc.gov/METS/">&b;</mets>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><mets xmlns="http://www.loc.gov/METS/">&a;</mets>'
BAD: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n ",
    "garbage": bytes(range(256)) * 40,
    "nul": b"\0" * 5000,
    "text": b"this is no XML at all",
    "bomb": BOMB,
    "external entity": OUTSIDE,
    "deep": b"<a>" * 100_000,
    "deep METS": b'<mets xmlns="http://www.loc.gov/METS/"><structMap LABEL="CSIP">' + b"<div>" * 100_000,
    "cut off": b'<mets xmlns="http://www.loc.gov/METS/"><fileSec><fileGrp><file ID="a"/>',
    "wrong encoding": "<mets>é</mets>".encode("latin-1"),
    "huge attribute": b'<mets xmlns="http://www.loc.gov/METS/" OBJID="' + b"a" * 11_000_000 + b'"/>',
    "unknown encoding": b'<?xml version="1.0" encoding="klingon"?><mets/>',
}
OTHER = {
    "html": b"<html><body/></html>",
    "no namespace": b"<mets OBJID='x'/>",
    "inside": b"<a><mets xmlns='http://www.loc.gov/METS/'/></a>",
}
PREMIS, EAD3 = "metadata/preservation/premis.xml", "metadata/descriptive/ead3.xml"


@pytest.mark.parametrize("document", ["METS.xml", f"{REP}/METS.xml", PREMIS, EAD3])
@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_xml_is_a_finding(copy: Callable[[str], Path], document: str, bad: str) -> None:
    package = copy("aip")
    (package / document).write_bytes(BAD[bad])
    report = validate_package(package)
    refused = {found.where.partition(":")[0] for found in report.findings if found.code == "PKG_XML_REFUSED"}
    assert refused == {document}
    assert not report.valid
    assert len(report.findings) < 100


@pytest.mark.parametrize("document", ["METS.xml", f"{REP}/METS.xml", PREMIS, EAD3])
def test_what_was_cut_off_is_told_once(copy: Callable[[str], Path], document: str) -> None:
    package = copy("aip")
    path = package / document
    path.write_bytes(path.read_bytes()[:-30])
    report = validate_package(package)
    refused = [found.where.partition(":")[0] for found in report.findings if found.code == "PKG_XML_REFUSED"]
    assert refused == [document]
    assert not report.valid


@pytest.mark.parametrize("bad", OTHER)
def test_what_is_no_mets_is_a_finding(copy: Callable[[str], Path], bad: str) -> None:
    package = copy("aip")
    (package / "METS.xml").write_bytes(OTHER[bad])
    assert {found.code for found in validate_package(package).findings} == {"PKG_NOT_METS"}


def test_what_is_called_premis_and_is_not(copy: Callable[[str], Path]) -> None:
    package = copy("sip")
    (package / PREMIS).write_bytes(b"<html/>")
    reseal(package)
    found = {one.code for one in validate_package(package).findings}
    assert found == {"PKG_NOT_PREMIS"}


def test_a_mets_of_nothing_but_its_root(copy: Callable[[str], Path]) -> None:
    package = copy("aip")
    (package / "METS.xml").write_text(f'<mets xmlns="{METS}"/>', "utf-8")
    found = {one.code for one in validate_package(package).findings}
    assert {"CSIP1", "CSIP2", "CSIP6", "CSIP117", "CSIP80", "CSIP17", "CSIP31", "CSIP58", "PKG_SCHEMA_BROKEN"} <= found


@pytest.mark.parametrize("attribute", ["SIZE", "CHECKSUM", "CHECKSUMTYPE", "ID", "MIMETYPE", "CREATED"])
def test_a_file_without_its_facts(copy: Callable[[str], Path], attribute: str) -> None:
    package = copy("aip")
    edit(package / "METS.xml", unset("//m:file", attribute))
    assert not validate_package(package).valid


def test_a_folder_in_the_place_of_a_document(copy: Callable[[str], Path]) -> None:
    package = copy("aip")
    (package / PREMIS).unlink()
    (package / PREMIS).mkdir()
    assert "PKG_FILE_MISSING" in {found.code for found in validate_package(package).findings}


def test_an_empty_folder_and_no_folder(tmp_path: Path) -> None:
    assert [found.code for found in validate_package(tmp_path).findings] == ["PKG_NO_METS"]
    with pytest.raises(UsageError):
        validate_package(tmp_path / "none")


def test_a_thousand_of_a_kind_are_counted_and_not_all_shown(copy: Callable[[str], Path]) -> None:
    package = copy("aip")
    for number in range(700):
        (package / f"extra-{number}").write_bytes(b"")
    report = validate_package(package)
    assert report.counts["warning"] == 700
    assert len(report.findings) == 501
    assert report.has("BAG_MORE")


@pytest.mark.unmeasured
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32), document=st.sampled_from(["METS.xml", f"{REP}/METS.xml", PREMIS, EAD3]))
def test_random_damage_is_always_found(
    valid: dict[str, Path], tmp_path_factory: pytest.TempPathFactory, seed: int, document: str
) -> None:
    """A byte that changes in a document other than the root METS is found by its checksum at the least."""
    target = tmp_path_factory.mktemp("damage") / valid["sip"].name
    shutil.copytree(valid["sip"], target)
    content = bytearray((target / document).read_bytes())
    chance = random.Random(seed)
    for _ in range(chance.choice([1, 3, 50])):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    (target / document).write_bytes(bytes(content))
    report = validate_package(target)
    assert document == "METS.xml" or content == (valid["sip"] / document).read_bytes() or not report.valid
    for found in report.findings:
        for lang in LANGUAGES:
            template = catalogue(lang)[f"finding.{found.code}"]
            assert {name for _, name, _, _ in Formatter().parse(template) if name} <= found.data.keys()
