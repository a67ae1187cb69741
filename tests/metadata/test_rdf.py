"""Descriptions as linked data, loaded back by a library and asked in SPARQL."""

from __future__ import annotations

import gc
import json
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic

from fonds.metadata.ids import fonds_id, series_id
from fonds.metadata.model import Agent, Description, DossierRecord, Event, FileRecord, Item, Kind, Page, Value
from fonds.metadata.rdf import (
    Part,
    Preserved,
    dossier_graph,
    fonds_graphs,
    group_graph,
    item_graph,
    jsonld,
    members_graph,
    turtle,
    write_jsonld,
    write_turtle,
)
from fonds.schemas import vocabulary
from fonds.schemas.ontologies import ontologies
from tests.metadata import samples

BASE = "http://reading.example/"
DOSSIER = f"{BASE}u/{samples.OBJID}"
PREFIXES = "".join(f"PREFIX {one.prefix}: <{one.uri}>\n" for one in ontologies().values())

AGENTS = (Agent("op/1", "Nguyễn Văn Đức", "person"), Agent("fonds", "Fonds", "software", "0.1.0", "Python 3"))
EVENTS = (
    Event("e1", "transfer", samples.WHEN, "success", ("op/1", "fonds"), "nhận từ thư mục"),
    Event("e2", "ingestion", "2025-11-21T13:00:00Z", "warning", ("op/1",), "", "NAME_ODD: 1", (samples.file(2).path,)),
    Event("e3", "weighing", "hôm qua", "", ("nobody",), objects=(samples.BASE,)),
)


def preserved(count: int = 3) -> Preserved:
    return Preserved(samples.dossier(count), tuple(samples.files(count)), EVENTS, AGENTS)


def loaded(*graphs: Graph) -> Graph:
    return Graph().parse(data=b"".join(turtle(graphs)), format="turtle")


def ask(graph: Graph, query: str) -> list[tuple[str, ...]]:
    return sorted(tuple(str(value) for value in row) for row in graph.query(PREFIXES + query))  # type: ignore[union-attr]  # a SELECT gives rows


def test_a_dossier_answers_for_its_title_and_dates() -> None:
    graph = loaded(dossier_graph(preserved(), BASE))
    title = graph.value(URIRef(DOSSIER), URIRef(ontologies()["rico"].uri + "title"))
    assert title == Literal(samples.NASTY, lang="vi")
    found = ask(
        graph,
        f"""SELECT ?property ?written ?edtf WHERE {{
            <{DOSSIER}> ?property ?date . ?date a rico:Date ; rico:expressedDate ?written .
            OPTIONAL {{ ?date rico:normalizedDateValue ?edtf }} }}""",
    )
    rico = ontologies()["rico"].uri
    assert found == [
        (f"{rico}hasBeginningDate", "khoảng 1954", "1954~"),
        (f"{rico}hasEndDate", "12/1975", "1975-12"),
    ]


def test_a_date_that_cannot_be_is_written_and_not_normalised() -> None:
    graph = loaded(dossier_graph(preserved(), BASE))
    query = "SELECT ?written ?edtf WHERE { <%s> rico:hasCreationDate ?d . ?d rico:expressedDate ?written . %s }"
    assert ask(graph, query % (f"{BASE}u/i1", "BIND('' AS ?edtf)")) == [("31/02/1970", "")]
    assert ask(graph, query % (f"{BASE}u/i1", "?d rico:normalizedDateValue ?edtf")) == []


def test_a_file_answers_for_its_digest_size_and_format() -> None:
    graph = loaded(dossier_graph(preserved(), BASE))
    found = ask(
        graph,
        """SELECT ?path ?digest ?size ?pronom ?name WHERE {
            ?file a premis:File ; rico:identifier ?path ; premis:size ?size ; premis:originalName ?name ;
                premis:fixity [ a hash:sha256 ; rdf:value ?digest ] ;
                dcterms:format [ a dcterms:FileFormat ; skos:exactMatch ?pronom ] }""",
    )
    pronom = "http://www.nationalarchives.gov.uk/pronom/fmt/353"
    assert found == [(f.path, f.sha256, str(f.size), pronom, f.original_name) for f in samples.files(3)]


def test_who_ingested_can_be_asked() -> None:
    graph = loaded(dossier_graph(preserved(), BASE))
    found = ask(
        graph,
        """SELECT ?who ?when ?object WHERE {
            ?event a premis:Event, evtType:ing ; prov:endedAtTime ?when ; prov:used ?object ;
                premis:outcome evtOutcome:war ; evtAgent:imp [ a premis:Person ; foaf:name ?who ] }""",
    )
    assert found == [
        ("Nguyễn Văn Đức", "2025-11-21T13:00:00+00:00", f"{DOSSIER}#file/representations/rep1/data/0002.tif")
    ]
    software = """SELECT ?name ?version WHERE {
        [] evtAgent:exe [ a premis:SoftwareAgent ; foaf:name ?name ; premis:version ?version ] }"""
    assert ask(graph, software) == [("Fonds", "0.1.0")]
    whole = "SELECT ?label WHERE { ?e prov:used <%s> ; rdfs:label ?label }"
    assert ask(graph, whole % DOSSIER) == [("transfer",)]
    assert ask(graph, whole % f"{DOSSIER}#representation/{samples.BASE}") == [("weighing",)]


def test_hierarchy_documents_pages_and_files_hang_together() -> None:
    graph = loaded(*fonds_graphs(samples.FONDS, [preserved()], BASE))
    way = ask(
        graph,
        """SELECT ?title ?label WHERE {
            ?fonds rico:hasRecordSetType ric-rst:Fonds ; rico:includesOrIncluded+ ?document .
            ?document a rico:Record ; rico:title ?title ; rico:isOrWasIncludedIn+ ?fonds ;
                rico:hasOrHadDigitalInstantiation ?page .
            ?page rico:name ?label ; rico:isOrWasComponentOf ?file .
            ?file ^relSub:inc/^relSub:isr ?dossier . ?dossier rico:includesOrIncluded ?document }""",
    )
    assert way == [("Cầu Phố Mới", "tờ 1"), ("V/v chống hạn", "tờ 1"), ("V/v chống hạn", "tờ 1v")]
    series = f"{BASE}u/{series_id('H99.12.P01', '01')}"
    assert ask(graph, f"SELECT ?t WHERE {{ <{series}> rico:title ?t }}") == [("Mục lục hồ sơ",)]


def test_every_field_is_said() -> None:
    """No text of a description is lost, whatever its field; only where the vendor kept files is not said."""
    for kind in Kind:
        if kind is Kind.FONDS:
            left_out = {"fondsName"}
        else:
            left_out = {"fondsName", "folder", "files", "archiveCode"}
        keys = [key for key in vocabulary.fields(kind.value) if key not in left_out]
        values = {key: Value(f"chữ riêng {key}") for key in [*keys, "fieldOfTomorrow"]}
        graph = group_graph("x", Description(kind, values, (("Cột", "nội dung"),)), BASE)
        said = " | ".join(str(value) for value in graph.objects())
        assert [key for key in values if f"chữ riêng {key}" not in said] == []
        assert "Cột: nội dung" in said


def test_vietnamese_is_tagged_and_codes_are_not() -> None:
    graph = loaded(dossier_graph(preserved(), BASE))
    tags = {
        (str(p).rpartition("#")[2].rpartition("/")[2], value.language)
        for _, p, value in graph
        if isinstance(value, Literal)
    }
    assert {name for name, lang in tags if lang == "vi"} >= {"title", "name", "expressedDate", "note"}
    assert {name for name, lang in tags if lang is None} >= {"identifier", "value", "originalName", "size"}
    assert {name for name, lang in tags if lang == "en"} == {"label"}


def test_turtle_and_jsonld_say_the_same() -> None:
    graphs = list(fonds_graphs(samples.FONDS, [preserved(), preserved()], BASE))
    out_turtle, out_json = BytesIO(), BytesIO()
    write_turtle(out_turtle, graphs)
    write_jsonld(out_json, graphs)
    one = Graph().parse(data=out_turtle.getvalue(), format="turtle")
    other = Graph().parse(data=out_json.getvalue(), format="json-ld")
    whole = Graph()
    for graph in graphs:
        whole += graph
    assert len(one) > 100
    assert isomorphic(one, other)
    assert isomorphic(one, whole)
    assert set(json.loads(out_json.getvalue())) == {"@context", "@graph"}


def test_a_document_of_many_graphs_declares_each_prefix_once() -> None:
    written = b"".join(turtle(fonds_graphs(samples.FONDS, [preserved()] * 5, BASE))).decode()
    declared = [line for line in written.splitlines() if line.startswith("@prefix")]
    assert len(declared) == len(set(declared)) == len({line.split()[1] for line in declared})
    assert "@prefix ns" not in written


def test_graphs_have_no_blank_nodes() -> None:
    for graph in fonds_graphs(samples.FONDS, [preserved()], BASE):
        assert not [node for triple in graph for node in triple if isinstance(node, BNode)]


def test_only_terms_of_the_ontologies_are_written() -> None:
    """Everything that is a property or a class, and every name in one of the namespaces, is in terms.json."""
    known = {one.uri + term for one in ontologies().values() for term in one.terms}
    used = set[str]()
    for kind in Kind:
        everything = {key: Value("a", code="01") for key in vocabulary.fields(kind.value)}
        used |= _names(group_graph("x", Description(kind, everything, (("b", "c"),)), BASE, parent="y", members="z"))
    for graph in fonds_graphs(samples.FONDS, [preserved()], BASE):
        used |= _names(graph)
    assert used <= known
    assert len(used) > 50


def _names(graph: Graph) -> set[str]:
    """Properties, classes, data types, and what stands in a namespace of an ontology."""
    found = {str(name) for name in (*graph.predicates(), *graph.objects(None, RDF.type))}
    for value in graph.objects():
        if isinstance(value, Literal) and value.datatype:
            found.add(str(value.datatype))
        elif isinstance(value, URIRef) and value.toPython().startswith(_PLACES):
            found.add(str(value))
    return found


_PLACES = tuple(one.uri for one in ontologies().values())


def test_every_term_kept_is_used_somewhere() -> None:
    """The list is the list of what is written: a term that nothing writes any more has to go."""
    used = set[str]()
    events = [
        Event(f"e{n}", term, samples.WHEN, outcome, ("a", "b", "c", "d"))
        for n, (term, outcome) in enumerate(
            (term, outcome) for term in _EVENT_TERMS for outcome in ("success", "warning", "failure")
        )
    ]
    agents = [
        Agent(i, i, kind) for i, kind in zip("abcd", ("person", "software", "organization", "robot"), strict=True)
    ]
    file = replace(samples.file(1), format_version="6.0", original_raw="a%20b")
    graphs = [dossier_graph(Preserved(samples.dossier(2), [file], events, agents), BASE)]
    graphs += [
        group_graph(kind, Description(kind, {k: Value("a") for k in vocabulary.fields(kind.value)}), BASE)
        for kind in Kind
    ]
    graphs += list(fonds_graphs(samples.FONDS, [preserved()], BASE))
    for graph in graphs:
        used |= {str(node) for triple in graph for node in triple if isinstance(node, URIRef)}
        used |= {str(o.datatype) for o in graph.objects() if isinstance(o, Literal)}
    unused = [f"{one.prefix}:{t}" for one in ontologies().values() for t in one.terms if one.uri + t not in used]
    assert unused == []


_EVENT_TERMS = (
    "accession", "creation", "deletion", "dissemination", "fixity check", "format identification", "ingestion",
    "information package creation", "metadata modification", "message digest calculation", "migration",
    "modification", "normalization", "quarantine", "recovery", "redaction", "replication", "transfer", "validation",
    "virus check",
)  # fmt: skip


def test_an_unknown_term_cannot_be_written() -> None:
    from fonds.metadata.rdf.names import RICO

    with pytest.raises(KeyError):
        RICO["hasOrHadDate"]  # not in RiC-O 1.1, whatever its name suggests


@pytest.mark.parametrize("hidden", [Item, Page, FileRecord, Event, Agent])
def test_what_may_not_be_seen_is_nowhere(hidden: type) -> None:
    secret = {
        Item: ("/u/i1", "V/v chống hạn", "UBHC tỉnh Lào Cai"),
        Page: ("#page/", "tờ 1"),
        FileRecord: ("premis:File", "fmt/353", "#fixity", "Hồ sơ 12/Tờ 001.tif", "#representation"),
        Event: ("#event", "nhận từ thư mục", "NAME_ODD"),
        Agent: ("Nguyễn Văn Đức", "evtAgent"),
    }[hidden]
    whole = b"".join(turtle([dossier_graph(preserved(), BASE)])).decode()
    written = b"".join(turtle([dossier_graph(preserved(), BASE, lambda part: not isinstance(part, hidden))])).decode()
    for text in secret:
        assert text in whole
        assert text not in written
    assert "rico:RecordSet" in written


def test_an_event_of_hidden_files_only_is_not_told() -> None:
    def visible(part: Part) -> bool:
        return not (isinstance(part, FileRecord) and part.path.endswith("0002.tif"))

    graph = loaded(dossier_graph(preserved(), BASE, visible))
    assert ask(graph, "SELECT ?l WHERE { [] a premis:Event ; rdfs:label ?l }") == [("transfer",), ("weighing",)]


def test_a_hidden_dossier_is_not_in_its_fonds() -> None:
    closed = replace(preserved(), record=replace(samples.dossier(), id="closed"))

    def visible(part: Part) -> bool:
        return not (isinstance(part, DossierRecord) and part.id == "closed")

    graphs = list(fonds_graphs(samples.FONDS, [closed], BASE, visible))
    assert len(graphs) == 1
    assert b"closed" not in b"".join(turtle(graphs))
    assert len(dossier_graph(closed, BASE, visible)) == 0
    assert b"".join(turtle([dossier_graph(closed, BASE, visible)])) == b""


def test_item_group_and_members_alone() -> None:
    item = item_graph(samples.dossier().items[0], samples.OBJID, BASE)
    assert (URIRef(f"{BASE}u/i1"), URIRef(ontologies()["rico"].uri + "isOrWasIncludedIn"), URIRef(DOSSIER)) in item
    listed = members_graph(fonds_id("H99.12.P01"), (f"m{n}" for n in range(3)), BASE)
    assert len(listed) == 3
    assert json.loads(b"".join(jsonld([listed])))["@graph"][0]["rico:includesOrIncluded"][0]["@id"].startswith(BASE)
    assert json.loads(b"".join(jsonld([])))["@graph"] == []


@pytest.mark.parametrize("base", ["", "/", "ftp://host/", "http://", "http://host/?a=b", "http://host/#x"])
def test_a_base_that_is_none_is_refused(base: str) -> None:
    with pytest.raises(ValueError, match="base"):
        dossier_graph(preserved(), base)


@pytest.mark.parametrize("base", ["http://host", "http://host/", "https://host:8080/kho/"])
def test_addresses_stand_below_the_base(base: str) -> None:
    graph = dossier_graph(preserved(), base)
    assert (URIRef(f"{base.rstrip('/')}/u/{samples.OBJID}"), None, None) in graph


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\ud800", "\uffff"])
def test_characters_that_no_description_can_carry_are_refused(character: str) -> None:
    record = replace(samples.dossier(), dossier=Description(Kind.DOSSIER, {"title": Value(f"a{character}b")}))
    with pytest.raises(ValueError, match="character"):
        dossier_graph(Preserved(record), BASE)


def test_odd_names_make_good_addresses() -> None:
    path = 'representations/rep1/data/tờ <1> "a" {b}|c\\^`%20#?.tif'
    odd = replace(samples.file(1), path=path, puid="x-fmt/1 <>", format_name="")
    graph = dossier_graph(Preserved(samples.dossier(1, items=False), [odd]), BASE)
    for form, written in (("turtle", turtle([graph])), ("json-ld", jsonld([graph]))):
        back = Graph().parse(data=b"".join(written), format=form)
        assert isomorphic(back, graph)
        assert (None, None, Literal(path)) in back


@pytest.mark.unmeasured
@settings(deadline=None, max_examples=40)
@given(samples.descriptions(Kind.DOSSIER), samples.descriptions(Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA))
def test_any_description_comes_back_from_both_forms(dossier: Description, item: Description) -> None:
    record = DossierRecord("x", samples.FONDS, dossier, None, (Item("i", item),))
    graph = dossier_graph(Preserved(record), BASE)
    assert isomorphic(Graph().parse(data=b"".join(turtle([graph])), format="turtle"), graph)
    assert isomorphic(Graph().parse(data=b"".join(jsonld([graph])), format="json-ld"), graph)


@pytest.mark.unmeasured
def test_a_fonds_of_many_dossiers_takes_the_memory_of_one() -> None:
    def dossiers(count: int) -> Iterator[Preserved]:
        for number in range(count):
            record = replace(samples.dossier(2), id=f"uuid-{number}")
            yield Preserved(record, tuple(samples.files(2)), EVENTS, AGENTS)

    few, many = (_peak(turtle(fonds_graphs(samples.FONDS, dossiers(count), BASE))) for count in (5, 50))
    assert many < few * 1.5  # a graph of all would need ten times as much


def _peak(chunks: Iterable[bytes]) -> int:
    tracemalloc.start()
    for _ in chunks:
        gc.collect()  # a graph and its prefixes refer to each other: what counts is what cannot be let go
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
