"""What of a stored package its reader is given: the documents, pages and files that the policy allows, no others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from fonds.metadata.model import Agent, Description, DossierRecord, Event, Item
from fonds.metadata.modes import item_mode, page_modes, strictest_mode
from fonds.packaging.eark import FIRST, PackageContent, Representation
from fonds.schemas.modes import MODE_OPEN

ARCHIVE = "agent-archive"
"""Who stands, in a copy for a reader, for the people of the archive."""
SOURCE_PLACES = frozenset({"folder", "files"})
"""Fields that say where the one who scanned kept a file."""


@dataclass(frozen=True, slots=True)
class Given:
    """The part that is given: description, and the representation that readers see with its files and events.

    ``events`` and ``agents`` are those of the package. ``withheld`` counts pages that were asked for and are not given.
    """

    record: DossierRecord
    representation: Representation
    events: tuple[Event, ...]
    agents: tuple[Agent, ...]
    withheld: int


def given_part(
    content: PackageContent, allowed: Callable[[str], bool], archive: str, *, item: str = "", floor: str = MODE_OPEN
) -> Given:
    """Return what of a package is given; of one document where ``item`` is its id.

    ``allowed`` says so of an access mode; nothing counts as more open than ``floor``. A file is given when every page
    on it is given, or is open to everybody. What the archive keeps to itself does not go out: the names of delivered
    files, notes of events, columns of the inventory that no field answers to, and who acted, for whom ``archive``, its
    name, stands. What happened to the package concerns it by its OBJID, not the copy.
    """
    record, first = content.record, _seen_by_readers(content)
    modes = {page.sequence: floor for page in first.pages}
    modes |= {sequence: max(mode, floor) for sequence, mode in page_modes(record).items()}
    items = [
        one for one in record.items if (not item or one.id == item) and allowed(max(item_mode(record, one), floor))
    ]
    asked = {sequence for one in items for sequence in one.pages} if item else set(modes)
    seen = {sequence for sequence in asked if allowed(modes[sequence])}
    paths = _files(first, modes, seen, everything=not item and allowed(max(strictest_mode(record), floor)))
    pages = tuple(page for page in record.pages if page.sequence in seen and page.path in paths)
    kept = {page.sequence for page in pages}
    files = [replace(file, original_name="", original_raw="") for file in first.files if file.path in paths]
    return Given(
        replace(
            record,
            fonds=_public(record.fonds),
            series=_public(record.series) if record.series else None,
            dossier=_public(record.dossier),
            items=tuple(_item(one, kept) for one in items),
            pages=pages,
        ),
        replace(first, files=files, pages=pages, events=tuple(_events(content, first.events, paths, ""))),
        tuple(_events(content, content.events, paths, record.id)),
        (Agent(ARCHIVE, archive, "organization"), *(replace(one, note="") for one in content.agents if _software(one))),
        len(asked - kept),
    )


def _seen_by_readers(content: PackageContent) -> Representation:
    return content.representations[0] if content.representations else Representation(FIRST, ())


def _files(first: Representation, modes: dict[int, str], seen: set[int], *, everything: bool) -> set[str]:
    on: dict[str, set[int]] = {file.path: set() for file in first.files}
    for page in first.pages:
        on[page.path].add(page.sequence)

    def given(sequences: set[int]) -> bool:
        if not sequences:
            return everything
        return bool(sequences & seen) and all(one in seen or modes[one] == MODE_OPEN for one in sequences)

    return {path for path, sequences in on.items() if given(sequences)}


def _public(description: Description) -> Description:
    values = {key: value for key, value in description.values.items() if key not in SOURCE_PLACES}
    return replace(description, values=values, extra=())


def _software(agent: Agent) -> bool:
    return agent.type == "software"


def _item(item: Item, kept: set[int]) -> Item:
    return replace(item, description=_public(item.description), pages=tuple(one for one in item.pages if one in kept))


def _events(content: PackageContent, events: Iterable[Event], paths: set[str], whole: str) -> Iterator[Event]:
    """Yield what happened, without notes. An event that concerns no file which is given is left out."""
    people = {agent.id for agent in content.agents if not _software(agent)}
    for event in events:
        files = [path for path in event.objects if "/" in path]
        given = tuple(path for path in files if path in paths)
        if files and not given:
            continue
        agents = tuple(dict.fromkeys(ARCHIVE if one in people else one for one in event.agents))
        objects = given or ((whole,) if whole else ())
        yield replace(event, detail="", outcome_note="", agents=agents, objects=objects, roles=())
