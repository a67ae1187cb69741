"""Packages of other programs: taken in with what they say, and with everything that is not understood."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote_plus

import pytest

from fonds.metadata.ids import fonds_id
from fonds.metadata.model import Kind
from fonds.packaging.judge import judge
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.rebuild import rebuild
from fonds.schemas.findings import Severity
from tests.factories import dossier_packages
from tests.packaging.tt05.foreign import Foreign as ForeignState
from tests.repository.received.making import (
    DUBLIN_CORE,
    EAD3_FILE_LEVEL,
    EAD_WITH_FONDS,
    MODS,
    Foreign,
    Stock,
    bag_of,
    codes,
    content_of,
    exported,
    image_pdf,
    rebuilt,
    take_in,
    taken,
    tree_of,
    zipped,
)


def assert_kept(archive: Archive, source: Path, fonds: str = "P09") -> None:
    """Take a package in: it is valid by every rule here, and comes back byte for byte."""
    aip = taken(archive, source, fonds)
    assert rebuilt(archive, aip) == tree_of(source)
    found = judge(bag_of(archive, aip))
    assert [one.code for one in found.findings if one.severity is not Severity.INFO] == []


def test_a_finding_aid_of_one_dossier(tmp_path: Path, empty: Archive) -> None:
    source = Foreign(premis=True, descriptive={"ead3.xml": ("EAD", EAD3_FILE_LEVEL), "mods.xml": ("MODS", MODS)})
    aip = taken(empty, source.make(tmp_path), "P09")
    record = content_of(empty, aip).record
    assert (record.fonds_code, record.code) == ("P09", "HS-1975-12")
    assert record.dossier.text("title") == "Hồ sơ đê điều"
    assert (record.dossier.text("startDate"), record.dossier.text("endDate")) == ("1975", "1976")
    assert record.dossier.code("language") == "01"
    assert "Sở Thủy lợi" in dict(record.dossier.extra)["custodhist"]
    (item,) = record.items
    assert item.description.text("subject") == "Biên bản đắp đê"
    assert item.description.text("issuedDate") == "1975-05-02"
    assert [page.label for page in record.pages] == ["1", "2"]


def test_preservation_metadata_go_along_under_ids_of_their_own(tmp_path: Path, empty: Archive) -> None:
    folder = Foreign(premis=True).make(tmp_path)
    content = content_of(empty, taken(empty, folder, "P09"))
    (first,) = content.representations
    captured = first.events[0]
    assert (captured.type, captured.when, captured.outcome) == ("capture", "2025-03-04T05:06:07Z", "success")
    assert captured.objects == ("representations/rep1/data/0001.jpg", "representations/rep1")
    agents = {agent.id: (agent.name, agent.type) for agent in content.agents}
    assert [agents[one] for one in captured.agents] == [("Máy quét A3", "hardware")]
    own = next(event for event in content.events if event.type == "transfer")
    assert {agents[one][0] for one in own.agents} == {"receiver", "Fonds"}
    names = {file.path: (file.original_name, file.received_as) for file in first.files}
    path = "representations/rep1/data/"
    assert names == {
        f"{path}0001.jpg": ("Quét/Tờ một.jpg", f"{path}0001.jpg"),
        f"{path}0002.jpg": (f"{path}0002.jpg", ""),
    }


@pytest.mark.parametrize(
    "package",
    [
        Foreign(),
        Foreign(premis=True),
        Foreign(flat=True),
        Foreign(type="AIP", profile="https://earkaip.dilcis.eu/profile/E-ARK-AIP.xml"),
        Foreign(objid="urn_roda 1"),
        Foreign(profile="https://example.org/own-profile.xml"),
        Foreign(representations={"rep1": ("0001.jpg",), "Bản quét 2": ("a/0001.jpg", "b/0001.jpg")}),
        Foreign(descriptive={"dc.xml": ("DC", DUBLIN_CORE), "mods.xml": ("MODS", MODS)}),
        Foreign(descriptive={}, label="Chỉ có nhãn"),
        Foreign(extra={"documentation/Biên bản giao nhận.pdf": b"%PDF-", "schemas/x.xsd": b"<a/>"}),
        Foreign(extra={"Đọc tôi.txt": b"x"}, listed=False),
    ],
    ids=[
        *("plain", "premis", "flat", "aip", "folder-name", "profile", "two", "dc", "label", "documentation"),
        "stray-file",
    ],
)
def test_nothing_of_it_is_lost(tmp_path: Path, empty: Archive, package: Foreign) -> None:
    assert_kept(empty, package.make(tmp_path))


PREMIS_2 = """<premis xmlns="info:lc/xmlns/premis-v2" version="2.0"><agent><agentIdentifier><agentIdentifierType>L
</agentIdentifierType><agentIdentifierValue>earkweb</agentIdentifierValue></agentIdentifier></agent></premis>"""


def test_as_java_programs_write_them(tmp_path: Path, empty: Archive) -> None:
    """Blanks as '+', '/' as %2F, the namespace in small letters, PREMIS 2, notes that are no XML: as commons-ip 2.0."""
    package = Foreign(
        profile="NOT_DEFINED",
        representations={"representation 2": ("b 1.jpg",), "representation 1": ("a+1.jpg", "Tờ 2.jpg")},
        descriptive={"ead 2002.xml": ("EAD", EAD3_FILE_LEVEL), "note.txt": ("OTHER", "no XML")},
        extra={"metadata/preservation/PREMIS 1.xml": PREMIS_2.encode(), "documentation/a b.pdf": b"%PDF-"},
        href=quote_plus,
        namespace="https://dilcis.eu/XML/METS/CSIPExtensionMETS",
    )
    folder = package.make(tmp_path)
    result = take_in(empty, folder, "P09")
    (aip,) = dossier_packages(empty)
    content = content_of(empty, aip)
    assert content.record.code == "HS-1975-12"
    names = [[file.original_name.rpartition("/")[2] for file in one.files] for one in content.representations]
    assert names == [["b 1.jpg"], ["a+1.jpg", "Tờ 2.jpg"]]  # in the order of the METS
    assert rebuilt(empty, aip) == tree_of(folder)
    kept = {one.where for one in result.findings if one.code == "RECEIVED_KEPT_ONLY"}
    assert kept == {"metadata/preservation/PREMIS 1.xml", "metadata/descriptive/note.txt"}


def test_a_fonds_and_a_series_of_a_finding_aid(tmp_path: Path, empty: Archive) -> None:
    folder = Foreign(descriptive={"EAD.xml": ("EAD", EAD_WITH_FONDS)}).make(tmp_path)
    record = content_of(empty, taken(empty, folder)).record
    assert record.fonds.text("fondName") == "Ty Thủy lợi Sơn Vân"
    assert record.series is not None
    assert record.series.text("fileCatalog") == "02"
    assert (record.fonds_code, record.code, record.dossier.text("title")) == ("P77", "P77.05", "Đắp đê năm 1975")
    assert [item.description.text("subject") for item in record.items] == ["Công văn số 5"]


def test_dublin_core_says_what_it_can(tmp_path: Path, empty: Archive) -> None:
    result = take_in(empty, Foreign(descriptive={"dc.xml": ("DC", DUBLIN_CORE)}).make(tmp_path), "P09")
    (aip,) = dossier_packages(empty)
    record = content_of(empty, aip).record
    assert (record.code, record.dossier.text("title"), record.dossier.text("description")) == (
        "BD-09", "Bản đồ hộ đê", "Sáu tờ bản đồ",
    )  # fmt: skip
    assert ("dc:creator", "Ty Thủy lợi") in record.dossier.extra
    assert "RECEIVED_CODE_FOUND" in codes(result)


def test_without_a_description_label_and_identifier_stand_in(tmp_path: Path, empty: Archive) -> None:
    header = '<altRecordID TYPE="REFERENCECODE">P09.7</altRecordID>'
    folder = Foreign(descriptive={}, label="Sổ mục kê", header=header).make(tmp_path)
    record = content_of(empty, taken(empty, folder, "P09")).record
    assert (record.code, record.dossier.text("title")) == ("P09.7", "Sổ mục kê")
    bare = Foreign(descriptive={}, objid="urn_uuid_2").make(tmp_path)
    result = take_in(empty, bare, "P09")
    assert {"RECEIVED_NO_TITLE", "RECEIVED_CODE_FOUND"} <= codes(result)
    assert result.ingested[0].code == "urn_uuid_2"


def test_the_person_says_the_fonds_where_the_package_does_not(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    folder = Foreign().make(tmp_path)
    result = take_in(empty, folder)
    assert [one.code for one in result.blocked[0].findings] == ["RECEIVED_FONDS_MISSING"]
    assert not list(empty.store.locations())
    taken(empty, exported(stock.archive, stock.aips[0], tmp_path))
    aip = taken(empty, folder, "H99.12.P01")
    record = content_of(empty, aip).record
    assert record.fonds.text("fondName") == "Ủy ban hành chính tỉnh Sơn Vân"
    assert (record.fonds_code, aip.fonds_code) == ("H99.12.P01", "H99.12.P01")


def test_the_archive_keeps_its_own_description_of_a_fonds(tmp_path: Path, empty: Archive) -> None:
    taken(empty, Foreign(descriptive={"EAD.xml": ("EAD", EAD_WITH_FONDS)}).make(tmp_path))
    other = EAD_WITH_FONDS.replace("Ty Thủy lợi Sơn Vân", "Tên khác").replace("P77.05", "P77.06")
    result = take_in(empty, Foreign(objid="other", descriptive={"EAD.xml": ("EAD", other)}).make(tmp_path))
    assert "RECEIVED_FONDS_HELD" in codes(result)
    fonds = empty.holdings.unit(fonds_id("P77"))
    assert fonds is not None
    assert fonds.title == "Ty Thủy lợi Sơn Vân"


def test_a_fonds_without_a_code_gets_the_one_that_is_typed(tmp_path: Path, empty: Archive) -> None:
    text = EAD_WITH_FONDS.replace("<unitid>P77</unitid>", "")
    folder = Foreign(descriptive={"EAD.xml": ("EAD", text)}).make(tmp_path)
    assert take_in(empty, folder).blocked
    record = content_of(empty, taken(empty, folder, "P78")).record
    assert (record.fonds_code, record.fonds.text("fondName")) == ("P78", "Ty Thủy lợi Sơn Vân")


def test_the_person_has_the_last_word_on_the_fonds(tmp_path: Path, empty: Archive) -> None:
    result = take_in(empty, Foreign(descriptive={"EAD.xml": ("EAD", EAD_WITH_FONDS)}).make(tmp_path), "P01")
    assert "RECEIVED_FONDS_OTHER" in codes(result)
    assert [aip.fonds_code for aip in dossier_packages(empty)] == ["P01"]
    assert empty.holdings.unit(fonds_id("P77")) is None


def test_pages_follow_the_numbers_in_names_folder_by_folder(tmp_path: Path, empty: Archive) -> None:
    pages = ("b/0002.jpg", "b/0010.jpg", "a/0002.jpg", "a/0001.jpg", "b/0002a.jpg")
    record = content_of(empty, taken(empty, Foreign(representations={"r": pages}).make(tmp_path), "P1")).record
    assert [page.label for page in record.pages] == ["2", "2a", "10", "1", "2"]


def test_content_that_lies_elsewhere_is_payload_all_the_same(tmp_path: Path, empty: Archive) -> None:
    folder = Foreign(flat=True).make(tmp_path)
    (folder / "content").mkdir()
    (folder / "representations/rep1/data/0001.jpg").rename(folder / "content/0001.jpg")
    mets = folder / "METS.xml"
    mets.write_text(mets.read_text("utf-8").replace("representations/rep1/data/0001.jpg", "content/0001.jpg"), "utf-8")
    content = content_of(empty, taken(empty, folder, "P1"))
    assert sorted(file.original_name for one in content.representations for file in one.files) == [
        "content/0001.jpg", "representations/rep1/data/0002.jpg",
    ]  # fmt: skip


@pytest.mark.parametrize("linked", [True, False])
def test_a_state_package_of_another_program(tmp_path: Path, empty: Archive, linked: bool) -> None:
    folder = ForeignState(content=image_pdf, linked=linked).make(tmp_path)
    aip = taken(empty, zipped(folder, tmp_path / "1x.zip"))
    record = content_of(empty, aip).record
    assert (record.fonds_code, record.code) == ("P_TEST", "H99.64.2001.160")
    assert ("kho", "K02") in record.dossier.extra
    subjects = {
        item.description.text("subject"): [record.pages[n - 1].path for n in item.pages] for item in record.items
    }
    assert {subject: len(pages) for subject, pages in subjects.items()} == {
        f"Tờ khai đăng ký kết hôn {n}": 2 for n in (1, 2, 3)
    }
    assert len(record.pages) == 6
    assert [page.frame for page in record.pages] == [0, 1] * 3
    # In the order of the numbers, whatever the order of the METS.
    order = [file.original_name.rpartition("/")[2] for file in content_of(empty, aip).representations[0].files]
    assert order == [f"H99.64.2001.160.{n}.pdf" for n in (1, 2, 3)]
    assert all(item.description.kind is Kind.DOCUMENT for item in record.items)
    assert rebuilt(empty, aip) == {folder.name.encode() + b"/" + path: text for path, text in tree_of(folder).items()}


def test_a_finding_aid_of_many_dossiers_is_kept_and_said_to_be(tmp_path: Path, empty: Archive) -> None:
    more = EAD_WITH_FONDS.replace("</c01>", '<c02 level="file"><did><unittitle>Hai</unittitle></did></c02></c01>')
    result = take_in(empty, Foreign(descriptive={"EAD.xml": ("EAD", more)}).make(tmp_path))
    (aip,) = dossier_packages(empty)
    record = content_of(empty, aip).record
    assert {"RECEIVED_LEVELS", "RECEIVED_CODE_FOUND"} <= codes(result)
    assert (record.fonds_code, record.code) == ("P77", Foreign().objid)


def test_what_was_taken_in_is_audited_and_rebuilt_like_anything_else(tmp_path: Path, empty: Archive) -> None:
    package = Foreign(premis=True, representations={"rep1": ("0001.jpg",), "rep2": ("0002.jpg", "0003.jpg")})
    aip = taken(empty, package.make(tmp_path), "P09")
    assert not audit(empty, agent="tester", scope=ALL).problems
    before = empty.holdings.unit(aip.objid), empty.holdings.pages(aip.objid).items
    rebuild(empty, agent="tester")
    assert (empty.holdings.unit(aip.objid), empty.holdings.pages(aip.objid).items) == before
    assert empty.holdings.aip(aip.objid) == aip
