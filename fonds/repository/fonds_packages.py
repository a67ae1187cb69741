"""The packages of the fonds themselves: made anew when something in a fonds has changed, and only then.

Putting a dossier into the catalogue queues a job for its fonds. At the end of a run, or in the background, each fonds
that waits gets one new version, however many dossiers came, and none when the description says what it said before.
The packages of the dossiers are not touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from fonds.errors import FondsError, RefusedError
from fonds.metadata.ids import fonds_id
from fonds.metadata.mets import Related
from fonds.metadata.model import DescribedUnit, Event, FileRecord, Kind
from fonds.packaging.durable import disk_errors
from fonds.packaging.eark import SIGNATURE, FondsContent, SealedPackage, seal_fonds_package, write_fonds_package
from fonds.packaging.names import fonds_location
from fonds.repository.archive import Archive
from fonds.repository.copies.settle import settle
from fonds.repository.logged import FONDS, log_stored
from fonds.repository.ports.catalogue import Aip, Unit
from fonds.repository.recovery import changing, finish_waiting
from fonds.repository.stored_fonds import described_units, named_packages, stored_fonds
from fonds.repository.storing import recorded, settled, sizes_in, staged
from fonds.repository.submitted import SOFTWARE, acting, now, with_agents
from fonds.repository.versions import Change

KIND = "fonds"
CREATED = "information package creation"
DESCRIBED = "metadata modification"
_STUCK = {"PACKAGE_BROKEN", "CHILD_MISSING", "LOCATION_TAKEN"}
"""What keeps the package of one fonds from being made and no other: a person has to see to it."""
_BATCH = 500

Documents = Callable[[Path], Sequence[FileRecord]]
"""Puts further documentation into the root of a package to be; returns the records of the files."""


def drain_fonds(archive: Archive, agent: str, stopped: Callable[[], bool] = lambda: False) -> int:
    """Make the packages of the fonds that wait for it; returns how many jobs were done. The caller holds the lock.

    Raises what stops all of them (STORE_FULL, CATALOGUE_…): they go on waiting. What is wrong with one fonds fails its
    job.
    """
    count = 0
    archive.jobs.reclaim(KIND)  # whoever ran them has died, or there would be no lock for us
    while not stopped() and (jobs := archive.jobs.claim(KIND)):
        (job,) = jobs
        try:
            _refresh(archive, job.subject, agent)
        except FondsError as error:
            if error.code not in _STUCK:
                raise
            archive.jobs.fail(job.id, error.code)
            archive.log.append(FONDS, agent=agent, subject=job.subject, outcome="failure", detail=_told(error))
        else:
            archive.jobs.finish(job.id)
            count += 1
        finally:
            archive.jobs.release([job.id])  # what has ended stays ended
    return count


def _told(error: FondsError) -> dict[str, object]:
    return {"error": error.code, **{key: str(said) for key, said in error.data.items()}}


def try_drain_fonds(archive: Archive, agent: str) -> str:
    """Make the packages that wait; returns '' or the code of what stopped it. They never fail what they follow."""
    try:
        drain_fonds(archive, agent)
    except FondsError as error:
        return error.code
    return ""


def drain_fonds_alone(archive: Archive, agent: str, stopped: Callable[[], bool]) -> int:
    """Take the lock of whoever changes holdings and do what waits; 0 when somebody else has it: he does it himself."""
    if not archive.jobs.counts().get(KIND, {}).keys() & {"waiting", "running"}:
        return 0
    try:
        with changing(archive, agent):
            return drain_fonds(archive, agent, stopped)
    except FondsError as error:
        if error.code != "REPOSITORY_LOCKED":
            raise
        return 0


def _refresh(archive: Archive, unit_id: str, agent: str) -> None:
    fonds = archive.holdings.unit(unit_id)
    if fonds is None or fonds.kind is not Kind.FONDS:
        return
    before = archive.holdings.aip(unit_id)
    if before:
        _nothing_is_missing(archive, before)
    dossiers = archive.holdings.by_level("file", within=unit_id, limit=1).total
    said = f"{dossiers} dossiers described" + ("" if before else "; package of the fonds made")
    change = Change(DESCRIBED if before else CREATED, said, agent)
    store_fonds(archive, fonds.code, catalogued(archive, fonds.code), change)


def _nothing_is_missing(archive: Archive, before: Aip) -> None:
    """Raise RefusedError CHILD_MISSING when a package that is named is not known: none drops out by accident."""
    named = named_packages(archive, before)
    while batch := list(islice(named, _BATCH)):
        known = archive.holdings.units([one.objid for one in batch])
        for one in batch:
            if one.objid not in known or not known[one.objid].packaged:
                raise RefusedError("CHILD_MISSING", fonds=before.fonds_code, dossier=one.label, id=one.objid)


def catalogued(archive: Archive, code: str) -> Iterator[DescribedUnit]:
    """Yield a fonds as the catalogue describes it, each unit after its parent."""
    return (described_unit(unit) for unit in archive.holdings.walk(fonds_id(code)))


def described_unit(unit: Unit) -> DescribedUnit:
    """Return a unit of the catalogue as the package of its fonds describes it."""
    package = unit.id if unit.packaged and unit.kind is Kind.DOSSIER else ""
    return DescribedUnit(unit.id, unit.parent_id, unit.description, package)


def store_fonds(
    archive: Archive,
    code: str,
    units: Iterable[DescribedUnit],
    change: Change,
    *,
    documents: Documents = lambda _: (),
    adopt: bool = False,
) -> Aip | None:
    """Store the next version of the package of a fonds; None, and nothing is made, when it would say nothing new.

    ``units`` are all that it is to describe. ``adopt`` says that the catalogue does not know them yet: it then takes
    over what was stored. The caller holds the lock. Raises what ``units`` and ``documents`` raise, RefusedError
    PACKAGE_BROKEN when the version before cannot be read, STORE_FULL and its kin; CopiesLackingError when this version,
    or the one before, has to wait for its copies.
    """
    finish_waiting(archive, code, fonds_location(code, 1, fonds_id(code)), change.agent)
    before = archive.holdings.aip(fonds_id(code))
    place = fonds_location(code, before.version + 1 if before else 1, fonds_id(code))
    needed = before.bytes * 2 if before else 0
    with staged(archive, place, needed) as stage:
        with disk_errors(stage):
            made = _Making(archive, before, change, stage).make(units, documents)
            if made is None:
                return None
            digests = settled(archive, stage, made.sealed, made.linked)
            sizes = sizes_in(stage, digests)
        with recorded(archive, code, place, 1, change.why):
            archive.store.publish(stage, place)
            aip = _aip(made, code, place, before)
            log_stored(archive, aip, digests, change.agent, change.why)
            settle(archive, aip, digests, change.agent)
            archive.holdings.put_fonds(aip, digests, described_units(archive, aip) if adopt else None, sizes)
    return aip


def _aip(made: _Made, code: str, place: str, before: Aip | None) -> Aip:
    sealed, content = made.sealed, made.content
    return Aip(
        content.objid, before.version + 1 if before else 1, place, code, "", sealed.files, sealed.bytes, 0,
        made.signature, sealed.seal.manifest, sealed.seal.tagmanifest, content.modified,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Made:
    """A stage with a whole package of a fonds in it."""

    content: FondsContent
    sealed: SealedPackage
    linked: frozenset[str]
    signature: str


class _Making:
    """One version of the package of a fonds while it is written."""

    def __init__(self, archive: Archive, before: Aip | None, change: Change, stage: Path) -> None:
        self._archive, self._before, self._change, self._stage = archive, before, change, stage
        self._root = stage / "data"
        self._linked: set[str] = set()

    def make(self, units: Iterable[DescribedUnit], documents: Documents) -> _Made | None:
        """Write everything; None when it says what the version before said."""
        self._root.mkdir()
        rest = iter(units)
        fonds = next(rest)
        before = stored_fonds(self._archive, self._before) if self._before else None
        content = self._content(fonds, before, documents)
        told = _Told(content.documentation)
        written = write_fonds_package(
            self._root, content, told.through(chain((fonds,), rest)), self._children(content.objid)
        )
        signature = told.signature
        if self._before and self._before.signature == signature:
            return None
        sealed = seal_fonds_package(self._stage, content, written, {SIGNATURE: signature})
        return _Made(content, sealed, frozenset(self._linked), signature)

    def _content(self, fonds: DescribedUnit, before: FondsContent | None, documents: Documents) -> FondsContent:
        when, change = now(), self._change
        version = self._before.version + 1 if self._before else 1
        agents, acted = with_agents(before.agents if before else (), acting(change.agent), str(version))
        said = "\n".join(text for text in (change.detail, change.reason) if text)
        event = Event(
            f"event-{version}-1", change.event, when, "success", acted, said, change.outcome_note, change.objects
        )
        return FondsContent(
            objid=fonds.id,
            fonds=fonds.description,
            events=[*(before.events if before else ()), event],
            agents=agents,
            created=before.created if before else when,
            modified=when,
            software=SOFTWARE,
            documentation=[*self._link(before), *documents(self._root)],
        )

    def _link(self, before: FondsContent | None) -> Iterator[FileRecord]:
        """Give the documentation of the version before to this one: nothing of what was received is taken away."""
        for file in before.documentation if before else ():
            target = self._root / file.path
            target.parent.mkdir(parents=True, exist_ok=True)
            if self._before and self._archive.store.link(self._before.location, f"data/{file.path}", target):
                self._linked.add(f"data/{file.path}")
            yield file

    def _children(self, unit_id: str) -> Iterator[Related]:
        for unit in self._archive.holdings.walk(unit_id, down_to="file"):
            if unit.packaged and unit.kind is Kind.DOSSIER:
                yield Related(unit.id, unit.code)


class _Told:
    """What a description says, as a digest: the same for the same, whenever and by whatever it is written."""

    def __init__(self, documentation: Iterable[FileRecord]) -> None:
        self._digest = hashlib.sha256()
        self._take([file.sha256 for file in documentation])

    def through(self, units: Iterable[DescribedUnit]) -> Iterator[DescribedUnit]:
        """Yield the units and note what they say."""
        for unit in units:
            values = [[key, value.text, value.written, value.code] for key, value in unit.description.values.items()]
            said = unit.description
            self._take([unit.id, unit.parent, said.kind.value, unit.package, sorted(values), said.extra])
            yield unit

    def _take(self, said: object) -> None:
        self._digest.update(json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")

    @property
    def signature(self) -> str:
        """The digest (SHA-256, hex) of all that went through."""
        return self._digest.hexdigest()
