"""Write one description: the elements in ``did`` and those after it."""

from __future__ import annotations

from datetime import date
from functools import cache

from fonds.metadata.dates import parse_date
from fonds.metadata.ead3.places import (
    BLOCKS,
    CODE,
    COUNTS,
    CREATORS,
    DATES,
    DID,
    END,
    EXTRA,
    ID,
    KEY,
    KEYWORD_MARK,
    KEYWORDS,
    LANGUAGE,
    LANGUAGES,
    PREFIX,
    START,
    TERMS,
    WRITTEN,
    split_keywords,
)
from fonds.metadata.model import LEVELS, Description, Kind, Value
from fonds.metadata.xmlwriter import XmlWriter
from fonds.schemas import vocabulary


def write_did(xml: XmlWriter, description: Description) -> None:
    """Write what belongs into ``did``, and the companions of all fields. Raises ValueError for a bad key."""
    for key, value in description.values.items():
        if not KEY.fullmatch(key):
            raise ValueError(f"not a field key: {key!r}")
        _did_field(xml, description.kind, key, value)
    _range(xml, description)
    for key, value in description.values.items():
        if value.code and not _carries_code(key, value):
            _companion(xml, key + CODE, value.code)
        if value.written:
            _companion(xml, key + WRITTEN, value.written)


def level(description: Description) -> dict[str, str]:
    """Return the attributes of the ``archdesc`` or ``c`` that this describes."""
    return {"level": LEVELS[description.kind], "encodinganalog": f"{PREFIX}{description.kind.value}"}


def write_id(xml: XmlWriter, identifier: str, description: Description) -> None:
    """Write the id of the repository; ``did`` needs one child, so where there is nothing at all it is empty."""
    if identifier or not _has_did(description):
        xml.leaf("unitid", identifier, {"localtype": ID})
        xml.line()


def _has_did(description: Description) -> bool:
    """Say whether ``write_did`` writes anything for this description."""
    return any(_in_did(key) or value.written for key, value in description.values.items())


def write_body(xml: XmlWriter, description: Description) -> None:
    """Write what stands after ``did``: blocks, index terms, other fields, unknown columns."""
    for key, value in description.values.items():
        _body_field(xml, description.kind, key, value)
    for header, text in description.extra:
        _paragraph(xml, "odd", text, {"localtype": EXTRA}, header)


def _marks(key: str, value: Value) -> dict[str, str]:
    return {"encodinganalog": PREFIX + key, "localtype": value.code}


def _carries_code(key: str, value: Value) -> bool:
    """Say whether the element of this field has a localtype for the code."""
    return key not in DATES | {START, END, LANGUAGE} and not _is_count(key, value)


def _is_count(key: str, value: Value) -> bool:
    return key in COUNTS and value.text.isascii() and value.text.isdigit()


def _companion(xml: XmlWriter, name: str, text: str) -> None:
    xml.leaf("didnote", text, {"encodinganalog": PREFIX + name})
    xml.line()


def _label(kind: Kind, key: str) -> str:
    rule = vocabulary.fields(kind.value).get(key)
    return rule.labels["vi"] if rule else key


def _did_field(xml: XmlWriter, kind: Kind, key: str, value: Value) -> None:
    if key in DID:
        label = {} if DID[key] == "unittitle" else {"label": _label(kind, key)}
        xml.leaf(DID[key], value.text, {**_marks(key, value), **label})
    elif _is_count(key, value):
        _count(xml, key, value)
    elif key in COUNTS:
        xml.leaf("physdesc", value.text, {**_marks(key, value), "label": _label(kind, key)})
    elif key in CREATORS:
        with xml.element("origination", _marks(key, value)), xml.element(CREATORS[key]):
            xml.leaf("part", value.text)
    elif key in DATES:
        with xml.element("unitdatestructured", {"encodinganalog": PREFIX + key}):
            _date(xml, "datesingle", key, value)
    elif key == LANGUAGE:
        _language(xml, value)
    else:
        return
    xml.line()


def _count(xml: XmlWriter, key: str, value: Value) -> None:
    attributes = {"coverage": "whole", "physdescstructuredtype": "spaceoccupied"}
    with xml.element("physdescstructured", attributes):
        xml.leaf("quantity", value.text, {"encodinganalog": PREFIX + key})
        xml.leaf("unittype", COUNTS[key])


def _range(xml: XmlWriter, description: Description) -> None:
    ends = [
        (name, key, description.values[key])
        for name, key in (("fromdate", START), ("todate", END))
        if key in description.values
    ]
    if not ends:
        return
    names = " ".join(PREFIX + key for _, key, _ in ends)
    with xml.element("unitdatestructured", {"encodinganalog": names}), xml.element("daterange"):
        for name, key, value in ends:
            _date(xml, name, key, value)
    xml.line()


def _date(xml: XmlWriter, name: str, key: str, value: Value) -> None:
    known = parse_date(value.text)
    attributes = {
        "localtype": PREFIX + key,
        "standarddate": known.edtf,
        "notbefore": _day(known.earliest),
        "notafter": _day(known.latest),
    }
    xml.leaf(name, value.text, attributes)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _language(xml: XmlWriter, value: Value) -> None:
    first, *others = LANGUAGES.get(value.code, ("",))
    with xml.element("langmaterial"):
        xml.leaf("language", value.text, {"encodinganalog": PREFIX + LANGUAGE, "langcode": first})
        for other in others:
            xml.leaf("language", _language_name(other), {"langcode": other})


@cache
def _language_name(iso: str) -> str:
    code = next((code for code, names in LANGUAGES.items() if names == (iso,)), "")
    return vocabulary.label("language", code, "vi") or iso


def _body_field(xml: XmlWriter, kind: Kind, key: str, value: Value) -> None:
    if key in BLOCKS:
        _paragraph(xml, BLOCKS[key], value.text, _marks(key, value))
    elif key == KEYWORDS:
        _keywords(xml, key, value)
    elif key in TERMS:
        with xml.element("controlaccess"), xml.element(TERMS[key], _marks(key, value)):
            xml.leaf("part", value.text)
        xml.line()
    elif not _in_did(key):
        _paragraph(xml, "odd", value.text, _marks(key, value), _label(kind, key))


def _in_did(key: str) -> bool:
    return key in DID or key in COUNTS or key in CREATORS or key in DATES or key in {START, END, LANGUAGE}


def _paragraph(xml: XmlWriter, name: str, text: str, attributes: dict[str, str], head: str | None = None) -> None:
    with xml.element(name, attributes):
        if head is not None:
            xml.leaf("head", head)
        xml.leaf("p", text)
    xml.line()


def _keywords(xml: XmlWriter, key: str, value: Value) -> None:
    """Write a subject for each keyword, and the cell itself where the keywords alone would not give it back."""
    words = split_keywords(value.text)
    with xml.element("controlaccess", _marks(key, value)):
        if not words or KEYWORD_MARK.join(words) != value.text:
            xml.leaf("p", value.text)
        for word in words:
            with xml.element("subject"):
                xml.leaf("part", word)
    xml.line()
