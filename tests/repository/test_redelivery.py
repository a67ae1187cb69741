"""A dossier that comes again: its next version, or another form of it; what was held is neither lost nor copied."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import bagit
import pytest
from PIL import Image

from fonds.bootstrap import open_archive
from fonds.metadata.model import Event
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.packaging.digest import copy_file
from fonds.packaging.eark import PackageContent
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.holding import stored_content
from fonds.repository.ingest import ingest
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.outcome import IngestResult
from fonds.repository.policy import ANONYMOUS
from fonds.repository.ports.catalogue import Aip
from fonds.repository.reading import Reading
from fonds.repository.rebuild import rebuild
from fonds.repository.redelivery import Again, Redelivery
from fonds.repository.submission_signature import signature
from tests.factories import SAMPLE, DocumentRow, DossierRow, make_archive, make_delivery, page_image

REPLACE = Redelivery(Again.REPLACE, "sheet 2 was blurred")
BESIDE = Redelivery(Again.REPRESENTATION, "two-layer PDF")
SHOWN = replace(BESIDE, shown=True)
DATA = "representations/rep1/data"
ONE = replace(SAMPLE[0], pages=3)


def archive_of(folder: Path, *rows: DossierRow) -> Archive:
    """A repository that works in this process, with these dossiers, delivered from ``first``."""
    archive = make_archive(folder / "repo")
    ingest(archive, make_delivery(folder / "first", rows), agent="tester")
    return archive


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return archive_of(tmp_path, ONE, SAMPLE[1])


def deliver(
    archive: Archive, folder: Path, *rows: DossierRow, held: Redelivery = REPLACE, scans: dict[str, str] | None = None
) -> IngestResult:
    """Take a new delivery in; ``scans`` are pages of the first dossier that were scanned again: file name to text."""
    source = make_delivery(folder, rows)
    for name, text in (scans or {}).items():
        page_image(source / rows[0].folder / name, text)
    return ingest(archive, source, agent="lan", held=held)


def newest(archive: Archive, row: DossierRow = ONE) -> Aip:
    unit = archive.holdings.find_code(row.code)
    assert unit is not None
    aip = archive.holdings.aip(unit.id)
    assert aip is not None
    return aip


def content(archive: Archive, version: int = 0) -> PackageContent:
    aip = archive.holdings.aip(newest(archive).objid, version)
    assert aip is not None
    return stored_content(archive, aip)


def paths(archive: Archive, version: int = 0) -> list[str]:
    return [page.path.removeprefix(DATA + "/") for page in content(archive, version).record.pages]


def data(archive: Archive, version: int, path: str = "") -> Path:
    aip = archive.holdings.aip(newest(archive).objid, version)
    assert aip is not None
    return archive.root / "store" / aip.location / "data" / path


def made_by(archive: Archive, version: int) -> Event:
    return next(event for event in content(archive).events if event.id == f"event-{version}-1")


def codes(result: IngestResult) -> list[tuple[str, list[str]]]:
    return [(one.code, [found.code for found in one.findings]) for one in result.blocked]


def is_sound(archive: Archive) -> None:
    """Every version is valid by our rules and for the Library of Congress, the audit finds nothing."""
    for aip in archive.holdings.packages():
        package = archive.root / "store" / aip.location
        assert validate_bag(package).valid
        assert [(found.code, found.where) for found in validate_package(package / "data").findings] == []
        bagit.Bag(str(package)).validate()
    result = audit(archive, agent="tester", scope=ALL)
    assert (result.problems, result.unknown) == ([], [])
    assert archive.log.verify().broken_at == 0


# --- --replace ------------------------------------------------------------------------------------------------------


def test_a_corrected_description_is_a_version_without_a_copy(archive: Archive, tmp_path: Path) -> None:
    result = deliver(archive, tmp_path / "again", replace(ONE, title="Tiêu đề đã sửa"), SAMPLE[1])
    (updated,) = result.updated
    assert (updated.package.code, updated.package.version, updated.package.pages) == (ONE.code, 2, 3)
    assert [one.code for one in result.unchanged] == [SAMPLE[1].code]
    assert (result.ingested, result.blocked, result.errors) == ([], [], 0)
    assert [(one.key, one.after) for one in updated.changes.fields] == [("title", "Tiêu đề đã sửa")]
    assert not updated.changes.of_files
    assert paths(archive) == ["0001.jpg", "0002.jpg", "0003.jpg"]
    for name in paths(archive):
        assert data(archive, 1, f"{DATA}/{name}").samefile(data(archive, 2, f"{DATA}/{name}"))
    event = made_by(archive, 2)
    assert (event.type, event.objects) == ("metadata modification", ())
    assert event.detail == f"Delivered again from the folder {ONE.folder}\nsheet 2 was blurred"
    assert event.outcome_note == "fields changed: Title"
    unit = archive.holdings.find_code(ONE.code)
    assert unit is not None
    assert unit.title == "Tiêu đề đã sửa"
    is_sound(archive)


def test_a_page_scanned_again_is_the_only_one_copied(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = data(archive, 1, f"{DATA}/0002.jpg").read_bytes()
    copied: list[str] = []

    def noted(source: Path, target: Path) -> tuple[int, str]:
        copied.append(target.name)
        return copy_file(source, target)

    monkeypatch.setattr("fonds.repository.submitted.copy_file", noted)
    result = deliver(archive, tmp_path / "again", ONE, SAMPLE[1], scans={"0002.jpg": "quet lai"})
    assert copied == ["0002_v2.jpg"]
    (updated,) = result.updated
    assert updated.changes.pages.replaced == ("2",)
    assert updated.changes.fields == ()
    assert paths(archive) == ["0001.jpg", "0002_v2.jpg", "0003.jpg"]
    assert sorted(path.name for path in data(archive, 2, DATA).iterdir()) == paths(archive)
    assert data(archive, 1, f"{DATA}/0002.jpg").read_bytes() == before
    assert (
        data(archive, 2, f"{DATA}/0002_v2.jpg").read_bytes()
        == (tmp_path / "again" / ONE.folder / "0002.jpg").read_bytes()
    )
    event = made_by(archive, 2)
    assert (event.type, event.objects) == ("modification", ("representations/rep1",))
    assert event.outcome_note == "pages replaced: 1 (sheets: 2)"
    (one,) = content(archive).representations
    assert [event.id for event in one.events] == [
        *("event-4", "event-5", "event-virus", "event-2-4", "event-2-5", "event-2-virus"),
    ]
    received = {event.id: event.type for event in content(archive).events}
    assert (received["event-2-2"], received["event-2-3"]) == ("transfer", "validation")
    is_sound(archive)


def test_pages_added_removed_and_in_another_order(archive: Archive, tmp_path: Path) -> None:
    added = deliver(archive, tmp_path / "four", replace(ONE, pages=4), SAMPLE[1])
    assert added.updated[0].changes.pages.added == ("4",)
    assert paths(archive) == ["0001.jpg", "0002.jpg", "0003.jpg", "0004_v2.jpg"]
    removed = deliver(archive, tmp_path / "two", replace(ONE, pages=2), SAMPLE[1])
    assert removed.updated[0].changes.pages.removed == ("3", "4")
    assert paths(archive) == ["0001.jpg", "0002.jpg"]
    source = make_delivery(tmp_path / "turned", [replace(ONE, pages=2), SAMPLE[1]])
    first, second = (source / ONE.folder / name for name in ("0001.jpg", "0002.jpg"))
    first.rename(tmp_path / "aside.jpg")
    second.rename(first)
    (tmp_path / "aside.jpg").rename(second)
    turned = ingest(archive, source, agent="lan", held=REPLACE)
    assert paths(archive) == ["0002.jpg", "0001.jpg"]
    assert (turned.updated[0].changes.pages.moved, turned.updated[0].changes.pages.relabelled) == (1, ("1", "2"))
    assert [page.label for page in content(archive).record.pages] == ["1", "2"]
    assert data(archive, 4, f"{DATA}/0001.jpg").samefile(data(archive, 1, f"{DATA}/0001.jpg"))
    is_sound(archive)


def test_a_name_means_one_content_for_ever(archive: Archive, tmp_path: Path) -> None:
    """Page 2 is scanned again and again, and in the end the first scan comes back."""
    for number, text in enumerate(("hai", "ba"), 2):
        deliver(archive, tmp_path / str(number), ONE, SAMPLE[1], scans={"0002.jpg": text})
    back = ingest(archive, tmp_path / "first", agent="lan", held=REPLACE)
    assert [one.package.version for one in back.updated] == [4]
    assert [paths(archive, version)[1] for version in (1, 2, 3, 4)] == [
        "0002.jpg", "0002_v2.jpg", "0002_v3.jpg", "0002_v4.jpg",
    ]  # fmt: skip
    digests: dict[str, set[str]] = {}
    for version in (1, 2, 3, 4):
        for path, sha256 in archive.holdings.digests(newest(archive).objid, version).items():
            if f"/{DATA}/" in f"/{path}":
                digests.setdefault(path, set()).add(sha256)
    assert {len(held) for held in digests.values()} == {1}
    is_sound(archive)


def test_the_same_delivery_again_adds_nothing(archive: Archive, tmp_path: Path) -> None:
    deliver(archive, tmp_path / "again", replace(ONE, title="Khác"), SAMPLE[1])
    for held in (REPLACE, Redelivery()):
        again = ingest(archive, tmp_path / "again", agent="lan", held=held)
        assert (len(again.unchanged), again.updated, again.ingested, again.blocked) == (2, [], [], [])
    assert newest(archive).version == 2


def test_files_under_other_names_with_the_same_content_make_no_version(archive: Archive, tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "renamed", [ONE, SAMPLE[1]])
    for page in (source / ONE.folder).iterdir():
        page.rename(page.with_name(page.name.replace(".jpg", ".JPG")))
    result = ingest(archive, source, agent="lan", held=REPLACE)
    assert (len(result.unchanged), result.updated) == (2, [])


def test_a_fonds_described_otherwise_makes_no_version_of_each_dossier(archive: Archive, tmp_path: Path) -> None:
    result = deliver(archive, tmp_path / "more", ONE, SAMPLE[1], SAMPLE[2])
    assert [one.code for one in result.ingested] == [SAMPLE[2].code]
    assert (len(result.unchanged), result.updated) == (2, [])


def test_without_being_told_what_is_held_stays(archive: Archive, tmp_path: Path) -> None:
    result = deliver(archive, tmp_path / "again", replace(ONE, title="Khác"), SAMPLE[1], held=Redelivery())
    assert codes(result) == [(ONE.code, ["CONTENT_CHANGED"])]
    assert newest(archive).version == 1


def test_what_the_gate_blocks_stays_blocked(archive: Archive, tmp_path: Path) -> None:
    bad = replace(ONE, title="Khác", extra={"0004.jpg": b"\xff\xd8\xff\xe0 cut short"})
    result = deliver(archive, tmp_path / "again", bad, replace(SAMPLE[1], title="Cũng khác"))
    assert [one.code for one in result.blocked] == [ONE.code]
    assert [one.package.code for one in result.updated] == [SAMPLE[1].code]
    assert newest(archive).version == 1


def test_documents_keep_their_ids_wherever_they_move(archive: Archive, tmp_path: Path) -> None:
    a, b, c = (DocumentRow(f"Văn bản {n}", n, n, number=str(10 + n)) for n in (1, 2, 3))
    deliver(archive, tmp_path / "2", replace(ONE, documents=(a, b, c)), SAMPLE[1])
    ids = {item.description.text("subject"): item.id for item in content(archive).record.items}
    new = DocumentRow("Văn bản mới", 1, 1, number="99")
    described_anew = replace(b, subject="Văn bản 2, đọc lại")
    deliver(archive, tmp_path / "3", replace(ONE, documents=(new, a, described_anew, c)), SAMPLE[1])
    again = {item.description.text("subject"): item.id for item in content(archive).record.items}
    assert again["Văn bản 1"] == ids["Văn bản 1"]
    assert again["Văn bản 2, đọc lại"] == ids["Văn bản 2"]
    assert again["Văn bản 3"] == ids["Văn bản 3"]
    assert again["Văn bản mới"] not in ids.values()
    deliver(archive, tmp_path / "4", replace(ONE, documents=(a,)), SAMPLE[1])
    deliver(archive, tmp_path / "5", replace(ONE, documents=(a, DocumentRow("Lại mới", 2, 2, number="7"))), SAMPLE[1])
    last = {item.description.text("subject"): item.id for item in content(archive).record.items}
    assert last["Văn bản 1"] == ids["Văn bản 1"]
    assert last["Lại mới"] not in {*ids.values(), *again.values()}
    is_sound(archive)


def test_a_file_that_changes_after_the_gate_is_refused_and_leaves_nothing(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def meddle(dossier: SubmittedDossier) -> str:
        page = tmp_path / "again" / ONE.folder / "0002.jpg"
        page.write_bytes(page.read_bytes() + b"!")
        return signature(dossier)

    monkeypatch.setattr("fonds.repository.ingest.signature", meddle)
    changed = replace(SAMPLE[1], title="Khác")
    result = deliver(archive, tmp_path / "again", ONE, changed, scans={"0002.jpg": "quet lai"})
    assert codes(result) == [(ONE.code, ["SOURCE_CHANGED"])]
    assert [one.package.code for one in result.updated] == [changed.code]
    assert not list((archive.root / "store").glob(".tmp-*"))
    assert newest(archive).version == 1


def test_a_held_file_that_the_audit_found_damaged_is_not_taken_over(archive: Archive, tmp_path: Path) -> None:
    victim = data(archive, 1, f"{DATA}/0001.jpg")
    good = victim.read_bytes()
    victim.write_bytes(b"rotten" + good[6:])
    audit(archive, agent="tester", scope=ALL)
    deliver(archive, tmp_path / "again", replace(ONE, title="Khác"), SAMPLE[1])
    assert paths(archive) == ["0001_v2.jpg", "0002.jpg", "0003.jpg"]
    assert data(archive, 2, f"{DATA}/0001_v2.jpg").read_bytes() == good
    problems = audit(archive, agent="tester", scope=ALL).problems
    assert [(one.version, one.path) for one in problems] == [(1, f"data/{DATA}/0001.jpg")]


def test_a_file_that_the_package_says_is_other_than_the_catalogue_knows_is_not_taken_over(
    archive: Archive, tmp_path: Path
) -> None:
    one = newest(archive)
    digests = dict(archive.holdings.digests(one.objid, 1)) | {f"data/{DATA}/0001.jpg": "ab" * 32}
    archive.holdings.put(content(archive).record, one, digests)
    deliver(archive, tmp_path / "again", replace(ONE, title="Khác"), SAMPLE[1])
    assert paths(archive)[0] == "0001_v2.jpg"


@pytest.mark.parametrize("gone", ["METS.xml", f"{DATA}/0001.jpg"])
def test_a_held_version_that_cannot_be_read_blocks_its_dossier_alone(
    archive: Archive, tmp_path: Path, gone: str
) -> None:
    data(archive, 1, gone).unlink()
    changed = [replace(row, title="Khác") for row in (ONE, SAMPLE[1])]
    result = deliver(archive, tmp_path / "again", *changed)
    assert codes(result) == [(ONE.code, ["HELD_BROKEN"])]
    assert [one.package.code for one in result.updated] == [SAMPLE[1].code]
    assert newest(archive).version == 1
    assert not list((archive.root / "store").glob(".tmp-*"))


def test_a_new_dossier_goes_in_with_the_others(archive: Archive, tmp_path: Path) -> None:
    result = deliver(archive, tmp_path / "again", replace(ONE, title="Khác"), SAMPLE[2])
    assert [one.code for one in result.ingested] == [SAMPLE[2].code]
    assert [one.package.code for one in result.updated] == [ONE.code]


def test_the_versions_come_back_with_a_rebuild(archive: Archive, tmp_path: Path) -> None:
    deliver(archive, tmp_path / "2", replace(ONE, title="Khác"), SAMPLE[1], scans={"0002.jpg": "lai"})
    deliver(archive, tmp_path / "3", ONE, SAMPLE[1], held=SHOWN)
    deliver(archive, tmp_path / "4", replace(ONE, pages=2), SAMPLE[1])
    held = list(archive.holdings.packages())
    pages = [page.id for page in archive.holdings.pages(newest(archive).objid).items]
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (archive.root / name).unlink(missing_ok=True)
    again = open_archive(archive.root)
    assert rebuild(again, agent="tester").unreadable == []
    assert list(again.holdings.packages()) == held
    assert [page.id for page in again.holdings.pages(newest(again).objid).items] == pages
    assert len(ingest(again, tmp_path / "4", agent="lan").unchanged) == 2
    is_sound(again)


# --- cut short ------------------------------------------------------------------------------------------------------


class _KilledError(BaseException):
    pass


def _die(*_: object, **__: object) -> object:
    raise _KilledError


@pytest.mark.parametrize("held", [REPLACE, BESIDE], ids=["replace", "representation"])
@pytest.mark.parametrize(
    ("place", "published"),
    [("fonds.repository.storing.write_package", False), ("fonds.repository.storing.log_stored", True)],
)
def test_what_a_crash_left_is_finished_or_forgotten(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, published: bool, held: Redelivery
) -> None:
    source = make_delivery(tmp_path / "again", [replace(ONE, title="Khác")])
    page_image(source / ONE.folder / "0002.jpg", "quet lai")
    monkeypatch.setattr(place, _die)
    monkeypatch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
    monkeypatch.setattr(type(archive.store), "discard", lambda *_: None)
    monkeypatch.setattr(type(archive.jobs), "fail", lambda *_: None)
    with pytest.raises(_KilledError):
        ingest(archive, source, agent="lan", held=held)
    monkeypatch.undo()
    handles: dict[Path, int] = archive.store._held  # type: ignore[attr-defined]  # what the kernel does for the dead
    for handle in handles.values():
        os.close(handle)
    handles.clear()
    assert newest(archive).version == 1
    result = ingest(archive, source, agent="lan", held=held)
    assert (len(result.unchanged), len(result.updated)) == ((1, 0) if published else (0, 1))
    assert newest(archive).version == 2
    assert [row.action for row in archive.log.rows()].count("new version") == 1
    is_sound(archive)


# --- --representation -----------------------------------------------------------------------------------------------


def better_scans(folder: Path, rows: Sequence[DossierRow]) -> Path:
    source = make_delivery(folder, rows)
    for row in rows:
        for page in (source / row.folder).iterdir():
            page_image(page, f"ro hon {page.stem}", size=(900, 1270))
    return source


def pdf_of(folder: Path, row: DossierRow, pages: int) -> Path:
    """A delivery of one PDF a dossier, named by its code."""
    source = make_delivery(folder, [replace(row, pages=pages)])
    pages_made = sorted((source / row.folder).iterdir())
    scans = [Image.open(page) for page in pages_made]
    scans[0].save(source / row.folder / f"{row.code}.pdf", save_all=True, append_images=scans[1:], resolution=200)
    for page in pages_made:
        page.unlink()
    return source


def test_better_scans_stand_beside_the_first(archive: Archive, tmp_path: Path) -> None:
    source = better_scans(tmp_path / "better", [ONE, SAMPLE[1]])
    result = ingest(archive, source, agent="lan", held=BESIDE)
    assert [one.package.version for one in result.updated] == [2, 2]
    assert result.updated[0].changes.representations.added == ("rep2",)
    assert result.updated[0].changes.representations.shown == ""
    first, second = content(archive).representations
    assert (first.name, second.name) == ("rep1", "rep2")
    assert [file.path for file in second.files] == [f"representations/rep2/data/000{n}.jpg" for n in (1, 2, 3)]
    assert [page.path for page in second.pages] == [file.path for file in second.files]
    assert paths(archive) == ["0001.jpg", "0002.jpg", "0003.jpg"]
    assert data(archive, 2, f"{DATA}/0001.jpg").samefile(data(archive, 1, f"{DATA}/0001.jpg"))
    assert data(archive, 2, "metadata/descriptive/ead3.xml").samefile(data(archive, 1, "metadata/descriptive/ead3.xml"))
    event = made_by(archive, 2)
    assert (event.type, event.objects) == ("modification", ("representations/rep2",))
    assert event.outcome_note == "representations added: rep2"
    is_sound(archive)


def test_the_same_representation_again_adds_nothing_nor_does_the_first_delivery(
    archive: Archive, tmp_path: Path
) -> None:
    source = better_scans(tmp_path / "better", [ONE, SAMPLE[1]])
    for expected in (2, 0):
        assert len(ingest(archive, source, agent="lan", held=BESIDE).updated) == expected
    assert len(ingest(archive, tmp_path / "first", agent="lan", held=BESIDE).unchanged) == 2
    again = ingest(archive, tmp_path / "first", agent="lan")
    assert (len(again.unchanged), again.blocked) == (2, [])
    assert newest(archive).version == 2


def test_readers_see_the_representation_that_is_meant_for_them(archive: Archive, tmp_path: Path) -> None:
    source = better_scans(tmp_path / "better", [ONE, SAMPLE[1]])
    (updated, _) = ingest(archive, source, agent="lan", held=SHOWN).updated
    assert (updated.changes.representations.added, updated.changes.representations.shown) == (("rep2",), "rep2")
    assert [one.name for one in content(archive).representations] == ["rep2", "rep1"]
    rows = archive.holdings.pages(newest(archive).objid).items
    assert [row.path for row in rows] == [f"representations/rep2/data/000{n}.jpg" for n in (1, 2, 3)]
    assert rows[0].width == 900
    path, access = Reading(archive, ANONYMOUS).access(rows[0])
    assert path.exists()
    assert access.width == 900
    is_sound(archive)


def test_one_that_is_held_can_be_shown_later_without_a_copy(archive: Archive, tmp_path: Path) -> None:
    source = better_scans(tmp_path / "better", [ONE])
    ingest(archive, source, agent="lan", held=BESIDE)
    (updated,) = ingest(archive, source, agent="lan", held=SHOWN).updated
    assert (updated.package.version, updated.changes.representations.shown) == (3, "rep2")
    assert updated.changes.representations.added == ()
    assert data(archive, 3, "representations/rep2/data/0001.jpg").stat().st_nlink == 2
    assert made_by(archive, 3).detail.startswith("Readers are shown the representation rep2")
    assert not [event for event in content(archive).events if event.id == "event-3-2"]
    assert ingest(archive, source, agent="lan", held=SHOWN).updated == []
    (back,) = ingest(archive, tmp_path / "first", agent="lan", held=SHOWN).updated
    assert (back.package.code, back.changes.representations.shown) == (ONE.code, "rep1")
    is_sound(archive)


def test_a_pdf_of_the_same_sheets_can_be_shown_and_restricted_sheets_stay_restricted(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, SAMPLE[2])
    (updated,) = ingest(archive, pdf_of(tmp_path / "pdf", SAMPLE[2], 3), agent="lan", held=SHOWN).updated
    assert updated.changes.representations.shown == "rep2"
    rows = archive.holdings.pages(newest(archive, SAMPLE[2]).objid).items
    assert [(row.path.rpartition("/")[2], row.frame, row.mode) for row in rows] == [
        ("0001.pdf", 0, "01"), ("0001.pdf", 1, "02"), ("0001.pdf", 2, "01"),
    ]  # fmt: skip
    is_sound(archive)


def test_other_sheets_are_never_shown_in_place_of_those_that_documents_stand_on(tmp_path: Path) -> None:
    archive = archive_of(tmp_path, SAMPLE[2])
    source = pdf_of(tmp_path / "pdf", SAMPLE[2], 4)  # with a cover in front: sheet 2 would be the third page
    result = ingest(archive, source, agent="lan", held=SHOWN)
    assert codes(result) == [(SAMPLE[2].code, ["SHEETS_DIFFER"])]
    assert newest(archive, SAMPLE[2]).version == 1
    (updated,) = ingest(archive, source, agent="lan", held=BESIDE).updated
    assert updated.package.pages == 3
    is_sound(archive)


def test_a_dossier_without_documents_can_be_shown_with_any_sheets(archive: Archive, tmp_path: Path) -> None:
    (updated,) = ingest(archive, pdf_of(tmp_path / "pdf", SAMPLE[1], 5), agent="lan", held=SHOWN).updated
    assert updated.package.pages == 5


def test_a_representation_of_what_is_not_held_is_refused(archive: Archive, tmp_path: Path) -> None:
    result = deliver(archive, tmp_path / "new", SAMPLE[2], ONE, held=BESIDE)
    assert codes(result) == [(SAMPLE[2].code, ["DOSSIER_NOT_HELD"])]
    assert [one.code for one in result.unchanged] == [ONE.code]


def test_a_correction_finds_the_representation_that_it_is_of(archive: Archive, tmp_path: Path) -> None:
    source = better_scans(tmp_path / "better", [ONE])
    ingest(archive, source, agent="lan", held=SHOWN)
    corrected = tmp_path / "corrected"
    shutil.copytree(tmp_path / "first", corrected)
    page_image(corrected / ONE.folder / "0003.jpg", "lan nua")
    (updated,) = ingest(archive, corrected, agent="lan", held=REPLACE).updated
    assert updated.changes.pages.replaced == ("3",)
    shown, first = content(archive).representations
    assert (shown.name, first.name) == ("rep2", "rep1")
    assert [file.path.rpartition("/")[2] for file in first.files] == ["0001.jpg", "0002.jpg", "0003_v3.jpg"]
    assert content(archive).record.pages == tuple(shown.pages)
    page_image(source / ONE.folder / "0001.jpg", "ro nhat", size=(900, 1270))
    (updated,) = ingest(archive, source, agent="lan", held=REPLACE).updated
    assert [page.path for page in content(archive).record.pages] == [
        "representations/rep2/data/0001_v4.jpg",
        "representations/rep2/data/0002.jpg",
        "representations/rep2/data/0003.jpg",
    ]
    is_sound(archive)
