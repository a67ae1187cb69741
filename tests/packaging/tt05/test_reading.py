"""Packages of others are read, however they deviate, and go on into one of ours without losing anything."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.errors import RefusedError
from fonds.metadata.model import Value
from fonds.metadata.tt05 import make_objid, parse_objid
from fonds.metadata.tt05.holey import link_text, read_link
from fonds.packaging.tt05 import (
    PackageKind,
    Payload,
    kept_files,
    read_package,
    validate_package,
    write_package,
)
from fonds.schemas.xml import XmlRefusedError, validate
from tests.packaging.tt05.building import FACTS, quick_folder, scanned
from tests.packaging.tt05.foreign import DOCUMENT, DOSSIER, REP, Foreign


def test_a_delivery_of_another_program_is_read(tmp_path: Path) -> None:
    package = read_package(Foreign().make(tmp_path))
    assert (package.kind, package.complete) == (PackageKind.SIP_DOSSIER, False)
    assert package.objid == "uuid-0F203B84-6641-4CDA-9F52-DAAE55FEF6B1"
    assert (package.fonds, package.agreement, package.status) == ("P_TEST", "H99.64.2001.160", "SUPPLEMENT")
    record = package.record
    assert record.id == "uuid-0f203b84-6641-4cda-9f52-daae55fef6b1"
    assert record.fonds.text("fondsCode") == "P_TEST"
    assert record.code == "H99.64.2001.160"
    assert record.dossier.values["mode"] == Value("Công khai", "1", "01")
    assert record.dossier.extra == (("kho", "K02"),)
    assert "inforSign" not in record.dossier.values
    letter = record.items[1]
    assert letter.description.text("subject") == "Tờ khai đăng ký kết hôn 1"
    assert letter.description.text("docCode") == "H99.64.1994.160.0000001", "wrong in the delivery, and kept"
    assert letter.description.extra == (("hoTen", "Nguyễn Văn 1"),)
    assert [page.path for page in record.pages] == [f"{REP}/data/H99.64.2001.160.{n}.pdf" for n in (2, 1, 3)]
    assert [item.pages for item in record.items] == [(1,), (2,), (3,)]
    assert all(len(file.sha256) == 64 and file.sha256.islower() for file in package.files)
    assert package.others == ("schemas/ead_doc.xsd",)
    assert package.unread == ()


VARIANTS = {
    "hrefs from the root": Foreign(base=f"{REP}/"),
    "no links": Foreign(linked=False),
    "any profile": Foreign(profile="http://www.ra.ee/METS/v01/IP.xml", mdtype="EAD"),
    "other MDTYPE": Foreign(mdtype="OTHER"),
    "arcDocCode in a SIP": Foreign(document=DOCUMENT.replace("docCode", "arcDocCode")),
    "arcFileCode in a SIP": Foreign(ead=DOSSIER.replace("fileCode", "arcFileCode")),
    "a namespace": Foreign(document=DOCUMENT.replace("<simpledc>", '<simpledc xmlns="urn:x">')),
    "lower case": Foreign(objid="uuid-0f203b84-6641-4cda-9f52-daae55fef6b1"),
}


@pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS)
def test_what_the_circular_contradicts_itself_in_reads_the_same(tmp_path: Path, variant: Foreign) -> None:
    plain, other = (read_package(one.make(tmp_path / name)) for one, name in ((Foreign(), "1"), (variant, "2")))
    assert other.record == plain.record
    assert other.files == plain.files
    assert (other.kind, other.documents) == (plain.kind, plain.documents)


LOT = "<simpledc><fileCode>H99.2001.01.0000001</fileCode><title>Lô</title><source>0</source></simpledc>"
ARCHIVAL = DOSSIER.replace("fileCode", "arcFileCode")
REQUEST = "<simpledc><requestID>Y1</requestID><purpose>01</purpose><la>?</la></simpledc>"


@pytest.mark.parametrize(
    ("foreign", "kind"),
    [
        (Foreign(ead=LOT, type="Collection"), PackageKind.SIP_LOT),
        (Foreign(ead=LOT), PackageKind.SIP_LOT),
        (Foreign(ead=LOT.replace("fileCode", "arcFileCode"), oais="AIP"), PackageKind.AIP_LOT),
        (Foreign(ead=ARCHIVAL, oais="AIP"), PackageKind.AIP_DOSSIER),
        (
            Foreign(ead=ARCHIVAL, oais="", objid="urn:uuid:0f203b84-6641-4cda-9f52-daae55fef6b1"),
            PackageKind.AIP_DOSSIER,
        ),
        (Foreign(oais="", type="AIP"), PackageKind.AIP_DOSSIER),
        (Foreign(ead=REQUEST, oais="SIP"), PackageKind.DIP),
        (Foreign(oais="dip"), PackageKind.DIP),
        (Foreign(oais=""), PackageKind.SIP_DOSSIER),
    ],
)
def test_the_kind_is_told_by_what_is_in_it(tmp_path: Path, foreign: Foreign, kind: PackageKind) -> None:
    assert read_package(foreign.make(tmp_path)).kind is kind


def test_a_lot_says_where_it_came_from(tmp_path: Path) -> None:
    package = read_package(Foreign(ead=LOT, type="Collection").make(tmp_path))
    assert package.record.dossier.values["source"] == Value("Văn bản đi", "0", "0")
    assert package.record.dossier.extra == ()


def test_a_request_keeps_what_it_does_not_know(tmp_path: Path) -> None:
    request = read_package(Foreign(ead=REQUEST).make(tmp_path)).request
    assert request is not None
    assert (request.id, request.purpose, request.extra) == ("Y1", "01", (("la", "?"),))


def test_a_delivery_becomes_an_aip_of_ours_and_nothing_is_lost(tmp_path: Path) -> None:
    sip = read_package(Foreign().make(tmp_path / "in"))
    files = [Payload(file, sip.folder / file.path) for file in sip.files]
    facts = replace(FACTS, source=sip.objid, kept=kept_files(sip))
    aip = read_package(write_package(tmp_path / "out", PackageKind.AIP_DOSSIER, sip.record, files, facts).folder)
    assert aip.record == sip.record
    assert aip.files == sip.files
    assert aip.objid == "urn:P_TEST:uuid:0F203B84-6641-4CDA-9F52-DAAE55FEF6B1"
    for path in sip.folder.rglob("*"):
        if path.is_file():
            relative = path.relative_to(sip.folder).as_posix()
            kept = relative if "/data/" in relative else f"documentation/received/{relative}"
            assert (aip.folder / kept).read_bytes() == path.read_bytes()
    assert validate("mets", (aip.folder / "METS.xml").read_bytes()) == []
    wrong = {one.code for one in validate_package(aip.folder).findings}
    assert wrong <= {"TT05_FIELD_MISSING", "TT05_FIELD_NEEDED", "TT05_CODE_UNKNOWN", "TT05_FIELD_TOO_LONG"}
    more = [Payload(file, aip.folder / file.path) for file in aip.files]
    again = write_package(
        tmp_path / "2", PackageKind.SIP_DOSSIER, aip.record, more, replace(FACTS, kept=kept_files(aip))
    )
    assert (again.folder / "documentation/received/METS.xml").read_bytes() == (sip.folder / "METS.xml").read_bytes()


def test_a_broken_description_is_noted_and_the_rest_is_read(tmp_path: Path) -> None:
    folder = Foreign().make(tmp_path)
    broken = f"{REP}/metadata/descriptive/EAD_DOC_H99.64.2001.160.1.xml"
    (folder / broken).write_bytes(b"<simpledc>")
    package = read_package(folder)
    assert [one.path for one in package.unread] == [broken]
    assert broken in package.others
    assert len(package.record.items) == 2
    assert len(package.record.pages) == 3


def test_a_file_that_mets_forgets_is_payload_all_the_same(tmp_path: Path) -> None:
    folder = Foreign().make(tmp_path)
    (folder / REP / "data/loose.jpg").write_bytes(b"jpeg")
    extra = read_package(folder).files[-1]
    assert (extra.path, extra.size, extra.sha256, extra.mimetype) == (f"{REP}/data/loose.jpg", 4, "", "image/jpeg")


def test_a_link_is_never_followed(tmp_path: Path) -> None:
    folder = Foreign().make(tmp_path)
    (tmp_path / "secret").write_bytes(b"secret")
    (folder / REP / "data/secret.pdf").symlink_to(tmp_path / "secret")
    assert [file.path for file in read_package(folder).files if "secret" in file.path] == []


@pytest.mark.parametrize("name", ["mets.xml", "Mets.XML"])
def test_the_name_of_mets_may_be_in_any_case(tmp_path: Path, name: str) -> None:
    folder = Foreign().make(tmp_path)
    (folder / "METS.xml").rename(folder / name)
    assert read_package(folder).record.code == "H99.64.2001.160"


def test_what_is_no_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="TT05_NOT_A_PACKAGE"):
        read_package(tmp_path)
    with pytest.raises(RefusedError, match="TT05_NOT_A_PACKAGE"):
        read_package(tmp_path / "nowhere")
    (tmp_path / "METS.xml").write_bytes(b"<mets/>")
    with pytest.raises(XmlRefusedError):
        read_package(tmp_path)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_no_garbage_in_the_xml_stops_a_validation(data: st.DataObject) -> None:
    with quick_folder() as place:
        ours = data.draw(st.booleans())
        folder = _ours(place) if ours else Foreign().make(place)
        path = data.draw(st.sampled_from(sorted(folder.rglob("*.xml"))))
        content = path.read_bytes()
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 40))
        new = data.draw(st.sampled_from([b"", b"<", b'"', b"\xff", b"-1", b"..", b"uuid-", b"<x/>"]))
        path.write_bytes(content[:start] + new + content[start + length :])
        codes = {one.code for one in validate_package(folder).findings}
        assert (
            codes & {"TT05_DIGEST_WRONG", "TT05_SIZE_WRONG"} or path.name == "METS.xml" or path.read_bytes() == content
        )


def _ours(place: Path) -> Path:
    record, files = scanned(place / "source", 2)
    return write_package(place / "out", PackageKind.AIP_DOSSIER, replace(record, items=()), files, FACTS).folder


UPPER = "0F203B84-6641-4CDA-9F52-DAAE55FEF6B1"


@pytest.mark.parametrize(
    ("text", "fonds"),
    [
        (f"uuid-{UPPER}", ""),
        (f"urn:uuid:{UPPER.lower()}", ""),
        (f"urn:Phong_BNV:uuid-{UPPER}", "Phong_BNV"),
        (f"urn:G09:uuid:{UPPER}", "G09"),
        (f"urn_G09_uuid_{UPPER}", "G09"),
        (f"URN:G09:UUID:{UPPER}", "G09"),
        (UPPER.lower(), ""),
    ],
)
def test_every_form_of_an_objid_is_understood(text: str, fonds: str) -> None:
    assert (parse_objid(text).uuid, parse_objid(text).fonds) == (UPPER, fonds)


def test_an_id_without_a_uuid_gets_one_and_always_the_same() -> None:
    one, two = (make_objid(PackageKind.SIP_DOSSIER, name, "P") for name in ("a", "b"))
    assert one == make_objid(PackageKind.SIP_DOSSIER, "a", "P") != two
    assert parse_objid(parse_objid("nothing").text).uuid == ""


def test_a_linked_document_is_taken_apart_and_put_together() -> None:
    line = f"urn_H99.P01_{UPPER}_representations/rep1/data/Báo cáo 1.pdf 345 data/Báo cáo 1.pdf H99.1.0000001"
    link = read_link("a.fetch.txt", f"\ufeff{line}\r\n")
    assert (link.fonds, link.uuid, link.source, link.size, link.target, link.document) == (
        "H99.P01", UPPER, "representations/rep1/data/Báo cáo 1.pdf", 345, "data/Báo cáo 1.pdf", "H99.1.0000001",
    )  # fmt: skip
    assert link_text(link) == line
    bare = read_link("a.fetch.txt", " H99.1.3\n")
    assert (bare.document, bare.uuid, link_text(bare)) == ("H99.1.3", "", "H99.1.3")
