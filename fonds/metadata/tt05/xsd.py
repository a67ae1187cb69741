"""The XML schemas that a package carries for its own descriptions: EAD.xsd, EAD_doc.xsd, EAD_pic.xsd, EAD_media.xsd.

Made from the field lists, by our reading of the annexes: root ``simpledc``, elements without a namespace in any order
(``xs:all``). They check names and lengths only: an unknown value is left empty, and what has to be filled in is said
by the validation, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import BinaryIO

from fonds.metadata.tt05.model import PackageKind
from fonds.metadata.xmlwriter import XmlWriter, document
from fonds.schemas import vocabulary
from fonds.schemas.vocabulary import FieldRule

_XS = "http://www.w3.org/2001/XMLSchema"
SCHEMA_FILES: Mapping[str, str] = {
    "EAD.xsd": "package",
    "EAD_doc.xsd": "document",
    "EAD_pic.xsd": "picture",
    "EAD_media.xsd": "media",
}
"""Name of the schema and the part of the package that it is of."""


def write_schema(out: BinaryIO, kind: PackageKind, part: str) -> None:
    """Write the schema of ``package|document|picture|media`` of this kind of package."""
    with (
        document(out, "xs:schema", {"xs": _XS}) as xml,
        xml.element("xs:element", {"name": "simpledc"}),
        xml.element("xs:complexType"),
        xml.element("xs:all"),
    ):
        xml.line()
        for key, rule in vocabulary.package_fields(kind.value, part).items():
            _element(xml, key, rule)


def _element(xml: XmlWriter, key: str, rule: FieldRule) -> None:
    needed = "1" if rule.need == "required" else "0"
    with (
        xml.element("xs:element", {"name": key, "minOccurs": needed}),
        xml.element("xs:simpleType"),
        xml.element("xs:restriction", {"base": "xs:string"}),
    ):
        if rule.length:
            xml.leaf("xs:maxLength", attributes={"value": str(rule.length)})
    xml.line()
