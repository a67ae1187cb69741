"""Each thing that can be wrong with a package is found under its own code, and a right one has no findings."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.metadata.model import Description, DossierRecord, Item, Kind, Value
from fonds.packaging.tt05 import PackageKind, validate_package, write_package
from fonds.packaging.tt05.validate import Tt05Report
from fonds.schemas.findings import severities
from tests.metadata.samples import FONDS, OBJID
from tests.packaging.tt05.building import FACTS, REQUEST, paged, payload, scanned

REP = "representations/rep1"
EAD = "metadata/descriptive/EAD.xml"
DOC = f"{REP}/metadata/descriptive/EAD_doc_0000001.xml"
INNER = f"{REP}/METS.xml"
PAGE = f"{REP}/data/0001.tif"

DOSSIER = Description(
    Kind.DOSSIER,
    {
        "fileCode": Value("H99.12.1968.05"), "title": Value("Hồ sơ thủy lợi"),
        "maintenance": Value("Vĩnh viễn", "", "01"), "mode": Value("Công khai", "", "01"),
        "language": Value("Tiếng Việt; Tiếng Pháp"),
        "startDate": Value("05/02/1968"), "endDate": Value("31/12/1968"), "numberOfPaper": Value("3"),
        "confidenceLevel": Value("Số hóa", "", "02"), "paperFileCode": Value("H99.12.K01.05"),
        "riskRecovery": Value("Có", "", "1"), "riskRecoveryStatus": Value("Chưa dự phòng", "", "02"),
        "source": Value("Văn bản đi", "0", "0"),
    },
)  # fmt: skip
LETTER = Description(
    Kind.DOCUMENT,
    {
        "typeName": Value("Công văn", "", "22"), "issuedDate": Value("05/02/1968"), "organName": Value("UBHC tỉnh"),
        "subject": Value("V/v chống hạn"),
    },
)  # fmt: skip


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> dict[PackageKind, Path]:
    place = tmp_path_factory.mktemp("tt05")
    _, files = scanned(place / "source", 2)
    whole = paged(DossierRecord(OBJID, FONDS, DOSSIER, None, (Item("i1", LETTER, (1, 2)),)), files)
    facts = replace(FACTS, request=REQUEST)
    return {kind: write_package(place / kind.value, kind, whole, files, facts).folder for kind in PackageKind}


def found(report: Tt05Report) -> set[tuple[str, str]]:
    return {(one.code, one.where) for one in report.findings}


@pytest.mark.parametrize("kind", PackageKind)
def test_what_we_write_of_a_full_record_has_no_findings(packages: dict[PackageKind, Path], kind: PackageKind) -> None:
    report = validate_package(packages[kind])
    assert found(report) == set()
    assert (report.valid, report.kind) == (True, kind)
    assert report.files == sum(path.is_file() for path in packages[kind].rglob("*"))
    assert report.bytes > 0
    fast = validate_package(packages[kind], fast=True)
    assert (found(fast), fast.bytes) == (set(), 0)


def put(path: str, before: str, after: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / path).read_text("utf-8")
        assert before in text
        (folder / path).write_text(text.replace(before, after), "utf-8")

    return change


def remove(path: str) -> Callable[[Path], None]:
    return lambda folder: (folder / path).unlink()


def write(path: str, content: bytes) -> Callable[[Path], None]:
    return lambda folder: _write(folder / path, content)


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


SIP, AIP = PackageKind.SIP_DOSSIER, PackageKind.AIP_DOSSIER
BROKEN: list[tuple[PackageKind, Callable[[Path], None], str, str]] = [
    (SIP, put("METS.xml", 'OBJID="uuid-', 'OBJID="UUID_'), "TT05_OBJID_FORM", "METS.xml"),
    (SIP, lambda folder: None, "TT05_FOLDER_NAME", "moved"),
    (AIP, put("METS.xml", "http://www.ra.ee/METS/v01/IP.xml", "urn:other"), "TT05_PROFILE", "METS.xml"),
    (AIP, put(INNER, "earkcsip", "earkdip"), "TT05_PROFILE", REP),
    (SIP, put("METS.xml", "<metsHdr ", '<metsHdr MEMBER="1" '), "TT05_METS_INVALID", "METS.xml"),
    (SIP, remove(EAD), "TT05_DESCRIPTION_MISSING", EAD),
    (SIP, remove(INNER), "TT05_REPRESENTATION_MISSING", INNER),
    (AIP, remove("metadata/preservation/PREMIS.xml"), "TT05_PREMIS_MISSING", "metadata/preservation/PREMIS.xml"),
    (AIP, write(DOC, b"<simpledc"), "TT05_XML_UNREAD", DOC),
    (AIP, write(EAD, b"<!DOCTYPE x><simpledc/>"), "TT05_XML_UNREAD", EAD),
    (SIP, put(INNER, "MetadataLink/File\" DMDID", "MetadataLink/File\" ADMID"), "TT05_DOCUMENT_UNLINKED", DOC),
    (SIP, put(EAD, "<title>Hồ sơ thủy lợi</title>", "<title> </title>"), "TT05_FIELD_MISSING", f"{EAD}!title"),
    (SIP, put(EAD, "<mode>01</mode>", ""), "TT05_FIELD_MISSING", f"{EAD}!mode"),
    (SIP, put(EAD, "H99.12.K01.05", ""), "TT05_FIELD_NEEDED", f"{EAD}!paperFileCode"),
    (SIP, put(EAD, "<riskRecoveryStatus>02", "<riskRecoveryStatus>"), "TT05_FIELD_NEEDED", f"{EAD}!riskRecoveryStatus"),
    (SIP, put(DOC, "<confidenceLevel>02", "<confidenceLevel>01"), "TT05_FIELD_NEEDED", f"{DOC}!process"),
    (SIP, put(EAD, "</simpledc>", "<box>7</box></simpledc>"), "TT05_FIELD_UNKNOWN", f"{EAD}!box"),
    (SIP, put(DOC, "docCode>", "arcDocCode>"), "TT05_FIELD_NAME", f"{DOC}!docCode"),
    (SIP, put(EAD, "</simpledc>", "<mode>02</mode></simpledc>"), "TT05_FIELD_REPEATED", f"{EAD}!mode"),
    (SIP, put(EAD, "Hồ sơ thủy lợi", "ư" * 1001), "TT05_FIELD_TOO_LONG", f"{EAD}!title"),
    (SIP, put(EAD, "<maintenance>01", "<maintenance>Vĩnh viễn"), "TT05_CODE_UNKNOWN", f"{EAD}!maintenance"),
    (SIP, put(EAD, "<language>01;03", "<language>01;Pháp"), "TT05_CODE_UNKNOWN", f"{EAD}!language"),
    (AIP, put(EAD, "05/02/1968", "31/02/1968"), "TT05_DATE_INVALID", f"{EAD}!startDate"),
    (AIP, put(EAD, "05/02/1968", "khoảng 1968"), "TT05_DATE_INVALID", f"{EAD}!startDate"),
    (SIP, put(EAD, "05/02/1968", "1968"), "TT05_DATE_PARTIAL", f"{EAD}!startDate"),
    (SIP, put(EAD, "<numberOfPaper>3", "<numberOfPaper>ba"), "TT05_NUMBER_INVALID", f"{EAD}!numberOfPaper"),
    (SIP, put(DOC, "<process></process>", "<process>rồi</process>"), "TT05_FLAG_INVALID", f"{DOC}!process"),
    (SIP, remove(PAGE), "TT05_FILE_MISSING", PAGE),
    (SIP, put(INNER, "data/0001.tif", "../../../secret"), "TT05_FILE_MISSING", "../secret"),
    (SIP, write(f"{REP}/data/more.pdf", b"%PDF"), "TT05_FILE_NOT_LISTED", f"{REP}/data/more.pdf"),
    (SIP, write(PAGE, b"short"), "TT05_SIZE_WRONG", PAGE),
    (SIP, write(PAGE, b"qage 1" * 50), "TT05_DIGEST_WRONG", PAGE),
    (SIP, put(INNER, 'CHECKSUMTYPE="SHA-256"', 'CHECKSUMTYPE="MD5"'), "TT05_DIGEST_NOT_STATED", PAGE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "change", "code", "where"), BROKEN, ids=[f"{one[2]}-{n}" for n, one in enumerate(BROKEN)]
)
def test_a_fault_is_found_where_it_is(
    tmp_path: Path,
    packages: dict[PackageKind, Path],
    kind: PackageKind,
    change: Callable[[Path], None],
    code: str,
    where: str,
) -> None:
    folder = tmp_path / ("moved" if code == "TT05_FOLDER_NAME" else packages[kind].name)
    shutil.copytree(packages[kind], folder)
    change(folder)
    report = validate_package(folder)
    assert (code, where) in found(report)
    assert report.valid is ("error" not in {severities()[name] for name, _ in found(report)})


def test_fast_sees_sizes_and_no_more(tmp_path: Path, packages: dict[PackageKind, Path]) -> None:
    folder = tmp_path / packages[SIP].name
    shutil.copytree(packages[SIP], folder)
    (folder / PAGE).write_bytes(b"qage 1" * 50)
    assert found(validate_package(folder, fast=True)) == set()
    (folder / PAGE).write_bytes(b"short")
    assert ("TT05_SIZE_WRONG", PAGE) in found(validate_package(folder, fast=True))


@pytest.mark.parametrize(
    ("content", "code"), [(None, "TT05_METS_MISSING"), (b"<x/>", "TT05_XML_UNREAD"), (b"x", "TT05_XML_UNREAD")]
)
def test_what_is_no_package_is_said_and_not_raised(tmp_path: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / "METS.xml").write_bytes(content)
    report = validate_package(tmp_path)
    assert ([one.code for one in report.findings], report.kind, report.valid) == ([code], None, False)


LINE = "urn_H99.12.{fonds}_0F203B84-6641-4CDA-9F52-DAAE55FEF6B1_representations/rep1/data/a b.pdf 12 data/a.pdf D.1"


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (AIP, "D.1", "TT05_LINK_FORM"),
        (AIP, LINE.format(fonds="P02"), "TT05_LINK_OTHER_FONDS"),
        (AIP, LINE.format(fonds="P01"), ""),
        (SIP, "D.1", ""),
        (PackageKind.DIP, "D.1", "TT05_LINK_IN_DIP"),
    ],
)
def test_linked_documents(tmp_path: Path, kind: PackageKind, text: str, code: str) -> None:
    link = payload(tmp_path / "source", "a.pdf.fetch.txt", text.encode())
    whole = DossierRecord(OBJID, FONDS, DOSSIER, None, (Item("i1", LETTER, (1,)),))
    facts = replace(FACTS, request=REQUEST)
    folder = write_package(tmp_path / "out", kind, paged(whole, [link]), [link], facts).folder
    expected = {(code, link.record.path)} if code else set()
    assert found(validate_package(folder)) == expected


def test_progress_is_told(packages: dict[PackageKind, Path]) -> None:
    told: list[int] = []
    report = validate_package(packages[SIP], progress=told.append)
    assert told == sorted(told)
    assert told[-1] == report.bytes


def test_the_page_of_the_fixture_is_what_the_faults_assume(packages: dict[PackageKind, Path]) -> None:
    content = (packages[SIP] / PAGE).read_bytes()
    assert len(content) == len(b"qage 1" * 50)
    assert hashlib.sha256(content).hexdigest().encode() in (packages[SIP] / INNER).read_bytes()
