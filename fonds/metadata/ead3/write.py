"""Write the EAD3 of a dossier as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

from fonds.metadata.ead3.control import Maintenance, ead
from fonds.metadata.ead3.describe import level, write_body, write_did, write_id
from fonds.metadata.ead3.places import PAGE
from fonds.metadata.hrefs import page_href
from fonds.metadata.model import Description, DossierRecord, Item, Page
from fonds.metadata.xmlwriter import XmlWriter

_DAO_TYPES = {"01": "borndigital", "02": "derived"}


def write_ead3(out: BinaryIO, record: DossierRecord, maintenance: Maintenance) -> None:
    """Write the description of a dossier with its fonds, series and items to ``out``.

    The pages themselves are not written here; items point to them, so ``record.pages`` must hold them. Raises
    ValueError for an item whose page is not there, a field key that is not one, and a character that XML cannot
    carry.
    """
    pages = {page.sequence: page for page in record.pages}
    title = record.dossier.text("title") or record.code
    # Paths of the package are written as they are; the base leads from metadata/descriptive to its root.
    outermost = {**level(record.fonds), "base": "../../"}
    with ead(out, record.id, title, maintenance) as xml, xml.element("archdesc", outermost):
        xml.line()
        _level_did(xml, record.fonds)
        write_body(xml, record.fonds)
        with xml.element("dsc", {"dsctype": "combined"}):
            xml.line()
            _components(xml, record, pages)
        xml.line()


def _components(xml: XmlWriter, record: DossierRecord, pages: Mapping[int, Page]) -> None:
    if record.series is None:
        _dossier(xml, record, pages)
        return
    with xml.element("c", level(record.series)):
        xml.line()
        _level_did(xml, record.series)
        write_body(xml, record.series)
        _dossier(xml, record, pages)
    xml.line()


def _dossier(xml: XmlWriter, record: DossierRecord, pages: Mapping[int, Page]) -> None:
    with xml.element("c", level(record.dossier)):
        xml.line()
        with xml.element("did"):
            write_id(xml, record.id, record.dossier)
            write_did(xml, record.dossier)
            _representations(xml, record)
        xml.line()
        write_body(xml, record.dossier)
        for item in record.items:
            _item(xml, item, pages)
    xml.line()


def _item(xml: XmlWriter, item: Item, pages: Mapping[int, Page]) -> None:
    missing = [sequence for sequence in item.pages if sequence not in pages]
    if missing:
        raise ValueError(f"item {item.id}: no page {missing[0]}")
    with xml.element("c", level(item.description)):
        xml.line()
        with xml.element("did"):
            write_id(xml, item.id, item.description)
            write_did(xml, item.description)
            _daos(xml, [_page_dao(pages[sequence], item.description) for sequence in item.pages])
        xml.line()
        write_body(xml, item.description)
    xml.line()


def _level_did(xml: XmlWriter, description: Description) -> None:
    with xml.element("did"):
        write_id(xml, "", description)
        write_did(xml, description)
    xml.line()


def _representations(xml: XmlWriter, record: DossierRecord) -> None:
    folders = {path.rpartition("/data/")[0]: None for path in dict.fromkeys(page.path for page in record.pages)}
    found = [folder for folder in folders if folder]
    kind = dao_type(record.dossier)
    _daos(
        xml,
        [{"daotype": kind, "localtype": "representation", "identifier": f, "href": f"{f}/METS.xml"} for f in found],
    )


def _page_dao(page: Page, description: Description) -> dict[str, str]:
    return {
        "daotype": dao_type(description),
        "localtype": PAGE,
        "identifier": str(page.sequence),
        "label": page.label,
        "href": page_href(page.path, page.frame),
    }


def dao_type(description: Description) -> str:
    """Return ``dao/@daotype``: whether what is linked was made from paper."""
    return _DAO_TYPES.get(description.code("confidenceLevel"), "unknown")


def _daos(xml: XmlWriter, attributes: Sequence[Mapping[str, str]]) -> None:
    """Write the links; EAD3 has a set only for two or more."""
    if len(attributes) < 2:
        _each_dao(xml, attributes)
        return
    with xml.element("daoset", {"coverage": "whole"}):
        _each_dao(xml, attributes)
    xml.line()


def _each_dao(xml: XmlWriter, attributes: Iterable[Mapping[str, str]]) -> None:
    for one in attributes:
        xml.leaf("dao", attributes=one)
        xml.line()
