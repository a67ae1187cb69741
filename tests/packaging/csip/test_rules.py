"""Every requirement that needs logic is found when it is broken, under its own id, in every kind of package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml.etree import _Element

from fonds.packaging.csip import requirements, validate_package
from fonds.schemas.findings import Severity
from tests.packaging.csip import test_table
from tests.packaging.csip.packages import (
    REP,
    Case,
    Change,
    edit,
    inside,
    judge,
    put,
    remove,
    reseal,
    text,
    twice,
    unset,
)

MAP = "//m:structMap[@LABEL='CSIP']"
MAIN = f"{MAP}/m:div"
SOFTWARE = "//m:agent[@OTHERTYPE='SOFTWARE']"
ARCHIVIST = "//m:agent[@ROLE='ARCHIVIST']"
SUBMITTER = "//m:agent[@ROLE='CREATOR'][@TYPE='ORGANIZATION']"
CONTACT = "//m:agent[@TYPE='INDIVIDUAL']"
KEEPER = "//m:agent[@ROLE='PRESERVATION']"
REP_DIV = f"{MAIN}/m:div[starts-with(@LABEL,'Representations/')]"
DOC_DIV, SCHEMA_DIV, CONTENT_DIV = (
    f"{MAIN}/m:div[@LABEL='{x}']" for x in ("Documentation", "Schemas", "Representations")
)
INNER = f"{REP}/METS.xml"
CODED = '<m:note csip:NOTETYPE="IDENTIFICATIONCODE">B</m:note>'
AGENT = f'<m:agent ROLE="{{}}" TYPE="ORGANIZATION"><m:name>A</m:name>{CODED}</m:agent>'
OTHER_ID = '<m:altRecordID TYPE="{}">{}</m:altRecordID>'
FIRST = "(//m:file)[1]"
UNREAD = ("PKG_FILE_NOT_LISTED", "PKG_ID_DANGLING", "PKG_PREMIS_OBJECT_MISSING")


def group(use: str) -> str:
    return f"//m:fileGrp[@USE='{use}']"


def both(first: Change, second: Change) -> Change:
    def change(root: _Element) -> None:
        first(root)
        second(root)

    return change


def supersede(root: _Element) -> None:
    for section in root.iter("{*}dmdSec"):
        section.set("STATUS", "SUPERSEDED")


def case(expected: str, package: str, change: Change, *also: str, document: str = "METS.xml", note: str = "") -> Case:
    return Case(expected, package, change, document, also, note)


CASES = [
    # the package
    case("CSIP1", "sip", unset("/m:mets", "OBJID"), "PKG_PREMIS_OBJECT_MISSING", note="no OBJID"),
    case("CSIP1", "sip", put("/m:mets", "OBJID", "uuid-other"), note="other OBJID"),
    case("CSIP1", "aip", put("/m:mets", "OBJID", "rep2"), document=INNER),
    case("AIPM1", "aip", put("/m:mets", "OBJID", "uuid-other"), "CSIP1"),
    case("AIPM1", "aip", unset("/m:mets", "OBJID"), "CSIP1", note="no OBJID"),
    case("DIP1", "dip", unset("/m:mets", "OBJID"), "CSIP1"),
    case("CSIP2", "aip", put("/m:mets", "TYPE", "Textual works - Digital"), note="hyphen for dash"),
    case("CSIP2", "aip", unset("/m:mets", "TYPE"), note="no TYPE"),
    case("CSIP3", "aip", put("/m:mets", "TYPE", "Other")),
    case("CSIP4", "aip", unset("/m:mets", "csip:CONTENTINFORMATIONTYPE")),
    case("CSIP4", "aip", unset("/m:mets", "csip:CONTENTINFORMATIONTYPE"), document=INNER),
    case("CSIP5", "aip", unset("/m:mets", "csip:OTHERCONTENTINFORMATIONTYPE")),
    case("SIP2", "sip", put("/m:mets", "PROFILE", "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml")),
    case("DIP2", "dip", put("/m:mets", "PROFILE", "https://example.org/profile.xml")),
    case("AIPM2", "aip", put("/m:mets", "PROFILE", "https://example.org/profile.xml")),
    # the header
    case("CSIP117", "aip", remove("//m:metsHdr")),
    case("SIP4", "sip", put("//m:metsHdr", "csip:OAISPACKAGETYPE", "AIP")),
    case("DIP3", "dip", put("//m:metsHdr", "csip:OAISPACKAGETYPE", "SIP")),
    case("AIPM3", "aip", put("//m:metsHdr", "csip:OAISPACKAGETYPE", "DIP")),
    case("CSIP10", "aip", remove("//m:agent")),
    case("CSIP11", "sip", put(SOFTWARE, "ROLE", "EDITOR")),
    case("CSIP12", "sip", put(SOFTWARE, "TYPE", "INDIVIDUAL")),
    case("CSIP13", "aip", unset(SOFTWARE, "OTHERTYPE")),
    case("CSIP14", "sip", remove(f"{SOFTWARE}/m:name")),
    case("CSIP15", "sip", remove(f"{SOFTWARE}/m:note")),
    case("CSIP16", "sip", unset(f"{SOFTWARE}/m:note", "csip:NOTETYPE")),
    case("SIP5", "sip", inside("//m:metsHdr", OTHER_ID.format("SUBMISSIONAGREEMENT", "2")), note="two"),
    case("SIP5", "sip", text("//m:altRecordID[@TYPE='SUBMISSIONAGREEMENT']", " "), note="empty"),
    case("SIP6", "sip", inside("//m:metsHdr", OTHER_ID.format("PREVIOUSSUBMISSIONAGREEMENT", ""))),
    case("SIP7", "sip", text("//m:altRecordID[@TYPE='REFERENCECODE']", "")),
    case("SIP8", "sip", inside("//m:metsHdr", OTHER_ID.format("PREVIOUSREFERENCECODE", ""))),
    case("SIP9", "sip", twice(ARCHIVIST)),
    case("SIP10", "sip", unset(ARCHIVIST, "ROLE")),
    case("SIP11", "sip", put(ARCHIVIST, "TYPE", "OTHER")),
    case("SIP12", "sip", remove(f"{ARCHIVIST}/m:name")),
    case("SIP13", "sip", text(f"{ARCHIVIST}/m:note", "")),
    case("SIP14", "sip", unset(f"{ARCHIVIST}/m:note", "csip:NOTETYPE")),
    case("SIP15", "sip", remove(f"{SUBMITTER}|{CONTACT}"), note="none"),
    case("SIP15", "sip", inside("//m:metsHdr", AGENT.format("CREATOR")), "SIP23", note="two"),
    case("SIP16", "sip", both(remove(CONTACT), unset(SUBMITTER, "ROLE")), "SIP15"),
    case("SIP17", "sip", both(remove(CONTACT), put(SUBMITTER, "TYPE", "OTHER"))),
    case("SIP18", "sip", text(f"{SUBMITTER}/m:name", "")),
    case("SIP19", "sip", text(f"{SUBMITTER}/m:note", "")),
    case("SIP20", "sip", put(f"{SUBMITTER}/m:note", "csip:NOTETYPE", "SOFTWARE VERSION")),
    case("SIP22", "sip", unset(CONTACT, "ROLE")),
    case("SIP23", "sip", put(CONTACT, "TYPE", "OTHER")),
    case("SIP24", "sip", remove(f"{CONTACT}/m:name")),
    case("SIP25", "sip", text(f"{CONTACT}/m:note", "")),
    case("SIP26", "sip", twice(KEEPER)),
    case("SIP27", "sip", unset(KEEPER, "ROLE")),
    case("SIP28", "sip", put(KEEPER, "TYPE", "INDIVIDUAL")),
    case("SIP29", "sip", remove(f"{KEEPER}/m:name")),
    case("SIP30", "sip", text(f"{KEEPER}/m:note", "")),
    case("SIP31", "sip", unset(f"{KEEPER}/m:note", "csip:NOTETYPE")),
    # the metadata
    case("CSIP17", "aip", remove("//m:dmdSec"), "PKG_FILE_NOT_LISTED", "PKG_ID_DANGLING"),
    case("DIP4", "dip", put("//m:dmdSec", "STATUS", "SUPERSEDED")),
    case("AIPM4", "aip", supersede),
    case("CSIP31", "sip", remove("//m:amdSec"), "PKG_FILE_NOT_LISTED", "PKG_ID_DANGLING", note="none"),
    case("CSIP31", "sip", inside("/m:mets", '<m:amdSec ID="amd-second"/>'), note="two"),
    case("CSIP32", "sip", remove("//m:digiprovMD"), "PKG_FILE_NOT_LISTED", "PKG_ID_DANGLING"),
    case("CSIP32", "aip", remove("//m:digiprovMD"), *UNREAD, document=INNER),
    case("AIPM5", "aip", remove("//m:digiprovMD"), "CSIP32", "PKG_FILE_NOT_LISTED", "PKG_ID_DANGLING"),
    case("AIPM6", "aip", put("//m:digiprovMD/m:mdRef", "MDTYPE", "OTHER")),
    case("AIPM7", "aip", put("//m:digiprovMD/m:mdRef", "MDTYPEVERSION", "2.2")),
    # the files
    case("CSIP58", "sip", remove("//m:fileSec"), *("CSIP60", "CSIP113", "CSIP114", "CSIP108", "CSIP116", "CSIP118"),
         *("CSIP119", "PKG_FILE_NOT_LISTED", "PKG_ID_DANGLING")),
    case("CSIP60", "sip", put(group("Documentation"), "USE", "Docs"), "CSIP116"),
    case("CSIP113", "sip", put(group("Schemas"), "USE", "XSD"), "CSIP118"),
    case("CSIP114", "sip", put(group("Representations/rep1"), "USE", "Data"), "CSIP119"),
    case("CSIP114", "aip", put(group("Representations/rep1"), "USE", "rep1"), "CSIP119"),
    case("CSIP61", "aip", put("//m:fileGrp", "ADMID", "nothing"), note="group"),
    case("CSIP74", "aip", put(FIRST, "ADMID", "nothing"), document=INNER),
    case("CSIP75", "aip", put(FIRST, "DMDID", "nothing"), document=INNER),
    case("CSIP62", "aip", unset(group("Representations/rep1"), "csip:CONTENTINFORMATIONTYPE")),
    case("CSIP63", "aip", unset(group("Representations/rep1"), "csip:OTHERCONTENTINFORMATIONTYPE")),
    case("CSIP66", "sip", remove(f"{group('Documentation')}/m:file"), "PKG_FILE_NOT_LISTED"),
    case("CSIP69", "aip", unset(FIRST, "SIZE"), document=INNER),
    case("CSIP71", "aip", unset(FIRST, "CHECKSUM"), document=INNER),
    case("CSIP76", "aip", remove(f"{FIRST}/m:FLocat"), "PKG_FILE_NOT_LISTED", document=INNER),
    # the map
    case("CSIP80", "aip", remove("//m:structMap"), note="none"),
    case("CSIP80", "aip", twice(MAP), "PKG_ID_TWICE", "CSIP88", note="two"),
    case("CSIP80", "aip", remove("//m:structMap"), document=INNER),
    case("CSIP81", "aip", put(MAP, "TYPE", "LOGICAL")),
    case("CSIP82", "aip", put(MAP, "LABEL", "csip")),
    case("CSIP84", "sip", inside(MAP, '<m:div ID="second"/>'), note="two"),
    case("CSIP84", "sip", remove(MAIN), "CSIP88", "CSIP91", "CSIP92", "CSIP93", "CSIP97", "CSIP105", note="none"),
    case("CSIP88", "aip", remove(f"{MAIN}/m:div[@LABEL='Metadata']"), "CSIP91", "CSIP92"),
    case("CSIP88", "sip", twice(f"{MAIN}/m:div[@LABEL='Metadata']"), "PKG_ID_TWICE", note="two"),
    case("CSIP90", "aip", put(f"{MAIN}/m:div[@LABEL='Metadata']", "LABEL", "metadata"), "CSIP88", "CSIP91", "CSIP92"),
    case("CSIP91", "aip", unset(f"{MAIN}/m:div[@LABEL='Metadata']", "ADMID")),
    case("CSIP91", "aip", unset(f"{MAIN}/m:div[@LABEL='Metadata']", "ADMID"), document=INNER),
    case("CSIP92", "aip", put(f"{MAIN}/m:div[@LABEL='Metadata']", "DMDID", "dmd-1")),
    case("CSIP93", "sip", remove(DOC_DIV)),
    case("CSIP95", "sip", put(DOC_DIV, "LABEL", "documentation"), "CSIP93"),
    case("CSIP96", "sip", remove(f"{DOC_DIV}/m:fptr")),
    case("CSIP116", "sip", put(f"{DOC_DIV}/m:fptr", "FILEID", "grp-2"), "CSIP96", note="other group"),
    case("CSIP116", "sip", unset(f"{DOC_DIV}/m:fptr", "FILEID"), "CSIP96", note="no FILEID"),
    case("CSIP97", "sip", remove(SCHEMA_DIV)),
    case("CSIP99", "sip", put(SCHEMA_DIV, "LABEL", "Schema"), "CSIP97"),
    case("CSIP100", "sip", remove(f"{SCHEMA_DIV}/m:fptr")),
    case("CSIP118", "sip", put(f"{SCHEMA_DIV}/m:fptr", "FILEID", "file-1"), "CSIP100"),
    case("CSIP101", "flat", remove(CONTENT_DIV)),
    case("CSIP103", "flat", put(CONTENT_DIV, "LABEL", "Content"), "CSIP101"),
    case("CSIP104", "flat", remove(f"{CONTENT_DIV}/m:fptr")),
    case("CSIP119", "flat", unset(f"{CONTENT_DIV}/m:fptr", "FILEID"), "CSIP104"),
    case("CSIP105", "aip", remove(REP_DIV)),
    case("CSIP107", "aip", put(REP_DIV, "LABEL", "representations/rep1"), note="small letter"),
    case("CSIP107", "aip", put(REP_DIV, "LABEL", "Representations/rep2"), note="other folder"),
    case("CSIP108", "aip", unset(f"{REP_DIV}/m:mptr", "xlink:title"), note="none"),
    case("CSIP108", "aip", put(f"{REP_DIV}/m:mptr", "xlink:title", "file-1"), note="no group"),
    case("CSIP109", "aip", remove(f"{REP_DIV}/m:mptr"), "CSIP105", note="none"),
    case("CSIP109", "aip", twice(f"{REP_DIV}/m:mptr"), note="two"),
]  # fmt: skip
DANGLING = {"CSIP61", "CSIP74", "CSIP75"}
"""Rows whose only possible breach is a reference that leads nowhere: it has a code of its own for all attributes."""


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_broken_requirement_is_found_and_nothing_else_is_blamed(case: Case, copy: Callable[[str], Path]) -> None:
    expected = "PKG_ID_DANGLING" if case.expected in DANGLING else case.expected
    report = judge(case, copy(case.package))
    found = [one for one in report.findings if one.code == expected]
    assert {one.where.partition(":")[0] for one in found} == {case.document}
    assert {one.code for one in report.findings} - {expected, "PKG_SCHEMA_BROKEN", *case.also} == set()


def test_every_requirement_that_can_be_broken_is_broken() -> None:
    broken = {case.expected for case in (*CASES, *test_table.CASES)}
    free = {"CSIP45", "SIP21"}  # they allow something and demand nothing
    assert {row.id for row in requirements() if not row.id.startswith("REF_")} - broken == free


# --- what other validators hold against good packages -----------------------------------------------------------------


def test_agents_besides_the_software_need_not_be_software(copy: Callable[[str], Path]) -> None:
    package = copy("aip")
    edit(
        package / "METS.xml",
        inside("//m:metsHdr", '<m:agent ROLE="CUSTODIAN" TYPE="ORGANIZATION"><m:name>A</m:name></m:agent>'),
    )
    assert validate_package(package).findings == ()


def test_the_kind_of_note_is_asked_of_an_archival_creator_only_when_there_is_a_note(
    copy: Callable[[str], Path],
) -> None:
    package = copy("sip")
    edit(package / "METS.xml", remove(f"{ARCHIVIST}/m:note"))
    assert validate_package(package).findings == ()
    edit(package / "METS.xml", remove(ARCHIVIST))
    assert validate_package(package).findings == ()


def test_what_a_representation_lacks_is_an_error_in_its_own_mets(copy: Callable[[str], Path]) -> None:
    package = copy("aip")
    edit(package / INNER, unset("/m:mets", "csip:CONTENTINFORMATIONTYPE"))
    reseal(package)
    (found,) = validate_package(package).findings
    assert (found.code, found.severity) == ("CSIP4", Severity.ERROR)


def test_a_division_of_all_content_beside_those_of_the_representations_is_welcome(copy: Callable[[str], Path]) -> None:
    package = copy("aip")
    edit(
        package / "METS.xml",
        inside(MAIN, '<m:div ID="div-content" LABEL="Representations"><m:fptr FILEID="grp-3"/></m:div>'),
    )
    assert validate_package(package).findings == ()


@pytest.mark.parametrize(
    ("package", "profile"),
    [
        ("sip", "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"),
        ("dip", "https://earkdip.dilcis.eu/profile/E-ARK-DIP-v2-2-0.xml"),
        ("aip", "https://earkaip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml"),
    ],
)
def test_profiles_as_other_versions_print_them_count(copy: Callable[[str], Path], package: str, profile: str) -> None:
    root = copy(package)
    edit(root / "METS.xml", put("/m:mets", "PROFILE", profile))
    assert validate_package(root).findings == ()


@pytest.mark.parametrize("kind", ["AIC", "AIU"])
def test_a_collection_has_the_profile_of_an_aip_and_a_kind_of_its_own(copy: Callable[[str], Path], kind: str) -> None:
    package = copy("aip")
    edit(package / "METS.xml", put("//m:metsHdr", "csip:OAISPACKAGETYPE", kind))
    report = validate_package(package)
    assert (report.kind, report.findings) == (kind, ())


def test_the_kind_that_is_expected_counts(copy: Callable[[str], Path]) -> None:
    report = validate_package(copy("aip"), kind="SIP")
    assert {found.code for found in report.findings} == {"SIP2", "SIP4", "SIP15"}
    with pytest.raises(ValueError, match="kind"):
        validate_package(Path(), kind="ZIP")


def test_a_package_that_does_not_say_what_it_is_is_judged_by_csip_alone(copy: Callable[[str], Path]) -> None:
    package = copy("sip")
    edit(package / "METS.xml", put("/m:mets", "PROFILE", "https://example.org/"))
    edit(package / "METS.xml", unset("//m:metsHdr", "csip:OAISPACKAGETYPE"))
    report = validate_package(package)
    assert report.kind == ""
    assert {found.code for found in report.findings} == {"CSIP9"}
