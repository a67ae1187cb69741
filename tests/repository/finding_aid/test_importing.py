"""A finding aid becomes our hierarchy, in one version of the package of its fonds, and can be taken back."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import bagit
import pytest

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.metadata.ids import dossier_id, fonds_id, is_objid, item_id, series_id
from fonds.metadata.model import Value
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.finding_aid import FindingAid, Verdict, import_finding_aid, imported_by, undo_import
from fonds.repository.fonds_packages import KIND, store_fonds
from fonds.repository.ingest import ingest
from fonds.repository.policy import ANONYMOUS, Role, User
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.ports.index import Filters
from fonds.repository.reading import Reading
from fonds.repository.rebuild import rebuild
from fonds.repository.recovery import recover
from fonds.repository.stored_fonds import described_units, stored_fonds
from fonds.repository.versions import Change
from fonds.repository.work import work
from fonds.schemas.xml import XmlRefusedError
from tests.factories import SAMPLE, ingest_sample, make_archive, make_delivery
from tests.repository.finding_aid.aids import CODE, write_aid

FONDS = fonds_id(CODE)
SECOND = series_id(CODE, "02")
INNER = series_id(CODE, "02", "A")
TWIN = dossier_id(CODE, "H99.12.P01.1970.10")
DELIVERED_LATER = dossier_id(CODE, "H99.12.P01.1964.03")


@pytest.fixture
def aid(tmp_path: Path) -> Path:
    return write_aid(tmp_path / "Mục lục.xml")


@pytest.fixture
def empty(tmp_path: Path) -> Archive:
    return make_archive(tmp_path / "repo")


@pytest.fixture
def stocked(tmp_path: Path) -> Archive:
    """One dossier of the fonds is held; the finding aid knows it too."""
    return ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE[:1])[0]


def everything(archive: Archive) -> list[Unit]:
    return list(archive.holdings.walk(FONDS))


def take_in(archive: Archive, path: Path, mode: str = "01") -> int:
    return import_finding_aid(archive, FindingAid(path, mode=mode), agent="lan", apply=True, reason="từ kho cũ").run


def newest(archive: Archive) -> Aip:
    aip = archive.holdings.aip(FONDS)
    assert aip is not None
    return aip


def version(archive: Archive) -> int:
    return newest(archive).version


def test_a_preview_writes_nothing_and_says_what_would_be(empty: Archive, aid: Path) -> None:
    rows = len(list(empty.log.rows()))
    result = import_finding_aid(empty, FindingAid(aid), agent="lan")
    assert (result.fonds, result.applied, result.run, result.version) == (CODE, False, 0, 0)
    assert {level: dict(counts) for level, counts in result.counts.items()} == {
        "fonds": {"new": 1}, "series": {"new": 3}, "file": {"new": 6}, "item": {"new": 2},
    }  # fmt: skip
    assert [(one.depth, one.level, one.title) for one in result.preview][:4] == [
        (0, "fonds", "Ủy ban hành chính tỉnh Sơn Vân"), (1, "series", "Mục lục số 01"),
        (2, "file", "Báo cáo năm 1962"), (2, "file", "Công văn về đê điều huyện Thanh Bình"),
    ]  # fmt: skip
    assert {found.code: found.data.get("count") for found in result.findings} == {
        "FINDING_AID_CODE_REPEATED": None, "FINDING_AID_NO_CODE": 1, "FINDING_AID_INTERNAL": 1,
        "FINDING_AID_CLOSED": 5,
    }  # fmt: skip
    assert empty.holdings.unit(FONDS) is None
    assert len(list(empty.log.rows())) == rows
    assert list(empty.store.locations()) == []


def test_everything_is_there_described_and_not_digitised(empty: Archive, aid: Path) -> None:
    run = take_in(empty, aid)
    units = {unit.id: unit for unit in everything(empty)}
    assert all(is_objid(unit_id) for unit_id in units)
    assert [unit.packaged for unit in units.values()].count(True) == 1  # the fonds itself
    later = units[DELIVERED_LATER]
    assert (later.parent_id, later.pages, later.mode, later.dates) == (series_id(CODE, "01"), 0, "01", "1964")
    assert ("zzz", '<zzz a="b">chỉ có ở đây</zzz>') in later.description.extra
    first, second = (units[item_id(DELIVERED_LATER, "document", number)] for number in (1, 2))
    assert (first.title, second.title, second.parent_id) == ("Công văn về đắp đê", "Phụ lục", DELIVERED_LATER)
    assert ("../did/unittitle", "Công văn về đắp đê") in second.description.extra
    assert (units[INNER].parent_id, units[SECOND].parent_id) == (SECOND, FONDS)
    assert ("@level", "subseries") in units[INNER].description.extra
    assert units[TWIN].title == "Hồ sơ đê điều"
    assert units[dossier_id(CODE, "02", "H99.12.P01.1970.10")].title == "Trùng mã"
    alone = units[dossier_id(CODE, "H99.12.P01.1970.11")]
    assert (alone.level, alone.title) == ("file", "Bản đồ lẻ")
    assert "Nội bộ" not in {unit.title for unit in units.values()}
    assert empty.holdings.totals()["undigitised"] == 6
    reading = Reading(empty, ANONYMOUS)
    assert reading.search("đê điều", Filters()).total == 2
    imported = imported_by(empty, run)
    assert imported is not None
    assert (imported.code, imported.before, imported.after.version) == (CODE, None, 1)


def test_the_package_is_right_and_keeps_the_file_as_it_was(empty: Archive, aid: Path) -> None:
    take_in(empty, aid)
    aip = newest(empty)
    root = empty.root / "store" / aip.location
    assert validate_bag(root).findings == ()
    assert validate_package(root).findings == ()
    bagit.Bag(str(root)).validate()
    content = stored_fonds(empty, aip)
    (kept,) = content.documentation
    assert (kept.path, kept.original_name) == ("documentation/findingaid-1.xml", "Mục lục.xml")
    assert kept.sha256 == sha256(aid.read_bytes()).hexdigest()
    assert (root / "data" / kept.path).read_bytes() == aid.read_bytes()
    (event,) = content.events
    assert (event.type, event.objects) == ("metadata modification", (kept.path,))
    assert kept.sha256 in event.detail
    assert "từ kho cũ" in event.detail
    assert "file: 6 new" in event.outcome_note
    assert [row.action for row in empty.log.rows()][-3:] == ["describe begins", "fonds package", "describe ends"]


def test_what_nobody_opens_stays_closed(empty: Archive, aid: Path) -> None:
    take_in(empty, aid, mode="")
    reader = Reading(empty, ANONYMOUS)
    assert [unit.title for unit in reader.by_level("file").items] == ["Hồ sơ đê điều"]
    assert Reading(empty, User("lan", Role.ARCHIVIST)).by_level("file").total == 6


def test_the_same_file_again_changes_nothing(empty: Archive, aid: Path) -> None:
    take_in(empty, aid)
    before, rows = everything(empty), len(list(empty.log.rows()))
    result = import_finding_aid(empty, FindingAid(aid, mode="01"), agent="lan", apply=True)
    assert (result.run, result.version, result.changes) == (0, 0, 0)
    assert (everything(empty), len(list(empty.log.rows())), version(empty)) == (before, rows, 1)


def test_a_corrected_file_changes_what_it_changes(empty: Archive, aid: Path) -> None:
    take_in(empty, aid)
    write_aid(aid, title="Công văn về đê")
    result = import_finding_aid(empty, FindingAid(aid, mode="01"), agent="lan", apply=True)
    assert result.count(Verdict.CHANGED, "file") == 1
    assert (result.count(Verdict.SAME, "file"), result.count(Verdict.NEW), result.version) == (5, 0, 2)
    unit = empty.holdings.unit(DELIVERED_LATER)
    assert unit is not None
    assert unit.title == "Công văn về đê"
    aip = newest(empty)
    names = [file.path for file in stored_fonds(empty, aip).documentation]
    assert names == ["documentation/findingaid-1.xml", "documentation/findingaid-2.xml"]


def test_what_is_held_stays_and_what_is_missing_is_filled_in(stocked: Archive, aid: Path) -> None:
    before = {unit.id: unit for unit in everything(stocked)}
    held = next(unit for unit in before.values() if unit.level == "file")
    result = import_finding_aid(stocked, FindingAid(aid, mode="01"), agent="lan", apply=True)
    assert result.count(Verdict.HELD) == 1
    (found,) = (one for one in result.findings if one.code == "FINDING_AID_HELD")
    assert (found.data["objid"], found.severity.value) == (held.id, "info")
    after = {unit.id: unit for unit in everything(stocked)}
    assert after[held.id] == held
    assert all(after[unit_id] == unit for unit_id, unit in before.items() if unit.dossier_id == held.id)
    fonds = after[FONDS].description
    assert fonds.text("fondHistory") == "Thành lập năm 1955."
    assert fonds.text("fondName") == before[FONDS].description.text("fondName")
    assert fonds.text("archivesTime") == before[FONDS].description.text("archivesTime")
    differing = [one.data["fields"] for one in result.findings if one.code == "FINDING_AID_DIFFERS"]
    assert differing == ["Thời gian tài liệu"]
    packages = {unit.id: unit.package for unit in described_units(stocked, newest(stocked))}
    assert packages[held.id] == held.id
    assert [unit_id for unit_id, package in packages.items() if package] == [held.id]


def test_a_dossier_that_is_delivered_later_stays_the_same_unit(empty: Archive, aid: Path, tmp_path: Path) -> None:
    take_in(empty, aid)
    result = ingest(empty, make_delivery(tmp_path / "more", SAMPLE[2:]), agent="lan")
    assert [one.objid for one in result.ingested] == [DELIVERED_LATER]
    unit = empty.holdings.unit(DELIVERED_LATER)
    assert unit is not None
    assert (unit.packaged, unit.pages, unit.title) == (True, 3, SAMPLE[2].title)
    assert version(empty) == 2
    aip = newest(empty)
    assert [one.package for one in described_units(empty, aip) if one.package] == [DELIVERED_LATER]
    again = import_finding_aid(empty, FindingAid(aid, mode="01"), agent="lan", apply=True)
    assert (again.count(Verdict.HELD, "file"), again.version) == (1, 0)
    assert audit(empty, agent="lan", scope=ALL).unknown == []


def test_a_rebuild_gives_the_same_again(stocked: Archive, aid: Path) -> None:
    take_in(stocked, aid)
    reading = Reading(stocked, User("lan", Role.ARCHIVIST))

    def answers() -> list[list[str]]:
        return [[unit.id for unit, _ in reading.search(text, Filters()).units] for text in ("đê", "bản đồ", "1962")]

    before, found, totals = everything(stocked), answers(), stocked.holdings.totals()
    result = rebuild(stocked, agent="lan")
    assert (result.packages, result.indexed, result.unreadable) == (3, 7, [])
    assert everything(stocked) == before
    assert answers() == found
    assert all(found)
    assert stocked.holdings.totals() == totals
    work(stocked, stopped=lambda: False)
    assert version(stocked) == 2
    assert stocked.jobs.counts()[KIND].keys() == {"done"}


def test_an_import_is_taken_back_as_a_new_version_and_that_again(stocked: Archive, aid: Path) -> None:
    before = everything(stocked)
    run = take_in(stocked, aid)
    after = everything(stocked)
    shown = undo_import(stocked, run, agent="minh")
    assert {level: dict(counts) for level, counts in shown.counts.items()} == {
        "fonds": {"restored": 1}, "series": {"restored": 1, "gone": 2}, "file": {"gone": 5}, "item": {"gone": 2},
    }  # fmt: skip
    assert everything(stocked) == after
    undone = undo_import(stocked, run, agent="minh", apply=True, reason="nhầm phông")
    assert (undone.version, version(stocked)) == (3, 3)
    assert everything(stocked) == before
    assert Reading(stocked, User("lan", Role.ARCHIVIST)).search("bản đồ lẻ", Filters()).total == 0
    aip = newest(stocked)
    content = stored_fonds(stocked, aip)
    assert [file.path for file in content.documentation] == ["documentation/findingaid-1.xml"]
    assert "nhầm phông" in content.events[-1].detail
    with pytest.raises(RefusedError) as refused:
        undo_import(stocked, run, agent="minh")
    assert (refused.value.code, refused.value.data["later"]) == ("FINDING_AID_LATER", undone.run)
    undo_import(stocked, undone.run, agent="minh", apply=True)
    assert everything(stocked) == after
    assert rebuild(stocked, agent="lan").unreadable == []
    assert everything(stocked) == after


def test_taking_back_leaves_what_was_digitised_or_filled_in_since(empty: Archive, aid: Path, tmp_path: Path) -> None:
    run = take_in(empty, aid)
    ingest(empty, make_delivery(tmp_path / "more", SAMPLE[2:]), agent="lan")
    fonds = empty.holdings.unit(FONDS)
    assert fonds is not None
    undone = undo_import(empty, run, agent="minh", apply=True)
    assert (undone.count(Verdict.GONE, "file"), undone.count(Verdict.GONE, "series")) == (5, 2)
    left = everything(empty)
    assert [unit.id for unit in left if unit.level != "item"] == [FONDS, series_id(CODE, "01"), DELIVERED_LATER]
    assert left[0].description == fonds.description
    before = everything(empty)
    rebuild(empty, agent="lan", index=False, access=False)
    assert everything(empty) == before


def test_a_fonds_by_another_name(empty: Archive, tmp_path: Path) -> None:
    nameless = write_aid(tmp_path / "a.xml", code="")
    with pytest.raises(UsageError) as asked:
        import_finding_aid(empty, FindingAid(nameless), agent="lan")
    assert asked.value.code == "FINDING_AID_FONDS"
    for path in (nameless, write_aid(tmp_path / "b.xml", code="GGI")):
        result = import_finding_aid(empty, FindingAid(path, CODE), agent="lan", apply=True)
        assert result.fonds == CODE
    fonds = empty.holdings.unit(FONDS)
    assert fonds is not None
    assert (fonds.code, fonds.description.values["fondsCode"]) == (CODE, Value(CODE))
    assert empty.holdings.by_level("fonds").total == 1


def test_ours_goes_out_and_comes_in_again_without_loss(empty: Archive, aid: Path, tmp_path: Path) -> None:
    take_in(empty, aid)
    before = everything(empty)
    aip = newest(empty)
    with empty.store.open(aip.location, "data/metadata/descriptive/ead3.xml") as source:
        (tmp_path / "ours.xml").write_bytes(source.read())
    other = make_archive(tmp_path / "other")
    import_finding_aid(other, FindingAid(tmp_path / "ours.xml"), agent="lan", apply=True)
    after = list(other.holdings.walk(FONDS))
    assert [(unit.level, unit.title, unit.code, unit.mode) for unit in after] == [
        (unit.level, unit.title, unit.code, unit.mode) for unit in before
    ]
    known = [unit.description for unit in after if unit.level != "fonds"]
    assert known == [unit.description for unit in before if unit.level != "fonds"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "XML_MALFORMED"),
        (b"<ead><archdesc>", "XML_MALFORMED"),
        (b"<html/>", "XML_UNEXPECTED"),
        (b'<!DOCTYPE ead [<!ENTITY a "b">]><ead><archdesc>&a;</archdesc></ead>', "XML_DOCTYPE_DECLARES"),
    ],
)
def test_what_is_no_finding_aid_changes_nothing(empty: Archive, tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.xml"
    path.write_bytes(content)
    for apply in (False, True):
        with pytest.raises(XmlRefusedError) as refused:
            import_finding_aid(empty, FindingAid(path, CODE), agent="lan", apply=apply)
        assert refused.value.code == code
    assert list(empty.store.locations()) == []
    assert empty.jobs.counts().get("describe") is None


@pytest.mark.parametrize("apply", [False, True])
def test_a_file_that_is_not_there(empty: Archive, tmp_path: Path, apply: bool) -> None:
    with pytest.raises(UsageError) as asked:
        import_finding_aid(empty, FindingAid(tmp_path / "none.xml"), agent="lan", apply=apply)
    assert asked.value.code == "FINDING_AID_MISSING"
    with pytest.raises(FondsError):
        import_finding_aid(empty, FindingAid(tmp_path), agent="lan", apply=apply)


def test_a_secret_unit_does_not_come_onto_a_networked_machine(empty: Archive, aid: Path) -> None:
    aid.write_text(aid.read_text("utf-8").replace("Công khai", "Mật"), "utf-8")
    for apply in (False, True):
        with pytest.raises(RefusedError) as refused:
            import_finding_aid(empty, FindingAid(aid), agent="lan", apply=apply)
        assert (refused.value.code, refused.value.data["title"]) == ("FINDING_AID_SECRET", "Hồ sơ đê điều")
    assert list(empty.store.locations()) == []
    isolated = replace(empty, settings=replace(empty.settings, deployment="isolated"))
    assert import_finding_aid(isolated, FindingAid(aid), agent="lan").count(Verdict.NEW, "file") == 6


def test_a_file_that_changes_while_it_is_read_is_not_taken_in(
    empty: Archive, aid: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store_fonds

    def late(*args: object, **kwargs: object) -> object:
        write_aid(aid, title="khác")
        return real(*args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr("fonds.repository.finding_aid.importing.store_fonds", late)
    with pytest.raises(RefusedError) as refused:
        take_in(empty, aid)
    assert refused.value.code == "FINDING_AID_CHANGED"
    assert list(empty.store.locations()) == []
    assert empty.holdings.unit(FONDS) is None
    assert empty.jobs.counts()["describe"] == {"failed": 1}


class _KilledError(BaseException):
    pass


def _die(*_: object, **__: object) -> object:
    raise _KilledError


@pytest.mark.parametrize("place", ["log_stored", "described_units"])
def test_an_import_that_was_killed_after_publishing_is_finished_by_the_next_run(
    empty: Archive, aid: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """The store has it: its log row and its units follow, and it can be taken back like any other."""
    monkeypatch.setattr(f"fonds.repository.fonds_packages.{place}", _die)
    monkeypatch.setattr("fonds.repository.recovery.recover", lambda *_, **__: [])
    monkeypatch.setattr(type(empty.jobs), "fail", lambda *_: None)
    with pytest.raises(_KilledError):
        take_in(empty, aid)
    monkeypatch.undo()
    assert empty.holdings.aip(FONDS) is None
    with empty.lock("ingest"):
        assert len(recover(empty, "lan")) == 1
    assert empty.holdings.totals()["undigitised"] == 6
    assert [row.action for row in empty.log.rows()].count("fonds package") == 1
    run = empty.jobs.recent(kind="describe").items[0].id
    assert undo_import(empty, run, agent="lan").count(Verdict.GONE, "file") == 6


def test_descriptions_given_by_hand_are_a_version_too(stocked: Archive) -> None:
    """What any other editor of a fonds does: units as they shall be, taken over from the store."""
    units = [
        replace(unit, description=replace(unit.description, values={**unit.description.values, "title": Value("Mới")}))
        if unit.id == series_id(CODE, "01")
        else unit
        for unit in described_units(stocked, newest(stocked))
    ]
    with stocked.lock("ingest"):
        store_fonds(stocked, CODE, units, Change("metadata modification", "by hand", "lan"), adopt=True)
    series = stocked.holdings.unit(series_id(CODE, "01"))
    assert series is not None
    assert series.title == "Mới"
