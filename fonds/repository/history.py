"""The versions of a package: when each was made, by whom, why, and what it changed, as the packages themselves say.

What changed is computed from two versions as they are stored, not from what somebody wrote down about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from fonds.errors import FondsError
from fonds.metadata.model import Agent, Description, DossierRecord, Event
from fonds.metadata.premis import Premis, read_premis
from fonds.packaging.eark import Changes, PackageContent, changes
from fonds.packaging.eark.content import PREMIS_FILE
from fonds.repository.archive import Archive
from fonds.repository.holding import stored_content, stored_description
from fonds.repository.policy import Action, Protected, can
from fonds.repository.ports.catalogue import Aip, Slice, Unit
from fonds.repository.reading import Reading
from fonds.repository.stored_fonds import stored_fonds
from fonds.schemas.modes import MODE_CONDITIONAL

SHOWN = 20
"""How many versions are shown at a time, the newest first."""


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version. ``event`` is a term of the Library of Congress, '' when the package says nothing of it.

    ``who`` did it, ``detail`` is what was done, ``reason`` why, in that person's words. ``changes`` is what is other
    than in the version before: None for the first, and where one of the two cannot be read. ``doubt`` is why this one
    cannot be.
    """

    aip: Aip
    event: str = ""
    who: str = ""
    detail: str = ""
    reason: str = ""
    changes: Changes | None = None
    doubt: str = ""


def history(archive: Archive, objid: str, *, offset: int = 0, limit: int = SHOWN) -> Slice[Version]:
    """Return the versions of a package, the newest first. Never raises for a version that cannot be read."""
    found = archive.holdings.versions(objid, offset=offset, limit=limit + 1)
    if found.total == 1 or any(aip.of_fonds for aip in found.items):
        return Slice([_alone(archive, aip) for aip in found.items[:limit]], found.total, offset, limit)
    told: list[Version] = []
    newer: PackageContent | str = ""
    for aip in found.items:  # two contents at a time are in memory
        content = _content(archive, aip)
        if told and isinstance(content, PackageContent) and isinstance(newer, PackageContent):
            told[-1] = replace(told[-1], changes=changes(content, newer))
        told.append(_version(aip, content))
        newer = content
    return Slice(told[:limit], found.total, offset, limit)


def _alone(archive: Archive, aip: Aip) -> Version:
    """Return a version that is compared with no other: the only one, or one of a fonds, which is too large for that.

    Its PREMIS says enough.
    """
    premis = _premis(archive, aip)
    return Version(aip, doubt=premis) if isinstance(premis, str) else _told(aip, premis.events, premis.agents)


def _premis(archive: Archive, aip: Aip) -> Premis | str:
    """Return what a package says of itself, or why that cannot be read."""
    try:
        with archive.store.open(aip.location, f"data/{PREMIS_FILE}") as source:
            return read_premis(source)
    except (OSError, FondsError, ValueError) as error:
        return str(error)


def _content(archive: Archive, aip: Aip) -> PackageContent | str:
    try:
        return stored_content(archive, aip)
    except FondsError as error:
        return str(error.data.get("reason", error.code))


def _version(aip: Aip, content: PackageContent | str) -> Version:
    if isinstance(content, str):
        return Version(aip, doubt=content)
    return _told(aip, content.events, content.agents)


def _told(aip: Aip, events: Sequence[Event], agents: Iterable[Agent]) -> Version:
    """Return what the events of a package say of one of its versions."""
    event = _event(aip.version, events)
    if event is None:
        return Version(aip)
    names = {agent.id: agent.name for agent in agents if agent.type != "software"}
    detail, _, reason = event.detail.partition("\n")
    who = ", ".join(names[one] for one in event.agents if one in names)
    return Version(aip, event.type, who, detail, reason)


def _event(version: int, events: Sequence[Event]) -> Event | None:
    """Return the event by which a version was made."""
    if version > 1:
        return next((event for event in events if event.id == f"event-{version}-1"), None)
    # The last one: what was received may be a package itself, and say how that was made.
    return next((event for event in reversed(events) if event.type == "information package creation"), None)


def seen_history(seen: Reading, dossier: Unit, *, offset: int = 0, limit: int = SHOWN) -> Slice[Version]:
    """Return the versions of a dossier as far as this person may know of them.

    Who made them, why, and what they changed is for those who may audit; others learn that there are versions, when
    each was made and what kind of event that was.
    """
    if can(seen.user, Action.AUDIT):
        return history(seen.archive, dossier.id, offset=offset, limit=limit)
    found = seen.archive.holdings.versions(dossier.id, offset=offset, limit=limit)
    newest = seen.archive.holdings.aip(dossier.id)
    # The newest package has the events of all versions; a single version is no history that readers are shown.
    premis = _premis(seen.archive, newest) if newest and found.total > 1 else ""
    events = () if isinstance(premis, str) else premis.events
    told = [Version(aip, event.type if (event := _event(aip.version, events)) else "") for aip in found.items]
    return Slice(told, found.total, offset, limit)


def fonds_version(archive: Archive, unit_id: str, number: int) -> tuple[Aip, Description] | None:
    """Return one version of the package of a fonds and how it describes the fonds, None when there is none.

    Raises RefusedError PACKAGE_BROKEN for one that cannot be read.
    """
    aip = archive.holdings.aip(unit_id, number)
    return (aip, stored_fonds(archive, aip).fonds) if aip and number > 0 else None


def seen_version(seen: Reading, dossier: Unit, number: int) -> tuple[Aip, DossierRecord] | None:
    """Return a version of a dossier and its description, without pages; None when there is none or it may not be seen.

    As with its pages, an older version is for those who may see conditional material: what was open then may be closed
    now. Raises RefusedError PACKAGE_BROKEN for one that cannot be read.
    """
    aip, newest = seen.archive.holdings.aip(dossier.id, number), seen.archive.holdings.aip(dossier.id)
    if aip is None or newest is None or number < 1:
        return None
    record = stored_description(seen.archive, aip)
    mode = record.mode if aip.version == newest.version else max(record.mode, MODE_CONDITIONAL)
    return (aip, record) if can(seen.user, Action.READ_DESCRIPTION, Protected(mode)) else None
