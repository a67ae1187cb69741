"""Read the EAD3 that Fonds writes back into the description it was made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from lxml.etree import _Element

from fonds.metadata.ead3.places import (
    BLOCKS,
    CODE,
    CREATORS,
    EAD,
    EXTRA,
    ID,
    KEYWORD_MARK,
    PACKAGE,
    PAGE,
    PREFIX,
    TERMS,
    WRITTEN,
)
from fonds.metadata.model import DescribedUnit, Description, DossierRecord, Item, Kind, Value
from fonds.schemas import vocabulary
from fonds.schemas.xml import XmlRefusedError, iterwalk, parse

_NS = f"{{{EAD}}}"
_DATES = {"fromdate", "todate", "datesingle"}
_IN_PARAGRAPH = {*BLOCKS.values(), "odd"}
_IN_PART = {"origination", *CREATORS.values(), *TERMS.values()}


def read_ead3(source: BinaryIO) -> DossierRecord:
    """Return the description of a dossier, all but its pages (they are in the METS of the representation).

    Raises XmlRefusedError when it is not XML, not EAD3, or not an EAD3 by the rules of this package.
    """
    root = parse(source).getroot()
    archdesc = root.find(f"{_NS}archdesc")
    if root.tag != f"{_NS}ead" or archdesc is None:
        raise _unexpected(str(root.tag))
    parent = _component(archdesc.find(f"{_NS}dsc"))
    series = parent if parent.get("encodinganalog") == PREFIX + Kind.SERIES else None
    level = parent if series is None else _component(series)
    read = _level(level)
    return DossierRecord(
        id=read.id,
        fonds=_level(archdesc).description(),
        dossier=read.description(),
        series=None if series is None else _level(series).description(),
        items=tuple(_item(child) for child in level.findall(f"{_NS}c")),
    )


def read_fonds(source: BinaryIO) -> Iterator[DescribedUnit]:
    """Yield every unit of an EAD3 of a whole fonds, each after its parent, as a stream.

    Raises XmlRefusedError, at the start or where the document breaks.
    """
    above: list[_Open] = []
    given = 0
    for begins, element in iterwalk(source, (f"{_NS}archdesc", f"{_NS}c")):
        if above and not above[-1].given:  # all that it says of itself stands before what is in it
            yield _unit(above)
            given += 1
        if begins:
            above.append(_Open(element))
        else:
            above.pop()
    if not given:
        raise _unexpected("no archdesc")


@dataclass(slots=True)
class _Open:
    """A level whose end has not come yet, and its id once it is known."""

    element: _Element
    id: str = ""
    given: bool = False


def _unit(above: list[_Open]) -> DescribedUnit:
    own, parent = above[-1], above[-2].id if len(above) > 1 else ""
    read = _level(own.element)
    if not read.id or (read.kind is Kind.FONDS) != (not parent):
        raise _unexpected(f"{own.element.get('level')} {read.kind.value}")
    own.id, own.given = read.id, True
    return DescribedUnit(read.id, parent, read.description(), read.package)


def described(level: _Element) -> Description:
    """Return the description of one ``archdesc`` or ``c`` that Fonds wrote, without what is below it.

    Raises XmlRefusedError for one that it did not write.
    """
    return _level(level).description()


def _component(parent: _Element | None) -> _Element:
    found = None if parent is None else parent.find(f"{_NS}c")
    if found is None:
        raise _unexpected("no component")
    return found


def _unexpected(found: str) -> XmlRefusedError:
    return XmlRefusedError("XML_UNEXPECTED", expected="EAD3", found=found)


@dataclass(slots=True)
class _Level:
    """One level while it is read: texts, codes and delivered cells by field key."""

    kind: Kind
    id: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)
    extra: list[tuple[str, str]] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    package: str = ""

    def description(self) -> Description:
        """Put the fields into the order of the vocabulary; those it does not have come last."""
        known = vocabulary.fields(self.kind.value)
        keys = [key for key in known if key in self.texts] + [key for key in self.texts if key not in known]
        values = {key: Value(self.texts[key], self.written.get(key, ""), self.codes.get(key, "")) for key in keys}
        return Description(self.kind, values, tuple(self.extra))


def _item(component: _Element) -> Item:
    read = _level(component)
    return Item(read.id, read.description(), tuple(read.pages))


def _level(level: _Element) -> _Level:
    name = (level.get("encodinganalog") or "").removeprefix(PREFIX)
    if name not in list(Kind):
        raise _unexpected(f"{level.get('level')} {name}")
    read = _Level(Kind(name))
    for element in _own(level):
        _take(read, element)
    return read


def _own(level: _Element) -> Iterator[_Element]:
    """Yield the elements of a level without those of the levels below it."""
    for child in level.iterchildren():
        if child.tag not in {f"{_NS}c", f"{_NS}dsc"}:
            yield from child.iter(f"{_NS}*")


def _take(read: _Level, element: _Element) -> None:
    tag = str(element.tag).removeprefix(_NS)
    local, analog = element.get("localtype") or "", element.get("encodinganalog") or ""
    if tag in _DATES:
        read.texts[local.removeprefix(PREFIX)] = _text(element)
    elif analog.startswith(PREFIX) and tag != "unitdatestructured":
        _field(read, tag, analog.removeprefix(PREFIX), element)
    elif tag == "unitid" and local == ID:
        read.id = _text(element)
    elif tag == "odd" and local == EXTRA:
        read.extra.append((_text(element.find(f"{_NS}head")), _text(element.find(f"{_NS}p"))))
    elif tag == "dao" and local == PAGE:
        read.pages.append(_sequence(element.get("identifier") or ""))
    elif tag == "dao" and local == PACKAGE:
        read.package = element.get("identifier") or ""


def _field(read: _Level, tag: str, name: str, element: _Element) -> None:
    if name.endswith(CODE):
        read.codes[name.removesuffix(CODE)] = _text(element)
    elif name.endswith(WRITTEN):
        read.written[name.removesuffix(WRITTEN)] = _text(element)
    else:
        read.texts[name] = _value(tag, element)
        read.codes.setdefault(name, element.get("localtype") or "")


def _value(tag: str, element: _Element) -> str:
    if tag == "controlaccess":
        return _keywords(element)
    if tag in _IN_PARAGRAPH:
        return _text(element.find(f"{_NS}p"))
    if tag in _IN_PART:
        return _text(next(element.iter(f"{_NS}part"), None))
    return _text(element)


def _keywords(element: _Element) -> str:
    whole = element.find(f"{_NS}p")
    return KEYWORD_MARK.join(_texts(element.iter(f"{_NS}part"))) if whole is None else _text(whole)


def _texts(elements: Iterable[_Element]) -> Iterator[str]:
    return (_text(element) for element in elements)


def _text(element: _Element | None) -> str:
    return "" if element is None else "".join(str(part) for part in element.itertext())


def _sequence(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise _unexpected(f"page {text!r}")
    return int(text)
