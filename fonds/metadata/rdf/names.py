"""The names that are written: closed namespaces, which refuse a term that was not looked up in its ontology."""

from __future__ import annotations

from rdflib import Graph
from rdflib.namespace import ClosedNamespace, NamespaceManager

from fonds.schemas.ontologies import ontologies


def _closed(prefix: str) -> ClosedNamespace:
    found = ontologies()[prefix]
    return ClosedNamespace(found.uri, sorted(found.terms))


# Asked for by RICO["title"], not RICO.title: a namespace is a str, and str has a method of that name.
RICO = _closed("rico")
SET_TYPE = _closed("ric-rst")
PREMIS = _closed("premis")
EVENT_TYPE = _closed("evtType")
OUTCOME = _closed("evtOutcome")
AGENT_ROLE = _closed("evtAgent")
RELATION = _closed("relSub")
HASH = _closed("hash")
EDTF = _closed("edtf")
DCTERMS = _closed("dcterms")
PROV = _closed("prov")
FOAF = _closed("foaf")
SKOS = _closed("skos")
RDFS = _closed("rdfs")
RDF = _closed("rdf")
XSD = _closed("xsd")


def prefixes() -> dict[str, str]:
    """Return the prefixes by which every document of ours abbreviates its names."""
    return {prefix: found.uri for prefix, found in ontologies().items()}


def new_graph() -> Graph:
    """Return an empty graph that knows our prefixes and no others."""
    graph = Graph(bind_namespaces="none")
    manager = NamespaceManager(graph, bind_namespaces="none")
    for prefix, uri in prefixes().items():
        manager.bind(prefix, uri, override=True, replace=True)
    graph.namespace_manager = manager
    return graph
