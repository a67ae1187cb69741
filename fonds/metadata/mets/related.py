"""How packages point to one another: the fonds to its dossiers, a dossier to its fonds (E-ARK AIP 2.2, segmented AIPs).

A structMap of its own holds a ``div`` for each; its ``mptr`` names the other package by OBJID and not by place or
version, so that a new version of one changes nothing in the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from lxml.etree import _Element

from fonds.metadata.mets.model import METS, XLINK, Related
from fonds.metadata.xmlwriter import XmlWriter

PARENT = "parent AIP"
CHILD = "child AIP"
_URN = "urn:uuid:"
_OBJID = "uuid-"
_HREF = f"{{{XLINK}}}href"


def write_parent(xml: XmlWriter, objid: str) -> None:
    """Write the structMap that names the package above; nothing for ''."""
    if not objid:
        return
    with xml.element("structMap", {"ID": "struct-parent", "TYPE": "LOGICAL", "LABEL": PARENT}):
        xml.line()
        _division(xml, PARENT, Related(objid))
    xml.line()


def write_children(xml: XmlWriter, objid: str, children: Iterable[Related]) -> None:
    """Write the structMap of the packages below, as a stream; nothing when there are none."""
    rest = iter(children)
    first = next(rest, None)
    if first is None:
        return
    with xml.element("structMap", {"ID": "struct-children", "TYPE": "LOGICAL", "LABEL": "child AIPs"}):
        xml.line()
        with xml.element("div", {"ID": "div-children", "LABEL": objid}):
            xml.line()
            for child in chain((first,), rest):
                _division(xml, CHILD, child)
    xml.line()


def _division(xml: XmlWriter, kind: str, other: Related) -> None:
    # Never without a LABEL: the public validator of E-ARK breaks down at a div that has none.
    with xml.element("div", {"TYPE": kind, "LABEL": other.label or other.objid}):
        xml.leaf("mptr", attributes={"LOCTYPE": "URN", "xlink:type": "simple", "xlink:href": urn(other.objid)})
    xml.line()


def urn(objid: str) -> str:
    """Return the OBJID as a URN: ``urn:uuid:…`` for one that is a UUID, else the OBJID itself."""
    return _URN + objid.removeprefix(_OBJID) if objid.startswith(_OBJID) else objid


def read_division(div: _Element) -> tuple[str, Related] | None:
    """Return what kind of package a ``div`` points to and which, None for a div that points to none."""
    kind, pointer = div.get("TYPE") or "", div.find(f"{{{METS}}}mptr")
    if kind not in {PARENT, CHILD} or pointer is None:
        return None
    href = pointer.get(_HREF) or ""
    objid = _OBJID + href.removeprefix(_URN) if href.startswith(_URN) else href
    label = div.get("LABEL") or ""
    return kind, Related(objid, "" if label == objid else label)
