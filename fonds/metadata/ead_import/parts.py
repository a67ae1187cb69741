"""Pieces of a finding aid: their text, whether that text is all of them, and their XML word for word."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from lxml import etree
from lxml.etree import _Element

from fonds.metadata.ead3.places import EAD
from fonds.metadata.model import Value
from fonds.metadata.vietnamese import nfc

NAMESPACES = (EAD, "http://ead3.archivists.org/schema/undeprecated/", "urn:isbn:1-931666-22-9", "")
"""EAD3 1.x in its two forms, EAD 2002 by its schema, and EAD 2002 without a namespace as its DTD had it."""

_AUDIENCE = "audience"


def name(element: _Element) -> str:
    """Return the local name; '' for a comment or processing instruction."""
    tag: object = element.tag  # a function for a comment, whatever the stubs say
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: _Element) -> Iterator[_Element]:
    """Yield the child elements, without comments."""
    return (child for child in element.iterchildren() if name(child))


def first(element: _Element | None, *names: str) -> _Element | None:
    """Return the first child element with one of these names."""
    found = () if element is None else children(element)
    return next((child for child in found if name(child) in names), None)


def text(element: _Element | None) -> str:
    """Return all text of an element on one line, in NFC, without comments."""
    return "" if element is None else nfc(raw(element))


def raw(element: _Element) -> str:
    """Return all text of an element on one line, its characters as they stand."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: _Element) -> Iterator[str]:
    yield element.text or ""
    for child in element.iterchildren():
        if name(child):
            yield from _texts(child)
            yield " " if name(child) == "lb" else ""
        yield child.tail or ""


def has_loose_text(element: _Element) -> bool:
    """Say whether text stands directly in an element, beside the elements in it."""
    return any(said and said.strip() for said in (element.text, *(child.tail for child in element.iterchildren())))


def paragraphs(element: _Element) -> str:
    """Return the text of a block: its paragraphs, or all its text where it has none; a head is left out."""
    found = [text(child) for child in children(element) if name(child) == "p"]
    if found:
        return "\n\n".join(part for part in found if part)
    return " ".join(text(child) for child in children(element) if name(child) != "head") or text(element)


def value(shown: str, element: _Element, code: str = "") -> Value:
    """Return a value; the text as it stands is kept beside it where it reads otherwise."""
    written = raw(element)
    return Value(shown, "" if written == shown or nfc(written) == written else written, code)


def is_plain(element: _Element, inner: Collection[str] = (), attributes: Collection[str] = ()) -> bool:
    """Say whether its text is all that an element says: no attributes or elements but these, and no comments."""
    if set(element.attrib) - set(attributes):
        return False
    return all(name(child) in inner and is_plain(child, inner, attributes) for child in element.iterchildren())


def verbatim(element: _Element) -> str:
    """Return the XML of an element word for word, with the namespaces it needs."""
    return etree.tostring(element, encoding="unicode", with_tail=False)


def is_internal(element: _Element) -> bool:
    """Say whether an element is not meant for readers, itself or anything in it."""
    return any(one.get(_AUDIENCE) == "internal" for one in element.iter(etree.Element))
