"""CSIP105, CSIP107 to CSIP109: each representation METS has a division of its own that points to it."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import REPRESENTATIONS, Division, Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if not document.is_root or not document.csip_maps:
        return
    pointed = {pointer.target for division in document.divisions for pointer in division.mets}
    for path in document.representations:
        if path not in pointed:
            yield breach("CSIP105", place(document.path, document.csip_maps[0].line), path)
    groups = {group.id for group in document.groups}
    for division in document.divisions:
        inner = division.label.casefold().startswith(REPRESENTATIONS)
        if division.mets or inner:
            yield from _division(document, division, groups)


def _division(document: Document, division: Division, groups: set[str]) -> Iterator[Finding]:
    where = place(document.path, division.line)
    # A division that points to file groups instead describes content without a METS of its own (CSIP101).
    if len(division.mets) != 1 and not (division.files and not division.mets):
        yield breach("CSIP109", where, str(len(division.mets)))
    for pointer in division.mets:
        if not _labelled(division.label, pointer.target):
            yield breach("CSIP107", where, division.label)
        if pointer.title not in groups:
            yield breach("CSIP108", place(document.path, pointer.line), pointer.title)


def _labelled(label: str, target: str) -> bool:
    """Say whether a label is the path of the folder that the METS ``target`` ('': unknown) lies in."""
    folder = target.rpartition("/")[0].partition("/")[2]
    return label.startswith("Representations/") and (not target or label.partition("/")[2] == folder)
