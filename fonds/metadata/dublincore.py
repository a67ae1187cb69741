"""Simple Dublin Core of a dossier or a fonds: the flat copy of its description that everybody can harvest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from fonds.metadata.dates import parse_date
from fonds.metadata.ead3.places import CREATORS, LANGUAGES, split_keywords
from fonds.metadata.model import Description, DossierRecord, fonds_code
from fonds.metadata.xmlwriter import XSI, document
from fonds.schemas import vocabulary

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
_NAMESPACES: Mapping[str | None, str] = {"oai_dc": OAI_DC, "dc": DC, "xsi": XSI}
_SCHEMA = f"{OAI_DC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def dublin_core(record: DossierRecord) -> list[tuple[str, str]]:
    """Return (element, text) of Dublin Core 1.1 for a dossier, in a fixed order; what is empty is left out.

    The mapping is the crosswalk of ISAD(G) to Dublin Core; repeated elements stand one after another.
    """
    return [(name, text) for name, text in _elements(record) if text]


def write_dublin_core(out: BinaryIO, record: DossierRecord) -> None:
    """Write ``dc.xml``, an ``oai_dc:dc`` document. Raises ValueError for a character XML cannot carry."""
    _write(out, dublin_core(record))


def write_fonds_dublin_core(out: BinaryIO, identifier: str, fonds: Description) -> None:
    """Write ``dc.xml`` of a fonds; ``identifier`` is its OBJID. Raises ValueError for a character XML cannot carry."""
    _write(out, [(name, text) for name, text in _fonds_elements(identifier, fonds) if text])


def _write(out: BinaryIO, elements: Iterable[tuple[str, str]]) -> None:
    with document(out, "oai_dc:dc", _NAMESPACES, {"xsi:schemaLocation": _SCHEMA}) as xml:
        for name, text in elements:
            xml.leaf(f"dc:{name}", text)
            xml.line()


def _fonds_elements(identifier: str, fonds: Description) -> Iterator[tuple[str, str]]:
    yield "title", fonds.text("fondName") or fonds_code(fonds)
    yield from (("subject", word) for word in split_keywords(fonds.text("keyGroups")))
    yield from (("description", fonds.text(key)) for key in ("fondHistory", "description"))
    yield "publisher", fonds.text("archiveCode")
    yield "date", parse_date(fonds.text("archivesTime")).edtf
    yield "type", "Collection"
    yield "format", fonds.text("paperTotal")
    yield "identifier", identifier
    yield "identifier", fonds_code(fonds)
    yield from (("language", code) for code in LANGUAGES.get(fonds.code("language"), ()))


def _elements(record: DossierRecord) -> Iterator[tuple[str, str]]:
    dossier = record.dossier
    yield "title", dossier.text("title")
    yield from (("creator", name) for name in _creators(record))
    yield from (("subject", word) for word in split_keywords(dossier.text("keyword")))
    yield "description", dossier.text("description")
    yield "publisher", record.fonds.text("archiveCode")
    yield from (("date", date) for date in _dates(record))
    yield "type", "Collection"  # of the DCMI type vocabulary: a dossier gathers documents
    yield "format", _extent(record)
    yield "identifier", record.id
    yield "identifier", record.code
    yield "source", dossier.text("paperFileCode")
    yield from (("language", code) for code in LANGUAGES.get(dossier.code("language"), ()))
    yield "relation", " ".join(filter(None, (record.fonds_code, record.fonds.text("fondName"))))
    yield "rights", vocabulary.label("mode", record.mode, "vi")


def _creators(record: DossierRecord) -> list[str]:
    """Return those who made the documents, each once, in the order in which they first occur."""
    names = (item.description.text(key) for item in record.items for key in CREATORS)
    return [name for name in dict.fromkeys(names) if name]


def _dates(record: DossierRecord) -> list[str]:
    found = [parse_date(record.dossier.text(key)).edtf for key in ("startDate", "endDate")]
    known = list(dict.fromkeys(edtf for edtf in found if edtf))
    if len(known) == 2 and not any("/" in edtf for edtf in known):
        return ["/".join(known)]
    return known


def _extent(record: DossierRecord) -> str:
    pages = record.dossier.text("numberOfPage")
    return f"{pages} trang" if pages else ""
