"""Through the dialect and back: no field and no byte of a record is lost, whatever stands in it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.metadata.model import Description, DossierRecord, FileRecord, Item, Kind, Value
from fonds.packaging.tt05 import PackageKind, read_package, write_package
from fonds.packaging.tt05.content import Payload
from tests.metadata.samples import DOSSIER, TEXT, descriptions, dossier
from tests.packaging.tt05.building import CLERK, FACTS, RECEIVED, paged, quick_folder, scanned

WITH_RECORD = [kind for kind in PackageKind if kind is not PackageKind.DIP]


@pytest.mark.parametrize("kind", WITH_RECORD)
@pytest.mark.parametrize("series", [True, False])
def test_a_record_and_its_files_come_back(tmp_path: Path, kind: PackageKind, series: bool) -> None:
    _, files = scanned(tmp_path / "source")
    record = dossier(3, series=series)
    written = write_package(tmp_path / "out", kind, record, files, FACTS)
    read = read_package(written.folder)
    assert read.record == record
    assert read.files == tuple(one.record for one in files)
    assert [(read.folder / one.path).read_bytes() for one in read.files] == [one.source.read_bytes() for one in files]
    assert (read.kind, read.objid, read.complete, read.unread, read.others) == (kind, written.objid, True, (), ())
    assert (read.organization, read.agreement, read.status) == (FACTS.organization, FACTS.agreement, "NEW")
    assert read.fonds == record.fonds_code
    assert [one.files for one in read.documents] == [
        tuple(record.pages[n - 1].path for n in item.pages) for item in record.items
    ]


def test_a_dossier_without_files_or_documents(tmp_path: Path) -> None:
    record = dossier(0, items=False)
    read = read_package(write_package(tmp_path, PackageKind.SIP_DOSSIER, record, [], FACTS).folder)
    assert (read.record, read.files, read.documents) == (record, (), ())


def test_events_and_agents_come_back(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source", 1)
    facts = replace(FACTS, events=[RECEIVED], file_events=[replace(RECEIVED, id="e2")], agents=[CLERK], source="uuid-X")
    written = write_package(tmp_path, PackageKind.AIP_DOSSIER, replace(record, items=()), files, facts)
    read = read_package(written.folder)
    first, made, second = read.events
    assert first == replace(RECEIVED, when="2026-01-02T10:04:05.000+07:00")
    assert (made.type, made.objects, made.roles) == (
        "information package creation", ("uuid-X", written.objid), ("source", "outcome"),
    )  # fmt: skip
    assert second.id == "e2"
    assert read.agents[0] == CLERK
    assert (read.agents[1].name, read.agents[1].version) == FACTS.software


ITEMS = st.lists(
    st.builds(
        Item,
        TEXT,
        descriptions(Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA),
        st.lists(st.integers(1, 2), max_size=2).map(tuple),
    ),
    max_size=2,
).map(tuple)
RECORDS = st.builds(
    DossierRecord,
    id=TEXT,
    fonds=descriptions(Kind.FONDS),
    dossier=descriptions(Kind.DOSSIER),
    series=st.none() | descriptions(Kind.SERIES),
    items=ITEMS,
    pages=st.just(()),
)


@settings(max_examples=40, deadline=None)
@given(RECORDS, st.sampled_from(WITH_RECORD))
def test_any_record_comes_back(record: DossierRecord, kind: PackageKind) -> None:
    with quick_folder() as folder:
        _, files = scanned(folder / "source", 2)
        whole = paged(record, files)
        written = write_package(folder / "out", kind, whole, files, FACTS)
        read = read_package(written.folder)
        assert read.record == whole
        assert read.files == tuple(one.record for one in files)


NAMES = st.builds(FileRecord, st.just(""), st.just(0), st.just(""), TEXT, st.just("2026-01-02T03:04:05Z"), *[TEXT] * 5)


@settings(max_examples=25, deadline=None)
@given(NAMES)
def test_any_name_and_format_of_a_file_comes_back(facts: FileRecord) -> None:
    with quick_folder() as folder:
        _, (one,) = scanned(folder / "source", 1)
        known = replace(facts, path=one.record.path, size=one.record.size, sha256=one.record.sha256)
        written = write_package(
            folder / "out", PackageKind.SIP_DOSSIER, dossier(1, items=False), [Payload(known, one.source)], FACTS
        )
        assert read_package(written.folder).files == (known,)


def test_sip_to_aip_to_sip(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source")
    sip = read_package(write_package(tmp_path / "1", PackageKind.SIP_DOSSIER, record, files, FACTS).folder)
    again = [Payload(file, sip.folder / file.path) for file in sip.files]
    facts = replace(FACTS, source=sip.objid)
    aip = read_package(write_package(tmp_path / "2", PackageKind.AIP_DOSSIER, sip.record, again, facts).folder)
    assert (aip.record, aip.files) == (record, sip.files)
    assert aip.objid == sip.objid.replace("uuid-", f"urn:{record.fonds_code}:uuid:")
    more = [Payload(file, aip.folder / file.path) for file in aip.files]
    back = write_package(tmp_path / "3", PackageKind.SIP_DOSSIER, aip.record, more, FACTS)
    assert {p.relative_to(back.folder): p.read_bytes() for p in back.folder.rglob("*") if p.is_file()} == {
        p.relative_to(sip.folder): p.read_bytes() for p in sip.folder.rglob("*") if p.is_file()
    }


def test_what_the_hand_over_changed_is_taken_over(tmp_path: Path) -> None:
    record, files = scanned(tmp_path / "source")
    read = read_package(write_package(tmp_path, PackageKind.AIP_DOSSIER, record, files, FACTS).folder)
    ead = read.folder / "metadata/descriptive/EAD.xml"
    text = ead.read_text("utf-8")
    changed = text.replace("<mode>02</mode>", "<mode>03</mode>").replace("<endDate>12/1975", "<endDate>1976")
    ead.write_text(changed.replace("</simpledc>", "<new>?</new></simpledc>"), "utf-8")
    values = {**DOSSIER.values, "mode": Value("Mật", "03", "03"), "endDate": Value("1976")}
    expected = Description(Kind.DOSSIER, values, (*DOSSIER.extra, ("new", "?")))
    assert read_package(read.folder).record == replace(record, dossier=expected)
