"""What is written is strict: official schemas, the circular's names, forms and lists; and it is all or nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.metadata.mets import read_mets
from fonds.metadata.mets.model import METS, XLINK
from fonds.metadata.model import DossierRecord, Item, Kind, Value
from fonds.metadata.simpledc import read_simpledc
from fonds.metadata.tt05.model import DATA, PROFILES, TYPES
from fonds.packaging.tt05 import PackageFacts, PackageKind, Payload, read_package, write_package
from fonds.schemas import vocabulary
from fonds.schemas.xml import parse, validate
from tests.metadata.samples import DOCUMENT, DOSSIER, PICTURE, dossier
from tests.packaging.tt05.building import CLERK, FACTS, RECEIVED, REQUEST, payload, scanned

UUID = "[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"
REP = "representations/rep1"
M = f"{{{METS}}}"


def facts_of(kind: PackageKind) -> PackageFacts:
    events = [] if kind.oais == "SIP" else [RECEIVED]
    return replace(
        FACTS, schemas=True, events=events, agents=[CLERK], source="uuid-SOURCE",
        request=REQUEST if kind is PackageKind.DIP else None,
    )  # fmt: skip


def packed(tmp_path: Path, kind: PackageKind) -> tuple[Path, DossierRecord]:
    record, files = scanned(tmp_path / "source")
    return write_package(tmp_path / "out", kind, record, files, facts_of(kind)).folder, record


def fields(path: Path) -> dict[str, str]:
    with path.open("rb") as stream:
        return dict(read_simpledc(stream).elements)


@pytest.mark.parametrize("kind", PackageKind)
def test_mets_and_premis_are_valid_against_the_official_schemas(tmp_path: Path, kind: PackageKind) -> None:
    folder, _ = packed(tmp_path, kind)
    for path in ("METS.xml", f"{REP}/METS.xml"):
        assert validate("mets", (folder / path).read_bytes()) == []
    found = sorted(folder.rglob("PREMIS*.xml"))
    assert [path.name for path in found] == ([] if kind.oais == "SIP" else ["PREMIS.xml", "PREMIS_rep1.xml"])
    for premis in found:
        assert validate("premis", premis.read_bytes()) == []
    for ead3 in folder.rglob("fonds_ead3.xml"):
        assert validate("ead3", ead3.read_bytes()) == []


@pytest.mark.parametrize("kind", PackageKind)
def test_the_package_holds_the_files_of_its_annex_and_mets_lists_them_all(tmp_path: Path, kind: PackageKind) -> None:
    folder, _ = packed(tmp_path, kind)
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    inner = f"{REP}/metadata"
    assert {
        "METS.xml", "metadata/descriptive/EAD.xml", f"{REP}/METS.xml", f"{DATA}/0001.tif",
        *(f"{inner}/descriptive/EAD_{name}.xml" for name in ("doc_0000001", "pic_0000002", "media_0000003")),
        *(f"schemas/{name}.xsd" for name in ("METS", "EAD", "EAD_doc", "EAD_pic", "EAD_media")),
    } <= there  # fmt: skip
    assert ("metadata/preservation/PREMIS.xml" in there) is (kind.oais != "SIP")
    assert ("metadata/descriptive/fonds_ead3.xml" in there) is (kind is not PackageKind.DIP)
    listed = {"METS.xml"}
    for base in ("", REP):
        with (folder / base / "METS.xml").open("rb") as stream:
            mets = read_mets(stream, base)
        records = [*mets.files, *(entry.file for entry in mets.metadata if entry.file)]
        listed |= {file.path for file in records}
        for file in records:
            assert (folder / file.path).stat().st_size == file.size
    assert listed == there


@pytest.mark.parametrize(
    ("kind", "objid", "folder"),
    [
        (PackageKind.SIP_DOSSIER, f"uuid-{UUID}", f"uuid-{UUID}"),
        (PackageKind.SIP_LOT, f"uuid-{UUID}", f"uuid-{UUID}"),
        (PackageKind.AIP_DOSSIER, rf"urn:H99\.12\.P01:uuid:{UUID}", rf"urn_H99\.12\.P01_uuid_{UUID}"),
        (PackageKind.AIP_LOT, rf"urn:H99\.12\.P01:uuid:{UUID}", rf"urn_H99\.12\.P01_uuid_{UUID}"),
        (PackageKind.DIP, f"uuid-{UUID}", f"uuid-{UUID}"),
    ],
)
def test_names_and_headers_have_the_forms_of_the_circular(
    tmp_path: Path, kind: PackageKind, objid: str, folder: str
) -> None:
    place, record = packed(tmp_path, kind)
    root = parse((place / "METS.xml").read_bytes()).getroot()
    assert re.fullmatch(objid, root.get("OBJID", ""))
    assert re.fullmatch(folder, place.name)
    assert record.id.removeprefix("uuid-").upper() in place.name
    assert (root.get("PROFILE"), root.get("TYPE")) == (PROFILES[kind.oais], TYPES[kind])
    header = root.find(f"{M}metsHdr")
    assert header is not None
    assert header.get("CREATEDATE") == "2026-03-06T00:30:00.123+07:00"
    assert header.get("RECORDSTATUS") == "NEW"
    assert header.findtext(f"{M}altRecordID") == "NL-2026/07"
    notes = {note.text for note in header.iter(f"{M}note")}
    assert {"H99.12.P01", "0.1.0"} == notes
    inner = parse((place / REP / "METS.xml").read_bytes()).getroot()
    assert inner.get("PROFILE") == "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
    for document in (root, inner):
        for element in document.iter(f"{M}*"):
            assert re.fullmatch(
                f"{'ID' if element.tag == f'{M}file' else 'uuid'}-{UUID}",
                element.get("ID", f"uuid-{'0' * 8}-0000-0000-0000-{'0' * 12}"),
            )
            if element.get("CREATED"):
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+07:00", element.get("CREATED", ""))
            if element.get("CHECKSUMTYPE"):
                assert element.get("CHECKSUMTYPE") == "SHA-256"


def labels(path: Path) -> list[str]:
    found = parse(path.read_bytes()).getroot().find(f"{M}structMap")
    assert found is not None
    assert (found.get("LABEL"), found.get("TYPE")) == ("CSIP", "PHYSICAL")
    return [str(div.get("LABEL")) for div in found.iter(f"{M}div")]


def test_the_structure_maps_have_the_divisions_of_the_circular(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source")
    loose = payload(tmp_path / "source", "attached.pdf", b"%PDF")
    link = payload(tmp_path / "source", "old.pdf.fetch.txt", b"H99.12.1960.01.3")
    page = replace(record.pages[0], sequence=4, path=link.record.path)
    holey = Item("i4", DOCUMENT, (4,))
    record = replace(record, pages=(*record.pages, page), items=(*record.items, holey))
    written = write_package(tmp_path / "out", PackageKind.AIP_DOSSIER, record, [*files, loose, link], FACTS)
    assert labels(written.folder / "METS.xml") == [written.objid, "Metadata", "Schemas", "Representations/rep1"]
    assert labels(written.folder / REP / "METS.xml") == [
        "rep1", "Metadata", "Data", "Holeyfile", "MetadataLink",
        *["MetadataLink/File"] * 3, "MetadataLink/Holey", "AttachmentFile",
    ]  # fmt: skip
    inner = parse((written.folder / REP / "METS.xml").read_bytes())
    ids = {str(one.get("ID")): one for one in inner.iter(f"{M}*") if one.get("ID")}
    for div in inner.iter(f"{M}div"):
        if str(div.get("LABEL")).startswith("MetadataLink/"):
            assert ids[str(div.get("DMDID"))].tag == f"{M}dmdSec"
            assert ids[str(div.get("ADMID"))].tag == f"{M}digiprovMD"
            assert all(ids[str(one.get("FILEID"))].tag == f"{M}file" for one in div.findall(f"{M}fptr"))
    read = read_package(written.folder)
    assert read.record == record
    assert [(one.path, one.document) for one in read.linked] == [(link.record.path, "H99.12.1960.01.3")]
    assert (read.folder / link.record.path).read_bytes() == b"H99.12.1960.01.3"


def test_the_package_points_to_the_mets_of_its_representation(tmp_path: Path) -> None:
    folder, _ = packed(tmp_path, PackageKind.SIP_DOSSIER)
    root = parse((folder / "METS.xml").read_bytes())
    (pointer,) = root.iter(f"{M}mptr")
    assert pointer.get(f"{{{XLINK}}}href") == "representations/rep1/METS.xml"
    (group,) = (one for one in root.iter(f"{M}fileGrp") if one.get("USE") == "Representations/rep1")
    assert pointer.get(f"{{{XLINK}}}title") == group.get("ID")
    (empty,) = root.iter(f"{M}amdSec")
    assert len(empty) == 0, "a SIP has an amdSec, but nothing in it"


@pytest.mark.parametrize("kind", PackageKind)
def test_every_description_holds_the_fields_of_its_list_in_order(tmp_path: Path, kind: PackageKind) -> None:
    folder, _ = packed(tmp_path, kind)
    parts = {"EAD": "package", "EAD_doc": "document", "EAD_pic": "picture", "EAD_media": "media"}
    seen = set()
    for path in folder.rglob("EAD*.xml"):
        name = re.sub(r"_\d+$", "", path.stem)
        assert list(fields(path)) == list(vocabulary.package_fields(kind.value, parts[name]))
        seen.add(name)
    assert seen == parts.keys()


COUNTS = {"SIP_hoso": (18, 21, 18, 19), "SIP_tailieu": (5, 21, 18, 19), "AIP_hoso": (18, 19, 18, 19)}
COUNTS |= {"AIP_tailieu": (4, 19, 18, 19), "DIP": (7, 20, 18, 19)}


@pytest.mark.parametrize("kind", PackageKind)
def test_the_lists_are_as_long_as_in_the_annexes(kind: PackageKind) -> None:
    parts = ("package", "document", "picture", "media")
    assert tuple(len(vocabulary.package_fields(kind.value, part)) for part in parts) == COUNTS[kind.value]
    with pytest.raises(KeyError):
        vocabulary.package_fields(kind.value, "fonds")


def test_a_dossier_is_said_in_codes_and_dates_of_the_circular(tmp_path: Path) -> None:
    folder, _ = packed(tmp_path, PackageKind.AIP_DOSSIER)
    said = fields(folder / "metadata/descriptive/EAD.xml")
    expected = {"arcFileCode": "H99.12.1968.05", "maintenance": "01", "mode": "02", "language": "08"}
    # The start is approximate: it is written as it is known and not made into a date that nobody knows.
    expected |= {"startDate": "khoảng 1954", "endDate": "12/1975", "totalDoc": "3", "numberOfPage": "120"}
    assert expected.items() <= said.items()


def test_a_document_gets_its_codes_and_what_holds_for_its_dossier(tmp_path: Path) -> None:
    folder, record = packed(tmp_path, PackageKind.SIP_DOSSIER)
    document = fields(folder / REP / "metadata/descriptive/EAD_doc_0000001.xml")
    expected = {"docId": "H99.12.1968.05.1", "docCode": "H99.12.1968.05.0000001", "maintenance": "01", "mode": "02"}
    expected |= {"typeName": "22", "numberOfPage": "2", "confidenceLevel": "02", "issuedDate": "31/02/1970"}
    assert expected.items() <= document.items()
    assert record.items[0].description.text("mode") == ""
    picture = fields(folder / REP / "metadata/descriptive/EAD_pic_0000002.xml")
    assert picture["docCode"] == "H99.12.1968.05.0000002"
    assert (picture["photoTime"], picture["colour"]) == ("1972", "02")


@pytest.mark.parametrize(
    ("written", "field", "key"),
    [
        ("5-2-1962", "05/02/1962", "startDate"),
        ("2/1962", "02/1962", "startDate"),
        ("1962", "1962", "startDate"),
        ("không rõ", "không rõ", "startDate"),
        ("Tiếng Việt; Tiếng Pháp", "01;03", "language"),
        ("tiếng Mường", "11", "language"),
        ("lâu dài", "lâu dài", "maintenance"),
        ("Có", "1", "riskRecovery"),
        ("70 năm", "02", "maintenance"),
    ],
)
def test_a_value_is_written_in_the_form_of_the_circular(tmp_path: Path, written: str, field: str, key: str) -> None:
    record = replace(dossier(0, items=False), dossier=replace(DOSSIER, values={key: Value(written)}))
    folder = write_package(tmp_path, PackageKind.AIP_DOSSIER, record, [], FACTS).folder
    assert fields(folder / "metadata/descriptive/EAD.xml")[key] == field
    assert read_package(folder).record == record


def test_a_request_is_what_a_dip_describes(tmp_path: Path) -> None:
    folder, record = packed(tmp_path, PackageKind.DIP)
    assert fields(folder / "metadata/descriptive/EAD.xml") == {
        "requestID": REQUEST.id, "requestDate": REQUEST.date, "purpose": REQUEST.purpose,
        "purposeContent": REQUEST.purpose_content, "feeObjectType": REQUEST.fee_class, "researchTopic": REQUEST.topic,
        "description": REQUEST.description,
    }  # fmt: skip
    read = read_package(folder)
    assert (read.kind, read.request, read.complete) == (PackageKind.DIP, REQUEST, False)
    assert next(item.description.text("docCode") for item in read.record.items) == "H99.12.1968.05.0000001"
    assert b"<arcDocCode>" in (folder / REP / "metadata/descriptive/EAD_pic_0000002.xml").read_bytes()
    for secret in (record.fonds.text("fondHistory"), "Cột lạ", "Đắk Lắk", "Hồ sơ 12/Tờ"):
        assert all(secret.encode() not in path.read_bytes() for path in folder.rglob("*.xml"))


def test_the_schemas_that_are_shipped_accept_what_is_written(tmp_path: Path) -> None:
    folder, _ = packed(tmp_path, PackageKind.SIP_DOSSIER)
    for path in folder.rglob("EAD*.xml"):
        name = re.sub(r"_\d+$", "", path.stem)
        schema = etree.XMLSchema(etree.parse(str(folder / "schemas" / f"{name}.xsd")))
        assert schema.validate(etree.parse(str(path))), schema.error_log
        assert not schema.validate(etree.fromstring(b"<simpledc><x/></simpledc>"))


def test_the_same_record_gives_the_same_bytes(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source")
    one, two = (
        write_package(tmp_path / name, PackageKind.AIP_DOSSIER, record, files, FACTS).folder for name in ("1", "2")
    )
    assert one.name == two.name
    for path in one.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_more_files_go_along(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.pdf"
    sheet.write_bytes(b"%PDF-1.7")
    record, files = scanned(tmp_path / "source")
    facts = replace(facts_of(PackageKind.DIP), kept={"documentation/xac-thuc.pdf": sheet, "extra/x.bin": sheet})
    written = write_package(tmp_path / "out", PackageKind.DIP, record, files, facts)
    assert (written.folder / "documentation/xac-thuc.pdf").read_bytes() == b"%PDF-1.7"
    assert validate("mets", (written.folder / "METS.xml").read_bytes()) == []
    assert "Documentation" in labels(written.folder / "METS.xml")
    assert written.files == sum(path.is_file() for path in written.folder.rglob("*"))
    assert written.bytes == sum(path.stat().st_size for path in written.folder.rglob("*") if path.is_file())


def moved(one: Payload, path: str) -> Payload:
    return replace(one, record=replace(one.record, path=path))


@pytest.mark.parametrize("path", ["0001.tif", f"{DATA}/../x", f"{DATA}//x", f"{DATA}/", "/x", f"{DATA}/0001.tif"])
def test_a_path_outside_the_data_or_named_twice_is_refused(tmp_path: Path, path: str) -> None:
    record, files = scanned(tmp_path / "source", 2)
    with pytest.raises(UsageError, match="TT05_PATH_REFUSED"):
        write_package(tmp_path / "out", PackageKind.SIP_DOSSIER, record, [files[0], moved(files[1], path)], FACTS)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("path", ["METS.xml", "metadata/x.xml", f"{DATA}/x", "schemas/EAD.xsd", "../x"])
def test_a_name_that_the_package_keeps_for_itself_is_refused(tmp_path: Path, path: str) -> None:
    facts = replace(FACTS, kept={path: tmp_path / "x"})
    with pytest.raises(UsageError, match="TT05_PATH_REFUSED"):
        write_package(tmp_path, PackageKind.SIP_DOSSIER, dossier(0, items=False), [], facts)


@pytest.mark.parametrize(
    ("kind", "facts", "code"),
    [
        (PackageKind.DIP, FACTS, "TT05_REQUEST_MISSING"),
        (PackageKind.SIP_DOSSIER, replace(FACTS, status="OLD"), "TT05_STATUS_UNKNOWN"),
    ],
)
def test_what_cannot_be_written_is_refused_before(
    tmp_path: Path, kind: PackageKind, facts: PackageFacts, code: str
) -> None:
    with pytest.raises(FondsError, match=code):
        write_package(tmp_path / "out", kind, dossier(0, items=False), [], facts)
    assert not (tmp_path / "out").exists()


def test_a_file_that_changed_stops_it_and_nothing_is_left(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source")
    files[1].source.write_bytes(b"another page" * 50)
    with pytest.raises(RefusedError, match="TT05_PAYLOAD_CHANGED"):
        write_package(tmp_path / "out", PackageKind.SIP_DOSSIER, record, files, FACTS)
    assert list((tmp_path / "out").iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source")
    folder = write_package(tmp_path / "out", PackageKind.SIP_DOSSIER, record, files, FACTS).folder
    before = (folder / "METS.xml").stat().st_mtime_ns
    with pytest.raises(UsageError, match="TT05_TARGET_EXISTS"):
        write_package(tmp_path / "out", PackageKind.SIP_DOSSIER, record, files, FACTS)
    assert (folder / "METS.xml").stat().st_mtime_ns == before
    assert [path.name for path in (tmp_path / "out").iterdir()] == [folder.name]


def test_a_picture_alone_is_a_picture(tmp_path: Path) -> None:
    record = replace(dossier(0), items=(Item("p", PICTURE),))
    read = read_package(write_package(tmp_path, PackageKind.AIP_LOT, record, [], FACTS).folder)
    assert [item.description.kind for item in read.record.items] == [Kind.PICTURE]
