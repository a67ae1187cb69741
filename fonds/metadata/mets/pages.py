"""The order of the pages: a logical structMap, and the only place where a package keeps what a ``Page`` says.

One ``div TYPE="page"`` a page: ORDER is the sequence, ORDERLABEL the sheet as people cite it,
``LABEL="blank"`` a blank page. Its pointer names the file. Where more is known the pointer holds an
``area``: SHAPE RECT and COORDS ``0,0,width,height`` are the whole image in pixels; CONTENTIDS
``data/0001.tif#page=3`` is the third page of a file of many pages (METS has no BETYPE for pages; the
fragment is that of RFC 8118); ADMID names a techMD with the resolution in MIX 2.0, one for all pages that
share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from posixpath import relpath

from lxml.etree import _Element

from fonds.metadata.hrefs import PAGE_FRAGMENT, page_href
from fonds.metadata.mets.model import METS, MIX, MetsPackage
from fonds.metadata.model import Page
from fonds.metadata.xmlwriter import XmlWriter


def resolutions(pages: Iterable[Page]) -> dict[float, str]:
    """Return the ID of a techMD for each resolution that occurs. Raises ValueError for an impossible one."""
    found: dict[float, str] = {}
    for page in pages:
        if not isfinite(page.dpi) or page.dpi < 0:
            raise ValueError(f"page {page.sequence}: resolution {page.dpi}")
        if page.dpi:
            found.setdefault(page.dpi, f"resolution-{len(found) + 1}")
    return found


def write_resolutions(xml: XmlWriter, found: Mapping[float, str]) -> None:
    """Write a techMD with a MIX 2.0 SpatialMetrics for each resolution, as an exact fraction."""
    for dpi, identifier in found.items():
        with (
            xml.element("techMD", {"ID": identifier, "STATUS": "CURRENT"}),
            xml.element("mdWrap", {"MDTYPE": "NISOIMG", "MDTYPEVERSION": "2.0"}),
            xml.element("xmlData"),
            xml.element("mix:mix"),
            xml.element("mix:ImageAssessmentMetadata"),
            xml.element("mix:SpatialMetrics"),
        ):
            xml.leaf("mix:samplingFrequencyUnit", "in.")
            _frequency(xml, "mix:xSamplingFrequency", dpi)
            _frequency(xml, "mix:ySamplingFrequency", dpi)
        xml.line()


def _frequency(xml: XmlWriter, name: str, dpi: float) -> None:
    numerator, denominator = dpi.as_integer_ratio()
    with xml.element(name):
        xml.leaf("mix:numerator", str(numerator))
        xml.leaf("mix:denominator", str(denominator))


def write_map(xml: XmlWriter, package: MetsPackage, files: Mapping[str, str], found: Mapping[float, str]) -> None:
    """Write the structMap; ``files`` gives the ID of each file. Raises ValueError when one has none."""
    many = {page.path for page in package.pages if page.frame}
    with xml.element("structMap", {"ID": "struct-pages", "TYPE": "LOGICAL", "LABEL": "Pages"}):
        xml.line()
        with xml.element("div", {"ID": "div-pages", "TYPE": "pages", "LABEL": package.objid}):
            xml.line()
            for page in package.pages:
                _page(xml, page, _area(page, package.base, files, found, many))
                xml.line()
    xml.line()


def _page(xml: XmlWriter, page: Page, area: dict[str, str]) -> None:
    attributes = {
        "TYPE": "page",
        "ORDER": str(page.sequence),
        "ORDERLABEL": page.label,
        "LABEL": "blank" if page.blank else "",
    }
    with xml.element("div", attributes):
        if len(area) == 1:
            xml.leaf("fptr", attributes=area)
        else:
            with xml.element("fptr"):
                xml.leaf("area", attributes=area)


def _area(
    page: Page, base: str, files: Mapping[str, str], found: Mapping[float, str], many: set[str]
) -> dict[str, str]:
    identifier = files[page.path]
    if not identifier:
        raise ValueError(f"page {page.sequence}: no file {page.path} in the package")
    area = {"FILEID": identifier}
    if page.width or page.height:
        area |= {"SHAPE": "RECT", "COORDS": f"0,0,{page.width},{page.height}"}
    if page.path in many:
        area["CONTENTIDS"] = page_href(relpath(page.path, base or "."), page.frame, many=True)
    if page.dpi:
        area["ADMID"] = found[page.dpi]
    return area


def read_resolution(section: _Element) -> float:
    """Return the dots per inch that a techMD states in MIX, 0.0 when it states none we understand."""
    frequency = section.find(f".//{{{MIX}}}xSamplingFrequency")
    if frequency is None:
        return 0.0
    numerator = frequency.findtext(f"{{{MIX}}}numerator", "0")
    denominator = frequency.findtext(f"{{{MIX}}}denominator", "1")
    try:
        return int(numerator) / int(denominator)
    except (ValueError, ZeroDivisionError):
        return 0.0


def read_page(div: _Element, files: Mapping[str, str], dpi: Mapping[str, float]) -> Page | None:
    """Return the page of a ``div TYPE="page"``, None for another one or when no pointer names a known file.

    ``files`` maps the IDs of files to paths, ``dpi`` those of techMD to resolutions.
    """
    pointer = div.find(f"{{{METS}}}fptr")
    if (div.get("TYPE") or "").lower() != "page" or pointer is None:
        return None
    found = pointer.find(f"{{{METS}}}area")
    area = pointer if found is None else found
    path = files.get(area.get("FILEID") or "")
    if path is None:
        return None
    width, height = _size(area.get("COORDS") or "")
    return Page(
        sequence=_number(div.get("ORDER") or ""),
        label=div.get("ORDERLABEL") or "",
        path=path,
        frame=max(_number((area.get("CONTENTIDS") or "").rpartition(PAGE_FRAGMENT)[2], 1) - 1, 0),
        width=width,
        height=height,
        dpi=next((dpi[key] for key in (area.get("ADMID") or "").split() if key in dpi), 0.0),
        blank=div.get("LABEL") == "blank",
    )


def _size(coords: str) -> tuple[int, int]:
    parts = coords.split(",")
    return (_number(parts[2]), _number(parts[3])) if len(parts) == 4 else (0, 0)


def _number(text: str, otherwise: int = 0) -> int:
    return int(text) if text.strip().isascii() and text.strip().isdigit() else otherwise
