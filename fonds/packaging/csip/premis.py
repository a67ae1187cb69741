"""Reading PREMIS 3 once, from beginning to end: what it says of files, and who links to whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import BinaryIO, Protocol

from lxml.etree import _Element

from fonds.metadata.premis.model import PREMIS
from fonds.metadata.xmlwriter import XSI
from fonds.packaging.csip.facts import Entry
from fonds.packaging.csip.requirements import place
from fonds.schemas.findings import Finding, finding
from fonds.schemas.xml import iterparse, line_of

_P = f"{{{PREMIS}}}"
_LINKS = {"linkingObjectIdentifier": "object", "linkingAgentIdentifier": "agent", "linkingEventIdentifier": "event"}
_RELATED = ("relatedObjectIdentifier", "relatedEventIdentifier")
_TAKEN = ("premis", "object", "event", "agent", "rightsStatement", *_LINKS, *_RELATED)


class PremisSink(Protocol):
    """Takes what is too much to be kept."""

    def found(self, finding: Finding) -> None:
        """Take a finding."""

    def described_file(self, path: str, entry: Entry) -> None:
        """Take what PREMIS says of a file."""

    def described(self, kind: str, identifier: str, document: str, where: str) -> None:
        """Take the description of an object, event or agent."""

    def linked(self, kind: str, identifier: str, where: str) -> None:
        """Take a link to an object, event or agent."""

    def has(self, path: str) -> bool:
        """Say whether the file is in the package."""


class PremisReader:
    """Reads one PREMIS document, which lies at ``path`` in the package, into ``sink``."""

    def __init__(self, path: str, sink: PremisSink) -> None:
        self._path, self._sink = path, sink
        self._base = path.rpartition("metadata/")[0].rstrip("/")
        self._root = False
        self._agents = 0
        self._takers: dict[str, Callable[[_Element], None]] = {
            "premis": self._whole,
            "object": self._object,
            "event": self._event,
            "agent": lambda element: self._described("agent", element),
            **dict.fromkeys(_LINKS, self._link),
            **dict.fromkeys(_RELATED, self._relation),
        }

    def read(self, source: BinaryIO) -> bool:
        """Read to the end; return whether the root element is that of PREMIS 3. Raises XmlRefusedError."""
        for element in iterparse(source, tuple(f"{_P}{name}" for name in _TAKEN)):
            taker = self._takers.get(str(element.tag).removeprefix(_P))
            if taker:
                taker(element)
        return self._root

    def _where(self, element: _Element) -> str:
        return place(self._path, line_of(element))

    def _whole(self, _: _Element) -> None:
        self._root = True

    def _described(self, kind: str, element: _Element) -> None:
        for value in _values(element, f"{kind}Identifier", f"{kind}IdentifierValue"):
            self._sink.described(kind, value, self._path, self._where(element))

    def _event(self, element: _Element) -> None:
        if not self._agents:
            identifier = next(iter(_values(element, "eventIdentifier", "eventIdentifierValue")), "")
            self._sink.found(finding("PKG_PREMIS_EVENT_NO_AGENT", self._where(element), id=identifier[:200]))
        self._agents = 0
        self._described("event", element)

    def _link(self, element: _Element) -> None:
        kind = _LINKS[str(element.tag).removeprefix(_P)]
        above = element.getparent()
        if kind == "agent" and above is not None and above.tag == f"{_P}event":
            self._agents += 1
        for value in _values(element, f"linking{kind.capitalize()}IdentifierValue"):
            self._sink.linked(kind, value, self._where(element))

    def _relation(self, element: _Element) -> None:
        """Take structural relations; others (a source, an earlier version) may lead out of the package."""
        above = element.getparent()
        structural = above is not None and _values(above, "relationshipType") == ["structural"]
        kind = "object" if str(element.tag).endswith("ObjectIdentifier") else "event"
        if structural:
            for value in _values(element, f"related{kind.capitalize()}IdentifierValue"):
                self._sink.linked(kind, value, self._where(element))

    def _object(self, element: _Element) -> None:
        self._described("object", element)
        if (element.get(f"{{{XSI}}}type") or "").rpartition(":")[2] == "file":
            path = self._file(element)
            if path:
                self._entries(element, path)

    def _file(self, element: _Element) -> str:
        """Return the path that an object means: one that is there, else what looks like one; '' for a bare name."""
        named = _values(element, "objectIdentifier", "objectIdentifierValue")
        named += _values(element, "storage", "contentLocation", "contentLocationValue")
        for value in named:
            plain = value.removeprefix("file:").lstrip("/").removeprefix("./")
            for path in (plain, f"{self._base}/{plain}".lstrip("/"), plain.removeprefix("data/")):
                if self._sink.has(path):
                    return path
        return next((value for value in named if "/" in value and ":" not in value and value[0] not in "/."), "")

    def _entries(self, element: _Element, path: str) -> None:
        where = self._where(element)
        size = next(iter(_values(element, "objectCharacteristics", "size")), "")
        number = int(size) if size.isascii() and size.isdigit() and len(size) < 19 else -1
        self._sink.described_file(path, Entry(where, self._path, number, "", ""))
        for fixity in element.iterfind(f"{_P}objectCharacteristics/{_P}fixity"):
            algorithm = "".join(_values(fixity, "messageDigestAlgorithm"))
            digest = "".join(_values(fixity, "messageDigest"))
            self._sink.described_file(path, Entry(where, self._path, -1, algorithm, digest))


def _values(element: _Element, *path: str) -> list[str]:
    found = [element]
    for name in path:  # step by step: several times faster than a path expression
        found = [inner for one in found for inner in one.iterchildren(f"{_P}{name}")]
    return [text for one in found if (text := (one.text or "").strip())]
