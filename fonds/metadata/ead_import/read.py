"""Read a finding aid as a stream of units: memory is that of one component and of what is open above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml.etree import _Comment, _Element

from fonds.metadata.ead3.places import PREFIX
from fonds.metadata.ead3.read import described
from fonds.metadata.ead_import.fields import Level
from fonds.metadata.ead_import.model import ImportedUnit
from fonds.metadata.ead_import.parts import NAMESPACES, is_internal, name, verbatim
from fonds.metadata.model import Kind
from fonds.schemas.xml import XmlRefusedError, iterparse

_COMPONENTS = frozenset({"c", *(f"c{number:02}" for number in range(1, 13))})
_HEADERS = frozenset({"eadheader", "control", "frontmatter"})
_TAGS = tuple(
    f"{{{space}}}{local}" if space else local
    for space in NAMESPACES
    for local in sorted({*_COMPONENTS, *_HEADERS, "archdesc"})
)
_KINDS = {
    "fonds": Kind.SERIES,  # below the archdesc: a fonds of a group of fonds
    "collection": Kind.SERIES,
    "recordgrp": Kind.SERIES,
    "subgrp": Kind.SERIES,
    "subfonds": Kind.SERIES,
    "class": Kind.SERIES,
    "series": Kind.SERIES,
    "subseries": Kind.SERIES,
    "file": Kind.DOSSIER,
    "item": Kind.DOCUMENT,
}


def read_finding_aid(source: BinaryIO, top: Kind = Kind.FONDS) -> Iterator[ImportedUnit]:
    """Yield the units of an EAD 2002 or EAD3 document, each when it is complete: what is below comes before it.

    The archdesc is the last, and a fonds unless the caller knows better (``top``); ``tree`` puts the units together.
    Levels: series and what is like it give a series, file a dossier, item a document; another level, or none, is a
    series when it holds components, else a dossier, and a document inside a dossier. The header of the file is kept
    with the archdesc. A finding aid of our own reads back to its very fields. Raises XmlRefusedError: XML_DOCTYPE,
    XML_MALFORMED with the line, XML_UNEXPECTED for another kind of document.
    """
    state = _State(top)
    for element in iterparse(source, _TAGS, doctype=True):
        if not state.checked:
            state.check(element)
        if name(element) in _HEADERS:
            state.headers.append((f"ead/{name(element)}", verbatim(element), is_internal(element)))
        else:
            yield state.unit(element)
    if not state.complete:
        raise XmlRefusedError("XML_UNEXPECTED", expected="EAD", found="no archdesc")


@dataclass(frozen=True, slots=True)
class _Open:
    """A level whose end has not come yet; the element is held so that it stays the same object."""

    element: _Element
    number: int


@dataclass(slots=True)
class _State:
    """How far reading is: the levels above the last unit, and the headers until the archdesc takes them."""

    top: Kind
    above: list[_Open] = field(default_factory=list)
    given: int = 0
    headers: list[tuple[str, str, bool]] = field(default_factory=list)
    checked: bool = False
    complete: bool = False

    def check(self, element: _Element) -> None:
        root = element.getroottree().getroot()
        if name(root) != "ead":
            raise XmlRefusedError("XML_UNEXPECTED", expected="EAD", found=str(root.tag))
        self.headers = [(f"ead/@{key!s}", str(said), False) for key, said in root.attrib.items()]
        self.checked = True

    def unit(self, element: _Element) -> ImportedUnit:
        """Return the unit of an element that has ended. Levels above are numbered before it: document order."""
        had_children = any(one.element is element for one in self.above)
        chain = [*reversed([one for one in element.iterancestors() if _is_level(one)]), element]
        if name(chain[0]) != "archdesc":
            raise XmlRefusedError("XML_UNEXPECTED", expected="EAD", found=f"{name(chain[0])} outside archdesc")
        for position, one in enumerate(chain):
            if position >= len(self.above) or self.above[position].element is not one:
                self.given += 1
                self.above[position:] = [_Open(one, self.given)]
        del self.above[len(chain) :]
        number = self.above.pop().number
        parent = self.above[-1].number if self.above else 0
        self.complete = self.complete or not self.above
        return self._read(element, _Place(number, parent, len(chain) - 1), had_children)

    def _read(self, element: _Element, place: _Place, had_children: bool) -> ImportedUnit:
        ours = (element.get("encodinganalog") or "").startswith(PREFIX)
        kind = _kind(element, had_children) if place.depth else self.top
        if ours:
            level, description = Level(kind), described(element)
        else:
            level = _level(element, kind)
            if place.depth == 0:
                for path, xml, internal in self.headers:
                    (level.internal if internal else level.extra).append((path, xml))
            description = level.description()
        hidden = any(one.get("audience") == "internal" for one in (element, *element.iterancestors()))
        written = element.get("otherlevel") or element.get("level") or ""
        return ImportedUnit(
            place.number, place.parent, place.depth, written, description, tuple(level.internal), hidden
        )


@dataclass(frozen=True, slots=True)
class _Place:
    number: int
    parent: int
    depth: int


def _is_level(element: _Element) -> bool:
    return name(element) in _COMPONENTS or name(element) == "archdesc"


def _kind(element: _Element, had_children: bool) -> Kind:
    stated = _KINDS.get(element.get("level") or "")
    if stated is not None:
        return stated
    if had_children:
        return Kind.SERIES
    within = next((one.get("level") for one in element.iterancestors() if _is_level(one)), "")
    return Kind.DOCUMENT if within == "file" else Kind.DOSSIER


def _level(element: _Element, kind: Kind) -> Level:
    level = Level(kind)
    for attribute, said in element.attrib.items():
        if attribute not in {"level", "otherlevel"}:
            level.extra.append((f"@{attribute!s}", str(said)))
    _inside(level, element, "")
    return level


def _inside(level: Level, parent: _Element, path: str) -> None:
    """Take what stands directly in a level; ``did`` and ``dsc`` are only there to hold things."""
    _loose(level, parent.text, path)
    for child in parent.iterchildren():
        local = name(child)
        if local in {"did", "dsc", "descgrp"} and child.get("audience") != "internal":
            level.extra += [(f"{path}{local}/@{key!s}", str(said)) for key, said in child.attrib.items()]
            _inside(level, child, f"{path}{local}/")
        elif isinstance(child, _Comment) or not local:
            level.extra.append((f"{path}comment()", verbatim(child)))
        elif not _is_level(child):
            level.take(f"{path}{local}", child)
        _loose(level, child.tail, path)


def _loose(level: Level, said: str | None, path: str) -> None:
    if said and said.strip():
        level.extra.append((f"{path}text()", said.strip()))
