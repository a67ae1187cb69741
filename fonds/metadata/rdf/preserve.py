"""What is preserved and what happened to it, in PREMIS 3 OWL: files, their fixity and format, events, agents.

By the examples of the PREMIS 3 ontology: the class of an event is its eventType, of a fixity its hash function; the
role of an agent is the property that leads to it; the format is a ``dcterms:FileFormat`` that matches PRONOM.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import Graph, Literal, URIRef

from fonds.metadata.model import Agent, Event, FileRecord
from fonds.metadata.premis.model import RAW_NAME, UNKNOWN
from fonds.metadata.rdf.addresses import part, pronom
from fonds.metadata.rdf.names import (
    AGENT_ROLE,
    DCTERMS,
    EVENT_TYPE,
    FOAF,
    HASH,
    OUTCOME,
    PREMIS,
    PROV,
    RDF,
    RDFS,
    RICO,
    SKOS,
    XSD,
)
from fonds.metadata.rdf.statements import About, moment, text

_EVENTS: Mapping[str, str] = {
    "accession": "acc",
    "creation": "cre",
    "deletion": "del",
    "dissemination": "dis",
    "fixity check": "fix",
    "format identification": "for",
    "ingestion": "ing",
    "information package creation": "ipc",
    "metadata modification": "mem",
    "message digest calculation": "mes",
    "migration": "mig",
    "modification": "mod",
    "normalization": "nor",
    "quarantine": "qua",
    "recovery": "rec",
    "redaction": "red",
    "replication": "rep",
    "transfer": "tra",
    "validation": "val",
    "virus check": "vir",
}
"""Terms of the Library of Congress and their codes; an event of another type is a ``premis:Event`` with its label."""

_OUTCOMES: Mapping[str, str] = {"success": "suc", "warning": "war", "failure": "fai"}
_AGENTS: Mapping[str, str] = {"software": "SoftwareAgent", "organization": "Organization", "person": "Person"}


def file_uri(dossier: URIRef, path: str) -> URIRef:
    """Return the URI of a file of a package by its path."""
    return part(dossier, "file", path)


def state_file(graph: Graph, dossier: URIRef, file: FileRecord) -> URIRef:
    """State a file, its fixity and its format; return its URI."""
    about = About(graph, file_uri(dossier, file.path), PREMIS["File"], RICO["Instantiation"])
    about.plain(RICO["identifier"], file.path)
    about.plain(PREMIS["originalName"], file.original_name)
    if file.original_raw:
        about.plain(PREMIS["note"], f"{RAW_NAME}: {file.original_raw}")
    if file.size >= 0:
        about.add(PREMIS["size"], Literal(file.size, datatype=XSD["nonNegativeInteger"]))
    if file.created:
        about.add(DCTERMS["created"], moment(file.created))
    if file.sha256:
        fixity = About(graph, part(dossier, "fixity", file.path), PREMIS["Fixity"], HASH["sha256"])
        fixity.plain(RDF["value"], file.sha256)
        about.add(PREMIS["fixity"], fixity.subject)
    about.add(DCTERMS["format"], _format(graph, dossier, file))
    return about.subject


def _format(graph: Graph, dossier: URIRef, file: FileRecord) -> URIRef:
    name = file.puid or file.format_name or file.mimetype or UNKNOWN
    about = About(graph, part(dossier, "format", name), DCTERMS["FileFormat"])
    about.plain(RDFS["label"], file.format_name or file.mimetype or UNKNOWN)
    about.plain(PREMIS["version"], file.format_version)
    about.plain(PREMIS["note"], file.mimetype)
    if file.puid:
        about.add(SKOS["exactMatch"], pronom(file.puid))
    return about.subject


def state_agent(graph: Graph, dossier: URIRef, agent: Agent) -> URIRef:
    """State who acted; return the URI."""
    about = About(graph, part(dossier, "agent", agent.id), PREMIS[_AGENTS.get(agent.type, "Agent")])
    about.plain(FOAF["name"], agent.name)
    about.plain(PREMIS["version"], agent.version)
    about.plain(PREMIS["note"], agent.note)
    return about.subject


def state_event(
    graph: Graph, dossier: URIRef, event: Event, objects: list[URIRef], agents: Mapping[str, tuple[Agent, URIRef]]
) -> None:
    """State what happened to ``objects``; agents that are not among ``agents`` are left out."""
    about = About(graph, part(dossier, "event", event.id), PREMIS["Event"])
    if code := _EVENTS.get(event.type):
        about.add(RDF["type"], EVENT_TYPE[code])
    about.add(RDFS["label"], text(event.type, "en"))
    if event.when:
        about.add(PROV["endedAtTime"], moment(event.when))
    if outcome := _OUTCOMES.get(event.outcome):
        about.add(PREMIS["outcome"], OUTCOME[outcome])
    about.plain(PREMIS["note"], event.detail)
    about.plain(PREMIS["outcomeNote"], event.outcome_note)
    for one in objects:
        about.add(PROV["used"], one)
    for agent, uri in (agents[name] for name in event.agents if name in agents):
        about.add(AGENT_ROLE["exe" if agent.type == "software" else "imp"], uri)
