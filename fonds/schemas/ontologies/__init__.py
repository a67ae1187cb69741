"""The terms of public ontologies that Fonds writes, each checked against its ontology; nothing else is ever written.

``terms.json`` names them with their namespace and the release they were looked up in. A term that is not there is an
error while writing, so a name that no ontology has cannot slip out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Ontology:
    """One namespace: the prefix it is written with, its URI, where its terms were looked up, and those in use."""

    prefix: str
    uri: str
    source: str
    terms: frozenset[str]


@cache
def ontologies() -> dict[str, Ontology]:
    """Return the namespaces by prefix."""
    rows = json.loads(files(__package__).joinpath("terms.json").read_text("utf-8"))
    return {row["prefix"]: Ontology(row["prefix"], row["uri"], row["source"], frozenset(row["terms"])) for row in rows}
