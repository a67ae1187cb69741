"""What the index is told of a fonds and of a dossier, each part under the class of readers it is for.

What is secret (mode 03) is not indexed at all: nobody may find it here, so no count may know of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from fonds.metadata.citation import document_number
from fonds.metadata.dates import PartialDate, parse_date
from fonds.metadata.model import LEVELS, Description, DossierRecord, Item, Kind
from fonds.metadata.modes import item_mode
from fonds.repository.ports.catalogue import Unit
from fonds.repository.ports.index import OPEN, RESTRICTED, IndexDocument
from fonds.repository.search.names import names
from fonds.schemas.modes import MODE_OPEN, MODE_SECRET

MOST_YEARS = 150
"""Years that a unit may cover one by one; of a longer span only the first and last are indexed, as it says little."""

_CODES: Mapping[Kind, Sequence[str]] = {
    Kind.DOSSIER: ("fileCode", "fileNotation", "paperFileCode"),
    Kind.DOCUMENT: ("docCode", "docId"),
    Kind.PICTURE: ("docCode", "archivesNumber"),
    Kind.MEDIA: ("docCode", "archivesNumber"),
}
_PEOPLE = ("photographer", "recorder")
_PLACES = ("photoPlace", "recordPlace")
_SUBJECTS = ("keyword", "keyGroups")
_TEXT: Mapping[Kind, Sequence[str]] = {
    Kind.FONDS: ("fondHistory", "otherTypes", "arrangement", "lookupTools", "description"),
    Kind.DOSSIER: ("startDate", "endDate", "inforSign", "description"),
    Kind.DOCUMENT: (
        "typeName", "issuedDate", "organName", "subject", "inforSign", "autograph", "description",
    ),
    Kind.PICTURE: ("eventName", "imageTitle", "photographer", "photoPlace", "photoTime", "inforSign", "description"),
    Kind.MEDIA: ("eventName", "movieTitle", "recorder", "recordPlace", "recordDate", "inforSign", "description"),
}  # fmt: skip
_DATES = ("issuedDate", "photoTime", "recordDate")


def index_documents(record: DossierRecord) -> list[IndexDocument]:
    """Return the documents of a dossier, all with its id: none for a secret one, else one or two.

    An open dossier with stricter documents or pictures has an open document without them and a restricted one that
    is the whole, so that who may see both finds words of both together.
    """
    if record.mode >= MODE_SECRET:
        return []
    readable = [item for item in record.items if item_mode(record, item) < MODE_SECRET]
    if record.mode != MODE_OPEN:
        return [_document(record, RESTRICTED, readable)]
    everybody = [item for item in readable if item_mode(record, item) == MODE_OPEN]
    documents = [_document(record, OPEN, everybody)]
    if len(everybody) < len(readable):
        documents.append(_document(record, RESTRICTED, readable))
    return documents


def fonds_document(unit: Unit) -> list[IndexDocument]:
    """Return the document of a fonds (none when it is secret)."""
    if unit.mode >= MODE_SECRET:
        return []
    described = unit.description
    fields = {
        "code": unit.code,
        "title": unit.title,
        "places": "\n".join(names([unit.title]).places),
        "subjects": "\n".join(_values(described, _SUBJECTS)),
        "text": "\n".join([unit.dates, *_values(described, _TEXT[Kind.FONDS]), *_extra(described)]),
    }
    access = OPEN if unit.mode == MODE_OPEN else RESTRICTED
    years = _covered(_day(unit.earliest), _day(unit.latest))
    return [IndexDocument(unit.id, access, unit.kind, unit.level, unit.code, fields, years, unit.earliest, unit.latest)]


def _document(record: DossierRecord, access: str, items: Sequence[Item]) -> IndexDocument:
    described = [record.dossier, *(item.description for item in items)]
    own = [parse_date(record.dossier.text(key)) for key in ("startDate", "endDate")]
    dates = [parse_date(one.text(key)) for one in described for key in _DATES if one.text(key)]
    earliest, latest = _bounds(own)
    if earliest is None and latest is None:
        earliest, latest = _bounds(dates)
    years = set(_covered(earliest, latest)).union(*(_covered(one.earliest, one.latest) for one in dates))
    return IndexDocument(
        id=record.id,
        access=access,
        kind=Kind.DOSSIER,
        level=LEVELS[Kind.DOSSIER],
        fonds_code=record.fonds_code,
        fields=_fields(record, described),
        years=sorted(years),
        earliest=earliest.isoformat() if earliest else "",
        latest=latest.isoformat() if latest else "",
    )


def _fields(record: DossierRecord, described: Sequence[Description]) -> dict[str, str]:
    """Return the fields, one value a line. The fonds and series are in the text, as people ask for both at once."""
    title = record.dossier.text("title")
    text = [line for one in described for line in (document_number(one), *_values(one, _TEXT[one.kind]), *_extra(one))]
    context = [record.fonds.text("fondName"), record.series.text("title") if record.series else ""]
    said = names([title, *text])
    lines: dict[str, Iterable[str]] = {
        "code": [value for one in described for value in _values(one, _CODES[one.kind])],
        "title": [title],
        "people": [*_all(described, _PEOPLE), *said.people],
        "places": [*_all(described, _PLACES), *said.places],
        "subjects": _all(described, _SUBJECTS),
        "text": [*text, *context],
    }
    # Names once each: how often one is repeated in a dossier says little, and long dossiers would win.
    return {name: "\n".join(dict.fromkeys(line for line in values if line)) for name, values in lines.items()}


def _values(one: Description, keys: Iterable[str]) -> list[str]:
    """Return values, each on one line: a line break inside a cell is not the end of a sentence."""
    return [" ".join(one.text(key).split()) for key in keys if one.text(key)]


def _all(described: Iterable[Description], keys: Iterable[str]) -> list[str]:
    keys = tuple(keys)
    return [value for one in described for value in _values(one, keys)]


def _extra(one: Description) -> list[str]:
    return [" ".join(value.split()) for _, value in one.extra if value]


def _bounds(dates: Iterable[PartialDate]) -> tuple[date | None, date | None]:
    dates = tuple(dates)
    first = min((one.earliest for one in dates if one.earliest), default=None)
    last = max((one.latest for one in dates if one.latest), default=None)
    return first, last


def _covered(first: date | None, last: date | None) -> list[int]:
    """Return the years from the first to the last day."""
    days = [day for day in (first, last) if day]
    if not days:
        return []
    begin, end = min(days).year, max(days).year
    return list(range(begin, end + 1)) if end - begin < MOST_YEARS else [begin, end]


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso) if iso else None
    except ValueError:
        return None
