"""CSIP10 to CSIP16: one agent is the software that made the package; the others are none of this rule's business."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Agent, Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if document.header is None:
        return
    if not document.agents:
        yield breach("CSIP10", place(document.path, document.header_line))
        return
    # When no agent fits wholly, the one that comes nearest is meant; the first of equals.
    agent = max(document.agents, key=lambda one: sum(right for _, right, _ in _marks(one)))
    where = place(document.path, agent.line)
    for code, right, found in _marks(agent):
        if not right:
            yield breach(code, where, found)
    if not agent.has_name:
        yield breach("CSIP14", where)
    if not any(text for _, text in agent.notes):
        yield breach("CSIP15", where)
    elif not any(kind == "SOFTWARE VERSION" for kind, _ in agent.notes):
        yield breach("CSIP16", where, agent.notes[0][0])


def _marks(agent: Agent) -> tuple[tuple[str, bool, str], ...]:
    said = agent.said
    return (
        ("CSIP11", said.role == "CREATOR", said.role),
        ("CSIP12", said.type == "OTHER", said.type),
        ("CSIP13", said.other_type == "SOFTWARE", said.other_type),
    )
