"""Packing at the producer's: every good dossier a SIP, nothing twice, nothing overwritten, nothing half-made."""

from __future__ import annotations

import os
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.packaging.bag.stage import Stage
from fonds.packaging.forms import Dialect, Form
from fonds.packaging.judge import judge
from fonds.packaging.outgoing import GAPS, FaultyPackageError
from fonds.packaging.tt05 import PackageKind, read_package
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.pack import PackResult
from fonds.repository.submission_signature import signature
from fonds.schemas.findings import Severity, finding
from tests.disks import make_read_only, small_disk, use_up_bytes
from tests.factories import SAMPLE, DossierRow, make_delivery
from tests.outgoing import BAG, BARE, TAR, TT05, TT05_ZIP, ZIP, packed
from tests.support import shared_sample

FORMS = [BAG, BARE, ZIP, TAR, TT05, TT05_ZIP]
EACH = pytest.mark.parametrize("form", FORMS, ids=lambda one: f"{one.dialect}-{one.packed or one.bag}")


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_delivery(tmp_path_factory.mktemp("delivery") / "P01", SAMPLE)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def states(result: PackResult) -> list[tuple[str, bool]]:
    return [(one.code, one.made) for one in result.packages]


def all_of(delivery: Path, *, made: bool) -> list[tuple[str, bool]]:
    assert delivery.is_dir()
    return [(row.code, made) for row in SAMPLE]


@EACH
def test_every_dossier_becomes_a_package_that_is_right(delivery: Path, tmp_path: Path, form: Form) -> None:
    result = packed(delivery, tmp_path / "out", form)
    assert states(result) == all_of(delivery, made=True)
    assert [one.pages for one in result.packages] == [2, 2, 3]
    assert names(tmp_path / "out") == sorted(one.path.name for one in result.packages)
    for one in result.packages:
        errors = {found.code for found in judge(one.path).findings if found.severity is Severity.ERROR}
        assert errors == ({"TT05_FIELD_MISSING"} if form.dialect is Dialect.TT05 else set())
        assert {found.code for found in one.gaps} == errors


@EACH
def test_again_nothing_is_made_and_nothing_changes(delivery: Path, tmp_path: Path, form: Form) -> None:
    out = tmp_path / "out"
    first = packed(delivery, out, form)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    again = packed(delivery, out, form)
    assert states(again) == all_of(delivery, made=False)
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before
    assert [replace(one, made=True, gaps=()) for one in again.packages] == [
        replace(one, gaps=()) for one in first.packages
    ]
    assert [(one.files, one.bytes) for one in first.packages] == [
        (len(sizes), sum(sizes)) for sizes in map(_sizes, (one.path for one in first.packages))
    ]


def _sizes(path: Path) -> list[int]:
    if path.is_dir():
        return [file.stat().st_size for file in path.rglob("*") if file.is_file()]
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return [one.file_size for one in archive.infolist()]
    with tarfile.open(path) as archive:
        return [one.size for one in archive.getmembers()]


def test_names_are_those_of_the_dialects(delivery: Path, tmp_path: Path) -> None:
    small = {form: packed(delivery, tmp_path / str(number), form) for number, form in enumerate(FORMS)}
    for form, result in small.items():
        for number, one in enumerate(result.packages, 1):
            uuid = one.objid.removeprefix("uuid-")
            assert uuid == (uuid.upper() if form.dialect is Dialect.TT05 else uuid.lower())
            ordinal = str(number) if form == TT05_ZIP else ""
            assert one.path.name == f"{ordinal}{one.objid}" + (f".{form.packed}" if form.packed else "")
    assert {one.objid.lower() for result in small.values() for one in result.packages} == {
        one.objid for one in small[BAG].packages
    }


def test_numbers_go_on_where_packages_are_added(tmp_path: Path) -> None:
    row = replace(SAMPLE[0], code="H99.12.P01.1961.00", title="Trước")
    packed(make_delivery(tmp_path / "1", SAMPLE[:2]), tmp_path / "out", TT05_ZIP)
    more = packed(make_delivery(tmp_path / "2", [row, *SAMPLE[:2]]), tmp_path / "out", TT05_ZIP)
    assert [(one.path.name.split("uuid")[0], one.made) for one in more.packages] == [
        ("3", True), ("1", False), ("2", False),
    ]  # fmt: skip


def test_the_source_is_only_read(tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in source.rglob("*")}
    packed(source, tmp_path / "out")
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in source.rglob("*")} == before


def test_a_dossier_with_an_error_is_left_out_and_the_others_go_on(tmp_path: Path) -> None:
    broken = DossierRow("H99.12.P01.1965.04", "Ảnh hỏng", pages=1, extra={"0002.jpg": b"\xff\xd8\xff\xe0 cut short"})
    result = packed(make_delivery(tmp_path / "source", [*SAMPLE, broken]), tmp_path / "out")
    assert len(result.packages) == 3
    assert [one.code for one in result.blocked] == [broken.code]
    assert "CORRUPT_IMAGE" in {found.code for found in result.blocked[0].findings}
    assert len(names(tmp_path / "out")) == 3


CHANGES = {"content": "Tiêu đề khác", "header": SAMPLE[0].title}


@pytest.mark.parametrize("form", [BAG, BARE, TT05, TT05_ZIP], ids=lambda one: f"{one.dialect}-{one.packed}")
@pytest.mark.parametrize("reason", ["content", "header"])
def test_another_package_of_the_same_dossier_is_never_overwritten(tmp_path: Path, form: Form, reason: str) -> None:
    out = tmp_path / "out"
    packed(make_delivery(tmp_path / "1", SAMPLE[:1]), out, form)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    row = replace(SAMPLE[0], title=CHANGES[reason])
    other = packed(make_delivery(tmp_path / "2", [row]), out, form, organization="" if reason == "content" else "Khác")
    assert other.packages == []
    ((found,),) = [one.findings for one in other.blocked]
    assert (found.code, found.data["reason"]) == ("PACKAGE_TAKEN", reason)
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


def test_a_bag_is_not_taken_for_a_bare_package(delivery: Path, tmp_path: Path) -> None:
    packed(delivery, tmp_path, BAG)
    found = [one.findings[0] for one in packed(delivery, tmp_path, BARE).blocked]
    assert {(one.code, one.data["reason"]) for one in found} == {("PACKAGE_TAKEN", "header")}


@pytest.mark.parametrize("spoil", ["empty", "cut", "foreign"])
@pytest.mark.parametrize("form", [BAG, ZIP, TAR, TT05_ZIP], ids=lambda one: f"{one.dialect}-{one.packed}")
def test_what_cannot_be_read_is_left_alone(tmp_path: Path, form: Form, spoil: str) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    path = packed(source, tmp_path / "out", form).packages[0].path
    mets = path / "data/METS.xml" if path.is_dir() else path
    content = {"empty": b"", "cut": mets.read_bytes()[:300], "foreign": b"<mets xmlns='x'/>"}[spoil]
    mets.write_bytes(content)
    ((found,),) = [one.findings for one in packed(source, tmp_path / "out", form).blocked]
    assert (found.code, found.data["reason"]) == ("PACKAGE_TAKEN", "unreadable")
    assert mets.read_bytes() == content


@pytest.mark.parametrize("form", [BAG, TT05], ids=["eark", "tt05"])
@pytest.mark.parametrize("gone", [False, True], ids=["changed", "gone"])
def test_a_file_that_changes_after_the_gate_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form, gone: bool
) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:2])
    page = source / SAMPLE[0].folder / "0002.jpg"

    def meddle(dossier: SubmittedDossier) -> str:
        if gone:
            page.unlink(missing_ok=True)
        elif not page.read_bytes().endswith(b"!"):
            page.write_bytes(page.read_bytes() + b"!")
        return signature(dossier)

    monkeypatch.setattr("fonds.repository.sip.signature", meddle)
    result = packed(source, tmp_path / "out", form)
    assert [(one.code, [found.code for found in one.findings]) for one in result.blocked] == [
        (SAMPLE[0].code, ["SOURCE_CHANGED"])
    ]
    assert [found.where for found in result.blocked[0].findings] == [f"{SAMPLE[0].folder}/0002.jpg"]
    assert [one.code for one in result.elsewhere] == []
    assert names(tmp_path / "out") == [one.path.name for one in result.packages]


def test_a_dossier_of_the_circular_is_read_back_whole(delivery: Path, tmp_path: Path) -> None:
    eark, tt05 = packed(delivery, tmp_path / "1"), packed(delivery, tmp_path / "2", TT05, agreement="NL-1")
    for one, other in zip(eark.packages, tt05.packages, strict=True):
        read = read_package(other.path)
        assert (read.kind, read.agreement, read.complete) == (PackageKind.SIP_DOSSIER, "NL-1", True)
        assert read.record.id == one.objid
        assert [event.type for event in read.events_of[""]] == ["validation", "information package creation"]
        assert len(read.signature) == 64
    assert names(tt05.packages[0].path / "metadata") == ["descriptive"], "a SIP of the circular has no PREMIS"


def test_loose_documents_become_a_lot(delivery: Path, tmp_path: Path) -> None:
    (one, *_) = packed(delivery, tmp_path, TT05, loose=True).packages
    assert read_package(one.path).kind is PackageKind.SIP_LOT


# --- what stops it ----------------------------------------------------------------------------------------------------


def test_the_folder_must_not_be_in_the_delivery(delivery: Path) -> None:
    with pytest.raises(RefusedError) as caught:
        packed(delivery, delivery / "sip")
    assert caught.value.code == "OUT_INSIDE"
    assert not (delivery / "sip").exists()


def test_a_folder_that_cannot_be_one(delivery: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for out in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(FondsError) as caught:
            packed(delivery, out)
        assert caught.value.code == "OUTPUT_FAILED"


def test_without_an_inventory_nothing_is_made(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    with pytest.raises(UsageError):
        packed(tmp_path / "source", tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", [BAG, ZIP, TT05], ids=["bag", "zip", "tt05"])
def test_a_full_disk_leaves_whole_packages_only(tmp_path: Path, form: Form) -> None:
    rows = [replace(SAMPLE[0], code=f"H99.12.P01.1962.{number:02}", pages=6) for number in range(1, 9)]
    source = make_delivery(tmp_path / "source", rows)
    with small_disk(megabytes=3, inodes=600) as disk:
        with pytest.raises(FondsError) as caught:
            packed(source, disk / "out", form)
        assert caught.value.code in {"STORE_FULL", "PACKED_NO_ROOM"}
        left = list((disk / "out").iterdir())
        assert all(path.name.startswith("uuid-") for path in left)
        assert all({one.code for one in judge(path).findings} <= GAPS | {"TT05_DATE_PARTIAL"} for path in left)
    # The same command, with room, goes on.
    if form == BAG:
        assert left, "the disk has room for some of them"


def test_a_disk_that_fills_up_while_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    monkeypatch.setattr("fonds.packaging.outgoing._require_room", lambda *_: None)
    with small_disk(megabytes=1) as disk:
        (disk / "out").mkdir()
        use_up_bytes(disk)
        with pytest.raises(FondsError) as caught:
            packed(source, disk / "out")
        assert caught.value.code == "STORE_FULL"
        assert names(disk / "out") == []


def test_a_disk_that_can_only_be_read(tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    with small_disk(megabytes=8) as disk:
        (disk / "out").mkdir()
        make_read_only(disk)
        with pytest.raises(FondsError) as caught:
            packed(source, disk / "out")
        assert caught.value.code == "STORE_READ_ONLY"


def test_a_package_that_fails_our_own_rules_is_removed(
    delivery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = judge

    def strict(path: Path) -> object:
        said = real(path)
        return replace(said, findings=(*said.findings, finding("PKG_NO_METS", "METS.xml")))

    monkeypatch.setattr("fonds.packaging.outgoing.judge", strict)
    with pytest.raises(FaultyPackageError) as caught:
        packed(delivery, tmp_path / "out")
    assert (caught.value.code, caught.value.exit_code) == ("PACKAGE_FAULTY", 1)
    assert names(tmp_path / "out") == []


def test_a_name_that_is_taken_meanwhile(delivery: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rival(path: Path) -> object:
        (tmp_path / "out" / path.name).mkdir()
        return judge(path)

    monkeypatch.setattr("fonds.packaging.outgoing.judge", rival)
    with pytest.raises(RefusedError) as caught:
        packed(delivery, tmp_path / "out")
    assert caught.value.code == "OUT_TAKEN"
    (left,) = (tmp_path / "out").iterdir()
    assert list(left.iterdir()) == [], "what the rival made is not touched"


def test_what_a_killed_run_left_is_cleared_up(delivery: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = packed(delivery, out).packages[0].path
    for path in sorted(first.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    first.rmdir()
    stage = Stage(first)
    (stage.path / "half").touch()
    os.close(stage.handle)  # as the kernel does for a dead process
    result = packed(delivery, out)
    assert [one.made for one in result.packages] == [True, False, False]
    assert names(out) == sorted(one.path.name for one in result.packages)


def test_the_sample_fonds(tmp_path: Path) -> None:
    source = shared_sample("fonds_A_clean") / "H99.12_P01"
    for number, form in enumerate((BAG, TT05_ZIP)):
        result = packed(source, tmp_path / str(number), form)
        assert len(result.packages) == 8
        assert (result.blocked, result.elsewhere) == ([], [])
        codes = {found.code for one in result.packages for found in one.gaps}
        assert codes == ({"TT05_FIELD_MISSING"} if form == TT05_ZIP else set())
