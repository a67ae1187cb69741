"""Descriptions as linked data: RiC-O 1.1 (what it is) and PREMIS 3 OWL (what is preserved, what happened to it).

Fonds, series and dossiers are ``rico:RecordSet``, documents and pictures ``rico:Record``, representations, files and
pages ``rico:Instantiation``; a dossier is a ``premis:IntellectualEntity`` as well, its files are ``premis:File``.
RiC-O 1.1 has no ``hasOrHadDate``: a date is reached by ``hasBeginningDate``, ``hasEndDate``, ``hasCreationDate`` or,
where no more is known, ``isAssociatedWithDate``. Only terms of ``schemas/ontologies`` are written.
"""

from __future__ import annotations

from fonds.metadata.rdf.graphs import (
    Part,
    Preserved,
    Visible,
    dossier_graph,
    everything,
    fonds_graphs,
    group_graph,
    item_graph,
    members_graph,
)
from fonds.metadata.rdf.write import JSONLD, TURTLE, jsonld, turtle, write_jsonld, write_turtle

__all__ = [
    "JSONLD",
    "TURTLE",
    "Part",
    "Preserved",
    "Visible",
    "dossier_graph",
    "everything",
    "fonds_graphs",
    "group_graph",
    "item_graph",
    "jsonld",
    "members_graph",
    "turtle",
    "write_jsonld",
    "write_turtle",
]
