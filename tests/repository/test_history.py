"""The versions of a package as they are told: from the packages themselves, and to each person what he may know."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from fonds.metadata.model import DossierRecord, Value
from fonds.repository.archive import Archive
from fonds.repository.history import history, seen_history, seen_version
from fonds.repository.ingest import ingest
from fonds.repository.policy import ANONYMOUS, Role, User
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.reading import Reading
from fonds.repository.versions import Change, describe_anew
from tests.factories import SAMPLE, dossier_packages, make_archive, make_delivery

ARCHIVIST = User("lan", Role.ARCHIVIST)
DESCRIBED = Change("metadata modification", "Title corrected", "minh", "misread", "fields changed: Title")


def retitled(record: DossierRecord, title: str, mode: str = "") -> DossierRecord:
    values = {**record.dossier.values, "title": Value(title)}
    if mode:
        values["mode"] = Value({"01": "Công khai", "02": "Sử dụng có điều kiện"}[mode], code=mode)
    return replace(record, dossier=replace(record.dossier, values=values))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    archive = make_archive(tmp_path / "repo")
    ingest(archive, make_delivery(tmp_path / "source", SAMPLE[:1]), agent="tester")
    return archive


def dossier(archive: Archive) -> Unit:
    unit = archive.holdings.find_code(SAMPLE[0].code)
    assert unit is not None
    return unit


def newest(archive: Archive) -> Aip:
    (aip,) = dossier_packages(archive)
    return aip


def describe(archive: Archive, *titles: str) -> None:
    for title in titles:
        describe_anew(archive, newest(archive), partial(retitled, title=title), DESCRIBED)


def spoil(archive: Archive, version: int) -> None:
    aip = archive.holdings.aip(newest(archive).objid, version)
    assert aip is not None
    mets = archive.root / "store" / aip.location / "data/METS.xml"
    mets.unlink()
    mets.write_bytes(b"<mets")


def test_who_when_why_and_what_newest_first(archive: Archive) -> None:
    describe(archive, "Hai", "Ba")
    found = history(archive, newest(archive).objid)
    assert (found.total, [one.aip.version for one in found.items]) == (3, [3, 2, 1])
    third, second, first = found.items
    assert (third.event, third.who, third.detail, third.reason) == (
        "metadata modification", "minh", "Title corrected", "misread",
    )  # fmt: skip
    assert third.changes is not None
    assert second.changes is not None
    assert [(one.before, one.after) for one in third.changes.fields] == [("Hai", "Ba")]
    assert [(one.before, one.after) for one in second.changes.fields] == [(SAMPLE[0].title, "Hai")]
    assert (first.event, first.who, first.changes) == ("information package creation", "tester", None)
    assert [one.aip for one in found.items] == [archive.holdings.aip(newest(archive).objid, n) for n in (3, 2, 1)]


def test_many_versions_in_slices_each_with_what_it_changed(archive: Archive) -> None:
    describe(archive, *map(str, range(2, 24)))
    found = history(archive, newest(archive).objid)
    assert (found.total, [one.aip.version for one in found.items]) == (23, list(range(23, 3, -1)))
    assert all(one.changes for one in found.items)
    rest = history(archive, newest(archive).objid, offset=20)
    assert [one.aip.version for one in rest.items] == [3, 2, 1]
    assert [one.changes is None for one in rest.items] == [False, False, True]
    assert history(archive, newest(archive).objid, offset=23).items == []


def test_a_version_that_cannot_be_read_hides_no_other(archive: Archive) -> None:
    describe(archive, "Hai", "Ba", "Bốn")
    spoil(archive, 2)
    fourth, third, second, first = history(archive, newest(archive).objid).items
    assert fourth.changes is not None
    assert (third.changes, third.event, third.doubt) == (None, "metadata modification", "")
    assert (second.changes, second.event) == (None, "")
    assert second.doubt
    assert (first.event, first.doubt) == ("information package creation", "")


def test_the_only_version(archive: Archive) -> None:
    (only,) = history(archive, newest(archive).objid).items
    assert (only.event, only.who, only.changes, only.doubt) == ("information package creation", "tester", None, "")
    premis = archive.root / "store" / newest(archive).location / "data/metadata/preservation/premis.xml"
    premis.unlink()
    (only,) = history(archive, newest(archive).objid).items
    assert (only.event, bool(only.doubt)) == ("", True)


def test_readers_learn_that_there_are_versions_when_and_what_kind(archive: Archive) -> None:
    describe(archive, "Hai")
    found = seen_history(Reading(archive, ANONYMOUS), dossier(archive))
    assert [(one.aip.version, one.event) for one in found.items] == [
        (2, "metadata modification"), (1, "information package creation"),
    ]  # fmt: skip
    assert all((one.who, one.detail, one.reason, one.changes) == ("", "", "", None) for one in found.items)
    assert seen_history(Reading(archive, ARCHIVIST), dossier(archive)) == history(archive, newest(archive).objid)


def test_readers_are_told_the_times_also_when_the_store_is_out_of_reach(archive: Archive) -> None:
    describe(archive, "Hai")
    (archive.root / "store").rename(archive.root / "elsewhere")
    found = seen_history(Reading(archive, ANONYMOUS), dossier(archive))
    assert [(one.aip.version, one.event) for one in found.items] == [(2, ""), (1, "")]


def test_how_a_version_is_described_is_for_whom_its_pages_are_for(archive: Archive) -> None:
    describe(archive, "Hai")
    describe_anew(archive, newest(archive), partial(retitled, title="Ba", mode="02"), DESCRIBED)
    describe_anew(archive, newest(archive), partial(retitled, title="Bốn", mode="01"), DESCRIBED)
    inside, outside, unit = Reading(archive, ARCHIVIST), Reading(archive, ANONYMOUS), dossier(archive)
    seen = [seen_version(inside, unit, number) for number in (1, 2, 3, 4)]
    assert [found and found[1].dossier.text("title") for found in seen] == [SAMPLE[0].title, "Hai", "Ba", "Bốn"]
    assert [seen_version(outside, unit, number) is not None for number in (1, 2, 3, 4)] == [False, False, False, True]
    for number in (0, -1, 5):
        assert seen_version(inside, unit, number) is None


def test_pages_of_an_older_version_are_for_those_who_see_conditional_material(archive: Archive) -> None:
    old = archive.holdings.pages(newest(archive).objid).items[0]
    assert Reading(archive, ANONYMOUS).page(old.id) is not None
    describe(archive, "Hai")
    assert Reading(archive, ANONYMOUS).page(old.id) is None
    assert Reading(archive, ARCHIVIST).page(old.id) == old
    path, access = Reading(archive, ARCHIVIST).access(old)
    assert path.exists()
    assert access.width > 0
