"""A dossier, an item and a fonds as graphs. No blank nodes, so that graphs can be written one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rdflib import Graph, URIRef

from fonds.metadata.ids import fonds_id, series_id
from fonds.metadata.model import Agent, Description, DossierRecord, Event, FileRecord, Item, Page, fonds_code
from fonds.metadata.rdf.addresses import Addresses, part
from fonds.metadata.rdf.describe import describe, record_class
from fonds.metadata.rdf.names import PREMIS, RELATION, RICO, new_graph
from fonds.metadata.rdf.preserve import file_uri, state_agent, state_event, state_file
from fonds.metadata.rdf.statements import About

Part = DossierRecord | Item | Page | FileRecord | Event | Agent
Visible = Callable[[Part], bool]


@dataclass(frozen=True, slots=True)
class Preserved:
    """A dossier with what PREMIS says of its files; an event that names no object concerns the whole package."""

    record: DossierRecord
    files: Sequence[FileRecord] = ()
    events: Sequence[Event] = ()
    agents: Sequence[Agent] = ()


def everything(_: Part) -> bool:
    """Hide nothing: for those who may see all there is."""
    return True


def dossier_graph(dossier: Preserved, base: str, visible: Visible = everything) -> Graph:
    """Return a dossier with its documents, pages, files, events and agents as RiC-O 1.1 and PREMIS 3.

    ``base`` is the address of the reading room (``http://host/``). A part for which ``visible`` says no is left out
    with all that points to it; a dossier that is not visible gives an empty graph. Raises ValueError for a base
    that is none and for a character that no description can carry.
    """
    graph, addresses, record = new_graph(), Addresses(base), dossier.record
    if not visible(record):
        return graph
    above = _above(addresses, record)
    about = About(graph, addresses.unit(record.id), record_class(record.dossier.kind), PREMIS["IntellectualEntity"])
    about.plain(RICO["identifier"], record.id)
    describe(about, record.dossier)
    _within(about, above)
    kept = _Kept(graph, about.subject, visible)
    pages = kept.pages(record.pages)
    for item in filter(visible, record.items):
        _item(graph, addresses, item, about.subject, pages)
    kept.preservation(dossier)
    return graph


def item_graph(item: Item, dossier_id: str, base: str) -> Graph:
    """Return one document or picture alone, with its way up to the dossier. Raises ValueError as ``dossier_graph``."""
    graph, addresses = new_graph(), Addresses(base)
    _item(graph, addresses, item, addresses.unit(dossier_id), set(item.pages))
    return graph


def group_graph(
    unit_id: str, description: Description, base: str, *, parent: str = "", members: Iterable[str] = ()
) -> Graph:
    """Return a fonds or series with the ids of what it holds (``members``). Raises ValueError as ``dossier_graph``."""
    graph, addresses = new_graph(), Addresses(base)
    about = About(graph, addresses.unit(unit_id), record_class(description.kind))
    about.plain(RICO["identifier"], unit_id)
    describe(about, description)
    if parent:
        _within(about, addresses.unit(parent))
    for member in members:
        about.add(RICO["includesOrIncluded"], addresses.unit(member))
    return graph


def members_graph(unit_id: str, members: Iterable[str], base: str) -> Graph:
    """Return only what a fonds or series holds: a long list can be given in slices."""
    graph, addresses = new_graph(), Addresses(base)
    about = About(graph, addresses.unit(unit_id))
    for member in members:
        about.add(RICO["includesOrIncluded"], addresses.unit(member))
    return graph


def fonds_graphs(
    fonds: Description, dossiers: Iterable[Preserved], base: str, visible: Visible = everything
) -> Iterator[Graph]:
    """Yield a fonds, then each series when its first dossier comes, and each dossier: memory is that of one dossier.

    ``dossiers`` is read once; those that are not visible are passed over. Raises ValueError as ``dossier_graph``.
    """
    code, seen = fonds_code(fonds), set[str]()
    top = fonds_id(code)
    yield group_graph(top, fonds, base)
    for dossier in dossiers:
        record = dossier.record
        if not visible(record):
            continue
        if record.series is not None:
            series = series_id(code, record.series.text("fileCatalog"))
            if series not in seen:
                seen.add(series)
                yield group_graph(series, record.series, base, parent=top)
        yield dossier_graph(dossier, base, visible)


def _above(addresses: Addresses, record: DossierRecord) -> URIRef:
    code = record.fonds_code
    if record.series is None:
        return addresses.unit(fonds_id(code))
    return addresses.unit(series_id(code, record.series.text("fileCatalog")))


def _within(about: About, above: URIRef) -> None:
    about.add(RICO["isOrWasIncludedIn"], above)
    about.graph.add((above, RICO["includesOrIncluded"], about.subject))


def _item(graph: Graph, addresses: Addresses, item: Item, dossier: URIRef, pages: set[int]) -> None:
    about = About(graph, addresses.unit(item.id), record_class(item.description.kind))
    about.plain(RICO["identifier"], item.id)
    describe(about, item.description)
    _within(about, dossier)
    for sequence in item.pages:
        if sequence in pages:
            about.add(RICO["hasOrHadDigitalInstantiation"], part(dossier, "page", sequence))


@dataclass(frozen=True, slots=True)
class _Kept:
    """The digital side of one dossier."""

    graph: Graph
    dossier: URIRef
    visible: Visible

    def pages(self, pages: Iterable[Page]) -> set[int]:
        """State the pages that may be seen; return their sequences."""
        seen = set()
        for page in filter(self.visible, pages):
            about = About(self.graph, part(self.dossier, "page", page.sequence), RICO["Instantiation"])
            about.vi(RICO["name"], f"tờ {page.label}" if page.label else f"trang {page.sequence}")
            about.plain(RICO["identifier"], str(page.sequence))
            if page.width and page.height:
                about.plain(RICO["instantiationExtent"], f"{page.width} × {page.height} px")
            about.add(RICO["isOrWasComponentOf"], file_uri(self.dossier, page.path))
            seen.add(page.sequence)
        return seen

    def preservation(self, preserved: Preserved) -> None:
        """State the representations, files, events and agents that may be seen."""
        paths = {file.path: state_file(self.graph, self.dossier, file) for file in self._seen(preserved.files)}
        folders = self._representations(paths)
        agents = {agent.id: (agent, state_agent(self.graph, self.dossier, agent)) for agent in preserved.agents
                  if self.visible(agent)}  # fmt: skip
        known = paths | folders | {preserved.record.id: self.dossier}
        for event in preserved.events:
            objects = [known[name] for name in event.objects or (preserved.record.id,) if name in known]
            if objects and self.visible(event):
                state_event(self.graph, self.dossier, event, objects, agents)

    def _seen(self, files: Iterable[FileRecord]) -> Iterator[FileRecord]:
        return (file for file in files if self.visible(file))

    def _representations(self, paths: dict[str, URIRef]) -> dict[str, URIRef]:
        """State each representation with its files (``representations/rep1``); return their URIs by folder."""
        found: dict[str, URIRef] = {}
        whole = About(self.graph, self.dossier)
        for path, file in paths.items():
            folder, data, _ = path.partition("/data/")
            if not data:
                continue
            if folder not in found:
                found[folder] = part(self.dossier, "representation", folder)
                About(self.graph, found[folder], PREMIS["Representation"], RICO["Instantiation"])
                whole.add(RELATION["isr"], found[folder])
                whole.add(RICO["hasOrHadDigitalInstantiation"], found[folder])
            about = About(self.graph, found[folder])
            about.add(RELATION["inc"], file)
            about.add(RICO["hasOrHadComponent"], file)
        return found
