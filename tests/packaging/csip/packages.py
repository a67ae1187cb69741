"""Valid packages of every kind, and the ways to break them: the files are real, the breaks are single."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from fonds.metadata.mets import FileGroup, MetadataRef, MetsAgent, MetsPackage, Section, metadata_ref, write_mets
from fonds.metadata.mets.model import CSIP, METS, XLINK
from fonds.metadata.model import FileRecord
from fonds.packaging.csip import PackageReport, validate_package

SIP_PROFILE = "https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml"
DIP_PROFILE = "https://earkdip.dilcis.eu/profile/E-ARK-DIP.xml"
CREATED = "2026-01-05T08:00:00Z"
REP = "representations/rep1"
NAMESPACES = {
    "m": METS,
    "csip": CSIP,
    "xlink": XLINK,
    "sip": "https://DILCIS.eu/XML/METS/SIPExtensionMETS",
    "p": "http://www.loc.gov/premis/v3",
}
AGENTS = (
    MetsAgent(
        "ARCHIVIST", "ORGANIZATION", "Ủy ban hành chính tỉnh Sơn Vân", note="P01", note_type="IDENTIFICATIONCODE"
    ),
    MetsAgent("CREATOR", "ORGANIZATION", "Sở Nội vụ", note="H99.12", note_type="IDENTIFICATIONCODE"),
    MetsAgent("CREATOR", "INDIVIDUAL", "Trần Thị Bình", note="0214 3840 034"),
    MetsAgent("PRESERVATION", "ORGANIZATION", "Lưu trữ lịch sử", note="H99", note_type="IDENTIFICATIONCODE"),
)
ALTERNATIVES = (("SUBMISSIONAGREEMENT", "BBGN-2026-01"), ("REFERENCECODE", "H99.12.P01.1962.01"))


def record(root: Path, path: str, mimetype: str = "application/xml") -> FileRecord:
    """What METS says of a file that is there."""
    content = (root / path).read_bytes()
    return FileRecord(path, len(content), sha256(content).hexdigest(), mimetype, CREATED)


def _references(root: Path) -> list[MetadataRef]:
    rights = metadata_ref(record(root, "metadata/preservation/premis.xml"))
    return [
        *(metadata_ref(record(root, f"metadata/descriptive/{name}")) for name in ("ead3.xml", "dc.xml")),
        metadata_ref(record(root, "metadata/preservation/premis.xml")),
        replace(rights, section=Section.RIGHTS, file=record(root, "metadata/preservation/rights.xml")),
    ]


def make_submission(aip: Path, target: Path, kind: str) -> Path:
    """Make a SIP or DIP with documentation and schemas of the content of an AIP; returns its folder."""
    root = _content(aip, target)
    profile = SIP_PROFILE if kind == "SIP" else DIP_PROFILE
    groups = (
        FileGroup("Documentation", (record(root, "documentation/readme.txt", "text/plain"),)),
        FileGroup("Schemas", (record(root, "schemas/note.xsd"),)),
        FileGroup("Representations/rep1", (record(root, f"{REP}/METS.xml"),)),
    )
    return _write(root, MetsPackage("", CREATED, ("Fonds", "1"), _references(root), groups), profile, kind)


def make_flat(aip: Path, target: Path) -> Path:
    """Make a SIP whose root METS lists the content itself; returns its folder."""
    root = _content(aip, target)
    (root / REP / "METS.xml").unlink()
    pages = [record(root, f"{REP}/data/{path.name}", "image/jpeg") for path in sorted((root / REP / "data").iterdir())]
    premis = metadata_ref(record(root, f"{REP}/metadata/preservation/premis.xml"))
    groups = (
        FileGroup("Documentation", (record(root, "documentation/readme.txt", "text/plain"),)),
        FileGroup("Schemas", (record(root, "schemas/note.xsd"),)),
        FileGroup("Representations", pages),
    )
    package = MetsPackage("", CREATED, ("Fonds", "1"), [*_references(root), premis], groups)
    return _write(root, package, SIP_PROFILE, "SIP")


def _content(aip: Path, target: Path) -> Path:
    root = target / aip.name
    shutil.copytree(aip / "data", root)
    (root / "METS.xml").unlink()
    (root / "metadata" / "descriptive" / "simpledc.xml").unlink()
    for folder in ("documentation", "schemas"):
        shutil.rmtree(root / folder)
    for name, content in (
        ("documentation/readme.txt", "Cách đọc gói này."),
        ("schemas/note.xsd", '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"/>'),
    ):
        (root / name).parent.mkdir()
        (root / name).write_text(content, "utf-8")
    shutil.copy(root / "metadata/preservation/premis.xml", root / "metadata/preservation/rights.xml")
    return root


def _write(root: Path, package: MetsPackage, profile: str, kind: str) -> Path:
    package = replace(
        package,
        objid=root.name,
        profile=profile,
        package_type=kind,
        agents=AGENTS,
        alternatives=ALTERNATIVES,
        label="Báo cáo năm 1962",
        modified=CREATED,
    )
    with (root / "METS.xml").open("wb") as out:
        write_mets(out, package)
    return root


# --- breaking -------------------------------------------------------------------------------------------------------

Change = Callable[[_Element], None]


def _elements(root: _Element, xpath: str) -> list[_Element]:
    found = root.xpath(xpath, namespaces=NAMESPACES)
    assert isinstance(found, list)
    elements = [one for one in found if isinstance(one, _Element)]
    assert elements, f"nothing at {xpath}"
    return elements


def clark(name: str) -> str:
    """``csip:X`` as lxml writes it."""
    prefix, colon, local = name.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{local}" if colon else name


def unset(xpath: str, attribute: str) -> Change:
    """Take an attribute away from the first element."""

    def change(root: _Element) -> None:
        del _elements(root, xpath)[0].attrib[clark(attribute)]

    return change


def put(xpath: str, attribute: str, value: str) -> Change:
    """Give the first element an attribute."""
    return lambda root: _elements(root, xpath)[0].set(clark(attribute), value)


def remove(xpath: str) -> Change:
    """Take every such element away."""

    def change(root: _Element) -> None:
        for element in _elements(root, xpath):
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)

    return change


def twice(xpath: str) -> Change:
    """Put a copy behind the first element."""

    def change(root: _Element) -> None:
        element = _elements(root, xpath)[0]
        element.addnext(etree.fromstring(etree.tostring(element)))

    return change


def inside(xpath: str, xml: str) -> Change:
    """Put new XML at the end of the first element; the prefixes of ``NAMESPACES`` may be used."""

    def change(root: _Element) -> None:
        declared = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
        _elements(root, xpath)[0].extend(list(etree.fromstring(f"<x {declared}>{xml}</x>")))

    return change


def text(xpath: str, value: str) -> Change:
    """Change the text of the first element."""

    def change(root: _Element) -> None:
        _elements(root, xpath)[0].text = value

    return change


def edit(path: Path, change: Change) -> None:
    """Change an XML file."""
    root = etree.fromstring(path.read_bytes())
    change(root)
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def reseal(package: Path) -> None:
    """Bring sizes and checksums of XML files in METS up to date, so that one break stays one."""
    for mets in (package / REP / "METS.xml", package / "METS.xml"):
        if not mets.is_file():
            continue
        root = etree.fromstring(mets.read_bytes())
        for href in root.iter(f"{{{METS}}}mdRef", f"{{{METS}}}FLocat"):
            file = mets.parent / (href.get(f"{{{XLINK}}}href") or "?")
            stated = href if href.get("SIZE") else href.getparent()
            if file.suffix == ".xml" and file.is_file() and stated is not None:
                content = file.read_bytes()
                stated.set("SIZE", str(len(content)))
                stated.set("CHECKSUM", sha256(content).hexdigest())
        mets.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


@dataclass(frozen=True)
class Case:
    """One break: what is expected, in which package, what is changed where; ``also`` is what may come with it.

    A file that breaks no schema of METS may still break a requirement, and the other way round, so the finding of the
    schema is always allowed.
    """

    expected: str
    package: str
    change: Change
    document: str = "METS.xml"
    also: Sequence[str] = ()
    note: str = ""

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.expected}-{self.package}-{self.note or self.document}"


def judge(case: Case, package: Path) -> PackageReport:
    """Break a package and judge it."""
    edit(package / case.document, case.change)
    if case.document != "METS.xml":
        reseal(package)
    return validate_package(package)
