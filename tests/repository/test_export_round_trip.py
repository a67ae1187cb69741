"""eark → tt05-2025 → eark: what is stored goes out in the state's dialect and comes back without losing anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.metadata.ids import item_id, new_objid
from fonds.metadata.model import Agent, Description, DossierRecord, Event, FileRecord, Item, Kind, Page, Value
from fonds.packaging.eark import PackageContent, PackageType, Representation, build_package, read_package
from fonds.packaging.names import location
from fonds.packaging.tt05 import Tt05Package
from fonds.packaging.tt05 import read_package as read_tt05
from fonds.repository.archive import Archive
from fonds.repository.holding import stored_content
from fonds.repository.ports.catalogue import Aip
from fonds.repository.storing import Filled, Place, Reason, store_package
from fonds.repository.submitted import SOFTWARE, access_rights, acting, file_events, now
from fonds.repository.versions import Change, new_version
from tests.factories import SAMPLE, dossier_packages
from tests.metadata.samples import TEXT, descriptions
from tests.outgoing import TT05, exported, stocked
from tests.packaging.tt05.building import quick_folder
from tests.support import shared_sample

KINDS = [PackageType.AIP, PackageType.SIP]
NEW_EVENTS = ["information package creation"]


def moment(event: Event) -> Event:
    """The event with its time as a moment, to the millisecond: the circular writes +07:00."""
    when = datetime.fromisoformat(event.when).timestamp()
    return replace(event, when=f"{when:.3f}")


def moments(events: Iterable[Event]) -> list[Event]:
    return [moment(event) for event in events]


def back(read: Tt05Package, objid: str) -> PackageContent:
    """What an archive knows that has only the package of the circular."""
    first = Representation("rep1", read.files, read.record.pages, read.events_of.get("representations/rep1", ()))
    return PackageContent(
        type=PackageType.AIP,
        record=replace(read.record, id=objid),
        representations=(first, *read.further),
        events=read.events_of[""],
        agents=read.agents,
        rights=read.rights,
        created=now(),
        modified=now(),
        software=SOFTWARE,
        documentation=read.documentation,
    )


def files_below(content: PackageContent) -> Iterator[FileRecord]:
    for one in content.representations:
        yield from one.files
    yield from content.documentation


def through(archive: Archive, aip: Aip, out: Path, kind: PackageType) -> PackageContent:
    """Send a stored package through the dialect and write what came back as E-ARK again; returns that, read."""
    (made,) = exported(archive, [aip.objid], kind, out, TT05).packages
    read = read_tt05(made.path)
    assert (read.complete, read.unread) == (True, ())
    content = back(read, aip.objid)

    def fill(root: Path) -> PackageContent:
        for file in files_below(content):
            (root / file.path).parent.mkdir(parents=True, exist_ok=True)
            (root / file.path).write_bytes((made.path / file.path).read_bytes())
        return content

    folder = out / f"{kind}-{aip.objid}"
    build_package(folder, fill, bag=False)
    for file in files_below(content):
        assert sha256((folder / file.path).read_bytes()).hexdigest() == file.sha256
    return read_package(lambda path: (folder / path).open("rb"))


def same(stored: PackageContent, came: PackageContent) -> None:
    """Everything that the stored package says came back; what the way itself added stands at the end."""
    assert came.record == stored.record
    assert len(came.representations) == len(stored.representations)
    for one, other in zip(stored.representations, came.representations, strict=True):
        assert (other.name, other.pages) == (one.name, one.pages)
        assert [instant(file) for file in other.files] == [instant(file) for file in one.files]
        assert moments(other.events) == moments(one.events)
    assert [instant(file) for file in came.documentation] == [instant(file) for file in stored.documentation]
    known = len(stored.events)
    assert moments(came.events[:known]) == moments(stored.events)
    assert [event.type for event in came.events[known:]] == NEW_EVENTS
    assert set(stored.agents) <= set(came.agents)
    assert came.rights == stored.rights


def instant(file: FileRecord) -> FileRecord:
    return replace(file, created=str(datetime.fromisoformat(file.created).timestamp()))


def aips(archive: Archive) -> list[Aip]:
    return dossier_packages(archive)


@pytest.mark.parametrize("kind", KINDS)
def test_a_made_delivery(tmp_path: Path, kind: PackageType) -> None:
    archive = stocked(tmp_path)
    for aip in aips(archive):
        same(stored_content(archive, aip), through(archive, aip, tmp_path / "out", kind))


def test_the_sample_fonds(tmp_path: Path) -> None:
    archive = stocked(tmp_path, source=shared_sample("fonds_A_clean") / "H99.12_P01")
    assert len(aips(archive)) == 8
    for aip in aips(archive):
        for kind in KINDS:
            same(stored_content(archive, aip), through(archive, aip, tmp_path / kind, kind))


# --- several representations, documentation, older descriptions -------------------------------------------------------


def richer(content: PackageContent, root: Path) -> PackageContent:
    """The next version: a second representation, a document that came along, another title."""
    made = []
    for path, said in (("representations/rep2/data/0001.txt", "Chép lại tờ 1"), ("documentation/bb.txt", "Biên bản")):
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(said, "utf-8")
        size, digest = len(said.encode()), sha256(said.encode()).hexdigest()
        form = ("text/plain", content.created, "x-fmt/111", "Plain Text", "")
        made.append(FileRecord(path, size, digest, *form, f"Kho/{path}", "%C3"))
    text, document = made
    event = Event(
        "event-9", "migration", content.created, "success", ("agent-fonds",), "Chép lại", objects=(text.path,)
    )
    second = Representation("rep2", [text], (Page(1, "1", text.path),), [event])
    values = {**content.record.dossier.values, "title": Value("Tiêu đề mới")}
    record = replace(content.record, dossier=replace(content.record.dossier, values=values))
    return replace(
        content, record=record, representations=[*content.representations, second],
        documentation=[*content.documentation, document],
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_a_package_may_hold(tmp_path: Path, kind: PackageType) -> None:
    archive = stocked(tmp_path, SAMPLE[:1])
    (first,) = aips(archive)
    second = new_version(archive, first, richer, Change("modification", "More", "lan"), needed=1000)
    same(stored_content(archive, second), through(archive, second, tmp_path / "out", kind))
    (package,) = (path for path in (tmp_path / "out").iterdir() if path.name != f"{kind}-{second.objid}")
    old = archive.root / "store" / first.location / "data/metadata/descriptive/ead3.xml"
    assert (package / "documentation/fonds_superseded/v1/ead3.xml").read_bytes() == old.read_bytes()


# --- whatever stands in a description ---------------------------------------------------------------------------------

ITEMS = st.lists(
    st.tuples(descriptions(Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA), st.sets(st.integers(1, 2))), max_size=2
)
NAMES = st.tuples(TEXT, TEXT, TEXT, TEXT, TEXT)
NOTES = st.tuples(TEXT, TEXT, TEXT)
NUMBERS = count(1)


def open_to_all(description: Description) -> Description:
    """The description without an access mode: which one may be exported is not what is tested here."""
    return replace(description, values={key: value for key, value in description.values.items() if key != "mode"})


@st.composite
def records(draw: st.DrawFn) -> DossierRecord:
    objid = new_objid()
    dossier = open_to_all(draw(descriptions(Kind.DOSSIER)))
    code = Value(f"HS.{next(NUMBERS)}", draw(TEXT), draw(TEXT))
    items = tuple(
        Item(item_id(objid, described.kind.value, number), open_to_all(described), tuple(sorted(on)))
        for number, (described, on) in enumerate(draw(ITEMS), 1)
    )
    return DossierRecord(
        objid,
        replace(fonds := draw(descriptions(Kind.FONDS)), values={**fonds.values, "fondsCode": Value("P01")}),
        replace(dossier, values={**dossier.values, "fileCode": code}),
        draw(st.none() | descriptions(Kind.SERIES)),
        items,
    )


@pytest.fixture(scope="module")
def empty() -> Iterator[Archive]:
    with quick_folder() as folder:
        yield stocked(folder, SAMPLE[:1])


def put(archive: Archive, record: DossierRecord, names: tuple[str, ...], notes: tuple[str, ...]) -> Aip:
    """Store a record with two pages, as an ingest does; ``names`` and ``notes`` are what files and events say."""

    def fill(root: Path) -> Filled:
        files = []
        for number in (1, 2):
            path = f"representations/rep1/data/{number:04}.txt"
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(b"%d" % number)
            files.append(FileRecord(path, 1, sha256(b"%d" % number).hexdigest(), "text/plain", now(), *names))
        pages = tuple(Page(n, f"{n}a", file.path, 0, 100, 200, 300.5, n == 2) for n, file in enumerate(files, 1))
        whole = replace(record, pages=pages)
        who, detail, outcome = notes
        events = [Event("event-1", "transfer", now(), "success", ("agent-operator",), detail, outcome)]
        agents = [Agent("agent-operator", who, "person"), *acting("x")[1:]]
        first = Representation("rep1", files, pages, file_events(now()))
        return Filled(
            PackageContent(
                PackageType.AIP, whole, [first], events, agents, [access_rights(whole)], now(), now(), SOFTWARE
            )
        )

    place = Place(location(record.fonds_code, record.code, 1, record.id), 1, "")
    return store_package(archive, place, 100, fill, Reason("tester"))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(records(), NAMES, NOTES, st.sampled_from(KINDS))
def test_any_record(
    empty: Archive, record: DossierRecord, names: tuple[str, ...], notes: tuple[str, ...], kind: PackageType
) -> None:
    aip = put(empty, record, names, notes)
    with quick_folder() as out:
        same(stored_content(empty, aip), through(empty, aip, out, kind))
