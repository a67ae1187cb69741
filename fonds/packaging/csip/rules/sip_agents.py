"""SIP9 to SIP31: who made, sends and keeps the records; each MUST binds only the agent that it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from fonds.packaging.csip.facts import Agent, Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

_PEOPLE = frozenset({"ORGANIZATION", "INDIVIDUAL"})
_CODE = "IDENTIFICATIONCODE"


@dataclass(frozen=True, slots=True)
class _Clauses:
    """The requirements of one part that an agent plays: how many, role, type, name, note, kind of note."""

    agent: str
    role: str
    type: str
    name: str
    note: str
    note_type: str
    types: frozenset[str]


_ARCHIVIST = _Clauses("SIP9", "SIP10", "SIP11", "SIP12", "SIP13", "SIP14", _PEOPLE)
_SUBMITTER = _Clauses("SIP15", "SIP16", "SIP17", "SIP18", "SIP19", "SIP20", _PEOPLE)
_CONTACT = _Clauses("SIP21", "SIP22", "SIP23", "SIP24", "SIP25", "", frozenset({"INDIVIDUAL"}))
_KEEPER = _Clauses("SIP26", "SIP27", "SIP28", "SIP29", "SIP30", "SIP31", frozenset({"ORGANIZATION"}))


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if document.kind != "SIP" or not document.is_root or document.header is None:
        return
    others = [agent for agent in document.agents if agent.said.other_type != "SOFTWARE"]
    submitters = sorted((agent for agent in others if agent.said.role == "CREATOR"), key=_rank)
    archivists = [agent for agent in others if agent.said.role == "ARCHIVIST"]
    keepers = [agent for agent in others if agent.said.role == "PRESERVATION"]
    lost = [agent for agent in others if not agent.said.role]
    path = document.path
    if not submitters:
        yield breach("SIP15", place(path, document.header_line))
    for agent in submitters[:1]:
        yield from _judged(path, agent, _SUBMITTER)
    for agent in submitters[1:]:
        yield from _judged(path, agent, _CONTACT)
    for agent in archivists:
        yield from _judged(path, agent, _ARCHIVIST)
    for agent in keepers:
        yield from _judged(path, agent, _KEEPER)
    yield from _too_many(path, submitters, archivists, keepers)
    for agent in lost:
        code = _missing_role(agent, bool(submitters), bool(archivists), bool(keepers))
        yield breach(code, place(path, agent.line), agent.said.name)


def _rank(agent: Agent) -> tuple[bool, bool, bool]:
    """Sort first who submits: who is identified by a code, then an organization; contact persons come after."""
    coded = any(kind == _CODE for kind, _ in agent.notes)
    return agent.said.type not in _PEOPLE, not coded, agent.said.type != "ORGANIZATION"


def _judged(path: str, agent: Agent, clauses: _Clauses) -> Iterator[Finding]:
    where = place(path, agent.line)
    if agent.said.type not in clauses.types:
        yield breach(clauses.type, where, agent.said.type)
    if not agent.has_name:
        yield breach(clauses.name, where)
    for kind, text in agent.notes:
        if not text:
            yield breach(clauses.note, where)
        elif clauses.note_type and kind != _CODE:
            yield breach(clauses.note_type, where, kind)


def _too_many(
    path: str, submitters: Sequence[Agent], archivists: Sequence[Agent], keepers: Sequence[Agent]
) -> Iterator[Finding]:
    coded = [agent for agent in submitters if any(kind == _CODE for kind, _ in agent.notes)]
    for code, agents in (("SIP15", coded), ("SIP9", archivists), ("SIP26", keepers)):
        for agent in agents[1:]:
            yield breach(code, place(path, agent.line), agent.said.name)


def _missing_role(agent: Agent, submitter: bool, archivist: bool, keeper: bool) -> str:
    """Return the requirement that an agent without a ROLE breaks: that of the part nobody else plays."""
    if not submitter:
        return "SIP16"
    if agent.said.type == "INDIVIDUAL":
        return "SIP22"
    return "SIP27" if archivist and not keeper else "SIP10"
