"""Write the EAD3 of a whole fonds as a stream: memory is that of the levels that are open."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import BinaryIO

from fonds.metadata.ead3.control import RULES, Maintenance, ead
from fonds.metadata.ead3.describe import level, write_body, write_did, write_id
from fonds.metadata.ead3.places import PACKAGE
from fonds.metadata.ead3.write import dao_type
from fonds.metadata.mets.related import urn
from fonds.metadata.model import DescribedUnit, Kind, fonds_code
from fonds.metadata.xmlwriter import XmlWriter

_RULES = (
    f"{RULES} dao localtype package: identifier is the OBJID of the package that holds the dossier, with its whole "
    "description and its pages; a dossier without one is described here alone and not digitised."
)


def write_fonds(out: BinaryIO, units: Iterable[DescribedUnit], maintenance: Maintenance) -> None:
    """Write a fonds: ``units`` are the fonds itself and all in it, each after its parent and before its next sibling.

    Raises ValueError for another order, for a unit without an id, a field key that is not one, and a character that
    XML cannot carry.
    """
    rest = iter(units)
    fonds = next(rest, None)
    if fonds is None or fonds.description.kind is not Kind.FONDS or fonds.parent or not fonds.id:
        raise ValueError("the first unit is no fonds")
    title = fonds.description.text("fondName") or fonds_code(fonds.description)
    with ead(out, fonds.id, title, maintenance, _RULES) as xml, xml.element("archdesc", level(fonds.description)):
        xml.line()
        _head(xml, fonds)
        below = _Below(xml, fonds.id)
        try:
            for unit in rest:
                below.write(unit)
        finally:
            below.close()


class _Below:
    """What is in a fonds: the components that are open, from the outermost."""

    def __init__(self, xml: XmlWriter, fonds: str) -> None:
        self._xml, self._fonds = xml, fonds
        self._open: list[tuple[str, AbstractContextManager[object]]] = []

    def write(self, unit: DescribedUnit) -> None:
        if not self._open:
            self._enter(self._fonds, "dsc", {"dsctype": "combined"})
        while len(self._open) > 1 and self._open[-1][0] != unit.parent:
            self._leave()
        if self._open[-1][0] != unit.parent or not unit.id or unit.description.kind is Kind.FONDS:
            raise ValueError(f"{unit.id!r} does not follow what it is in, {unit.parent!r}")
        self._enter(unit.id, "c", level(unit.description))
        _head(self._xml, unit)

    def _enter(self, identifier: str, name: str, attributes: dict[str, str]) -> None:
        element = self._xml.element(name, attributes)
        element.__enter__()
        self._open.append((identifier, element))
        self._xml.line()

    def _leave(self) -> None:
        self._open.pop()[1].__exit__(None, None, None)
        self._xml.line()

    def close(self) -> None:
        """End everything that is open, also where something went wrong: what was wrong is then told as it was."""
        while self._open:
            self._leave()


def _head(xml: XmlWriter, unit: DescribedUnit) -> None:
    with xml.element("did"):
        write_id(xml, unit.id, unit.description)
        write_did(xml, unit.description)
        if unit.package:
            xml.leaf("dao", attributes=_package(unit))
            xml.line()
    xml.line()
    write_body(xml, unit.description)


def _package(unit: DescribedUnit) -> dict[str, str]:
    kind = dao_type(unit.description)
    return {"daotype": kind, "localtype": PACKAGE, "identifier": unit.package, "href": urn(unit.package)}
