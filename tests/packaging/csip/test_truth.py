"""What a package says of itself is compared with what it is: files, sizes, digests, IDs, links."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import md5
from pathlib import Path

import pytest
from lxml.etree import _Element

from fonds.packaging.csip import PackageFiles, PackageReport, validate_package
from fonds.packaging.csip.hrefs import Fault, Target, resolve
from fonds.schemas.findings import Severity
from tests.packaging.csip.packages import REP, Change, edit, inside, put, remove, reseal, text, twice, unset

INNER, PREMIS, EAD3 = f"{REP}/METS.xml", f"{REP}/metadata/preservation/premis.xml", "metadata/descriptive/ead3.xml"
PAGE = f"{REP}/data/0001.jpg"
Copy = Callable[[str], Path]


def codes(report: PackageReport) -> set[str]:
    return {found.code for found in report.findings}


def broken(package: Path, document: str, change: Change) -> PackageReport:
    edit(package / document, change)
    reseal(package)
    return validate_package(package)


# --- files ------------------------------------------------------------------------------------------------------------


def test_a_flipped_byte_is_found_by_mets_and_by_premis(copy: Copy) -> None:
    package = copy("aip")
    content = bytearray((package / PAGE).read_bytes())
    content[1000] ^= 1
    (package / PAGE).write_bytes(content)
    report = validate_package(package)
    assert codes(report) == {"PKG_DIGEST_WRONG", "PKG_PREMIS_DIGEST_WRONG"}
    assert {found.where.partition(":")[0] for found in report.findings} == {INNER, PREMIS}
    assert {found.data["path"] for found in report.findings} == {PAGE}
    assert codes(validate_package(package, fast=True)) == {"PKG_NOT_HASHED"}


def test_a_longer_file_is_found_even_without_reading_it(copy: Copy) -> None:
    package = copy("aip")
    with (package / PAGE).open("ab") as out:
        out.write(b"more")
    found = validate_package(package, fast=True)
    assert codes(found) == {"PKG_SIZE_WRONG", "PKG_PREMIS_SIZE_WRONG", "PKG_NOT_HASHED"}


def test_a_missing_file_is_named_with_the_line_that_wants_it(copy: Copy) -> None:
    package = copy("aip")
    (package / PAGE).unlink()
    report = validate_package(package)
    assert codes(report) == {"PKG_FILE_MISSING", "PKG_PREMIS_FILE_MISSING"}
    (mets,) = (found for found in report.findings if found.code == "PKG_FILE_MISSING")
    path, _, line = mets.where.partition(":")
    assert "0001.jpg" in (package / path).read_text("utf-8").splitlines()[int(line) - 1]


@pytest.mark.parametrize(
    "path", ["extra.txt", f"{REP}/data/0099.jpg", "documentation/a.txt", "metadata/descriptive/x.xml"]
)
def test_a_file_that_no_mets_names_is_a_warning(copy: Copy, path: str) -> None:
    package = copy("sip")
    (package / path).write_bytes(b"x")
    report = validate_package(package)
    assert [(found.code, found.where) for found in report.findings] == [("PKG_FILE_NOT_LISTED", path)]
    assert report.valid


@pytest.mark.parametrize("path", ["METS.xml", INNER, PREMIS, EAD3, "schemas/note.xsd"])
def test_every_document_can_go_missing(copy: Copy, path: str) -> None:
    package = copy("sip")
    (package / path).unlink()
    report = validate_package(package)
    assert ("PKG_NO_METS" if path == "METS.xml" else "PKG_FILE_MISSING") in codes(report)
    assert not report.valid


def test_the_same_file_listed_twice(copy: Copy) -> None:
    def change(root: _Element) -> None:
        twice("(//m:file)[1]")(root)
        put("(//m:file)[2]", "ID", "file-copy")(root)

    assert codes(broken(copy("aip"), INNER, change)) == {"PKG_LISTED_TWICE"}


@pytest.mark.parametrize(
    ("attribute", "value", "expected"),
    [
        ("SIZE", "7", "PKG_SIZE_WRONG"),
        ("CHECKSUM", "0" * 64, "PKG_DIGEST_WRONG"),
        ("CHECKSUMTYPE", "TIGER", "PKG_DIGEST_NOT_CHECKED"),
        ("CHECKSUMTYPE", "MD5", "PKG_DIGEST_WRONG"),
    ],
)
@pytest.mark.parametrize("place", ["//m:dmdSec/m:mdRef", "//m:digiprovMD/m:mdRef", "//m:rightsMD/m:mdRef", "//m:file"])
def test_what_is_stated_of_every_kind_of_file_is_compared(
    copy: Copy, place: str, attribute: str, value: str, expected: str
) -> None:
    package = copy("sip")
    edit(package / "METS.xml", put(place, attribute, value))
    assert codes(validate_package(package)) == {expected}


def test_another_digest_than_sha256_is_computed_too(copy: Copy) -> None:
    package = copy("aip")
    digest = md5((package / PAGE).read_bytes(), usedforsecurity=False).hexdigest().upper()
    for attribute, value in (("CHECKSUMTYPE", "MD5"), ("CHECKSUM", digest)):
        edit(package / INNER, put("(//m:file)[1]", attribute, value))
    reseal(package)
    assert codes(validate_package(package)) == set()


def test_links_pipes_and_names_that_are_not_utf8_are_refused(copy: Copy) -> None:
    package = copy("aip")
    (package / "link").symlink_to("METS.xml")
    os.mkfifo(package / "pipe")
    (Path(os.fsdecode(os.fsencode(package) + b"/\xff"))).write_bytes(b"")
    report = validate_package(package)
    assert [found.code for found in report.findings] == ["PKG_NOT_REGULAR"] * 3
    assert {found.data["kind"] for found in report.findings} == {"link", "pipe", "not_utf8"}


def test_a_link_in_the_place_of_a_file_is_not_followed(copy: Copy) -> None:
    package = copy("aip")
    outside = package.parent.parent / "outside.jpg"
    (package / PAGE).rename(outside)
    (package / PAGE).symlink_to(outside)
    assert codes(validate_package(package)) == {"PKG_NOT_REGULAR", "PKG_FILE_MISSING", "PKG_PREMIS_FILE_MISSING"}


def test_a_representation_mets_of_another_name_is_opened_too(copy: Copy) -> None:
    package = copy("aip")
    (package / INNER).rename(package / REP / "mets-rep1.xml")
    for element in ("//m:fileGrp[@USE='Representations/rep1']//m:FLocat", "//m:structMap[@LABEL='CSIP']//m:mptr"):
        edit(package / "METS.xml", put(element, "xlink:href", f"{REP}/mets-rep1.xml"))
    assert validate_package(package).findings == ()
    edit(package / REP / "mets-rep1.xml", unset("//m:metsHdr", "CREATEDATE"))
    reseal(package)
    assert {found.where.partition(":")[0] for found in validate_package(package).findings} == {f"{REP}/mets-rep1.xml"}


# --- hrefs ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("../outside.jpg", "PKG_HREF_OUTSIDE"),
        ("data/../../../../outside.jpg", "PKG_HREF_OUTSIDE"),
        ("/etc/passwd", "PKG_HREF_OUTSIDE"),
        ("file:///etc/passwd", "PKG_FILE_MISSING"),
        ("http://example.org/0001.jpg", "PKG_HREF_OUTSIDE"),
        ("urn:isbn:1", "PKG_HREF_OUTSIDE"),
        ("%ff%fe", "PKG_HREF_BROKEN"),
        ("a%00b", "PKG_HREF_BROKEN"),
        ("file:documentation/readme.txt", "PKG_HREF_FORM"),
        ("documentation\\readme.txt", "PKG_HREF_FORM"),
        ("documentation/readme.txt#page=1", "PKG_HREF_FORM"),
        ("documentation/nothing.txt", "PKG_FILE_MISSING"),
        ("documentation", "PKG_FILE_MISSING"),
    ],
)
def test_an_href_leads_to_a_file_of_the_package_or_is_told(copy: Copy, href: str, expected: str) -> None:
    package = copy("sip")
    edit(package / "METS.xml", put("(//m:FLocat)[1]", "xlink:href", href))
    found = codes(validate_package(package))
    assert expected in found
    assert found <= {expected, "PKG_FILE_NOT_LISTED", "PKG_SCHEMA_BROKEN"}


def test_hrefs_are_tried_as_the_standard_has_it_first() -> None:
    there = {"a b.txt", "a%20b.txt", "100%.txt", "rep/é.txt"}.__contains__
    assert resolve("a%20b.txt", "", there) == Target("a b.txt")
    assert resolve("100%.txt", "", there) == Target("100%.txt")
    assert resolve("%C3%A9.txt", "rep", there) == Target("rep/é.txt")
    assert resolve("./a%20b.txt", "rep/..", there) == Target("a b.txt")
    assert resolve("a+b.txt", "", there) == Target("a b.txt", Fault.FORM)
    assert resolve("", "", there).fault is Fault.BROKEN
    assert resolve(".", "", there).fault is Fault.BROKEN
    assert resolve("..", "rep/sub", there).fault is Fault.NONE
    assert resolve("../..", "rep", there).fault is Fault.OUTSIDE


# --- identifiers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "change", "expected"),
    [
        (INNER, put("(//m:file)[2]", "ID", "file-1"), {"PKG_ID_TWICE", "PKG_ID_DANGLING"}),
        ("METS.xml", put("//m:fileSec", "ID", "dmd-1"), {"PKG_ID_TWICE"}),
        ("METS.xml", put("//m:fileSec", "ID", "1 a"), {"PKG_ID_FORM"}),
        ("METS.xml", put("//m:fileSec", "ID", "a:b"), {"PKG_ID_FORM"}),
        (INNER, put("(//m:file)[1]", "ADMID", "amd-99"), {"PKG_ID_DANGLING"}),
        (INNER, put("(//m:file)[1]", "DMDID", "dmd-99"), {"PKG_ID_DANGLING"}),
        (INNER, put("(//m:file)[1]", "DMDID", "amd-1"), {"PKG_ID_WRONG_KIND"}),
        (INNER, put("(//m:area)[1]", "FILEID", "file-99"), {"PKG_ID_DANGLING"}),
        (INNER, put("(//m:area)[1]", "FILEID", "amd-1"), {"PKG_ID_WRONG_KIND"}),
        (INNER, put("(//m:area)[1]", "ADMID", "file-1"), {"PKG_ID_WRONG_KIND"}),
    ],
)
def test_ids_are_given_once_and_references_lead_to_them(
    copy: Copy, document: str, change: Change, expected: set[str]
) -> None:
    assert codes(broken(copy("aip"), document, change)) - {"PKG_SCHEMA_BROKEN"} == expected


# --- PREMIS -----------------------------------------------------------------------------------------------------------

FILE = "//p:object[p:objectCharacteristics][1]"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (text(f"({FILE}//p:size)[1]", "7"), {"PKG_PREMIS_SIZE_WRONG"}),
        (text(f"({FILE}//p:messageDigest)[1]", "0" * 64), {"PKG_PREMIS_DIGEST_WRONG"}),
        (text(f"({FILE}//p:messageDigestAlgorithm)[1]", "Tiger"), {"PKG_DIGEST_NOT_CHECKED"}),
        (
            text(f"({FILE}//p:objectIdentifierValue)[1]", f"{REP}/data/none.jpg"),
            {"PKG_PREMIS_FILE_MISSING", "PKG_PREMIS_OBJECT_MISSING"},
        ),
        (text("(//p:linkingAgentIdentifierValue)[1]", "nobody"), {"PKG_PREMIS_AGENT_MISSING"}),
        (text("(//p:event//p:linkingObjectIdentifierValue)[1]", "nothing"), {"PKG_PREMIS_OBJECT_MISSING"}),
        (text("(//p:relatedObjectIdentifierValue)[1]", "nothing"), {"PKG_PREMIS_OBJECT_MISSING"}),
        (remove("(//p:event)[1]/p:linkingAgentIdentifier"), {"PKG_PREMIS_EVENT_NO_AGENT"}),
        (twice("(//p:event)[1]"), {"PKG_PREMIS_ID_TWICE"}),
        (twice("(//p:agent)[1]"), {"PKG_PREMIS_ID_TWICE"}),
        (remove("//p:event/p:eventType"), {"PKG_SCHEMA_BROKEN"}),
        (text(f"({FILE}//p:size)[1]", "many"), {"PKG_SCHEMA_BROKEN"}),
        (put("/p:premis", "version", "2.0"), {"PKG_SCHEMA_BROKEN"}),
        (unset("/p:premis", "version"), {"PKG_SCHEMA_BROKEN"}),
        (
            inside(
                "(//p:event)[1]",
                "<p:linkingObjectIdentifier><p:linkingObjectIdentifierType>local</p:linkingObjectIdentifierType>"
                "<p:linkingObjectIdentifierValue>gone</p:linkingObjectIdentifierValue></p:linkingObjectIdentifier>",
            ),
            {"PKG_PREMIS_OBJECT_MISSING"},
        ),
    ],
)
def test_premis_is_opened_and_judged(copy: Copy, change: Change, expected: set[str]) -> None:
    report = broken(copy("aip"), PREMIS, change)
    assert codes(report) == expected
    assert {found.where.partition(":")[0] for found in report.findings} == {PREMIS}


def test_agents_are_described_for_the_rights_as_well(copy: Copy) -> None:
    package = copy("aip")
    edit(package / "metadata/preservation/premis.xml", remove("//p:agent"))
    edit(package / PREMIS, remove("//p:agent"))
    reseal(package)
    assert codes(validate_package(package)) == {"PKG_PREMIS_AGENT_MISSING"}


def test_an_object_named_by_another_scheme_is_no_missing_file(copy: Copy) -> None:
    change = text(f"({FILE}//p:objectIdentifierValue)[1]", "ID-4711")
    assert codes(broken(copy("aip"), PREMIS, change)) == {"PKG_PREMIS_OBJECT_MISSING"}


def test_premis_2_is_told_in_an_aip(copy: Copy) -> None:
    package = copy("aip")
    (package / PREMIS).write_text('<premis xmlns="info:lc/xmlns/premis-v2" version="2.2"/>', "utf-8")
    reseal(package)
    assert codes(validate_package(package)) == {"AIPM7", "PKG_PREMIS_OBJECT_MISSING"}


# --- the other documents ----------------------------------------------------------------------------------------------


def test_ead3_is_held_against_its_schema(copy: Copy) -> None:
    package = copy("aip")
    edit(package / EAD3, lambda root: root.remove(root[0]))
    reseal(package)
    (found,) = validate_package(package).findings
    assert (found.code, found.data["schema"], found.severity) == ("PKG_SCHEMA_BROKEN", "ead3", Severity.ERROR)


def test_the_schema_names_the_line(copy: Copy) -> None:
    package = copy("aip")
    content = (package / "METS.xml").read_text("utf-8")
    (package / "METS.xml").write_text(content.replace("<fileSec", "<filSec").replace("</fileSec", "</filSec"), "utf-8")
    found = next(one for one in validate_package(package).findings if one.code == "PKG_SCHEMA_BROKEN")
    line = found.where.partition(":")[2]
    assert "filSec" in content.replace("fileSec", "filSec").splitlines()[int(line) - 1]


def test_a_bag_its_payload_and_an_opened_package_give_the_same(valid: dict[str, Path], copy: Copy) -> None:
    bag = valid["aip"]
    reports = [validate_package(path) for path in (bag, bag / "data")]
    assert reports[0] == reports[1]
    moved = copy("sip")
    moved = moved.rename(moved.parent / "other")
    assert codes(validate_package(moved)) == {"CSIP1"}
    assert validate_package(PackageFiles(moved, name=valid["sip"].name)).findings == ()
