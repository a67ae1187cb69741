"""Graphs as Turtle (RDF 1.1) and JSON-LD 1.1, a piece at a time, so that a whole fonds never is in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from rdflib import Graph

from fonds.metadata.rdf.names import prefixes

TURTLE = "text/turtle"
JSONLD = "application/ld+json"


def turtle(graphs: Iterable[Graph]) -> Iterator[bytes]:
    """Yield one Turtle document that holds all the graphs; each prefix is declared once, where it is first needed."""
    declared: set[str] = set()
    for graph in graphs:
        if len(graph):
            written = graph.serialize(format="turtle", encoding="utf-8")
            head, blank, body = written.decode().partition("\n\n")
            new = [line for line in head.splitlines() if line not in declared]
            declared.update(new)
            yield "".join((*(f"{line}\n" for line in new), "\n" if new else "", body if blank else "")).encode()


def jsonld(graphs: Iterable[Graph]) -> Iterator[bytes]:
    """Yield one JSON-LD document: our prefixes as its context, and the nodes of all the graphs in ``@graph``."""
    yield b'{"@context": ' + _json(prefixes()) + b', "@graph": ['
    first = True
    for graph in graphs:
        for node in _nodes(graph):
            yield (b"\n" if first else b",\n") + _json(node)
            first = False
    yield b"\n]}\n"


def write_turtle(out: BinaryIO, graphs: Iterable[Graph]) -> None:
    """Write the graphs to ``out`` as one Turtle document."""
    out.writelines(turtle(graphs))


def write_jsonld(out: BinaryIO, graphs: Iterable[Graph]) -> None:
    """Write the graphs to ``out`` as one JSON-LD document."""
    out.writelines(jsonld(graphs))


def _nodes(graph: Graph) -> Iterator[object]:
    if not len(graph):
        return
    document = json.loads(graph.serialize(format="json-ld", context=prefixes(), auto_compact=False))
    if "@graph" in document:
        yield from document["@graph"]
    else:  # one node stands at the top, beside the context
        document.pop("@context", None)
        yield document


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
