"""Linked data over HTTP: content types, what it says, and that it says nothing of what is closed."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rdflib import RDF, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from fonds.metadata.ids import item_id
from fonds.repository.archive import Archive
from fonds.repository.policy import Role, User
from fonds.repository.preservation import preservation
from fonds.schemas.ontologies import ontologies
from fonds.viewer import linked_data
from fonds.viewer.app import create_app
from tests.factories import SAMPLE, ingest_sample
from tests.viewer import stocked as lib

HOST = "http://localhost/"
PREFIXES = "".join(f"PREFIX {one.prefix}: <{one.uri}>\n" for one in ontologies().values())
RICO = ontologies()["rico"].uri


def _graph(client: FlaskClient, unit_id: str, ending: str = "ttl") -> Graph:
    response = client.get(f"/u/{unit_id}.{ending}")
    assert response.status_code == 200
    form = {"ttl": "turtle", "jsonld": "json-ld"}[ending]
    return Graph().parse(data=response.get_data(), format=form)


def _ask(graph: Graph, query: str) -> list[tuple[str, ...]]:
    rows = graph.query(PREFIXES + query)
    return sorted(tuple(str(value) for value in row) for row in rows)  # type: ignore[union-attr]  # a SELECT gives rows


@dataclass(frozen=True)
class Ingested:
    """A reading room over packages that were really taken in."""

    app: Flask
    archive: Archive
    objids: tuple[str, ...]


@pytest.fixture(scope="module")
def ingested(tmp_path_factory: pytest.TempPathFactory) -> Ingested:
    folder = tmp_path_factory.mktemp("ingested")
    archive, result = ingest_sample(folder / "repo", folder / "source")
    return Ingested(create_app(archive), archive, tuple(one.objid for one in result.ingested))


@pytest.mark.parametrize(
    ("ending", "mimetype"), [("ttl", "text/turtle; charset=utf-8"), ("jsonld", "application/ld+json")]
)
@pytest.mark.parametrize("unit_id", [lib.OPEN, lib.FONDS_ID, lib.SERIES_ID, item_id(lib.OPEN, "document", 1)])
def test_every_unit_answers_in_both_forms(client: FlaskClient, unit_id: str, ending: str, mimetype: str) -> None:
    response = client.get(f"/u/{unit_id}.{ending}")
    assert response.content_type == mimetype
    assert response.headers["Cache-Control"] == "no-cache"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert (URIRef(HOST + "u/" + unit_id), RDF.type, None) in _graph(client, unit_id, ending)


@pytest.mark.parametrize("unit_id", [lib.OPEN, lib.LONG, lib.FONDS_ID, lib.SERIES_ID])
def test_both_forms_say_the_same(client: FlaskClient, unit_id: str) -> None:
    assert isomorphic(_graph(client, unit_id), _graph(client, unit_id, "jsonld"))


def test_a_dossier_says_what_its_page_says(client: FlaskClient) -> None:
    graph = _graph(client, lib.OPEN)
    me = URIRef(HOST + "u/" + lib.OPEN)
    assert graph.value(me, URIRef(RICO + "title")) == Literal(lib.OPEN_TITLE, lang="vi")
    assert (me, URIRef(RICO + "note"), Literal("Kho: A & B", lang="vi")) in graph
    assert (me, URIRef(RICO + "isOrWasIncludedIn"), URIRef(HOST + "u/" + lib.SERIES_ID)) in graph
    dates = f"SELECT ?e WHERE {{ <{me}> (rico:hasBeginningDate|rico:hasEndDate)/rico:normalizedDateValue ?e }}"
    assert _ask(graph, dates) == [("1956-03-15",), ("1957",)]


def test_restricted_documents_and_pages_are_left_out(client: FlaskClient) -> None:
    graph = _graph(client, lib.OPEN)
    documents = _ask(graph, "SELECT ?t WHERE { ?d a rico:Record ; rico:title ?t }")
    assert documents == [("Quyết định thành lập ban đê điều",)]
    pages = _ask(graph, "SELECT ?n WHERE { ?p rico:isOrWasComponentOf ?f ; rico:name ?n }")
    assert pages == [("tờ 1",), ("tờ 2",), ("tờ 2a",), ("tờ 4",)]


@pytest.mark.parametrize("ending", ["ttl", "jsonld"])
@pytest.mark.parametrize("hidden", [lib.CLOSED, item_id(lib.OPEN, "document", 2)])
def test_what_is_closed_answers_like_what_is_missing(client: FlaskClient, hidden: str, ending: str) -> None:
    closed, missing = (client.get(f"/u/{one}.{ending}") for one in (hidden, lib.MISSING))
    assert (closed.status_code, closed.content_type) == (missing.status_code, missing.content_type)
    assert closed.status_code == 404
    assert closed.get_data(as_text=True).replace(hidden, "") == missing.get_data(as_text=True).replace(lib.MISSING, "")


def test_a_long_series_names_all_it_holds(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linked_data, "SLICE", 1)
    held = f"SELECT ?m WHERE {{ <{HOST}u/{lib.SERIES_ID}> rico:includesOrIncluded ?m }}"
    assert _ask(_graph(client, lib.SERIES_ID), held) == [(f"{HOST}u/{lib.OPEN}",), (f"{HOST}u/{lib.LONG}",)]
    assert isomorphic(_graph(client, lib.SERIES_ID), _graph(client, lib.SERIES_ID, "jsonld"))


@pytest.mark.parametrize(
    ("accept", "target"),
    [
        ("text/turtle", f"/u/{lib.OPEN}.ttl"),
        ("application/ld+json", f"/u/{lib.OPEN}.jsonld"),
        ("application/ld+json;q=0.4, text/turtle", f"/u/{lib.OPEN}.ttl"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", f"/d/{lib.OPEN}"),
        ("*/*", f"/d/{lib.OPEN}"),
        ("image/png", f"/d/{lib.OPEN}"),
    ],
)
def test_the_uri_of_a_unit_leads_to_what_is_asked_for(client: FlaskClient, accept: str, target: str) -> None:
    response = client.get(f"/u/{lib.OPEN}", headers={"Accept": accept})
    assert response.headers["Location"] == target
    assert response.status_code == (302 if target.startswith("/d/") else 303)
    closed = client.get(f"/u/{lib.CLOSED}", headers={"Accept": accept})
    assert closed.status_code == 404


@pytest.mark.parametrize("page", [f"/d/{lib.OPEN}", f"/f/{lib.FONDS_ID}", f"/s/{lib.SERIES_ID}"])
def test_pages_link_to_their_data(client: FlaskClient, page: str) -> None:
    markup = client.get(page).get_data(as_text=True)
    unit_id = page.rpartition("/")[2]
    for ending, mimetype in (("ttl", "text/turtle"), ("jsonld", r"application/ld\+json")):
        address = re.escape(f"/u/{unit_id}.{ending}")
        assert re.search(rf'<link rel="alternate" type="{mimetype}" href="{address}">', markup)
        assert re.search(rf'<a href="{address}" type="{mimetype}">', markup)
    for address in re.findall(r'rel="alternate"[^>]*href="([^"]+)"', markup):
        assert client.get(address).status_code == 200


def test_addresses_follow_the_host_that_was_asked(client: FlaskClient) -> None:
    said = client.get(f"/u/{lib.OPEN}.ttl", base_url="https://phongdoc.example/kho").get_data(as_text=True)
    assert f"<https://phongdoc.example/kho/u/{lib.OPEN}>" in said
    assert "localhost" not in said


def test_digests_are_those_of_the_bytes_in_the_store(ingested: Ingested) -> None:
    graph = _graph(ingested.app.test_client(), ingested.objids[0])
    found = _ask(
        graph,
        """SELECT ?path ?digest ?size WHERE { ?f a premis:File ; rico:identifier ?path ; premis:size ?size ;
            premis:fixity/rdf:value ?digest ; dcterms:format/skos:exactMatch ?pronom }""",
    )
    aip = ingested.archive.holdings.aip(ingested.objids[0])
    assert aip is not None
    assert len(found) == SAMPLE[0].pages
    for path, digest, size in found:
        with ingested.archive.store.open(aip.location, f"data/{path}") as source:
            content = source.read()
        assert (hashlib.sha256(content).hexdigest(), str(len(content))) == (digest, size)


def test_what_happened_is_told_without_names_and_notes(ingested: Ingested) -> None:
    client = ingested.app.test_client()
    graph = _graph(client, ingested.objids[0])
    events = "SELECT ?label ?outcome WHERE { ?e a premis:Event ; rdfs:label ?label ; premis:outcome ?outcome }"
    assert [label for label, _ in _ask(graph, events)] == [
        "format identification", "information package creation", "message digest calculation", "transfer",
        "validation", "virus check",
    ]  # fmt: skip
    assert _ask(graph, "SELECT ?n WHERE { ?e evtAgent:exe/foaf:name ?n }")[0] == ("Fonds",)
    said = client.get(f"/u/{ingested.objids[0]}.ttl").get_data(as_text=True)
    assert "tester" not in said
    assert "premis:Person" not in said
    assert "outcomeNote" not in said


def test_who_may_audit_learns_who_ingested(ingested: Ingested, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fonds.viewer.room.visitor", lambda: User("thủ thư", Role.ARCHIVIST))
    graph = _graph(ingested.app.test_client(), ingested.objids[0])
    who = """SELECT DISTINCT ?who WHERE {
        ?e a evtType:ipc ; evtAgent:imp [ a premis:Person ; foaf:name ?who ] }"""
    assert _ask(graph, who) == [("tester",)]


def test_files_of_restricted_pages_are_not_told(ingested: Ingested, monkeypatch: pytest.MonkeyPatch) -> None:
    client, objid = ingested.app.test_client(), ingested.objids[2]
    paths = "SELECT ?p WHERE { ?f a premis:File ; rico:identifier ?p }"
    known = [file.path for file in preservation(ingested.archive, objid).files]
    assert len(known) == 3
    assert _ask(_graph(client, objid), paths) == [(known[0],), (known[2],)]
    monkeypatch.setattr("fonds.viewer.room.visitor", lambda: User("thủ thư", Role.ARCHIVIST))
    assert _ask(_graph(client, objid), paths) == [(path,) for path in known]


def test_a_package_without_premis_is_described_all_the_same(client: FlaskClient) -> None:
    assert _ask(_graph(client, lib.OPEN), "SELECT ?f WHERE { ?f a premis:File }") == []


def test_a_dossier_that_is_not_held_has_nothing_preserved(tmp_path: Path) -> None:
    archive, _ = ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE[:1])
    assert preservation(archive, lib.MISSING).files == ()
