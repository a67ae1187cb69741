"""Export: what was sealed and nothing else goes out, a reader gets what the policy gives, and the log knows it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from fonds import config
from fonds.errors import FondsError, RefusedError, UsageError
from fonds.metadata.model import Value
from fonds.packaging.dip import read_request
from fonds.packaging.eark import PackageType, read_package
from fonds.packaging.forms import Dialect, Form
from fonds.packaging.judge import judge
from fonds.packaging.outgoing import GAPS
from fonds.packaging.tt05 import PackageKind
from fonds.packaging.tt05 import read_package as read_tt05
from fonds.repository.archive import Archive
from fonds.repository.export import ExportOrder, ExportProgress, export
from fonds.repository.policy import ANONYMOUS
from fonds.repository.ports.catalogue import Unit
from fonds.repository.ports.log import LogRow
from fonds.repository.versions import Change, describe_anew
from fonds.schemas.findings import Severity
from tests.disks import small_disk
from tests.factories import SAMPLE, DocumentRow, DossierRow, open_inline
from tests.outgoing import BAG, BARE, LAN, REQUEST, TAR, TT05, TT05_ZIP, ZIP, exported, request_file, slip, stocked

AIP, SIP, DIP = PackageType.AIP, PackageType.SIP, PackageType.DIP
FONDS = "H99.12.P01"
OPEN, CONDITIONAL, MIXED = (row.code for row in SAMPLE)
FORMS = [BAG, BARE, ZIP, TAR, TT05, TT05_ZIP]
PAGES = "data/representations/rep1/data"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """Three dossiers: an open one, a conditional one, and an open one with a conditional document. Only read."""
    return stocked(tmp_path_factory.mktemp("archive"))


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with the first dossier; only copied."""
    return stocked(tmp_path_factory.mktemp("first"), SAMPLE[:1]).root


@pytest.fixture
def own(first: Path, tmp_path: Path) -> Archive:
    """A repository with the first dossier, to be damaged and changed."""
    shutil.copytree(first, tmp_path / "own")
    return open_inline(tmp_path / "own")


def unit(archive: Archive, code: str) -> Unit:
    found = archive.holdings.find_code(code)
    assert found is not None
    return found


def stored(archive: Archive, code: str, version: int = 0) -> Path:
    aip = archive.holdings.aip(unit(archive, code).id, version)
    assert aip is not None
    return archive.root / "store" / aip.location


def files_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows(archive: Archive) -> list[LogRow]:
    return [row for row in archive.log.rows() if row.action == "export"]


# --- AIP --------------------------------------------------------------------------------------------------------------


def test_an_aip_is_the_stored_bag_byte_for_byte(archive: Archive, tmp_path: Path) -> None:
    result = exported(archive, [FONDS], AIP, tmp_path)
    # The fonds has a package of its own, which names those of its dossiers.
    assert [one.code for one in result.packages] == [FONDS, OPEN, CONDITIONAL, MIXED]
    for one in result.packages:
        assert files_of(one.path) == files_of(stored(archive, one.code))
        assert (one.objid, one.path.name, one.version, one.made) == (one.id, one.id, 1, True)


@pytest.mark.parametrize(("kind", "form"), [(SIP, BAG), (DIP, BAG), (AIP, TT05)], ids=["sip", "dip", "tt05"])
def test_the_package_of_a_fonds_goes_out_only_as_it_is_stored(
    archive: Archive, tmp_path: Path, kind: PackageType, form: Form
) -> None:
    made = exported(archive, [FONDS], kind, tmp_path / "out", form, slip=slip(tmp_path)).packages
    assert [one.code for one in made] == [OPEN, CONDITIONAL, MIXED]


def test_a_bare_aip_is_what_is_in_the_bag(archive: Archive, tmp_path: Path) -> None:
    (one,) = exported(archive, [OPEN], AIP, tmp_path, BARE).packages
    assert files_of(one.path) == files_of(stored(archive, OPEN) / "data")


@pytest.mark.parametrize("kind", [AIP, SIP, DIP])
@pytest.mark.parametrize("form", FORMS, ids=lambda one: f"{one.dialect}-{one.packed or one.bag}")
def test_every_kind_in_every_form_is_right_and_is_made_once(
    archive: Archive, tmp_path: Path, kind: PackageType, form: Form
) -> None:
    asked = slip(tmp_path) if kind is DIP else None
    first = exported(archive, [OPEN, MIXED], kind, tmp_path / "out", form, slip=asked)
    assert [one.made for one in first.packages] == [True, True]
    for one in first.packages:
        errors = {found.code for found in judge(one.path).findings if found.severity is Severity.ERROR}
        assert errors <= (GAPS if form.dialect is Dialect.TT05 else set())
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")}
    again = exported(archive, [OPEN, MIXED], kind, tmp_path / "out", form, slip=asked)
    assert [(one.made, one.path, one.objid) for one in again.packages] == [
        (False, one.path, one.objid) for one in first.packages
    ]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*")} == before


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def unreadable(path: Path) -> None:
    path.unlink()
    path.mkdir()


def stray(path: Path) -> None:
    (path.parent / "stray.txt").write_text("?")


DAMAGE: list[tuple[str, Callable[[Path], None], str]] = [
    (f"{PAGES}/0002.jpg", flip, "digest"),
    (f"{PAGES}/0001.jpg", Path.unlink, "missing"),
    (f"{PAGES}/0001.jpg", unreadable, "unreadable"),
    ("data/METS.xml", flip, "digest"),
    ("data/metadata/descriptive/ead3.xml", flip, "digest"),
    ("data/representations/rep1/METS.xml", Path.unlink, "missing"),
    ("manifest-sha256.txt", flip, "digest"),
    ("tagmanifest-sha256.txt", Path.unlink, "missing"),
]


@pytest.mark.parametrize(("path", "damage", "reason"), DAMAGE, ids=lambda one: getattr(one, "__name__", str(one)))
@pytest.mark.parametrize(
    ("kind", "form"), [(AIP, BAG), (AIP, BARE), (SIP, BAG), (DIP, BAG), (AIP, TT05), (SIP, TT05_ZIP), (DIP, TT05)],
    ids=lambda one: getattr(one, "dialect", one),
)  # fmt: skip
def test_a_rotten_file_refuses_the_package(
    own: Archive, tmp_path: Path, kind: PackageType, form: Form, path: str, damage: Callable[[Path], None], reason: str
) -> None:
    damage(stored(own, OPEN) / path)
    result = exported(own, [OPEN], kind, tmp_path / "out", form, slip=slip(tmp_path) if kind is DIP else None)
    assert result.packages == []
    ((found,),) = [one.findings for one in result.blocked]
    assert (found.code, found.where, found.data["reason"]) == ("EXPORT_FILE_BROKEN", path, reason)
    assert list((tmp_path / "out").iterdir()) == []
    (row,) = rows(own)
    assert (row.outcome, row.detail["findings"]) == ("failure", [["EXPORT_FILE_BROKEN", path]])


def test_everything_that_is_broken_is_told_at_once(own: Archive, tmp_path: Path) -> None:
    flip(stored(own, OPEN) / PAGES / "0001.jpg")
    stray(stored(own, OPEN) / PAGES / "0002.jpg")
    (stored(own, OPEN) / PAGES / "0002.jpg").unlink()
    (blocked,) = exported(own, [OPEN], AIP, tmp_path / "out").blocked
    assert [(one.where.rpartition("/")[2], one.data["reason"]) for one in blocked.findings] == [
        ("stray.txt", "extra"), ("0001.jpg", "digest"), ("0002.jpg", "missing"),
    ]  # fmt: skip


def test_payload_and_manifest_changed_together_are_found_by_the_seal(own: Archive, tmp_path: Path) -> None:
    package = stored(own, OPEN)
    page, manifest = package / PAGES / "0001.jpg", package / "manifest-sha256.txt"
    page.write_bytes(b"forged")
    lines = [
        f"{sha256(b'forged').hexdigest()}  {PAGES}/0001.jpg" if line.endswith("0001.jpg") else line
        for line in manifest.read_text().splitlines()
    ]
    manifest.write_text("\n".join(lines) + "\n")
    (blocked,) = exported(own, [OPEN], AIP, tmp_path / "out").blocked
    assert [one.where for one in blocked.findings] == ["manifest-sha256.txt"]


def test_one_rotten_package_does_not_hold_up_the_others(tmp_path: Path) -> None:
    archive = stocked(tmp_path)
    flip(stored(archive, OPEN) / PAGES / "0001.jpg")
    result = exported(archive, [FONDS], AIP, tmp_path / "out")
    assert [one.code for one in result.packages] == [FONDS, CONDITIONAL, MIXED]
    assert [one.code for one in result.blocked] == [OPEN]


# --- versions ---------------------------------------------------------------------------------------------------------


def retitled(archive: Archive, code: str, **values: Value) -> None:
    aip = archive.holdings.aip(unit(archive, code).id)
    assert aip is not None
    described = Change("metadata modification", "Corrected", "lan")
    describe_anew(
        archive, aip, lambda record: replace(
            record, dossier=replace(record.dossier, values={**record.dossier.values, **values})
        ), described,
    )  # fmt: skip


def test_a_version_is_the_one_asked_for(own: Archive, tmp_path: Path) -> None:
    retitled(own, OPEN, title=Value("Tiêu đề mới"))
    (newest,) = exported(own, [OPEN], AIP, tmp_path / "new").packages
    (first,) = exported(own, [OPEN], AIP, tmp_path / "old", version=1).packages
    assert (newest.version, first.version) == (2, 1)
    assert files_of(newest.path) == files_of(stored(own, OPEN, 2))
    assert files_of(first.path) == files_of(stored(own, OPEN, 1))
    ((found,),) = [one.findings for one in exported(own, [OPEN], AIP, tmp_path / "3", version=7).blocked]
    assert (found.code, found.data["reason"]) == ("EXPORT_NOT_GIVEN", "version")


def test_two_versions_do_not_fit_into_one_folder(own: Archive, tmp_path: Path) -> None:
    retitled(own, OPEN, title=Value("Tiêu đề mới"))
    for form in (BAG, TT05):
        exported(own, [OPEN], AIP, tmp_path / form.dialect, form)
        before = files_of(tmp_path / form.dialect)
        ((found,),) = [
            one.findings for one in exported(own, [OPEN], AIP, tmp_path / form.dialect, form, version=1).blocked
        ]
        assert (found.code, found.data["reason"]) == ("PACKAGE_TAKEN", "content")
        assert files_of(tmp_path / form.dialect) == before


def test_a_sip_brings_the_descriptions_of_older_versions_along(own: Archive, tmp_path: Path) -> None:
    retitled(own, OPEN, title=Value("Tiêu đề mới"))
    (one,) = exported(own, [OPEN], SIP, tmp_path, BARE).packages
    old = "metadata/descriptive/superseded/v1/ead3.xml"
    assert (one.path / old).read_bytes() == (stored(own, OPEN, 2) / "data" / old).read_bytes()
    assert judge(one.path).findings == ()


# --- DIP: what its reader is given ------------------------------------------------------------------------------------


def given(path: Path) -> tuple[list[str], list[str], list[str]]:
    """Sheets, files and titles of documents of a bare E-ARK DIP."""
    content = read_package(lambda name: (path / name).open("rb"))
    (one,) = content.representations
    assert sorted(files_of(path / "representations/rep1/data")) == [file.path.rpartition("/")[2] for file in one.files]
    assert content.record.pages == one.pages
    titles = [item.description.text("subject") for item in content.record.items]
    return [page.label for page in one.pages], [file.path[-8:] for file in one.files], titles


def test_without_a_request_only_what_is_open_is_given(archive: Archive, tmp_path: Path) -> None:
    result = exported(archive, [FONDS], DIP, tmp_path, BARE)
    assert [one.code for one in result.packages] == [OPEN, MIXED]
    ((found,),) = [one.findings for one in result.blocked]
    assert (found.code, found.where, found.data["reason"]) == ("EXPORT_NOT_GIVEN", CONDITIONAL, "request")
    mixed = result.packages[1]
    assert given(mixed.path) == (["1", "3"], ["0001.jpg", "0003.jpg"], ["Công văn về đắp đê"])
    assert [(one.code, one.data["count"]) for one in mixed.findings] == [("EXPORT_PAGES_WITHHELD", 1)]
    everything = b"".join(files_of(mixed.path).values())
    assert "nạn nhân".encode() not in everything
    assert (stored(archive, MIXED) / PAGES / "0002.jpg").read_bytes() not in everything


def test_a_request_with_a_purpose_opens_what_is_conditional(archive: Archive, tmp_path: Path) -> None:
    result = exported(archive, [CONDITIONAL, MIXED], DIP, tmp_path / "out", BARE, slip=slip(tmp_path))
    assert result.blocked == []
    assert [one.pages for one in result.packages] == [2, 3]
    assert given(result.packages[1].path)[2] == ["Công văn về đắp đê", "Danh sách gia đình nạn nhân"]


def test_a_request_without_a_purpose_is_refused_as_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        read_request(request_file(tmp_path, purpose=""))
    assert caught.value.code == "REQUEST_FIELD_MISSING"


def documents(archive: Archive, code: str) -> list[str]:
    return [one.id for one in archive.holdings.children(unit(archive, code).id).items]


def test_one_document_is_its_pages_alone(archive: Archive, tmp_path: Path) -> None:
    first, second = documents(archive, MIXED)
    result = exported(archive, [first, second], DIP, tmp_path / "1", BARE)
    (one,) = result.packages
    assert given(one.path) == (["1"], ["0001.jpg"], ["Công văn về đắp đê"])
    assert one.part == first
    assert [found.findings[0].data["reason"] for found in result.blocked] == ["request"]
    (two,) = exported(archive, [second], DIP, tmp_path / "2", BARE, slip=slip(tmp_path)).packages
    assert given(two.path) == (["2"], ["0002.jpg"], ["Danh sách gia đình nạn nhân"])
    assert len({one.objid, two.objid, unit(archive, MIXED).id}) == 3


@pytest.mark.parametrize("kind", [AIP, SIP])
def test_a_document_alone_is_no_package(archive: Archive, tmp_path: Path, kind: PackageType) -> None:
    with pytest.raises(UsageError) as caught:
        exported(archive, documents(archive, MIXED)[:1], kind, tmp_path / "out")
    assert caught.value.code == "EXPORT_DOCUMENT_ALONE"
    assert not (tmp_path / "out").exists()


def shared_page(tmp_path: Path) -> Archive:
    row = DossierRow(
        "H99.12.P01.1972.09", "Hai văn bản trên một tờ", pages=2,
        documents=(DocumentRow("Văn bản mở", 1, 2), DocumentRow("Văn bản hạn chế", 2, 2, mode="Sử dụng có điều kiện")),
    )  # fmt: skip
    return stocked(tmp_path, [row])


def test_a_sheet_with_two_documents_is_as_closed_as_the_stricter_one(tmp_path: Path) -> None:
    archive = shared_page(tmp_path)
    (one,) = exported(archive, ["H99.12.P01.1972.09"], DIP, tmp_path / "out", BARE).packages
    assert given(one.path) == (["1"], ["0001.jpg"], ["Văn bản mở"])


def test_a_file_with_pages_that_are_not_given_is_not_given(tmp_path: Path) -> None:
    archive = stocked(tmp_path / "a", [_many_in_one(tmp_path)], source=None)
    code = "H99.12.P01.1973.10"
    folder = stored(archive, code)
    assert sorted(files_of(folder / PAGES)) == ["0001.tif"]
    with Image.open(folder / PAGES / "0001.tif") as image:
        assert getattr(image, "n_frames", 1) == 2
    assert exported(archive, [code], DIP, tmp_path / "1", BARE).packages == []
    first, second = documents(archive, code)
    # Asked for one document, the reader would get the other one with it.
    for document in (first, second):
        result = exported(archive, [document], DIP, tmp_path / document, BARE, slip=slip(tmp_path))
        reasons = [one.findings[0].data["reason"] for one in result.blocked]
        assert reasons == (["nothing"] if document == first else [])
    (whole,) = exported(archive, [code], DIP, tmp_path / "2", BARE, slip=slip(tmp_path)).packages
    assert given(whole.path)[1] == ["0001.tif"]


def _many_in_one(tmp_path: Path) -> DossierRow:
    frames = []
    for number in (1, 2):
        image = Image.new("RGB", (620, 877), (248, 244, 232))
        ImageDraw.Draw(image).text((40, 60), f"to {number}", fill=(30, 30, 40))
        frames.append(image)
    frames[0].save(tmp_path / "both.tif", save_all=True, append_images=frames[1:], dpi=(200, 200))
    return DossierRow(
        "H99.12.P01.1973.10", "Hai tờ trong một tệp", pages=0, sheets=2,
        documents=(DocumentRow("Văn bản mở", 1, 1), DocumentRow("Văn bản hạn chế", 2, 2, mode="Sử dụng có điều kiện")),
        extra={"0001-0002.tif": (tmp_path / "both.tif").read_bytes()},
    )  # fmt: skip


def test_an_older_version_is_not_more_open_than_the_newest(own: Archive, tmp_path: Path) -> None:
    retitled(own, OPEN, mode=Value("Sử dụng có điều kiện", code="02"))
    for version in (0, 1):
        ((found,),) = [one.findings for one in exported(own, [OPEN], DIP, tmp_path / "out", version=version).blocked]
        assert found.data["reason"] == "request"
    assert exported(own, [OPEN], DIP, tmp_path / "out", version=1, slip=slip(tmp_path)).packages[0].version == 1


def test_what_was_open_in_an_older_version_needs_a_request(own: Archive, tmp_path: Path) -> None:
    """A page of an older version is as closed as conditional material, as it is in the reading room."""
    retitled(own, OPEN, title=Value("Tiêu đề mới"))
    assert exported(own, [OPEN], DIP, tmp_path / "1").packages
    assert exported(own, [OPEN], DIP, tmp_path / "2", version=1).packages == []


def secret(archive: Archive, deployment: str) -> Archive:
    settings = archive.root / config.FILE_NAME
    settings.write_text(settings.read_text("utf-8").replace('"networked"', f'"{deployment}"'), "utf-8")
    retitled(archive, OPEN, mode=Value("Mật", code="03"))
    return open_inline(archive.root)


@pytest.mark.parametrize("kind", [AIP, SIP, DIP])
def test_secret_material_leaves_no_machine_with_a_network(own: Archive, tmp_path: Path, kind: PackageType) -> None:
    archive = secret(own, "networked")
    with pytest.raises(UsageError) as caught:
        exported(archive, [OPEN], kind, tmp_path / "out", slip=slip(tmp_path))
    assert caught.value.code == "UNIT_MISSING"
    assert exported(archive, [FONDS], kind, tmp_path / "out", slip=slip(tmp_path)).packages == []


def test_secret_material_leaves_a_machine_that_stands_alone(own: Archive, tmp_path: Path) -> None:
    archive = secret(own, "isolated")
    assert exported(archive, [OPEN], AIP, tmp_path / "aip").packages
    assert exported(archive, [OPEN], DIP, tmp_path / "dip", slip=slip(tmp_path)).packages
    with pytest.raises(UsageError):
        exported(archive, [OPEN], DIP, tmp_path / "none")


def test_a_reader_exports_nothing(archive: Archive, tmp_path: Path) -> None:
    for kind in (AIP, DIP):
        with pytest.raises(UsageError) as caught:
            export(archive, [CONDITIONAL], ExportOrder(kind, tmp_path / "out", BAG), user=ANONYMOUS)
        assert caught.value.code == "UNIT_MISSING"
    result = export(archive, [OPEN], ExportOrder(AIP, tmp_path / "out", BAG), user=ANONYMOUS)
    assert (result.packages, len(result.blocked)) == ([], 1)


def test_the_dip_of_the_circular(archive: Archive, tmp_path: Path) -> None:
    (one,) = exported(archive, [MIXED], DIP, tmp_path / "out", TT05, slip=slip(tmp_path)).packages
    read = read_tt05(one.path)
    assert (read.kind, read.objid, len(read.files)) == (PackageKind.DIP, one.objid, 3)
    assert read.request is not None
    assert (read.request.id, read.request.purpose_content) == (REQUEST["requestID"], REQUEST["purposeContent"])
    assert (one.path / "documentation/authentication-sheet.pdf").read_bytes().startswith(b"%PDF")
    told = [event for event in read.events_of[""] if event.type == "dissemination"]
    assert [event.objects for event in told] == [(one.id, one.objid)]
    everything = b"".join(content for path, content in files_of(one.path).items() if path.endswith(".xml"))
    for internal in (b"tester", b"HS_03", b"Received from", b"010187001234"):
        assert internal not in everything


def test_the_dip_of_the_circular_needs_a_request_and_any_sheet_a_name(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        exported(archive, [OPEN], DIP, tmp_path / "out", TT05)
    assert caught.value.code == "EXPORT_REQUEST_MISSING"
    nameless = replace(archive, settings=replace(archive.settings, archive_name=""))
    with pytest.raises(UsageError) as caught:
        exported(nameless, [OPEN], DIP, tmp_path / "out", slip=slip(tmp_path))
    assert caught.value.code == "ARCHIVE_UNNAMED"
    assert not (tmp_path / "out").exists()


def test_the_same_request_is_the_same_dip_and_another_one_another(archive: Archive, tmp_path: Path) -> None:
    def objid(**changed: object) -> str:
        asked = read_request(request_file(tmp_path, **changed))
        (one,) = exported(archive, [OPEN], DIP, tmp_path / "out", slip=asked).packages
        return one.objid

    assert objid() == objid()
    assert len({objid(), objid(requestID="YC-2"), objid(readerName="Trần Văn An"), objid(copies=2)}) == 4


# --- the log ----------------------------------------------------------------------------------------------------------


def test_the_log_says_who_what_which_version_and_for_whom(own: Archive, tmp_path: Path) -> None:
    (dip,) = exported(own, [OPEN], DIP, tmp_path / "dip", slip=slip(tmp_path)).packages
    exported(own, [OPEN], DIP, tmp_path / "dip", slip=slip(tmp_path))
    (row,) = rows(own)
    assert (row.agent, row.subject, row.outcome) == ("lan", dip.id, "success")
    sheet = row.detail["sheet"]
    assert row.detail == {
        "as": "DIP", "dialect": "eark", "code": OPEN, "package": dip.objid, "version": 1, "pages": 2,
        "to": str(dip.path), "request": REQUEST["requestID"], "for": REQUEST["readerName"], "purpose": "01",
        "sheet": sheet,
    }  # fmt: skip
    assert isinstance(sheet, str)
    assert len(sheet) == 19
    assert REQUEST["readerID"] not in str(row), "the log is kept for ever; the request has the number of the person"
    exported(own, [OPEN], AIP, tmp_path / "aip")
    assert [one.detail["as"] for one in rows(own)] == ["DIP", "AIP"]
    assert own.log.verify().broken_at == 0


def test_nothing_goes_out_that_cannot_be_written_down(
    own: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise FondsError("LOG_FULL", path="log", reason="full")

    monkeypatch.setattr(type(own.log), "append", full)
    with pytest.raises(FondsError):
        exported(own, [OPEN], AIP, tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_what_was_written_down_and_did_not_go_out_is_taken_back(
    own: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("fonds.packaging.outgoing.rename_folder", fails)
    with pytest.raises(FondsError):
        exported(own, [OPEN], AIP, tmp_path / "out")
    assert [row.outcome for row in rows(own)] == ["success", "failure"]
    assert list((tmp_path / "out").iterdir()) == []


# --- names, progress, disks -------------------------------------------------------------------------------------------


def test_names(archive: Archive, tmp_path: Path) -> None:
    (series,) = archive.holdings.by_level("series").items
    fonds = unit(archive, FONDS)
    for names in (
        [series.id],
        [fonds.id],
        [fonds.code],
        [unit(archive, code).id for code in (OPEN, CONDITIONAL, MIXED)],
    ):
        found = exported(archive, names, AIP, tmp_path / names[0])
        above = [FONDS] if names[0] in {fonds.id, fonds.code} else []
        assert [one.code for one in found.packages] == [*above, OPEN, CONDITIONAL, MIXED]
    again = exported(archive, [OPEN, OPEN, fonds.id], AIP, tmp_path / "twice")
    assert [(one.code, one.made) for one in again.packages] == [
        (FONDS, True), (OPEN, True), (OPEN, False), (CONDITIONAL, True), (MIXED, True),
    ]  # fmt: skip


def test_a_name_that_is_nobodys_stops_before_any_work(archive: Archive, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        exported(archive, [OPEN, "H99.12.P01.1999.99"], AIP, tmp_path / "out")
    assert (caught.value.code, caught.value.data["id"]) == ("UNIT_MISSING", "H99.12.P01.1999.99")
    assert not (tmp_path / "out").exists()


def test_many_dossiers_are_gone_through_in_pages(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fonds.repository.export.choose._PAGE", 2)
    seen: list[ExportProgress] = []
    result = export(archive, [FONDS], ExportOrder(AIP, tmp_path, BAG), user=LAN, progress=seen.append)
    assert len(result.packages) == 4
    assert {one.total for one in seen} == {4}
    assert [one.packages for one in seen if one.packages][-1] == 4
    assert all(one.files <= one.total_files for one in seen)
    assert any(one.files == one.total_files > 0 for one in seen)


def test_the_folder_must_not_be_in_the_repository(archive: Archive) -> None:
    for out in (archive.root / "out", archive.root / "store", archive.root):
        with pytest.raises(RefusedError) as caught:
            exported(archive, [OPEN], AIP, out)
        assert caught.value.code == "OUT_INSIDE"


@pytest.mark.parametrize("kind", [AIP, SIP])
def test_a_full_disk_leaves_whole_packages_only(tmp_path: Path, kind: PackageType) -> None:
    rows = [replace(SAMPLE[0], code=f"H99.12.P01.1962.{number:02}", pages=6) for number in range(1, 9)]
    archive = stocked(tmp_path, rows)
    with small_disk(megabytes=3, inodes=600) as disk:
        with pytest.raises(FondsError) as caught:
            exported(archive, [FONDS], kind, disk / "out")
        assert caught.value.code == "STORE_FULL"
        left = list((disk / "out").iterdir())
        assert left
        assert all(judge(path).valid for path in left)


def test_the_store_is_only_read(archive: Archive, tmp_path: Path) -> None:
    def state() -> dict[Path, tuple[int, int, int]]:
        found = (archive.root / "store").rglob("*")
        return {path: (path.stat().st_mtime_ns, path.stat().st_size, path.stat().st_nlink) for path in found}

    before = state()
    for kind, form in ((AIP, BAG), (SIP, BAG), (DIP, BAG), (AIP, TT05)):
        (one,) = exported(archive, [OPEN], kind, tmp_path / f"{kind}{form.dialect}", form).packages
        assert all(path.stat().st_nlink == 1 for path in one.path.rglob("*") if path.is_file())
    assert state() == before
