"""Linked documents: ``name.ext.fetch.txt`` in ``data/``, in place of a file that another package of the fonds keeps."""

from __future__ import annotations

import re

from fonds.metadata.tt05.model import FETCH, LinkedDocument

_AIP = re.compile(
    r"urn[_:](?P<fonds>.+?)[_:](?:uuid[_:-])?(?P<uuid>[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12})"
    r"[_/](?P<source>.+?) (?P<size>[0-9]+) (?P<target>.+) (?P<document>\S+)"
)


def is_link(path: str) -> bool:
    """Say whether a file of ``data/`` stands for a document kept elsewhere."""
    return path.lower().endswith(FETCH)


def read_link(path: str, text: str) -> LinkedDocument:
    """Return what a linked document says, in the form of an AIP or, else, the bare id of a SIP; never fails."""
    line = text.strip("\ufeff \t\r\n")
    found = _AIP.fullmatch(line)
    if found is None:
        return LinkedDocument(path, text, document=line)
    facts = found.groupdict()
    return LinkedDocument(
        path, text, facts["document"], facts["fonds"], facts["uuid"].upper(), facts["source"], facts["target"],
        int(facts["size"]),
    )  # fmt: skip


def link_text(link: LinkedDocument) -> str:
    """Return the one line of a linked document: with four parts where it names its place, else the bare id."""
    if not link.uuid:
        return link.document
    return f"urn_{link.fonds}_{link.uuid}_{link.source} {link.size or 0} {link.target} {link.document}"
