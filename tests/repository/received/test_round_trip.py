"""What an archive hands over, another one takes in whole: every field, page, document, name, event and byte."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.metadata.model import Agent, DossierRecord, Event, FileRecord, Value
from fonds.metadata.premis import Rights
from fonds.packaging import tt05
from fonds.packaging.digest import copy_file
from fonds.packaging.eark import PackageContent, PackageType, Representation, data_folder, write_package
from fonds.packaging.forms import Form
from fonds.packaging.judge import judge
from fonds.packaging.tt05 import PackageFacts, PackageKind
from fonds.repository.archive import Archive
from fonds.repository.ingest import ingest
from fonds.repository.ports.catalogue import Aip
from fonds.repository.redelivery import Again, Redelivery
from fonds.repository.versions import Change, new_version
from tests.factories import dossier_packages
from tests.outgoing import BAG, BARE, TAR, TT05, TT05_ZIP, ZIP, packed
from tests.outgoing import exported as exported_as
from tests.repository.received.making import (
    Stock,
    bag_of,
    content_of,
    exported,
    quick_archive,
    rebuilt,
    take_in,
    taken,
    tarred,
    tree_of,
    zipped,
)

NOTED = Change("migration", "Derivative made", "lan")


def described(record: DossierRecord) -> object:
    """Everything that a record says but the ids that each archive gives."""
    items = [(item.description, item.pages) for item in record.items]
    return (record.fonds, record.series, record.dossier, items, record.pages)


def file_facts(files: object) -> list[FileRecord]:
    assert isinstance(files, list | tuple)
    return [replace(file, received_as="") for file in files]


def assert_valid(archive: Archive, aip: Aip) -> None:
    found = judge(bag_of(archive, aip))
    assert not [(one.code, one.where, dict(one.data)) for one in found.findings]
    assert found.kind == "AIP"


def test_a_package_of_ours_comes_through_whole(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    for sent in stock.aips:
        source = exported(stock.archive, sent, tmp_path / "sent")
        aip = taken(empty, source)
        old, new = content_of(stock.archive, sent), content_of(empty, aip)
        assert described(new.record) == described(old.record)
        assert file_facts(new.representations[0].files) == file_facts(old.representations[0].files)
        assert new.events[: len(old.events)] == old.events
        before = len(old.representations[0].events)
        assert new.representations[0].events[:before] == old.representations[0].events
        assert set(old.agents) <= set(new.agents)
        assert aip.objid != sent.objid
        assert rebuilt(empty, aip) == tree_of(source)
        assert_valid(empty, aip)
    for aip in stock.aips:
        page = stock.archive.holdings.pages(aip.objid).items[0]
        there = empty.holdings.find_code(aip.code)
        assert there is not None
        found = empty.holdings.pages(there.id).items[0]
        assert (found.label, found.width, found.height, found.dpi) == (page.label, page.width, page.height, page.dpi)


def test_it_says_where_it_came_from(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    sent = stock.aips[0]
    new = content_of(empty, aip := taken(empty, zipped(exported(stock.archive, sent, tmp_path), tmp_path / "a.zip")))
    own = {event.type: event for event in new.events if event.id.startswith("receipt-")}
    size = (tmp_path / "a.zip").stat().st_size
    assert f"a.zip; {size} bytes, SHA-256 " in own["transfer"].detail
    assert f"OBJID {sent.objid}" in own["transfer"].detail
    assert own["unpacking"].detail.startswith("Unpacked a.zip")
    creation = own["information package creation"]
    assert (creation.objects, creation.roles) == ((sent.objid, aip.objid), ("source", "outcome"))
    assert ("SUBMISSION", sent.objid) in new.alternatives
    named = {agent.id: agent.name for agent in new.agents}
    assert {named[agent] for agent in own["transfer"].agents} == {"receiver", "Fonds"}


def test_the_same_package_again_changes_nothing_however_it_is_packed(
    tmp_path: Path, stock: Stock, empty: Archive
) -> None:
    source = exported(stock.archive, stock.aips[0], tmp_path)
    first = taken(empty, source)
    ways = [
        source,
        zipped(source, tmp_path / "with.zip"),
        zipped(source, tmp_path / "without.zip", inside=False),
        tarred(source, tmp_path / "a.tar.gz"),
        Path(shutil.copytree(source / "data", tmp_path / "bare" / source.name)),
    ]
    for way in ways:
        result = take_in(empty, way)
        assert [one.objid for one in result.unchanged] == [first.objid], way
        assert not result.ingested
        assert not result.blocked


def test_an_archive_knows_its_own_package_again_and_the_delivery_it_came_from(
    tmp_path: Path, stock: Stock, empty: Archive
) -> None:
    source = exported(stock.archive, stock.aips[0], tmp_path)
    assert [one.objid for one in take_in(stock.archive, source).unchanged] == [stock.aips[0].objid]
    aip = taken(empty, source)
    again = ingest(empty, stock.delivery, agent="tester")
    assert aip.objid in {one.objid for one in again.unchanged}
    assert len(again.ingested) == 2


def test_other_content_under_the_same_code_is_refused(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    taken(empty, exported(stock.archive, stock.aips[0], tmp_path))
    other = quick_archive(tmp_path / "other")
    taken(other, exported(stock.archive, stock.aips[0], tmp_path / "2"))
    (held,) = dossier_packages(other)

    def retitled(content: PackageContent, _: Path) -> PackageContent:
        dossier = content.record.dossier
        values = {**dossier.values, "title": Value("Khác")}
        return replace(content, record=replace(content.record, dossier=replace(dossier, values=values)))

    changed = new_version(other, held, retitled, replace(NOTED, event="metadata modification"))
    result = take_in(empty, exported(other, changed, tmp_path / "3"))
    assert [[one.code for one in blocked.findings] for blocked in result.blocked] == [["CONTENT_CHANGED"]]
    for how in (Again.REPLACE, Again.REPRESENTATION):
        again = ingest(empty, exported(other, changed, tmp_path / how), agent="x", held=Redelivery(how))
        assert [[one.code for one in blocked.findings] for blocked in again.blocked] == [["RECEIVED_AGAIN"]]
    assert len(dossier_packages(empty)) == 1


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_the_members_of_a_package_file_come_back(tmp_path: Path, stock: Stock, empty: Archive, pack: object) -> None:
    source = exported(stock.archive, stock.aips[2], tmp_path)
    assert callable(pack)
    name = "a.zip" if pack is zipped else "a.tar.gz"
    aip = taken(empty, pack(source, tmp_path / name))
    assert rebuilt(empty, aip) == {bytes(Path(source.name)) + b"/" + path: c for path, c in tree_of(source).items()}
    assert_valid(empty, aip)


def test_several_representations_stay_several(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    middle = quick_archive(tmp_path / "middle")
    held = taken(middle, exported(stock.archive, stock.aips[0], tmp_path))

    def with_second(content: PackageContent, root: Path) -> PackageContent:
        first = content.representations[0]
        (root / data_folder("rep2")).mkdir(parents=True)
        files, pages = [], []
        for page, file in zip(first.pages, first.files, strict=True):
            path = file.path.replace("rep1", "rep2")
            size, sha256 = copy_file(bag_of(middle, held) / "data" / file.path, root / path)
            files.append(FileRecord(path, size, sha256, file.mimetype, file.created, file.puid, file.format_name))
            pages.append(replace(page, path=path))
        done = Event("made-1", "migration", content.created, "success", ("agent-fonds",), objects=(files[0].path,))
        return replace(content, representations=[first, Representation("rep2", files, pages, [done])])

    two = new_version(middle, held, with_second, NOTED)
    source = exported(middle, two, tmp_path / "two")
    aip = taken(empty, source)
    old, new = content_of(middle, two), content_of(empty, aip)
    assert [one.name for one in new.representations] == ["rep1", "rep2"]
    assert [one.pages for one in new.representations] == [one.pages for one in old.representations]
    assert next(event for event in new.representations[1].events if event.id == "made-1").objects == (
        "representations/rep2/data/0001.jpg",
    )
    assert rebuilt(empty, aip) == tree_of(source)
    assert_valid(empty, aip)
    # What was received once is in the documentation of what is received now, whole.
    assert any("submission/data/documentation/submission/" in file.path for file in new.documentation)


def test_a_submission_of_ours(tmp_path: Path, stock: Stock, empty: Archive) -> None:
    sent = content_of(stock.archive, stock.aips[2])
    root = tmp_path / sent.record.id
    shutil.copytree(bag_of(stock.archive, stock.aips[2]) / "data" / data_folder("rep1"), root / data_folder("rep1"))
    clerk = Agent("clerk", "Trần Thị Bình", "person")
    packed = Event("e-1", "packing", "2026-02-03T04:05:06+07:00", "success", ("clerk",), "By the office")
    sip = replace(
        sent,
        type=PackageType.SIP,
        events=[packed],
        agents=[*sent.agents, clerk],
        rights=[Rights("r", "01")],
        alternatives=[("SUBMISSIONAGREEMENT", "BB-12")],
        described={},
    )
    write_package(root, sip)
    aip = taken(empty, root)
    new = content_of(empty, aip)
    assert described(new.record) == described(sent.record)
    assert new.events[0] == packed
    assert clerk in new.agents
    assert ("SUBMISSIONAGREEMENT", "BB-12") in new.alternatives
    assert new.type is PackageType.AIP
    assert rebuilt(empty, aip) == tree_of(root)
    assert_valid(empty, aip)


@pytest.mark.parametrize("kind", [kind for kind in PackageKind if kind is not PackageKind.DIP])
def test_the_state_packages_of_ours(tmp_path: Path, stock: Stock, empty: Archive, kind: PackageKind) -> None:
    sent = stock.aips[2]
    held = tt05.read_held(bag_of(stock.archive, sent) / "data")
    facts = held.facts(PackageFacts("2026-03-05T17:30:00+00:00", ("Fonds", "0.1.0"), organization="Sở Nội vụ"))
    written = tt05.write_package(tmp_path / "out", kind, held.record, held.payload, facts)
    aip = taken(empty, tt05.zip_package(written.folder, tmp_path, 1))
    new = content_of(empty, aip)
    assert described(new.record) == described(held.record)
    assert file_facts(new.representations[0].files) == file_facts([one.record for one in held.payload])
    assert rebuilt(empty, aip) == {
        written.folder.name.encode() + b"/" + path: content for path, content in tree_of(written.folder).items()
    }
    assert ("SUBMISSION", written.objid) in new.alternatives
    if kind.oais == "AIP":
        before = [event.id for event in held.content.events]
        assert [event.id for event in new.events[: len(before)]] == before
        before = [event.id for event in held.content.representations[0].events]
        assert [event.id for event in new.representations[0].events[: len(before)]] == before
    assert_valid(empty, aip)
    assert [one.objid for one in take_in(empty, written.folder).unchanged] == [aip.objid]


def test_an_archive_knows_its_dossier_again_in_a_state_package(tmp_path: Path, stock: Stock) -> None:
    sent = stock.aips[0]
    held = tt05.read_held(bag_of(stock.archive, sent) / "data")
    facts = held.facts(PackageFacts("2026-03-05T17:30:00+00:00", ("Fonds", "0.1.0")))
    written = tt05.write_package(tmp_path, PackageKind.AIP_DOSSIER, held.record, held.payload, facts)
    assert [one.objid for one in take_in(stock.archive, written.folder).unchanged] == [sent.objid]


@pytest.mark.parametrize("kind", [PackageKind.SIP_DOSSIER, PackageKind.AIP_DOSSIER])
def test_what_was_received_goes_on_in_a_state_package(
    tmp_path: Path, stock: Stock, empty: Archive, kind: PackageKind
) -> None:
    first = taken(empty, exported(stock.archive, stock.aips[2], tmp_path))
    held = tt05.read_held(bag_of(empty, first) / "data")
    facts = held.facts(PackageFacts("2026-03-05T17:30:00+00:00", ("Fonds", "0.1.0")))
    written = tt05.write_package(tmp_path, kind, held.record, held.payload, facts)
    third = quick_archive(tmp_path / "third")
    aip = taken(third, written.folder)
    old, new = content_of(empty, first), content_of(third, aip)
    assert described(new.record) == described(old.record)
    assert file_facts(new.representations[0].files) == file_facts(old.representations[0].files)
    assert rebuilt(third, aip) == tree_of(written.folder)
    assert [one.objid for one in take_in(third, exported(stock.archive, stock.aips[2], tmp_path / "2")).unchanged]


@pytest.mark.parametrize("form", [BAG, BARE, ZIP, TAR, TT05, TT05_ZIP], ids=str)
def test_what_the_producer_packs_is_the_delivery_it_packed(
    tmp_path: Path, stock: Stock, empty: Archive, form: Form
) -> None:
    made = packed(stock.delivery, tmp_path / "out", form)
    result = take_in(empty, tmp_path / "out")
    assert sorted(one.code for one in result.ingested) == sorted(one.code for one in made.packages)
    again = ingest(empty, stock.delivery, agent="tester")
    assert len(again.unchanged) == len(made.packages)
    assert not again.ingested
    for sent in stock.aips:
        there = empty.holdings.find_signature(sent.fonds_code, sent.code)
        assert there is not None
        old, new = content_of(stock.archive, sent), content_of(empty, there)
        assert described(new.record) == described(old.record)
        assert file_facts(new.representations[0].files) == file_facts(old.representations[0].files)
        assert_valid(empty, there)


@pytest.mark.parametrize("form", [BAG, ZIP, TT05_ZIP], ids=str)
def test_what_an_archive_exports_another_takes_in(tmp_path: Path, stock: Stock, empty: Archive, form: Form) -> None:
    result = exported_as(stock.archive, [aip.objid for aip in stock.aips], PackageType.AIP, tmp_path / "out", form)
    assert len(result.packages) == len(stock.aips)
    taken_in = take_in(empty, tmp_path / "out")
    assert len(taken_in.ingested) == len(stock.aips)
    for sent in stock.aips:
        there = empty.holdings.find_signature(sent.fonds_code, sent.code)
        assert there is not None
        old, new = content_of(stock.archive, sent), content_of(empty, there)
        assert described(new.record) == described(old.record)
        before = [(event.id, event.type, event.detail) for event in old.events]
        assert [(event.id, event.type, event.detail) for event in new.events[: len(before)]] == before
        assert_valid(empty, there)
