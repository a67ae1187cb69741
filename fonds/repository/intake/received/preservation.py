"""PREMIS of a package, wherever it lies: events, agents, and what is said of files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from posixpath import dirname

from fonds.metadata.mets import MetsDocument
from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis import Premis, PremisKind, read_premis
from fonds.packaging.eark.content import folder
from fonds.repository.intake.received.package import ReadPackage, moment
from fonds.repository.intake.received.tree import PackageView
from fonds.repository.submitted import free_id
from fonds.schemas.xml import XmlRefusedError

_ELSEWHERE = ("documentation/", "schemas/")


def read_preservation(view: PackageView, package: ReadPackage, documents: Mapping[str, MetsDocument]) -> None:
    """Read every PREMIS file of a package into it; ``documents`` are its METS files by path. Raises OSError."""
    carry(view, package, _read(view, package, _candidates(view, package, documents)))


def carry(view: PackageView, package: ReadPackage, documents: Iterable[tuple[str, Premis]]) -> None:
    """Give a package the events, agents and details of files that PREMIS documents, with their paths, hold."""
    carried = _Carried(view, package)
    for path, premis in documents:
        carried.take(path, premis)
    carried.finish()


def _read(view: PackageView, package: ReadPackage, paths: Iterable[str]) -> Iterator[tuple[str, Premis]]:
    for path in paths:
        try:
            with view.open(path) as source:
                premis = read_premis(source)
        except XmlRefusedError as error:
            package.kept_only(path, str(error.data.get("reason") or error.data.get("found") or error.code))
        else:
            yield path, premis


def _candidates(view: PackageView, package: ReadPackage, documents: Mapping[str, MetsDocument]) -> list[str]:
    """Return the files that METS calls PREMIS, and those whose place or name does."""
    payload = package.payload()
    said = [
        view.resolve(entry.file.href, dirname(path))
        for path, mets in documents.items()
        for entry in mets.metadata
        if entry.file and entry.type.startswith("PREMIS")
    ]
    lying = [path for path in view.paths if _looks_like(path) and path not in payload]
    return [path for path in dict.fromkeys([*said, *lying]) if path in view]


def _looks_like(path: str) -> bool:
    plain = path.casefold()
    inside = plain.split("/", 2)[2] if plain.startswith("representations/") and plain.count("/") > 1 else plain
    if inside.startswith(_ELSEWHERE) or not plain.endswith(".xml"):
        return False
    return "premis" in plain.rpartition("/")[2] or "metadata/preservation/" in plain


class _Carried:
    """Events and agents of several documents, made one list: ids that collide get a new one."""

    def __init__(self, view: PackageView, package: ReadPackage) -> None:
        self._view, self._package = view, package
        self._agents: dict[str, Agent] = {}
        self._events: dict[str, Event] = {}

    def take(self, path: str, premis: Premis) -> None:
        """Take one document."""
        position = next(
            (n for n, one in enumerate(self._package.representations) if path.startswith(f"{one.base}/")), -1
        )
        base = self._package.representations[position].base if position >= 0 else ""
        self._files(premis, base)
        names = dict[str, str]()
        if premis.kind is PremisKind.REPRESENTATION and position >= 0:
            names[premis.id] = folder(f"rep{position + 1}")
        renamed = {one.id: self._agent(one) for one in premis.agents if one.id}
        for event in premis.events:
            if not event.type:
                self._package.kept_only(path, "eventType")
                continue
            objects = tuple(names.get(one) or self._where(one, base) for one in event.objects)
            agents = tuple(renamed.get(one, one) for one in event.agents if one)
            whole = objects == (self._package.objid,) and not any(event.roles)
            self._event(replace(event, objects=() if whole else objects, agents=agents), position)

    def _agent(self, agent: Agent) -> str:
        """Take an agent; return the id under which it is known here."""
        if self._agents.get(agent.id, agent) == agent:
            self._agents[agent.id] = agent
            return agent.id
        same = next((one.id for one in self._agents.values() if replace(one, id=agent.id) == agent), "")
        new = same or free_id(agent.id, "2", self._agents)
        self._agents.setdefault(new, replace(agent, id=new))
        return new

    def _event(self, event: Event, position: int) -> None:
        if self._events.get(event.id) == event:
            return
        event = replace(event, id=free_id(event.id or "event", "2", self._events))
        self._events[event.id] = event
        package = self._package
        (package.representations[position].events if position >= 0 else package.events).append(event)

    def _files(self, premis: Premis, base: str) -> None:
        for one in premis.files:
            path = self._path(one.path, base)
            if path:
                before = self._package.stated.get(path, FileRecord(path, -1, "", "", ""))
                created = moment(one.created) or before.created
                self._package.stated[path] = replace(
                    before, created=created, original_name=one.original_name, original_raw=one.original_raw
                )

    def _path(self, identifier: str, base: str) -> str:
        """Return the file that an identifier means, '' when it means none: some are paths, from various folders."""
        plain = self._view.named(identifier.removeprefix("file:").lstrip("/").removeprefix("./"))
        inner = f"{base}/" if base else ""
        tried = (plain, f"{inner}{plain}", f"{inner}data/{plain}", plain.removeprefix("data/"))
        return next((path for path in tried if path and path in self._view), "")

    def _where(self, identifier: str, base: str) -> str:
        """Return the place of the file that an identifier means, or the identifier."""
        path = self._path(identifier, base)
        return self._view.where(path) if path else identifier

    def finish(self) -> None:
        """Describe the agents that events name and nobody describes, and give all of them to the package."""
        for name in _named(self._package):
            self._agents.setdefault(name, Agent(name, name, "unknown"))
        self._package.agents = list(self._agents.values())


def _named(package: ReadPackage) -> Iterator[str]:
    for event in package.events:
        yield from event.agents
    for one in package.representations:
        for event in one.events:
            yield from event.agents
