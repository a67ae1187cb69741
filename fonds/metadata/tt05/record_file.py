"""``metadata/descriptive/fonds_record.xml``: what a package of the circular has no place for.

The pages (order, sheet, file, size in pixels, resolution) and, of every file, what METS does not say and a SIP, which
has no PREMIS, would lose: original name, format and exact time. Element ``record`` without a namespace; attributes
are those of ``Page`` and ``FileRecord``, left out where they are empty. A ``representation`` holds the pages of a
further representation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import isfinite
from typing import BinaryIO

from lxml.etree import _Element

from fonds.metadata.model import FileRecord, Page
from fonds.metadata.xmlwriter import XmlWriter, document
from fonds.schemas.xml import XmlRefusedError, iterparse


@dataclass(frozen=True, slots=True)
class RecordFile:
    """What the file says; the files have neither size nor digest here, because METS has them.

    ``further`` are the pages of further representations by their names.
    """

    pages: tuple[Page, ...]
    files: tuple[FileRecord, ...]
    further: Mapping[str, tuple[Page, ...]] = field(default_factory=dict)


def write_record_file(
    out: BinaryIO, pages: Iterable[Page], files: Iterable[FileRecord], further: Mapping[str, Iterable[Page]]
) -> None:
    """Write the file. Raises ValueError for a resolution that is no number and a character XML cannot carry."""
    with document(out, "record", {}) as xml:
        for page in pages:
            _page(xml, page)
        for file in files:
            _file(xml, file)
        for name, others in further.items():
            with xml.element("representation", {"name": name}):
                xml.line()
                for page in others:
                    _page(xml, page)
            xml.line()


def _page(xml: XmlWriter, page: Page) -> None:
    if not isfinite(page.dpi):
        raise ValueError(f"page {page.sequence}: resolution {page.dpi}")
    attributes = {
        "sequence": str(page.sequence),
        "label": page.label,
        "path": page.path,
        "frame": str(page.frame or ""),
        "width": str(page.width or ""),
        "height": str(page.height or ""),
        "dpi": repr(page.dpi) if page.dpi else "",
        "blank": "true" if page.blank else "",
    }
    xml.leaf("page", attributes=attributes)
    xml.line()


def _file(xml: XmlWriter, file: FileRecord) -> None:
    attributes = {
        "path": file.path,
        "mimetype": file.mimetype,
        "created": file.created,
        "puid": file.puid,
        "formatName": file.format_name,
        "formatVersion": file.format_version,
        "originalName": file.original_name,
        "originalRaw": file.original_raw,
        "receivedAs": file.received_as,
    }
    xml.leaf("file", attributes=attributes)
    xml.line()


def read_record_file(source: BinaryIO) -> RecordFile:
    """Read the file back. Raises XmlRefusedError when it is not XML, is another kind or holds a broken number."""
    pages: dict[str, list[Page]] = {"": []}
    files: list[FileRecord] = []
    root = ""
    for element in iterparse(source, ("page", "file", "representation", "record")):
        try:
            if element.tag == "page":
                pages.setdefault(_inside(element), []).append(_read_page(element))
            elif element.tag == "file":
                files.append(_read_file(element))
            elif element.tag == "representation":
                pages.setdefault(element.get("name") or "", [])
            else:
                root = str(element.tag)
        except ValueError as error:
            raise XmlRefusedError("XML_UNEXPECTED", expected="record", found=str(error)) from error
    if not root:
        raise XmlRefusedError("XML_UNEXPECTED", expected="record", found="")
    first = tuple(pages.pop(""))
    return RecordFile(first, tuple(files), {name: tuple(found) for name, found in pages.items()})


def _inside(page: _Element) -> str:
    """Return the name of the further representation that a page is of, '' for the first one's."""
    above = page.getparent()
    return (above.get("name") or "") if above is not None and above.tag == "representation" else ""


def _read_page(element: _Element) -> Page:
    def number(name: str) -> int:
        return int(element.get(name) or 0)

    return Page(
        number("sequence"),
        element.get("label") or "",
        element.get("path") or "",
        number("frame"),
        number("width"),
        number("height"),
        float(element.get("dpi") or 0),
        element.get("blank") == "true",
    )


def _read_file(element: _Element) -> FileRecord:
    return FileRecord(
        path=element.get("path") or "",
        size=-1,
        sha256="",
        mimetype=element.get("mimetype") or "",
        created=element.get("created") or "",
        puid=element.get("puid") or "",
        format_name=element.get("formatName") or "",
        format_version=element.get("formatVersion") or "",
        original_name=element.get("originalName") or "",
        original_raw=element.get("originalRaw") or "",
        received_as=element.get("receivedAs") or "",
    )
