"""What a description says, in RiC-O 1.1: the crosswalk of the circular's fields, ISAD(G) 3.1 to 3.7, to properties.

What has no property of its own is a ``rico:note`` that begins with the field's label, and so are the inventory's own
columns: nothing of a description is lost, except where the scanning vendor kept the files.
"""

from __future__ import annotations

from collections.abc import Mapping

from rdflib import URIRef

from fonds.metadata.citation import document_number
from fonds.metadata.ead3.places import COUNTS, CREATORS, LANGUAGE, LANGUAGES, split_keywords
from fonds.metadata.model import Description, Kind, Value
from fonds.metadata.rdf.addresses import language, part
from fonds.metadata.rdf.names import RICO, SET_TYPE
from fonds.metadata.rdf.statements import About
from fonds.schemas import vocabulary

_SETS: Mapping[Kind, str] = {Kind.FONDS: "Fonds", Kind.SERIES: "Series", Kind.DOSSIER: "File"}
_TITLES = ("fondName", "title", "subject", "imageTitle", "movieTitle")
_IDENTIFIERS = (
    "fondsCode", "fileCatalog", "fileCode", "fileNotation", "docId", "docCode", "codeNumber", "codeNotation",
    "archivesNumber",
)  # fmt: skip
_TEXTS: Mapping[str, str] = {
    "fondHistory": "history",  # 3.2.2
    "keyGroups": "scopeAndContent",  # 3.3.1
    "otherTypes": "scopeAndContent",
    "arrangement": "recordResourceStructure",  # 3.3.4
    "mode": "conditionsOfAccess",  # 3.4.1
    "description": "generalDescription",
    "paperTotal": "recordResourceExtent",  # 3.1.5
    "paperDigital": "recordResourceExtent",
    "playTime": "recordResourceExtent",
}
_DATES: Mapping[str, str] = {
    "archivesTime": "isAssociatedWithDate",
    "startDate": "hasBeginningDate",
    "endDate": "hasEndDate",
    "issuedDate": "hasCreationDate",
    "photoTime": "hasCreationDate",
    "recordDate": "hasCreationDate",
}
_THINGS: Mapping[str, tuple[str, str]] = {
    "inforSign": ("hasOrHadSubject", "Concept"),
    "eventName": ("hasOrHadSubject", "Event"),
    "photoPlace": ("isAssociatedWithPlace", "Place"),
    "recordPlace": ("isAssociatedWithPlace", "Place"),
}
_FORMS = ("typeName", "typePic", "typeMedia")
_ON_PAPER: Mapping[str, str] = {
    "paperFileCode": "identifier",
    "format": "physicalCharacteristicsNote",
    "quality": "physicalCharacteristicsNote",
    "colour": "physicalCharacteristicsNote",
    "filmSize": "physicalCharacteristicsNote",
    "box": "note",
    "fromSheet": "note",
    "toSheet": "note",
}
"""3.4.4, 3.5.1: what is said of the sheet or print itself and not of its content."""

_NOT_SAID = frozenset({"folder", "files", "fondsName", "archiveCode", "keyword", LANGUAGE})
"""Said elsewhere, or where the vendor kept the files."""

_SAID = frozenset({*_TITLES, *_IDENTIFIERS, *_TEXTS, *_DATES, *_THINGS, *_FORMS, *_ON_PAPER, *COUNTS, *CREATORS})


def describe(about: About, description: Description) -> None:
    """State what a description says of ``about``, its URI. Raises ValueError for a character that is none."""
    kind = description.kind
    if kind in _SETS:
        about.add(RICO["hasRecordSetType"], SET_TYPE[_SETS[kind]])
    _names(about, description)
    for key, value in description.values.items():
        if key in _TEXTS:
            about.vi(RICO[_TEXTS[key]], _with_label(kind, key, value) if key == "otherTypes" else value.text)
        elif key in _DATES:
            about.date(RICO[_DATES[key]], f"date/{key}", value.text)
        elif key in COUNTS:
            about.vi(RICO["recordResourceExtent"], _counted(key, value.text))
    _agents(about, description)
    _subjects(about, description)
    _forms(about, description)
    _languages(about, description)
    _on_paper(about, description)
    _notes(about, description)


def record_class(kind: Kind) -> URIRef:
    """Return ``rico:RecordSet`` for what gathers records, ``rico:Record`` for a document, picture or recording."""
    return RICO["RecordSet"] if kind in _SETS else RICO["Record"]


def _names(about: About, description: Description) -> None:
    for key in _TITLES:
        about.vi(RICO["title"], description.text(key))
    for key in _IDENTIFIERS:
        if key not in {"codeNumber", "codeNotation"}:
            about.plain(RICO["identifier"], description.text(key))
    about.plain(RICO["identifier"], document_number(description))


def _counted(key: str, written: str) -> str:
    return f"{written} {COUNTS[key]}" if written.isascii() and written.isdigit() else written


def _agents(about: About, description: Description) -> None:
    for key, kind in CREATORS.items():
        person = RICO["Person"] if kind == "persname" else RICO["CorporateBody"]
        about.named(RICO["hasCreator"], person, f"agent/{key}", description.text(key))
    if description.kind is Kind.FONDS and (code := description.text("archiveCode")):
        holder = About(about.graph, part(about.subject, "agent/archive"), RICO["CorporateBody"])
        holder.plain(RICO["identifier"], code)
        about.add(RICO["hasOrHadHolder"], holder.subject)


def _subjects(about: About, description: Description) -> None:
    for number, word in enumerate(split_keywords(description.text("keyword")), 1):
        about.named(RICO["hasOrHadSubject"], RICO["Concept"], f"subject/{number}", word)
    for key, (predicate, kind) in _THINGS.items():
        about.named(RICO[predicate], RICO[kind], f"about/{key}", description.text(key))


def _forms(about: About, description: Description) -> None:
    for key in _FORMS:
        value = description.values.get(key)
        form = about.named(
            RICO["hasDocumentaryFormType"], RICO["DocumentaryFormType"], f"form/{key}", value.text if value else ""
        )
        if form is not None and value is not None:
            form.plain(RICO["identifier"], value.code)


def _languages(about: About, description: Description) -> None:
    """State the languages: a record has them, of a set only some members need to (RiC-O domains)."""
    value = description.values.get(LANGUAGE)
    if value is None:
        return
    whole = record_class(description.kind) == RICO["Record"]
    predicate = RICO["hasOrHadLanguage" if whole else "hasOrHadSomeMembersWithLanguage"]
    known = LANGUAGES.get(value.code, ())
    for iso in known:
        tongue = About(about.graph, language(iso), RICO["Language"])
        tongue.plain(RICO["identifier"], iso)
        about.add(predicate, tongue.subject)
    if not known:
        about.named(predicate, RICO["Language"], "language", value.text)


def _on_paper(about: About, description: Description) -> None:
    found = [(key, value) for key, value in description.values.items() if key in _ON_PAPER and value.text]
    if not found:
        return
    original = About(about.graph, part(about.subject, "original"), RICO["Instantiation"])
    about.add(RICO["hasOrHadAnalogueInstantiation"], original.subject)
    for key, value in found:
        if _ON_PAPER[key] == "identifier":
            original.plain(RICO["identifier"], value.text)
        else:
            original.vi(RICO[_ON_PAPER[key]], _with_label(description.kind, key, value))


def _notes(about: About, description: Description) -> None:
    for key, value in description.values.items():
        if key not in _SAID | _NOT_SAID and value.text:
            about.vi(RICO["note"], _with_label(description.kind, key, value))
    for header, written in description.extra:
        about.vi(RICO["note"], f"{header}: {written}" if header and written else written)


def _with_label(kind: Kind, key: str, value: Value) -> str:
    rule = vocabulary.fields(kind.value).get(key)
    return f"{rule.labels['vi'] if rule else key}: {value.text}" if value.text else ""
