"""What a source is: a delivery, a package, a bag, a package file, or a folder of several; and what becomes of each."""

from __future__ import annotations

import shutil
import zipfile
from hashlib import sha256
from itertools import product
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fonds.errors import FondsError, UsageError
from fonds.packaging.bag import write_bag
from fonds.packaging.digest import hash_file
from fonds.packaging.judge import judge
from fonds.packaging.paper import page_html
from fonds.repository.archive import Archive
from fonds.repository.deliveries.printing import PAPERS, paper_of
from fonds.repository.deliveries.register import delivery
from fonds.repository.ingest import ingest
from fonds.repository.intake.received import kept
from fonds.repository.intake.received.source import is_delivery
from fonds.repository.outcome import IngestProgress
from fonds.repository.policy import Role, User
from fonds.repository.underway import BYTES, FILES
from fonds.schemas.messages import LANGUAGES, text
from tests.factories import SAMPLE, DocumentRow, DossierRow, make_delivery
from tests.packaging.tt05.foreign import DOSSIER
from tests.packaging.tt05.foreign import Foreign as ForeignState
from tests.repository.received.making import (
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
    tarred,
    tree_of,
    zipped,
)

ONE = Foreign(representations={"rep1": ("0001.jpg",)})


def stages(archive: Archive) -> list[Path]:
    return list((archive.root / "store").glob(".tmp-*"))


# --- which it is ----------------------------------------------------------------------------------------------------


def test_a_folder_with_an_inventory_is_a_delivery(tmp_path: Path, stock: Stock) -> None:
    assert is_delivery(stock.delivery, None)
    with_zip = Path(shutil.copytree(stock.delivery, tmp_path / "with zip"))
    (with_zip / "cũ.zip").write_bytes(b"PK")
    assert is_delivery(with_zip, None)
    shutil.rmtree(with_zip)
    assert is_delivery(tmp_path, None)  # nothing is there: the delivery says so
    package = ONE.make(tmp_path)
    assert not is_delivery(package, None)
    assert not is_delivery(tmp_path, None)
    assert is_delivery(tmp_path, stock.delivery / "MucLuc.xlsx")
    assert not is_delivery(package, stock.delivery / "MucLuc.xlsx")
    assert not is_delivery(zipped(package, tmp_path / "a"), None)  # by its content, whatever it is called
    assert is_delivery(stock.delivery / "MucLuc.xlsx" / "none", None)


def test_what_is_nothing_of_all_this(tmp_path: Path, empty: Archive) -> None:
    (tmp_path / "text.zip").write_text("no zip", "utf-8")
    with pytest.raises(UsageError, match="SOURCE_NOT_FOLDER"):
        take_in(empty, tmp_path / "text.zip")
    with pytest.raises(UsageError, match="SOURCE_MISSING"):
        take_in(empty, tmp_path / "missing.zip")
    (tmp_path / "bare").mkdir()
    with pytest.raises(UsageError, match="INVENTORY_MISSING"):
        take_in(empty, tmp_path / "bare")
    (tmp_path / "bare/x.txt").write_text("x")
    result = take_in(empty, zipped(tmp_path / "bare", tmp_path / "bare.zip"))
    assert [one.code for one in result.blocked[0].findings] == ["RECEIVED_NOTHING"]


# --- bags around packages -------------------------------------------------------------------------------------------


def test_a_bag_around_a_package_of_another_program(tmp_path: Path, empty: Archive) -> None:
    package = ONE.make(tmp_path)
    outer = write_bag(package, tmp_path / "bag").bag  # METS.xml in data/
    aip = taken(empty, outer, "P1")
    assert rebuilt(empty, aip) == tree_of(outer)
    again = tmp_path / "deeper" / "bag"
    again.parent.mkdir()
    deeper = write_bag(shutil.copytree(package, tmp_path / "up" / package.name).parent, again).bag  # data/<OBJID>/
    assert [one.objid for one in take_in(empty, deeper, "P1").unchanged] == [aip.objid]
    assert [one.objid for one in take_in(empty, zipped(deeper, tmp_path / "z.zip"), "P1").unchanged] == [aip.objid]


def test_a_bag_around_several_packages(tmp_path: Path, empty: Archive) -> None:
    for number in (1, 2):
        Foreign(objid=f"o{number}", representations={"rep1": (f"{number}.jpg",)}, descriptive={}, label="x").make(
            tmp_path / "both"
        )
    bag = write_bag(tmp_path / "both", tmp_path / "bag").bag
    result = take_in(empty, bag, "P1")
    assert [one.code for one in result.ingested] == ["o1", "o2"]
    aips = [empty.holdings.aip(one.objid) for one in result.ingested]
    assert rebuilt(empty, *filter(None, aips)) == tree_of(bag)
    damaged = bag / "data/o2/representations/rep1/data/2.jpg"
    damaged.write_bytes(damaged.read_bytes()[:-1])
    assert {one.code for one in take_in(empty, bag, "P1").blocked[0].findings} >= {"BAG_DIGEST_WRONG"}


def test_a_broken_bag_is_left_out(tmp_path: Path, empty: Archive) -> None:
    bag = write_bag(ONE.make(tmp_path), tmp_path / "bag").bag
    (bag / "data/representations/rep1/data/0009.jpg").write_bytes(b"x")
    result = take_in(empty, bag, "P1")
    assert {"BAG_FILE_NOT_LISTED", "PKG_FILE_NOT_LISTED"} <= {one.code for one in result.blocked[0].findings}
    assert not list(empty.store.locations())


# --- bags around deliveries -----------------------------------------------------------------------------------------


def test_a_bag_of_scans_with_its_inventory(tmp_path: Path, empty: Archive) -> None:
    delivery = make_delivery(tmp_path / "delivery", SAMPLE)
    bag = write_bag(delivery, tmp_path / "bag").bag
    result = take_in(empty, bag)
    assert [one.code for one in result.ingested] == [row.code for row in SAMPLE]
    aips = [aip for one in result.ingested if (aip := empty.holdings.aip(one.objid))]
    assert rebuilt(empty, *aips) == tree_of(bag)
    for aip in aips:
        content = content_of(empty, aip)
        names = {file.original_name for file in content.documentation}
        assert names == {
            "bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/MucLuc.xlsx",
        }  # fmt: skip
        assert content.representations[0].files  # and their names are those of any delivery
        assert all(file.original_name.startswith("ML01/HS_") for file in content.representations[0].files)
        assert not judge(bag_of(empty, aip)).findings
    assert [one.code for one in ingest(empty, delivery, agent="x").unchanged] == [row.code for row in SAMPLE]
    assert len(take_in(empty, bag).unchanged) == 3


def test_what_many_dossiers_share_is_named_where_it_is_large(
    tmp_path: Path, empty: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "SMALL", 1000)
    bag = write_bag(make_delivery(tmp_path / "delivery", SAMPLE[:2]), tmp_path / "bag").bag
    result = take_in(empty, bag)
    assert "RECEIVED_ORIGINALS" in codes(result)
    for content in (content_of(empty, aip) for one in result.ingested if (aip := empty.holdings.aip(one.objid))):
        assert not content.documentation
        note = next(event for event in content.events if event.type == "transfer").outcome_note
        for name in ("manifest-sha256.txt", "data/MucLuc.xlsx"):
            assert f"{sha256((bag / name).read_bytes()).hexdigest()}: {name}" in note


def test_a_zip_of_a_delivery(tmp_path: Path, empty: Archive) -> None:
    archive = zipped(make_delivery(tmp_path / "delivery", SAMPLE[:2]), tmp_path / "d.zip")
    result = take_in(empty, archive)
    assert len(result.ingested) == 2
    aips = [aip for one in result.ingested if (aip := empty.holdings.aip(one.objid))]
    with zipfile.ZipFile(archive) as members:
        assert rebuilt(empty, *aips) == {name.encode(): members.read(name) for name in members.namelist()}
    size, digest = hash_file(archive)
    received = next(event for event in content_of(empty, aips[0]).events if event.type == "transfer")
    assert received.detail == f"Received the package file d.zip; {size} bytes, SHA-256 {digest}; kind delivery"


def test_a_dossier_of_a_bag_is_blocked_by_itself(tmp_path: Path, empty: Archive) -> None:
    rows = [SAMPLE[0], DossierRow("H99.12.P01.1970.09", "Hỏng", extra={"0003.jpg": b"\xff\xd8\xff\xe0 cut"})]
    bag = write_bag(make_delivery(tmp_path / "delivery", rows), tmp_path / "bag").bag
    result = take_in(empty, bag)
    assert [one.code for one in result.ingested] == [SAMPLE[0].code]
    assert [one.code for one in result.blocked] == ["H99.12.P01.1970.09"]


# --- several --------------------------------------------------------------------------------------------------------


def test_a_folder_of_packages_of_every_kind(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    both = tmp_path / "both"
    both.mkdir()
    exported(stock.archive, stock.aips[0], both)
    zipped(exported(stock.archive, stock.aips[1], tmp_path), both / "b.zip")
    tarred(exported(stock.archive, stock.aips[2], tmp_path), both / "c.tar.gz")
    (both / "d.zip").write_bytes(b"PK\x03\x04 no")
    (both / "Bien ban.txt").write_text("x")
    (both / "no package").mkdir()
    (both / "Thumbs.db").write_bytes(b"x")
    result = take_in(empty, both)
    assert sorted(one.code for one in result.ingested) == sorted(aip.code for aip in stock.aips)
    assert [one.where for one in result.blocked] == ["d.zip"]
    told = {one.where: one.code for one in result.findings if one.code.startswith("RECEIVED_")}
    assert told == {"Bien ban.txt": "RECEIVED_BESIDE", "no package": "RECEIVED_NOT_PACKAGE"}
    assert {one.where for one in result.elsewhere} == {"no package"}
    assert not stages(empty)


def test_a_hand_over_of_state_packages(tmp_path: Path, empty: Archive) -> None:
    """As offices hand over: numbered zips beside a list, and one that is in a bag."""
    target = tmp_path / "hand-over"
    target.mkdir()
    for number, code in enumerate(("H99.64.2001.160", "H99.64.2001.161"), 1):
        uuid = f"uuid-0F203B84-6641-4CDA-9F52-DAAE55FEF6B{number}"
        package = ForeignState(objid=uuid, ead=DOSSIER.replace("H99.64.2001.160", code), content=image_pdf)
        zipped(package.make(tmp_path / str(number)), target / f"{number}{uuid}.zip")
    third = ForeignState(ead=DOSSIER.replace("H99.64.2001.160", "H99.64.2001.162"), content=image_pdf)
    (target / "Danh muc.xlsx").write_bytes((make_delivery(tmp_path / "d", []) / "MucLuc.xlsx").read_bytes())
    assert not is_delivery(target, None)
    write_bag(third.make(tmp_path / "3"), target / "bag")
    assert not is_delivery(target, None)
    result = take_in(empty, target)
    assert {one.code for one in result.ingested} == {f"H99.64.2001.16{n}" for n in range(3)}
    assert [one.where for one in result.findings if one.code == "RECEIVED_BESIDE"] == ["Danh muc.xlsx"]
    aip = empty.holdings.aip(next(one.objid for one in result.ingested if one.code.endswith("2")))
    assert aip is not None
    assert rebuilt(empty, aip) == tree_of(target / "bag")


def test_a_zip_of_several_packages(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    both = tmp_path / "both"
    both.mkdir()
    for sent in stock.aips[:2]:
        exported(stock.archive, sent, both)
    (both / "note.txt").write_text("beside")
    result = take_in(empty, zipped(both, tmp_path / "both.zip", inside=False))
    assert len(result.ingested) == 2
    aips = [aip for one in result.ingested if (aip := empty.holdings.aip(one.objid))]
    assert rebuilt(empty, *aips) == tree_of(both)


@pytest.mark.parametrize("bagged", [False, True])
def test_a_package_without_its_mets_does_not_hide_in_another(
    tmp_path: Path, stock: Stock, empty: Archive, bagged: bool
) -> None:
    both = tmp_path / "both"
    ONE.make(both)
    (Foreign(objid="o2").make(both) / "METS.xml").unlink()
    (both / "__MACOSX").mkdir()
    (both / "__MACOSX/._x").write_bytes(b"x")
    source = write_bag(both, tmp_path / "bag").bag if bagged else zipped(both, tmp_path / "b.zip", inside=False)
    result = take_in(empty, source, "P1")
    assert len(result.ingested) == 1
    where = "data/o2" if bagged else "b.zip!/o2"
    assert [(one.code, one.where) for one in result.elsewhere] == [("RECEIVED_NOT_PACKAGE", where)]
    aip = empty.holdings.aip(result.ingested[0].objid)
    assert aip is not None
    assert not [path for path in rebuilt(empty, aip) if b"o2/" in path]


# --- unpacking ------------------------------------------------------------------------------------------------------


def test_a_hostile_zip_is_refused_with_its_findings(tmp_path: Path, empty: Archive) -> None:
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as archive:
        archive.writestr("../../escaped.txt", b"x")
        archive.writestr("p/METS.xml", b"<mets/>")
    result = take_in(empty, tmp_path / "evil.zip")
    (blocked,) = result.blocked
    assert (blocked.code, blocked.where) == ("evil.zip", "evil.zip")
    assert {(one.code, one.where) for one in blocked.findings} == {
        ("PACKED_PATH_UNSAFE", "evil.zip!/../../escaped.txt")
    }
    assert not stages(empty)
    assert not list(tmp_path.rglob("escaped.txt"))


@pytest.mark.parametrize("error", [KeyboardInterrupt, FondsError("STORE_FAILED", path="x", reason="x")])
def test_nothing_that_was_unpacked_stays_behind(
    tmp_path: Path, stock: Stock, empty: Archive, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    source = zipped(exported(stock.archive, stock.aips[0], tmp_path), tmp_path / "a.zip")
    seen: list[int] = []

    def stop(*_: object) -> None:
        seen.append(len(stages(empty)))
        raise error

    monkeypatch.setattr("fonds.repository.ingest.received_content", stop)
    with pytest.raises((KeyboardInterrupt, FondsError)):
        take_in(empty, source)
    assert seen == [2]  # the package that was being made, and what was unpacked
    assert not stages(empty)
    monkeypatch.undo()
    assert len(take_in(empty, source).ingested) == 1


def test_what_a_killed_run_unpacked_is_removed_by_the_next(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    dead = empty.root / "store" / ".tmp-3b1c1f0e-0000-4000-8000-000000000000" / "content" / "a"
    dead.mkdir(parents=True)
    (dead / "METS.xml").write_text("x")
    take_in(empty, exported(stock.archive, stock.aips[0], tmp_path))
    assert not dead.exists()


def test_the_source_is_only_read(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    source = exported(stock.archive, stock.aips[0], tmp_path)
    before = {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in source.rglob("*")}
    taken(empty, source)
    assert {path: (path.stat().st_mtime_ns, path.stat().st_size) for path in source.rglob("*")} == before


def test_progress_tells_what_is_being_done(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    source = zipped(exported(stock.archive, stock.aips[0], tmp_path), tmp_path / "a.zip")
    seen: list[IngestProgress] = []
    ingest(empty, source, agent="x", progress=seen.append)
    steps = [one.step for one in seen if one.step]
    assert list(dict.fromkeys(one.name for one in steps)) == ["hashing", "unpacking", "checking", "reading", "storing"]
    ends = {one.name: one for one in steps}
    size = source.stat().st_size
    assert (ends["hashing"].done, ends["hashing"].total, ends["hashing"].unit) == (size, size, BYTES)
    for name, unit in (("unpacking", BYTES), ("checking", FILES), ("reading", BYTES)):
        last = ends[name]
        assert last.unit == unit
        assert last.done == last.total > 0, name
        assert last.part == last.parts == 1
        assert len({one.began for one in steps if one.name == name}) == 1
    assert seen[-1].dossiers == 1
    assert seen[-1].step is None


def test_what_was_handed_over_is_named_with_its_digest_and_a_folder_as_one(
    tmp_path: Path, stock: Stock, empty: Archive
) -> None:
    (tmp_path / "giao").mkdir()
    folder = exported(stock.archive, stock.aips[0], tmp_path / "giao")
    packed = zipped(exported(stock.archive, stock.aips[1], tmp_path), tmp_path / "giao" / "b.zip")
    broken = tmp_path / "giao" / "c.zip"
    broken.write_bytes(b"PK\x03\x04 and then nothing")
    result = ingest(empty, tmp_path / "giao", agent="x")
    _, record = delivery(empty, result.delivery)
    named = {one.name: (one.size, one.sha256) for one in record.handed}
    digests = {path.name: (path.stat().st_size, sha256(path.read_bytes()).hexdigest()) for path in (packed, broken)}
    assert named == {folder.name: (0, ""), **digests}
    for kind, lang in product(PAPERS, LANGUAGES):
        page = page_html(paper_of(empty, result.delivery, kind, User("lan", Role.ARCHIVIST), lang)).decode()
        for said in (folder.name, digests["b.zip"][1], digests["c.zip"][1], text(lang, "paper.package.folder")):
            assert said in page, (kind, lang)


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["Biên bản giao nhận.pdf", "a b/c d.txt", "CON.txt", "x" * 150 + ".txt", "dấu\u0323.txt", "a\tb.txt", ".hidden"],
)
def test_names_that_are_not_portable_come_back(tmp_path: Path, empty: Archive, name: str) -> None:
    folder = Foreign(extra={f"documentation/{name}": b"x"}, listed=False).make(tmp_path)
    aip = taken(empty, folder, "P1")
    assert rebuilt(empty, aip) == tree_of(folder)
    content = content_of(empty, aip)
    assert all(file.path.isascii() and " " not in file.path for file in content.documentation)


@pytest.mark.parametrize("names", [("a.txt", "A.txt"), ("đ.txt", "d.txt"), ("x y.txt", "x_y.txt")])
def test_names_that_look_alike_stay_apart(tmp_path: Path, empty: Archive, names: tuple[str, str]) -> None:
    extra = {f"documentation/{name}": name.encode() for name in names}
    folder = Foreign(extra=extra, listed=False).make(tmp_path)
    assert rebuilt(empty, taken(empty, folder, "P1")) == tree_of(folder)


def test_a_document_row_of_a_bag_keeps_its_pages(tmp_path: Path, empty: Archive) -> None:
    row = DossierRow("H99.12.P01.1971.01", "Một", documents=(DocumentRow("Văn bản", 2, 2),))
    bag = write_bag(make_delivery(tmp_path / "delivery", [row]), tmp_path / "bag").bag
    assert content_of(empty, taken(empty, bag)).record.items[0].pages == (2,)
    assert load_workbook(bag / "data/MucLuc.xlsx").sheetnames
