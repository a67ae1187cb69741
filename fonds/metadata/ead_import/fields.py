"""Which element becomes which field, by the crosswalk of EAD to ISAD(G) and the circular; a level at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml.etree import _Element

from fonds.metadata.ead3.places import KEYWORD_MARK, LANGUAGE, LANGUAGES
from fonds.metadata.ead_import.dates import Dated, dated
from fonds.metadata.ead_import.parts import (
    first,
    has_loose_text,
    is_internal,
    is_plain,
    name,
    paragraphs,
    text,
    value,
    verbatim,
)
from fonds.metadata.model import Description, Kind, Value
from fonds.schemas import vocabulary

_CODES: Mapping[Kind, str] = {Kind.FONDS: "fondsCode", Kind.SERIES: "fileCatalog", Kind.DOSSIER: "fileCode"}
_TITLES: Mapping[Kind, str] = {Kind.FONDS: "fondName", Kind.SERIES: "title", Kind.DOSSIER: "title"}
_BLOCKS: Mapping[str, tuple[str, ...]] = {
    # The first of these fields that the level has takes the text (schemas/vocabulary/fields.json).
    "bioghist": ("fondHistory",),  # ISAD(G) 3.2.2
    "scopecontent": ("keyGroups", "description"),  # 3.3.1
    "arrangement": ("arrangement",),  # 3.3.4
    "appraisal": ("maintenance",),  # 3.3.2
    "accessrestrict": ("mode",),  # 3.4.1
    "phystech": ("format",),  # 3.4.4
    "otherfindaid": ("lookupTools",),  # 3.4.5
    "originalsloc": ("paperFileCode",),  # 3.5.1
    "abstract": ("description",),
    "odd": ("description",),  # 3.6.1
    "note": ("description",),
    "didnote": ("description",),
}
_TERMS = frozenset({"subject", "persname", "corpname", "famname", "geogname", "genreform", "function", "title", "name"})
_COUNTED = re.compile(r"(\d+)\s*(?P<unit>\w+)\.?", re.UNICODE)
_UNITS: Mapping[str, str] = {
    **dict.fromkeys(("trang", "page", "pages", "p"), "numberOfPage"),
    **dict.fromkeys(("tờ", "sheet", "sheets", "leaf", "leaves", "folio", "folios", "f"), "numberOfPaper"),
}


@dataclass(slots=True)
class Level:
    """One level while it is read: a field is taken once, everything else is kept as XML."""

    kind: Kind
    values: dict[str, Value] = field(default_factory=dict)
    extra: list[tuple[str, str]] = field(default_factory=list)
    internal: list[tuple[str, str]] = field(default_factory=list)

    def description(self) -> Description:
        """Put the fields into the order of the vocabulary; those it does not have come last."""
        known = vocabulary.fields(self.kind.value)
        keys = [key for key in known if key in self.values] + [key for key in self.values if key not in known]
        return Description(self.kind, {key: self.values[key] for key in keys}, tuple(self.extra))

    def take(self, path: str, element: _Element) -> None:
        """Make an element of the level a field, or keep it; what is internal is kept apart."""
        if is_internal(element):
            self.internal.append((path, verbatim(element)))
            return
        rule = _RULES.get(name(element), _no_field)
        if not rule(self, element):
            self.keep(path, element)

    def keep(self, path: str, element: _Element) -> None:
        """Keep an element word for word."""
        self.extra.append((path, verbatim(element)))

    def put(self, key: str, found: Value) -> bool:
        """Set a field that is empty until now and that is not given an empty text; say whether it was."""
        if not key or key in self.values or not found.text:
            return False
        self.values[key] = found
        return True

    def has(self, key: str) -> bool:
        """Say whether the circular knows this field for this level."""
        return key in vocabulary.fields(self.kind.value)


# Each rule says whether the fields now say all of the element; where not, its XML is kept as well.


def _no_field(_: Level, element: _Element) -> bool:
    return not len(element) and not element.attrib and not text(element)


def _unitid(level: Level, element: _Element) -> bool:
    known: tuple[str, ...] = ()
    if level.kind is Kind.FONDS and (archive := element.get("repositorycode")):
        known = ("repositorycode",) if level.put("archiveCode", Value(archive)) else ()
    return level.put(_CODES.get(level.kind, "docCode"), value(text(element), element)) and is_plain(element, (), known)


def _unittitle(level: Level, element: _Element) -> bool:
    taken = level.put(_TITLES.get(level.kind, "subject"), value(text(element), element))
    inside = first(element, "unitdate")
    if inside is not None:
        _date(level, inside)
    return taken and is_plain(element)


def _date(level: Level, element: _Element) -> bool:
    found = dated(element)
    if element.get("unitdatetype", element.get("type")) == "bulk":
        return False
    return (_two_dates if level.kind is Kind.DOSSIER else _one_date)(level, found) and found.complete


def _one_date(level: Level, found: Dated) -> bool:
    key = "issuedDate" if level.kind is Kind.DOCUMENT else "archivesTime"
    return level.put(key, Value(found.shown, _differing(found.written, found.shown)))


def _two_dates(level: Level, found: Dated) -> bool:
    if "startDate" in level.values or "endDate" in level.values:
        return False
    start, end = found.ends()
    began = level.put("startDate", Value(start, _differing(found.written, start)))
    return level.put("endDate", Value(end, _differing(found.written, end))) or began


def _differing(written: str, shown: str) -> str:
    return "" if written == shown else written


def _extent(level: Level, element: _Element) -> bool:
    """Take a count of pages or sheets; a fonds takes any extent."""
    said = text(element)
    if level.kind is Kind.FONDS:
        return level.put("paperTotal", value(said, element)) and is_plain(element, ("extent",))
    match = _COUNTED.fullmatch(said)
    key = _UNITS.get(match["unit"].casefold(), "") if match else ""
    return bool(match and level.has(key) and level.put(key, Value(match[1], said)) and is_plain(element, ("extent",)))


def _structured_extent(level: Level, element: _Element) -> bool:
    number, unit = text(first(element, "quantity")), text(first(element, "unittype")).casefold()
    key = _UNITS.get(unit, "")
    plain = ("coverage", "physdescstructuredtype")
    if not number.isdigit() or not level.has(key):
        return False
    taken = level.put(key, Value(number, f"{number} {unit}"))
    return taken and is_plain(element, ("quantity", "unittype"), plain) and not has_loose_text(element)


def _origination(level: Level, element: _Element) -> bool:
    """Take the body that issued a document; other creators have no field."""
    if not level.has("organName") or first(element, "persname", "famname") is not None:
        return False
    taken = level.put("organName", value(text(element), element))
    return taken and is_plain(element, ("corpname", "part"))


def _language(level: Level, element: _Element) -> bool:
    if not level.has(LANGUAGE):
        return False
    said = [one for one in element.iter() if name(one) == "language"]
    codes = tuple(one.get("langcode") or "" for one in said)
    known = next((code for code, isos in LANGUAGES.items() if isos == codes), "")
    taken = level.put(LANGUAGE, value(text(element), element, known))
    plain = is_plain(element, ("language", "languageset"), ("langcode",))
    return taken and plain and bool(known or not any(codes))


def _container(level: Level, element: _Element) -> bool:
    kind = (element.get("type") or element.get("localtype") or "").casefold()
    if kind not in {"box", "hộp"} or not level.has("box"):
        return False
    return level.put("box", value(text(element), element)) and is_plain(element, (), ("type", "localtype"))


def _block(level: Level, element: _Element) -> bool:
    key = next((key for key in _BLOCKS[name(element)] if level.has(key)), "")
    found = paragraphs(element)
    rule = vocabulary.fields(level.kind.value).get(key)
    code = vocabulary.find_code(rule.codes, found) if rule and rule.codes else ""
    taken = level.put(key, value(found, element, code))
    return taken and is_plain(element, ("p",)) and not (len(element) and has_loose_text(element))


def _index_terms(level: Level, element: _Element) -> bool:
    """Take index terms as keywords; their kinds and sources stay in the XML."""
    if not level.has("keyword"):
        return False
    words = [text(one) for one in element.iter() if name(one) in _TERMS and text(one)]
    taken = level.put("keyword", Value(KEYWORD_MARK.join(dict.fromkeys(words))))
    plain = is_plain(element, ("subject", "part")) and not has_loose_text(element)
    return taken and plain and not any(";" in word for word in words)


_RULES: Mapping[str, Callable[[Level, _Element], bool]] = {
    "unitid": _unitid,
    "unittitle": _unittitle,
    "unitdate": _date,
    "unitdatestructured": _date,
    "physdesc": _extent,
    "physdescstructured": _structured_extent,
    "origination": _origination,
    "langmaterial": _language,
    "container": _container,
    "controlaccess": _index_terms,
    **dict.fromkeys(_BLOCKS, _block),
}
