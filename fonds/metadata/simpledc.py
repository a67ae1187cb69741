"""The state's ``<simpledc>`` of Thông tư 05/2025/TT-BNV: flat fields of a dossier, document, picture or recording.

By our reading of secondary sources of Annexes I to IV. The elements have no namespace and any order (``xs:all``),
and deliveries disagree about names (``docCode``, ``arcDocCode``): written strictly, read tolerantly, and nothing
that was read is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from unicodedata import normalize

from fonds.metadata.model import Description, DossierRecord, Kind, Value
from fonds.metadata.xmlwriter import document
from fonds.schemas import vocabulary
from fonds.schemas.xml import XmlRefusedError, parse

DOSSIER_FIELDS = (
    "arcFileCode",
    "title",
    "maintenance",
    "mode",
    "language",
    "startDate",
    "endDate",
    "keyword",
    "totalDoc",
    "numberOfPaper",
    "numberOfPage",
    "format",
    "inforSign",
    "confidenceLevel",
    "paperFileCode",
    "riskRecovery",
    "riskRecoveryStatus",
    "description",
)
"""AIP_hoso: the 18 fields of a dossier, in the order of the annex."""
DOCUMENT_FIELDS = (
    "arcFileCode",
    "mode",
    "language",
    "keyword",
    "numberOfPage",
    "format",
    "inforSign",
    "confidenceLevel",
    "description",
    "docCode",
    "docOrdinal",
    "typeName",
    "codeNumber",
    "codeNotation",
    "issuedDate",
    "organName",
    "subject",
    "autograph",
    "process",
)
"""AIP_hoso: the 19 fields of a document."""
_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.DOCUMENT: DOCUMENT_FIELDS,
    Kind.PICTURE: tuple(key for key, rule in vocabulary.fields(Kind.PICTURE.value).items() if rule.need != "local"),
    Kind.MEDIA: tuple(key for key, rule in vocabulary.fields(Kind.MEDIA.value).items() if rule.need != "local"),
}
_XS = "http://www.w3.org/2001/XMLSchema"
_ALIASES = {"arcFileCode": "fileCode", "arcDocCode": "docCode"}


@dataclass(frozen=True, slots=True)
class SimpleDc:
    """Elements as they stand in the file: (name, text), also unknown and repeated ones."""

    elements: tuple[tuple[str, str], ...]

    def text(self, name: str) -> str:
        """Return the text of the first element of that name, '' when there is none."""
        return next((text for found, text in self.elements if found == name), "")


def archive_code(record: DossierRecord) -> str:
    """Return mã lưu trữ: the code of the archive and the code of the dossier, joined by a dot."""
    archive = record.fonds.text("archiveCode")
    if not archive or record.code.startswith(f"{archive}."):
        return record.code
    return f"{archive}.{record.code}"


def dossier_fields(record: DossierRecord) -> list[tuple[str, str]]:
    """Return the 18 fields of the dossier (AIP_hoso); coded fields as codes, dates as written, '' when unknown."""
    return _select(record.dossier, DOSSIER_FIELDS, archive_code(record))


def item_fields(record: DossierRecord, description: Description) -> list[tuple[str, str]]:
    """Return the fields of a document (19), picture (18) or recording (19). Raises KeyError for another kind."""
    return _select(description, _FIELDS[description.kind], archive_code(record))


def _select(description: Description, keys: Iterable[str], file_code: str) -> list[tuple[str, str]]:
    return [
        (key, file_code if key == "arcFileCode" else description.code(key) or description.text(key)) for key in keys
    ]


def write_simpledc(out: BinaryIO, fields: Iterable[tuple[str, str]]) -> None:
    """Write a ``<simpledc>`` with these elements, empty ones too. Raises ValueError for an impossible name."""
    with document(out, "simpledc", {}) as xml:
        for name, text in fields:
            xml.leaf(name, text)
            xml.line()


def write_schema(out: BinaryIO) -> None:
    """Write the XML schema of the ``<simpledc>`` of a dossier and of a reader's request, made from the field lists.

    It checks names and lengths and, as the files have them, any order; what has to be filled in is no matter of form.
    """
    rules = {key: vocabulary.fields(Kind.DOSSIER.value).get(_ALIASES.get(key, key)) for key in DOSSIER_FIELDS}
    rules |= dict(vocabulary.package_fields("DIP", "package"))
    with (
        document(out, "xs:schema", {"xs": _XS}) as xml,
        xml.element("xs:element", {"name": "simpledc"}),
        xml.element("xs:complexType"),
        xml.element("xs:choice", {"minOccurs": "0", "maxOccurs": "unbounded"}),
    ):
        xml.line()
        for key, rule in rules.items():
            with (
                xml.element("xs:element", {"name": key}),
                xml.element("xs:simpleType"),
                xml.element("xs:restriction", {"base": "xs:string"}),
            ):
                if rule is not None and rule.length:
                    xml.leaf("xs:maxLength", attributes={"value": str(rule.length)})
            xml.line()


def read_simpledc(source: BinaryIO) -> SimpleDc:
    """Read a ``<simpledc>`` in any order and any namespace. Raises XmlRefusedError for another root."""
    root = parse(source).getroot()
    if _local(str(root.tag)) != "simpledc":
        raise XmlRefusedError("XML_UNEXPECTED", expected="simpledc", found=str(root.tag))
    return SimpleDc(
        tuple((_local(str(child.tag)), "".join(map(str, child.itertext()))) for child in root.iterchildren("*"))
    )


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def description_of(read: SimpleDc, kind: Kind) -> Description:
    """Return the description a ``<simpledc>`` gives: known fields by key, the others word for word in ``extra``.

    A code becomes its Vietnamese label with the code kept beside it. An element that comes a second time is extra.
    """
    values: dict[str, Value] = {}
    extra: list[tuple[str, str]] = []
    rules = vocabulary.fields(kind.value)
    for name, text in read.elements:
        key = _ALIASES.get(name, name)
        if key not in rules or key in values:
            extra.append((name, text))
        elif text:
            values[key] = _value(text, rules[key].codes)
    return Description(kind, values, tuple(extra))


def _value(text: str, codes: str) -> Value:
    code = vocabulary.find_code(codes, text) if codes else ""
    plain = vocabulary.label(codes, code, "vi") if code else normalize("NFC", text.strip())
    return Value(plain, "" if plain == text else text, code)
