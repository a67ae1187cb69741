"""Write the EAD3 of a dossier as a stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from fonds.metadata.ead3.describe import has_did, write_body, write_did
from fonds.metadata.ead3.places import EAD, ID, PAGE, PREFIX
from fonds.metadata.hrefs import page_href
from fonds.metadata.model import LEVELS, Description, DossierRecord, Item, Page
from fonds.metadata.xmlwriter import XSI, XmlWriter, document

_NAMESPACES: Mapping[str | None, str] = {None: EAD, "xsi": XSI}
_SCHEMA = "https://www.loc.gov/ead/ead3.xsd"
_CONVENTIONS = (
    ("TT05", "Thông tư số 05/2025/TT-BNV, theo cách hiểu của phần mềm"),
    ("ISAD(G)", "General International Standard Archival Description, 2nd edition"),
    ("EDTF", "ISO 8601-2:2019, Extended Date/Time Format"),
)
_RULES = (
    "encodinganalog tt05:KEY: the field of the circular whose text stands in the element; "
    "localtype: its code in the code list. tt05:KEY/code: the same, where the element cannot carry a localtype. "
    "tt05:KEY/written: the cell as it was delivered, where it read otherwise. "
    "odd localtype extra: a delivered column that no field answers to. unitid localtype id: the identifier in "
    "the repository. dao localtype page: identifier is the sequence of the page, label its sheet."
)
_DAO_TYPES = {"01": "borndigital", "02": "derived"}


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Who keeps the description and when this file was made.

    ``created`` is ISO 8601 with a zone; ``revised`` says that an earlier version of the description exists.
    """

    agency: str
    created: str
    agent: str = "Fonds"
    revised: bool = False


def write_ead3(out: BinaryIO, record: DossierRecord, maintenance: Maintenance) -> None:
    """Write the description of a dossier with its fonds, series and items to ``out``.

    The pages themselves are not written here; items point to them, so ``record.pages`` must hold them. Raises
    ValueError for an item whose page is not there, a field key that is not one, and a character that XML cannot
    carry.
    """
    pages = {page.sequence: page for page in record.pages}
    with document(out, "ead", _NAMESPACES, {"xsi:schemaLocation": f"{EAD} {_SCHEMA}"}) as xml:
        _control(xml, record, maintenance)
        # Paths of the package are written as they are; the base leads from metadata/descriptive to its root.
        with xml.element("archdesc", {**_level(record.fonds), "base": "../../"}):
            xml.line()
            _level_did(xml, record.fonds)
            write_body(xml, record.fonds)
            with xml.element("dsc", {"dsctype": "combined"}):
                xml.line()
                _components(xml, record, pages)
            xml.line()
        xml.line()


def _control(xml: XmlWriter, record: DossierRecord, maintenance: Maintenance) -> None:
    with xml.element("control", {"langencoding": "iso639-3", "dateencoding": "iso8601"}):
        xml.leaf("recordid", record.id)
        with xml.element("filedesc"), xml.element("titlestmt"):
            xml.leaf("titleproper", record.dossier.text("title") or record.code)
        xml.leaf("maintenancestatus", attributes={"value": "revised" if maintenance.revised else "new"})
        with xml.element("maintenanceagency"):
            xml.leaf("agencyname", maintenance.agency)
        with xml.element("languagedeclaration"):
            xml.leaf("language", "Tiếng Việt", {"langcode": "vie"})
            xml.leaf("script", "Latin", {"scriptcode": "Latn"})
        _declarations(xml)
        _history(xml, maintenance)
    xml.line()


def _declarations(xml: XmlWriter) -> None:
    for short, name in _CONVENTIONS:
        with xml.element("conventiondeclaration"):
            xml.leaf("abbr", short)
            xml.leaf("citation", name)
    with xml.element("localtypedeclaration"):
        xml.leaf("abbr", PREFIX.rstrip(":"))
        xml.leaf("citation", _CONVENTIONS[0][1])
        with xml.element("descriptivenote"):
            xml.leaf("p", _RULES)


def _history(xml: XmlWriter, maintenance: Maintenance) -> None:
    with xml.element("maintenancehistory"), xml.element("maintenanceevent"):
        xml.leaf("eventtype", attributes={"value": "revised" if maintenance.revised else "created"})
        xml.leaf("eventdatetime", maintenance.created, {"standarddatetime": maintenance.created})
        xml.leaf("agenttype", attributes={"value": "machine"})
        xml.leaf("agent", maintenance.agent)


def _components(xml: XmlWriter, record: DossierRecord, pages: Mapping[int, Page]) -> None:
    if record.series is None:
        _dossier(xml, record, pages)
        return
    with xml.element("c", _level(record.series)):
        xml.line()
        _level_did(xml, record.series)
        write_body(xml, record.series)
        _dossier(xml, record, pages)
    xml.line()


def _dossier(xml: XmlWriter, record: DossierRecord, pages: Mapping[int, Page]) -> None:
    with xml.element("c", _level(record.dossier)):
        xml.line()
        with xml.element("did"):
            _id(xml, record.id, record.dossier)
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
    with xml.element("c", _level(item.description)):
        xml.line()
        with xml.element("did"):
            _id(xml, item.id, item.description)
            write_did(xml, item.description)
            _daos(xml, [_page_dao(pages[sequence], item.description) for sequence in item.pages])
        xml.line()
        write_body(xml, item.description)
    xml.line()


def _level(description: Description) -> dict[str, str]:
    return {"level": LEVELS[description.kind], "encodinganalog": f"{PREFIX}{description.kind.value}"}


def _level_did(xml: XmlWriter, description: Description) -> None:
    with xml.element("did"):
        _id(xml, "", description)
        write_did(xml, description)
    xml.line()


def _id(xml: XmlWriter, identifier: str, description: Description) -> None:
    """Write the id of the repository; ``did`` needs one child, so where there is nothing at all it is empty."""
    if identifier or not has_did(description):
        xml.leaf("unitid", identifier, {"localtype": ID})
        xml.line()


def _representations(xml: XmlWriter, record: DossierRecord) -> None:
    folders = {path.rpartition("/data/")[0]: None for path in dict.fromkeys(page.path for page in record.pages)}
    found = [folder for folder in folders if folder]
    kind = _dao_type(record.dossier)
    _daos(
        xml,
        [{"daotype": kind, "localtype": "representation", "identifier": f, "href": f"{f}/METS.xml"} for f in found],
    )


def _page_dao(page: Page, description: Description) -> dict[str, str]:
    return {
        "daotype": _dao_type(description),
        "localtype": PAGE,
        "identifier": str(page.sequence),
        "label": page.label,
        "href": page_href(page.path, page.frame),
    }


def _dao_type(description: Description) -> str:
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
