"""Incidents: opened by what finds something, closed by a verified repair or a person, and known after a rebuild."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.packaging.eark import PackageType
from fonds.packaging.judge import judge
from fonds.repository.audit import audit
from fonds.repository.export import ExportOrder, export
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.holding import stored_content
from fonds.repository.incidents import resolve, restore_incidents
from fonds.repository.ports.incidents import DECIDED, REPAIRED
from fonds.repository.preservation import preservation
from fonds.repository.versions import Change, describe_anew
from tests.outgoing import BAG, LAN
from tests.repository.repair.world import NAS, OTHER_PAGE, PAGE, VERSIONS, World, retitled, spoil


def test_one_incident_a_package_and_copy_with_all_that_is_wrong(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE))
    spoil(world.file(NAS, OTHER_PAGE, aip=world.second))
    world.audit()
    world.audit()
    found = world.archive.incidents.listed().items
    assert sorted((one.objid, one.copy) for one in found) == sorted(
        [(world.first.objid, MAIN_COPY), (world.second.objid, NAS)]
    )
    (first,) = (one for one in found if one.objid == world.first.objid)
    assert (first.opened_by, first.open) == ("lan", True)
    problems = world.archive.incidents.problems(first).items
    assert [(one.version, one.path) for one in problems] == [(number, PAGE) for number in range(1, VERSIONS + 1)]
    row = next(row for row in world.archive.log.rows() if row.number == first.number)
    assert (row.action, row.subject, row.detail["run"]) == ("incident opened", first.objid, first.run)


def test_a_later_good_audit_does_not_close_it_but_a_repair_that_finds_nothing_to_do_does(world: World) -> None:
    path = world.file(MAIN_COPY, PAGE, aip=world.second)
    spoil(path)
    world.audit()
    spoil(path)  # the same bit again: somebody mended it by hand
    assert world.audit().good
    (one,) = world.archive.incidents.listed().items
    assert world.repair().good
    closed = world.archive.incidents.get(one.number)
    assert closed is not None
    assert (closed.how, closed.closed_by, closed.sources) == (REPAIRED, "hoa", "")


def test_a_person_decides_and_is_not_told_the_same_again(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    (one,) = world.archive.incidents.listed().items
    closed = resolve(world.archive, one.number, "  Bản gốc giấy còn đọc được ", "hoa")
    assert (closed.how, closed.reason, closed.closed_by) == (DECIDED, "Bản gốc giấy còn đọc được", "hoa")
    assert not world.audit().good, "what is wrong is still told"
    assert world.archive.incidents.listed().total == 0
    assert [event.type for event in preservation(world.archive, one.objid).events][-1] == "policy assignment"
    spoil(world.file(MAIN_COPY, OTHER_PAGE, aip=world.second))
    world.audit()
    (other,) = world.archive.incidents.listed().items
    assert other.number > one.number, "something that was not known then"


def test_an_incident_that_nobody_could_open_any_more_is_opened_by_the_next_audit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoil(world.file(MAIN_COPY, PAGE))
    with monkeypatch.context() as patched:
        patched.setattr("fonds.repository.audit.writing.note_incident", _cut_short)
        with pytest.raises(SystemExit):
            world.audit()
    assert world.archive.fixity.problems().total == VERSIONS
    assert world.archive.incidents.listed().total == 0
    for _ in range(2):
        audit(world.archive, agent="lan", package=world.second.objid)
    (one,) = world.archive.incidents.listed().items
    assert (one.objid, one.copy, one.run, one.open) == (world.first.objid, MAIN_COPY, 0, True)
    resolve(world.archive, one.number, "Đã rõ", "hoa")
    audit(world.archive, agent="lan", package=world.second.objid)
    assert world.archive.incidents.listed().total == 0, "a person has decided on it"


def _cut_short(*_: object) -> None:
    raise SystemExit


def test_the_next_version_and_what_is_exported_tell_what_was_repaired(world: World, tmp_path: Path) -> None:
    spoil(world.file(MAIN_COPY, PAGE))
    world.audit()
    assert world.repair().good
    told = ["fixity check", "recovery", "replication"]
    kinds = [event.type for event in preservation(world.archive, world.first.objid).events]
    assert kinds[-3:] == told
    made = describe_anew(world.archive, world.first, retitled, Change("metadata modification", "", "hoa", "vì"))
    with world.archive.store.local(made.location, "bagit.txt") as path:
        assert judge(path.parent).valid
    content = stored_content(world.archive, made)
    assert [event.type for event in content.events][-4:] == [*told, "metadata modification"]
    names = {agent.id: agent.name for agent in content.agents}
    assert [[names[one] for one in event.agents] for event in content.events[-4:-1]] == [["lan"], ["hoa"], ["hoa"]]
    again = [event.type for event in preservation(world.archive, made.objid).events]
    assert [again.count(kind) for kind in told] == [kinds.count(kind) for kind in told], "nothing is told twice"
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    assert world.repair().good
    export(world.archive, [world.second.code], ExportOrder(PackageType.SIP, tmp_path, BAG), user=LAN)
    (premis,) = tmp_path.glob("*/data/metadata/preservation/premis.xml")
    assert ">recovery<" in premis.read_text("utf-8")


def test_what_comes_back_after_a_repair_is_a_new_incident(world: World) -> None:
    for _ in range(2):
        spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
        world.audit()
        assert world.archive.incidents.listed().total == 1
        assert world.repair().good
    assert world.archive.incidents.listed(closed=True).total == 2


def test_what_is_refused(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE, aip=world.second))
    world.audit()
    (one,) = world.archive.incidents.listed().items
    for number, reason, code in ((one.number, " ", "REASON_EMPTY"), (one.number + 1, "vì", "INCIDENT_UNKNOWN")):
        with pytest.raises(UsageError) as refused:
            resolve(world.archive, number, reason, "hoa")
        assert refused.value.code == code
    resolve(world.archive, one.number, "vì", "hoa")
    with pytest.raises(UsageError) as refused:
        resolve(world.archive, one.number, "vì", "hoa")
    assert refused.value.code == "INCIDENT_CLOSED"


def test_the_log_gives_them_back(world: World) -> None:
    spoil(world.file(MAIN_COPY, PAGE))
    world.audit()
    world.repair()
    spoil(world.file(NAS, PAGE, aip=world.second))
    spoil(world.file(MAIN_COPY, OTHER_PAGE, aip=world.second))
    world.audit()
    resolve(world.archive, world.archive.incidents.listed().items[0].number, "vì thế", "hoa")
    before = world.archive.incidents.listed(closed=True).items
    assert len(before) == 3
    world.archive.incidents.clear()
    restore_incidents(world.archive)
    assert world.archive.incidents.listed(closed=True).items == before
