"""The XMP metadata of a PDF: what it is, and that it claims to be PDF/A-2u (ISO 19005-2, 6.6)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lxml import etree
from lxml.etree import _Element

_NAMES = {
    "x": "adobe:ns:meta/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
}
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """What stands in the metadata of a PDF: ``tool`` made it by means of ``producer``; ``made`` has a zone."""

    title: str
    subject: str
    author: str
    tool: str
    producer: str
    made: datetime


def xmp_of(facts: DocumentFacts) -> str:
    """Return the packet without its ``<?xpacket?>``. Raises ValueError for text that XML cannot carry."""
    root = etree.Element(_name("x:xmpmeta"), nsmap={"x": _NAMES["x"]})
    spaces = {prefix: uri for prefix, uri in _NAMES.items() if prefix != "x"}
    about = etree.SubElement(etree.SubElement(root, _name("rdf:RDF"), nsmap=spaces), _name("rdf:Description"))
    about.set(_name("rdf:about"), "")
    when = facts.made.isoformat()
    plain = {
        "pdfaid:part": "2",
        "pdfaid:conformance": "U",
        "xmp:CreatorTool": facts.tool,
        "xmp:CreateDate": when,
        "xmp:ModifyDate": when,
        "xmp:MetadataDate": when,
        "pdf:Producer": facts.producer,
    }
    for name, text in plain.items():
        etree.SubElement(about, _name(name)).text = text
    _listed(about, "dc:title", "rdf:Alt", facts.title)
    _listed(about, "dc:description", "rdf:Alt", facts.subject)
    _listed(about, "dc:creator", "rdf:Seq", facts.author)
    return etree.tostring(root, encoding="unicode")


def _listed(about: _Element, name: str, kind: str, text: str) -> None:
    """Put a property in whose value is a list of one; that of an ``rdf:Alt`` says that it is in any language."""
    item = etree.SubElement(etree.SubElement(etree.SubElement(about, _name(name)), _name(kind)), _name("rdf:li"))
    if kind == "rdf:Alt":
        item.set(_LANG, "x-default")
    item.text = text


def _name(qualified: str) -> str:
    prefix, _, local = qualified.partition(":")
    return f"{{{_NAMES[prefix]}}}{local}"
