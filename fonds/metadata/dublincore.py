"""Simple Dublin Core of a dossier or fonds: the flat copy of its description that all can harvest; and others'."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from fonds.metadata.dates import parse_date, parse_edtf
from fonds.metadata.ead3.places import CREATORS, KEYWORD_MARK, LANGUAGES, split_keywords
from fonds.metadata.model import Description, DossierRecord, Kind, Value, fonds_code
from fonds.metadata.vietnamese import nfc
from fonds.metadata.xmlwriter import XSI, document
from fonds.schemas import vocabulary
from fonds.schemas.xml import XmlRefusedError, parse

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
DC_TERMS = "http://purl.org/dc/terms/"
_ELEMENTS = frozenset(
    [
        *("contributor", "coverage", "creator", "date", "description", "format", "identifier", "language"),
        *("publisher", "relation", "rights", "source", "subject", "title", "type"),
    ]
)
_DATES = ("date", "created", "temporal", "issued")
_FIELDS: Mapping[str, str] = {"title": "title", "description": "description", "source": "paperFileCode"}
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


def read_dublin_core(source: BinaryIO) -> list[tuple[str, str]]:
    """Return (element, text) of a record in Dublin Core, simple or in DC terms, whatever its root is called.

    Elements without a namespace of their own count by their names: some programs write them so. Raises XmlRefusedError
    when there is no such element.
    """
    root = parse(source).getroot()
    found = []
    for element in root.iter("*"):
        space, _, name = str(element.tag).rpartition("}")
        known = space[1:] in {DC, DC_TERMS} or (name in _ELEMENTS and space == str(root.tag).rpartition("}")[0])
        if known and element is not root and not len(element):
            found.append((name, "".join(map(str, element.itertext()))))
    if not found:
        raise XmlRefusedError("XML_UNEXPECTED", expected="Dublin Core", found=str(root.tag))
    return found


def description_of_dublin_core(elements: list[tuple[str, str]]) -> Description:
    """Return what Dublin Core says of a dossier; an element that no field answers to, or not alone, is in ``extra``.

    Identifiers are among these: which of them is the code of the dossier is not for Dublin Core to say.
    """
    values: dict[str, Value] = {}
    extra: list[tuple[str, str]] = []
    words = [text for name, text in elements if name == "subject" and text.strip()]
    if words:
        values["keyword"] = Value(KEYWORD_MARK.join(nfc(word).strip() for word in words))
    for name, text in elements:
        taken = (name == "subject" and ";" not in text) or not text.strip()
        if not taken and not _take(values, name, text):
            extra.append((f"dc:{name}", text))
    return Description(Kind.DOSSIER, values, tuple(extra))


def _take(values: dict[str, Value], name: str, text: str) -> bool:
    """Make an element a field that is empty until now; say whether it was."""
    found: dict[str, Value] = {}
    if key := _FIELDS.get(name, ""):
        found[key] = _value(text)
    elif name in _DATES:
        found |= _period(text)
    elif name == "language":
        codes = (code for code, isos in LANGUAGES.items() if isos == (text.strip(),))
        found["language"] = _value(text, next(codes, ""))
    elif name in {"rights", "accessRights"} and (mode := vocabulary.find_code("mode", text)):
        found["mode"] = Value(vocabulary.label("mode", mode, "vi"), text, mode)
    if not found or found.keys() & values.keys():
        return False
    values |= found
    return True


def _value(text: str, code: str = "") -> Value:
    plain = nfc(text).strip()
    return Value(plain, "" if plain == text else text, code)


def _period(text: str) -> dict[str, Value]:
    """Return first and last date of a dossier; nothing for what cannot be read as a date."""
    known = parse_edtf(text.strip())
    edtf = known.edtf or parse_date(text).edtf
    if not edtf:
        return {}
    start, slash, end = edtf.partition("/")
    ends = {"startDate": start.removeprefix(".."), "endDate": end.removeprefix("..") if slash else start}
    return {key: Value(shown, "" if shown == text else text) for key, shown in ends.items() if shown}
