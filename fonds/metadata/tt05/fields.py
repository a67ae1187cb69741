"""The fields of the XML files of a package, made out of a record: strictly those of the lists, in their order.

A coded field holds its code; a type of document or a language that is in no list is "other". A date is DD/MM/YYYY,
MM/YYYY or YYYY: a missing day or month is never filled in, and a date that is none of these is written as it stands,
for the validation to point at. What the circular derives from something else is derived where the record does not say
it: the codes of the documents from the code of the dossier, numbers of documents and pages by counting, retention,
access, language and insurance of a document from its dossier (ISAD(G) 1.4: what is said above holds below).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from fonds.metadata.dates import PartialDate, parse_date
from fonds.metadata.model import DossierRecord, Item, Value
from fonds.metadata.simpledc import archive_code
from fonds.metadata.tt05.model import REQUEST_FIELDS, PackageKind, ReaderRequest
from fonds.schemas import vocabulary
from fonds.schemas.vocabulary import FieldRule

_INHERITED = ("maintenance", "mode", "language", "confidenceLevel", "riskRecovery", "riskRecoveryStatus")
_OTHER = {"typeName": "32", "language": "11"}
"""The code for "Khác". Not of ``maintenance``: a slip in a term of retention must not become another term."""
_YES = {"1", "có", "true", "x"}
_NO = {"0", "không", "false"}
_SEVERAL = re.compile(r"\s*[;,]\s*")
MODEL_KEYS: Mapping[str, str] = {"arcFileCode": "fileCode", "arcDocCode": "docCode"}
"""Names that the circular gives to a field of the model in some of its packages."""


def package_fields(kind: PackageKind, record: DossierRecord) -> list[tuple[str, str]]:
    """Return the fields of EAD.xml of a SIP or AIP. Raises KeyError for a DIP, which describes a request."""
    if kind is PackageKind.DIP:
        raise KeyError(kind)
    rules = vocabulary.package_fields(kind.value, "package")
    known = _of_dossier(record)
    return [(key, known.get(key) or written(rule, record.dossier.values.get(key))) for key, rule in rules.items()]


def request_fields(request: ReaderRequest) -> list[tuple[str, str]]:
    """Return the 7 fields of EAD.xml of a DIP."""
    return [(key, str(getattr(request, name))) for key, name in REQUEST_FIELDS.items()]


def document_fields(kind: PackageKind, record: DossierRecord, position: int) -> list[tuple[str, str]]:
    """Return the fields of the file that describes ``record.items[position]``."""
    item = record.items[position]
    rules = vocabulary.package_fields(kind.value, item.description.kind.value)
    known = _of_item(record, item, position + 1)
    return [(key, known.get(key) or written(rule, _value(record, item, key))) for key, rule in rules.items()]


def _of_dossier(record: DossierRecord) -> dict[str, str]:
    said = record.dossier.text
    return {
        "arcFileCode": archive_code(record),
        "mode": record.mode,
        "totalDoc": said("totalDoc") or str(len(record.items) or ""),
        "numberOfPage": said("numberOfPage") or str(len(record.pages) or ""),
        "riskRecovery": "" if _says(record.dossier.values.get("riskRecovery")) else _risk_of_fonds(record),
    }


def _risk_of_fonds(record: DossierRecord) -> str:
    rule = vocabulary.fields("fonds")["riskRecovery"]
    return written(rule, record.fonds.values.get("riskRecovery"))


def _of_item(record: DossierRecord, item: Item, position: int) -> dict[str, str]:
    said = item.description.text
    ordinal = int(said("docOrdinal")) if re.fullmatch("[0-9]{1,7}", said("docOrdinal")) else position
    code = document_code(said("docCode"), record.code, ordinal)
    archive = record.fonds.text("archiveCode")
    return {
        "arcFileCode": archive_code(record),
        "docId": said("docId") or (f"{record.code}.{ordinal}" if record.code else ""),
        "docCode": code,
        "arcDocCode": code if not archive or not code or code.startswith(f"{archive}.") else f"{archive}.{code}",
        "docOrdinal": said("docOrdinal") or str(ordinal),
        "numberOfPage": said("numberOfPage") or str(len(item.pages) or ""),
    }


def document_code(said: str, dossier: str, ordinal: int) -> str:
    """Return the code of a document: that of its dossier and seven digits, or what is said where it is no number."""
    if said and not re.fullmatch("[0-9]{1,7}", said):
        return said
    return f"{dossier}.{int(said or ordinal):07}" if dossier else said


def _value(record: DossierRecord, item: Item, key: str) -> Value | None:
    own = item.description.values.get(key)
    if key not in _INHERITED or _says(own):
        return own
    if key == "mode":
        return Value(record.mode, code=record.mode)
    above = record.dossier.values.get(key)
    return record.fonds.values.get(key) if key == "riskRecovery" and not _says(above) else above


def _says(value: Value | None) -> bool:
    return value is not None and bool(value.text or value.code)


def written(rule: FieldRule, value: Value | None) -> str:
    """Return a value as the circular writes it in the field of this rule; '' for None."""
    if value is None:
        return ""
    if rule.codes:
        return value.code or _codes(rule, value.text)
    if rule.type == "date":
        return date_of(value.text)
    if rule.type == "boolean":
        return _flag(value.text)
    return value.text


def _codes(rule: FieldRule, text: str) -> str:
    """Return the code of a label, and for several languages their codes, joined by ';'.

    What a list with "other" does not know is other; what another list does not know stays as it is, to be pointed at.
    """
    if not text:
        return ""
    parts = _SEVERAL.split(text) if rule.key == "language" else [text]
    codes = [vocabulary.find_code(rule.codes, part) or _OTHER.get(rule.key, "") for part in parts]
    return ";".join(dict.fromkeys(codes)) if all(codes) else text


def _flag(text: str) -> str:
    plain = text.strip().casefold()
    return "1" if plain in _YES else "0" if plain in _NO else text


def date_of(text: str) -> str:
    """Return a date as DD/MM/YYYY, MM/YYYY or YYYY, as exactly as it is known; the text itself for any other."""
    known = parse_date(text)
    return _FORMS[known.kind](known) if known.kind in _FORMS and known.earliest else text


def _day(known: PartialDate) -> str:
    return f"{known.earliest:%d/%m}/{known.earliest.year:04}" if known.earliest else ""


def _month(known: PartialDate) -> str:
    return _day(known)[3:]


def _year(known: PartialDate) -> str:
    return _day(known)[6:]


_FORMS = {"exact": _day, "month": _month, "year": _year}


def request_of(elements: tuple[tuple[str, str], ...]) -> ReaderRequest:
    """Return the request that EAD.xml of a DIP describes; what the list does not know, or knows already, is extra."""
    known: dict[str, str] = {}
    extra: list[tuple[str, str]] = []
    for name, text in elements:
        if name in REQUEST_FIELDS and name not in known:
            known[name] = text
        else:
            extra.append((name, text))
    said = {attribute: known.get(key, "") for key, attribute in REQUEST_FIELDS.items()}
    return ReaderRequest(**said, extra=tuple(extra))
