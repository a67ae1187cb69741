"""The URIs of things: a unit is the page that shows it, everything else is a fragment of its unit.

``{base}u/<id>`` answers in the reading room, and so does every fragment of it, because a browser asks for what stands
before the ``#``. Agents, places and subjects are fragments too: they are names in a description and no authority
records, and the same name in two dossiers is not said to be the same person.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from rdflib import URIRef

_PRONOM = "http://www.nationalarchives.gov.uk/pronom/"
_LANGUAGE = "http://lexvo.org/id/iso639-3/"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Makes URIs below ``base`` (``http://host/``). Raises ValueError for a base that is no http(s) address."""

    base: str

    def __post_init__(self) -> None:
        parts = urlsplit(self.base)
        if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
            raise ValueError(f"not a base address: {self.base!r}")

    def unit(self, unit_id: str) -> URIRef:
        """Return the URI of a fonds, series, dossier, document or picture."""
        return URIRef(f"{self.base.rstrip('/')}/u/{quote(unit_id, safe='')}")


def part(unit: URIRef, kind: str, name: object = "") -> URIRef:
    """Return the URI of a part of a unit: ``<unit>#file/representations/rep1/data/0001.tif``."""
    return URIRef(f"{unit}#{kind}" + (f"/{quote(str(name), safe='/')}" if name != "" else ""))


def pronom(puid: str) -> URIRef:
    """Return the URI of a format in the PRONOM registry of The National Archives (UK)."""
    return URIRef(_PRONOM + quote(puid, safe="/"))


def language(iso: str) -> URIRef:
    """Return the URI of a language by its ISO 639-3 code (Lexvo, which has literary Chinese too)."""
    return URIRef(_LANGUAGE + quote(iso, safe=""))
