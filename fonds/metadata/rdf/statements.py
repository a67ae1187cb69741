"""Saying things about one subject: literals as they must be, empty texts left out."""

from __future__ import annotations

from datetime import datetime

from rdflib import Graph, Literal, URIRef
from rdflib.term import Node

from fonds.metadata.dates import parse_date
from fonds.metadata.rdf.addresses import part
from fonds.metadata.rdf.names import EDTF, RDF, RICO, XSD
from fonds.schemas.xml import replace_illegal

VI = "vi"


def text(value: str, lang: str | None = None) -> Literal:
    """Return a literal. Raises ValueError for a character that the XML writers refuse as well (control, surrogate)."""
    if replace_illegal(value) != value:
        raise ValueError(f"not a character of a description: {value!r}")
    return Literal(value, lang=lang)


def moment(when: str) -> Literal:
    """Return a time as ``xsd:dateTime``; one that is not complete stays a plain text."""
    try:
        complete = datetime.fromisoformat(when).tzinfo is not None and "T" in when
    except ValueError:
        complete = False
    return Literal(when, datatype=XSD["dateTime"]) if complete else text(when)


class About:
    """Adds statements about ``subject`` to ``graph``."""

    def __init__(self, graph: Graph, subject: URIRef, *classes: URIRef) -> None:
        self.graph, self.subject = graph, subject
        for one in classes:
            graph.add((subject, RDF["type"], one))

    def add(self, predicate: URIRef, target: Node) -> None:
        """State something."""
        self.graph.add((self.subject, predicate, target))

    def vi(self, predicate: URIRef, value: str) -> None:
        """State a Vietnamese text; nothing when it is empty."""
        if value:
            self.add(predicate, text(value, VI))

    def plain(self, predicate: URIRef, value: str) -> None:
        """State a text of no language: a code, a number, a file name; nothing when it is empty."""
        if value:
            self.add(predicate, text(value))

    def named(self, predicate: URIRef, kind: URIRef, where: str, name: str) -> About | None:
        """State a relation to a thing of which the name is known, None when it has none."""
        if not name:
            return None
        thing = About(self.graph, part(self.subject, where), kind)
        thing.vi(RICO["name"], name)
        self.add(predicate, thing.subject)
        return thing

    def date(self, predicate: URIRef, where: str, written: str) -> None:
        """State a date as written and, where it can be read, as EDTF (RiC-A19, RiC-A29). Nothing is filled in."""
        if not written:
            return
        date = About(self.graph, part(self.subject, where), RICO["Date"])
        date.vi(RICO["expressedDate"], written)
        if edtf := parse_date(written).edtf:
            date.add(RICO["normalizedDateValue"], Literal(edtf, datatype=EDTF["EDTF"]))
        self.add(predicate, date.subject)
