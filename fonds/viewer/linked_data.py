"""Linked data: what a page says for people, as RiC-O 1.1 and PREMIS 3 in Turtle and JSON-LD for programs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from rdflib import Graph

from fonds.metadata.model import Item, Kind
from fonds.metadata.rdf import (
    JSONLD,
    TURTLE,
    Preserved,
    dossier_graph,
    group_graph,
    item_graph,
    jsonld,
    members_graph,
    turtle,
)
from fonds.repository.ports.catalogue import Unit
from fonds.repository.preservation import seen_preservation, seen_record
from fonds.repository.reading import Reading
from fonds.viewer.iiif import open_to_all
from fonds.viewer.pages import expect
from fonds.viewer.room import reading

blueprint = Blueprint("linked_data", __name__)
blueprint.after_request(open_to_all)

SLICE = 500
"""Members of a fonds or series that are named in one piece of the answer."""


@blueprint.get("/u/<unit:unit_id>.ttl")
def as_turtle(unit_id: str) -> ResponseReturnValue:
    """Return a unit as Turtle."""
    return _answer(unit_id, turtle, f"{TURTLE}; charset=utf-8")


@blueprint.get("/u/<unit:unit_id>.jsonld")
def as_jsonld(unit_id: str) -> ResponseReturnValue:
    """Return a unit as JSON-LD."""
    return _answer(unit_id, jsonld, JSONLD)


def _answer(unit_id: str, write: Callable[[Iterable[Graph]], Iterator[bytes]], mimetype: str) -> Response:
    seen = reading()
    graphs = _graphs(seen, expect(unit_id, *Kind))
    first = next(graphs)  # what can fail does so here, before the answer begins
    response = Response(write(chain((first,), graphs)), content_type=mimetype)
    # As with IIIF: it names addresses of this host and may be closed tomorrow, so nobody uses it without asking.
    response.headers["Cache-Control"] = "no-cache"
    return response


def _graphs(seen: Reading, unit: Unit) -> Iterator[Graph]:
    base = request.host_url.rstrip("/") + request.script_root + "/"
    if unit.kind is Kind.DOSSIER:
        known = seen_preservation(seen, unit)
        dossier = Preserved(seen_record(seen, unit), known.files, known.events, known.agents)
        yield dossier_graph(dossier, base)
    elif unit.kind in (Kind.FONDS, Kind.SERIES):
        yield from _group(seen, unit, base)
    else:
        yield _item(seen, unit, base)


def _group(seen: Reading, unit: Unit, base: str) -> Iterator[Graph]:
    """Yield a fonds or series, then what it holds, slice by slice: there may be many thousands."""
    found = seen.children(unit.id, limit=SLICE)
    yield group_graph(unit.id, unit.description, base, parent=unit.parent_id, members=_ids(found.items))
    offset = len(found.items)
    while found.items and offset < found.total:
        found = seen.children(unit.id, offset=offset, limit=SLICE)
        yield members_graph(unit.id, _ids(found.items), base)
        offset += len(found.items)


def _ids(units: Iterable[Unit]) -> Iterator[str]:
    return (unit.id for unit in units)


def _item(seen: Reading, unit: Unit, base: str) -> Graph:
    """Return a document with those of its pages that may be seen."""
    dossier = seen.unit(unit.dossier_id)
    if dossier is None:
        abort(404)
    pages = tuple(
        row.sequence
        for number in unit.sequences
        for row in seen.pages(dossier, offset=number - 1, limit=1).items
        if row.id
    )
    return item_graph(Item(unit.id, unit.description, pages), dossier.id, base)
