"""CSIP93 to 104, 116, 118, 119: the divisions of documentation, schemas and content point to their file groups."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fonds.packaging.csip.facts import Division, Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


@dataclass(frozen=True, slots=True)
class _Clauses:
    """The requirements of one division: that it is there, its label, that it points at all, and to its groups."""

    label: str
    present: str
    labelled: str
    points: str
    pointer: str


_DIVISIONS = (
    _Clauses("Documentation", "CSIP93", "CSIP95", "CSIP96", "CSIP116"),
    _Clauses("Schemas", "CSIP97", "CSIP99", "CSIP100", "CSIP118"),
    _Clauses("Representations", "CSIP101", "CSIP103", "CSIP104", "CSIP119"),
)

_LABELS = {"Metadata", *(clauses.label for clauses in _DIVISIONS)}


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for clauses in _DIVISIONS if document.csip_maps else ():
        yield from _division(document, clauses)


def _division(document: Document, clauses: _Clauses) -> Iterator[Finding]:
    # Of content only what has no METS of its own: a group named by the label and nothing more.
    wanted = {group.id for group in document.groups if group.use == clauses.label and group.id}
    known = document.group_ids(clauses.label)
    named = [division for division in document.divisions if division.label == clauses.label]
    if clauses.label == "Representations" and any(division.mets for division in document.divisions):
        wanted = set()
    if wanted and not named:
        yield breach(clauses.present, place(document.path, document.csip_maps[0].line))
    for division in document.divisions:
        if division.label != clauses.label and _meant(division, clauses.label, known):
            yield breach(clauses.labelled, place(document.path, division.line), division.label)
    for division in named:
        yield from _pointers(document, clauses, division, wanted, known)


def _meant(division: Division, label: str, known: set[str]) -> bool:
    """Say whether a division is that of ``label`` but is called otherwise."""
    if division.label.casefold() == label.casefold():
        return True
    other = division.label.partition("/")[0] in _LABELS
    return not other and any(pointer.target in known for pointer in division.files)


def _pointers(
    document: Document, clauses: _Clauses, division: Division, wanted: set[str], known: set[str]
) -> Iterator[Finding]:
    targets = {pointer.target for pointer in division.files}
    if missing := wanted - targets:
        yield breach(clauses.points, place(document.path, division.line), ", ".join(sorted(missing)))
    for pointer in division.files:
        if pointer.target not in known:
            yield breach(clauses.pointer, place(document.path, pointer.line), pointer.target)
