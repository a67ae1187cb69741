"""What an EAD3 file says of itself, and its outer elements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from fonds.metadata.ead3.places import EAD, PREFIX
from fonds.metadata.xmlwriter import XSI, XmlWriter, document

_NAMESPACES: Mapping[str | None, str] = {None: EAD, "xsi": XSI}
_SCHEMA = "https://www.loc.gov/ead/ead3.xsd"
_CONVENTIONS = (
    ("TT05", "Thông tư số 05/2025/TT-BNV, theo cách hiểu của phần mềm"),
    ("ISAD(G)", "General International Standard Archival Description, 2nd edition"),
    ("EDTF", "ISO 8601-2:2019, Extended Date/Time Format"),
)
RULES = (
    "encodinganalog tt05:KEY: the field of the circular whose text stands in the element; "
    "localtype: its code in the code list. tt05:KEY/code: the same, where the element cannot carry a localtype. "
    "tt05:KEY/written: the cell as it was delivered, where it read otherwise. "
    "odd localtype extra: a delivered column that no field answers to. unitid localtype id: the identifier in "
    "the repository. dao localtype page: identifier is the sequence of the page, label its sheet."
)
"""How a description of ours is to be read; stands in every file."""


@dataclass(frozen=True, slots=True)
class Maintenance:
    """Who keeps the description and when this file was made.

    ``created`` is ISO 8601 with a zone; ``revised`` says that an earlier version of the description exists.
    """

    agency: str
    created: str
    agent: str = "Fonds"
    revised: bool = False


@contextmanager
def ead(
    out: BinaryIO, identifier: str, title: str, maintenance: Maintenance, rules: str = RULES
) -> Iterator[XmlWriter]:
    """Write an EAD3 document around the ``archdesc`` that is written inside the ``with``."""
    with document(out, "ead", _NAMESPACES, {"xsi:schemaLocation": f"{EAD} {_SCHEMA}"}) as xml:
        _control(xml, identifier, title, maintenance, rules)
        yield xml
        xml.line()


def _control(xml: XmlWriter, identifier: str, title: str, maintenance: Maintenance, rules: str) -> None:
    with xml.element("control", {"langencoding": "iso639-3", "dateencoding": "iso8601"}):
        xml.leaf("recordid", identifier)
        with xml.element("filedesc"), xml.element("titlestmt"):
            xml.leaf("titleproper", title)
        xml.leaf("maintenancestatus", attributes={"value": "revised" if maintenance.revised else "new"})
        with xml.element("maintenanceagency"):
            xml.leaf("agencyname", maintenance.agency)
        with xml.element("languagedeclaration"):
            xml.leaf("language", "Tiếng Việt", {"langcode": "vie"})
            xml.leaf("script", "Latin", {"scriptcode": "Latn"})
        _declarations(xml, rules)
        _history(xml, maintenance)
    xml.line()


def _declarations(xml: XmlWriter, rules: str) -> None:
    for short, name in _CONVENTIONS:
        with xml.element("conventiondeclaration"):
            xml.leaf("abbr", short)
            xml.leaf("citation", name)
    with xml.element("localtypedeclaration"):
        xml.leaf("abbr", PREFIX.rstrip(":"))
        xml.leaf("citation", _CONVENTIONS[0][1])
        with xml.element("descriptivenote"):
            xml.leaf("p", rules)


def _history(xml: XmlWriter, maintenance: Maintenance) -> None:
    with xml.element("maintenancehistory"), xml.element("maintenanceevent"):
        xml.leaf("eventtype", attributes={"value": "revised" if maintenance.revised else "created"})
        xml.leaf("eventdatetime", maintenance.created, {"standarddatetime": maintenance.created})
        xml.leaf("agenttype", attributes={"value": "machine"})
        xml.leaf("agent", maintenance.agent)
