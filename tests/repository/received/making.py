"""Packages to be taken in: of ours, of other programs, in bags and in package files; the files are real."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from lxml import etree
from PIL import Image

from fonds.metadata.mets.model import METS, XLINK
from fonds.packaging.eark import PackageContent, read_package, rebuild_submission
from fonds.repository.archive import Archive
from fonds.repository.ingest import ingest
from fonds.repository.outcome import IngestResult
from fonds.repository.ports.catalogue import Aip
from tests.factories import DossierRow, make_archive, make_delivery, page_image

SMALL = (90, 120)
"""Pixels of a page: reading it is not what is tested."""


def quick_archive(root: Path) -> Archive:
    """Make an empty repository that works in this process alone."""
    return make_archive(root)


@dataclass(frozen=True)
class Stock:
    """An archive, the packages that it holds, and the delivery that they came from."""

    archive: Archive
    aips: list[Aip]
    delivery: Path


def stocked_archive(root: Path, source: Path, dossiers: Sequence[DossierRow]) -> Stock:
    """Make a repository that holds these dossiers."""
    archive = quick_archive(root)
    delivery = make_delivery(source, dossiers)
    result = ingest(archive, delivery, agent="tester")
    assert not result.blocked
    return Stock(archive, [_aip(archive, one.objid) for one in result.ingested], delivery)


def _aip(archive: Archive, objid: str) -> Aip:
    aip = archive.holdings.aip(objid)
    assert aip is not None
    return aip


def bag_of(archive: Archive, aip: Aip) -> Path:
    """Return where a package lies in the store."""
    return archive.root / "store" / aip.location


def exported(archive: Archive, aip: Aip, target: Path) -> Path:
    """Copy a package out of the store; returns its folder."""
    return Path(shutil.copytree(bag_of(archive, aip), target / aip.objid))


def take_in(archive: Archive, source: Path, fonds: str = "") -> IngestResult:
    """Ingest packages."""
    return ingest(archive, source, agent="receiver", fonds=fonds)


def taken(archive: Archive, source: Path, fonds: str = "") -> Aip:
    """Ingest a package that must go in; returns what it has become."""
    result = take_in(archive, source, fonds)
    assert not result.blocked, [(one.code, one.where, dict(one.data)) for one in result.blocked[0].findings]
    (one,) = result.ingested
    return _aip(archive, one.objid)


def content_of(archive: Archive, aip: Aip) -> PackageContent:
    """Read a stored package back."""
    root = bag_of(archive, aip) / "data"
    return read_package(lambda path: (root / path).open("rb"))


def rebuilt(archive: Archive, *aips: Aip) -> dict[bytes, bytes]:
    """Put a submission together again out of the packages that were made of it."""
    files: dict[bytes, bytes] = {}
    for aip in aips:
        root = bag_of(archive, aip) / "data"
        for path, file in rebuild_submission(content_of(archive, aip)).items():
            files[path] = (root / file.path).read_bytes()
    return files


def tree_of(folder: Path) -> dict[bytes, bytes]:
    """Return every file of a folder by its path."""
    return {bytes(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def zipped(folder: Path, target: Path, *, inside: bool = True) -> Path:
    """Zip a folder; ``inside``: with the folder itself."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent if inside else folder).as_posix())
    return target


def tarred(folder: Path, target: Path) -> Path:
    """Put a folder into a compressed tar."""
    with tarfile.open(target, "w:gz") as archive:
        archive.add(folder, folder.name)
    return target


def codes(result: IngestResult) -> set[str]:
    """Return the codes of everything that was found."""
    return {one.code for one in result.findings}


# --- packages of other programs -------------------------------------------------------------------------------------

_HEAD = '<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:csip="{namespace}"'
EAD3_FILE_LEVEL = """<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="http://ead3.archivists.org/schema/"><control><recordid>r1</recordid><filedesc><titlestmt>
<titleproper>SIP</titleproper></titlestmt></filedesc><maintenancestatus value="new"/><maintenanceagency>
<agencyname>SGD</agencyname></maintenanceagency><maintenancehistory><maintenanceevent><eventtype value="created"/>
<eventdatetime standarddatetime="2026-01-01T00:00:00Z"/><agenttype value="machine"/><agent>x</agent></maintenanceevent>
</maintenancehistory></control><archdesc level="file"><did><unitid>HS-1975-12</unitid>
<unittitle>Hồ sơ đê điều</unittitle><unitdate normal="1975/1976">1975 - 1976</unitdate>
<langmaterial><language langcode="vie">Tiếng Việt</language></langmaterial></did>
<scopecontent><p>Công văn, biên bản</p></scopecontent><custodhist><p>Sở Thủy lợi</p></custodhist>
<dsc><c level="item"><did><unittitle>Biên bản đắp đê</unittitle><unitdate normal="1975-05-02">2/5/1975</unitdate>
</did></c></dsc></archdesc></ead>
"""
EAD_WITH_FONDS = """<?xml version="1.0" encoding="UTF-8"?>
<ead xmlns="urn:isbn:1-931666-22-9"><eadheader><eadid>f</eadid></eadheader><archdesc level="fonds"><did>
<unitid>P77</unitid><unittitle>Ty Thủy lợi Sơn Vân</unittitle></did><dsc>
<c01 level="series"><did><unitid>02</unitid><unittitle>Đê điều</unittitle></did>
<c02 level="file"><did><unitid>P77.05</unitid><unittitle>Đắp đê năm 1975</unittitle>
<unitdate normal="1975">1975</unitdate></did><c03 level="item"><did><unittitle>Công văn số 5</unittitle></did></c03>
</c02></c01></dsc></archdesc></ead>
"""
DUBLIN_CORE = """<?xml version="1.0" encoding="UTF-8"?>
<simpledc xmlns:dc="http://purl.org/dc/elements/1.1/"><title>Bản đồ hộ đê</title><identifier>BD-09</identifier>
<creator>Ty Thủy lợi</creator><date>1976</date><description>Sáu tờ bản đồ</description><language>vie</language>
</simpledc>
"""
MODS = '<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><title>Kept</title></titleInfo></mods>\n'
PREMIS_REP = """<?xml version="1.0" encoding="UTF-8"?>
<premis xmlns="http://www.loc.gov/premis/v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">
<object xsi:type="file"><objectIdentifier><objectIdentifierType>urn</objectIdentifierType>
<objectIdentifierValue>data/{first}</objectIdentifierValue></objectIdentifier><objectCharacteristics><format>
<formatDesignation><formatName>JPEG</formatName></formatDesignation></format></objectCharacteristics>
<originalName>Quét/Tờ một.jpg</originalName></object>
<object xsi:type="representation"><objectIdentifier><objectIdentifierType>urn</objectIdentifierType>
<objectIdentifierValue>urn:other:rep:1</objectIdentifierValue></objectIdentifier></object>
<event><eventIdentifier><eventIdentifierType>urn</eventIdentifierType><eventIdentifierValue>event-1</eventIdentifierValue>
</eventIdentifier><eventType>capture</eventType><eventDateTime>2025-03-04T05:06:07Z</eventDateTime>
<eventOutcomeInformation><eventOutcome>success</eventOutcome></eventOutcomeInformation>
<linkingAgentIdentifier><linkingAgentIdentifierType>local</linkingAgentIdentifierType>
<linkingAgentIdentifierValue>agent-fonds</linkingAgentIdentifierValue></linkingAgentIdentifier>
<linkingObjectIdentifier><linkingObjectIdentifierType>urn</linkingObjectIdentifierType>
<linkingObjectIdentifierValue>data/{first}</linkingObjectIdentifierValue></linkingObjectIdentifier>
<linkingObjectIdentifier><linkingObjectIdentifierType>urn</linkingObjectIdentifierType>
<linkingObjectIdentifierValue>urn:other:rep:1</linkingObjectIdentifierValue></linkingObjectIdentifier></event>
<agent><agentIdentifier><agentIdentifierType>local</agentIdentifierType><agentIdentifierValue>agent-fonds</agentIdentifierValue>
</agentIdentifier><agentName>Máy quét A3</agentName><agentType>hardware</agentType></agent></premis>
"""


@dataclass
class Foreign:
    """A package as other programs write them; the fields are what tests vary.

    ``descriptive`` are files of ``metadata/descriptive`` with their MDTYPE. ``pages`` are the names below
    ``representations/<name>/data``. ``extra`` are further files, by path, that METS lists nowhere unless ``listed``.
    ``flat``: everything is in the root METS and representations have none.
    """

    objid: str = "urn_uuid_5b4f6d2e-0000-4000-8000-000000000001"
    type: str = "SIP"
    profile: str = "https://earksip.dilcis.eu/profile/E-ARK-SIP.xml"
    label: str = ""
    descriptive: Mapping[str, tuple[str, str]] = field(default_factory=lambda: {"ead3.xml": ("EAD", EAD3_FILE_LEVEL)})
    representations: Mapping[str, Sequence[str]] = field(default_factory=lambda: {"rep1": ("0001.jpg", "0002.jpg")})
    premis: bool = False
    flat: bool = False
    extra: Mapping[str, bytes] = field(default_factory=dict)
    listed: bool = True
    header: str = ""
    href: Callable[[str], str] = quote
    namespace: str = "https://DILCIS.eu/XML/METS/CSIPExtensionMETS"

    def make(self, target: Path) -> Path:
        """Make the package below ``target``; returns its folder."""
        folder = target / self.objid
        groups = [self._representation(folder, name, pages) for name, pages in self.representations.items()]
        sections = []
        for number, (name, (kind, content)) in enumerate(self.descriptive.items(), 1):
            facts = put(folder, f"metadata/descriptive/{name}", content.encode())
            sections.append(
                f'<dmdSec ID="dmd-{number}" CREATED="2026-01-05T08:00:00Z" STATUS="CURRENT"><mdRef LOCTYPE="URL"'
                f' xlink:type="simple" xlink:href="{self.href(f"metadata/descriptive/{name}")}" MDTYPE="{kind}"'
                f' MIMETYPE="text/xml" {facts}/></dmdSec>'
            )
        for path, extra in self.extra.items():
            facts = put(folder, path, extra)
            if self.listed:
                groups.append(self._group("Documentation", [(path, facts)], f"doc-{len(groups)}"))
        pointers = "" if self.flat else "".join(self._pointer(name) for name in self.representations)
        put(folder, "METS.xml", self._mets(self.objid, "".join(sections), "".join(groups), pointers))
        return folder

    def _representation(self, folder: Path, name: str, pages: Sequence[str]) -> str:
        base = f"representations/{name}"
        listed = [(f"data/{page}", _page(folder / base / "data" / page)) for page in pages]
        section = ""
        if self.premis:
            path = "metadata/preservation/premis1.xml"
            content = PREMIS_REP.replace("{first}", pages[0]).encode()
            facts = put(folder, f"{base}/{path}", content)
            section = (
                f'<amdSec><digiprovMD ID="prov-1"><mdRef LOCTYPE="URL" xlink:type="simple" xlink:href="{path}"'
                f' MDTYPE="PREMIS" MIMETYPE="text/xml" {facts}/></digiprovMD></amdSec>'
            )
        if self.flat:
            return self._group(
                f"Representations/{name}", [(f"{base}/{path}", facts) for path, facts in listed], f"g-{name}"
            )
        inner = self._mets(name, section, self._group(f"Representations/{name}/data", listed, "g-data"), "")
        return self._group(
            f"Representations/{name}", [(f"{base}/METS.xml", put(folder, f"{base}/METS.xml", inner))], f"g-{name}"
        )

    def _mets(self, objid: str, sections: str, groups: str, pointers: str) -> bytes:
        head = _HEAD.format(namespace=self.namespace)
        return (
            f'<?xml version="1.0" encoding="UTF-8"?>\n{head} OBJID="{objid}" TYPE="OTHER" LABEL="{self.label}"'
            f' PROFILE="{self.profile}" csip:CONTENTINFORMATIONTYPE="MIXED">\n'
            f'<metsHdr CREATEDATE="2026-01-05T08:00:00Z" csip:OAISPACKAGETYPE="{self.type}"><agent ROLE="CREATOR"'
            ' TYPE="OTHER" OTHERTYPE="SOFTWARE"><name>Other Packer</name><note csip:NOTETYPE="SOFTWARE VERSION">2.1'
            f'</note></agent>{self.header}</metsHdr>{sections}<fileSec ID="fs">{groups}</fileSec>'
            f'<structMap ID="sm" TYPE="PHYSICAL" LABEL="CSIP"><div ID="d0" LABEL="{objid}">{pointers}</div></structMap>'
            "</mets>\n"
        ).encode()

    def _pointer(self, name: str) -> str:
        return (
            f'<div ID="d-{quote(name, safe="").replace("%", "_")}" LABEL="Representations/{name}"><mptr LOCTYPE="URL"'
            f' xlink:type="simple" xlink:href="{self.href(f"representations/{name}/METS.xml")}" xlink:title="g"/></div>'
        )

    def _group(self, use: str, files: Sequence[tuple[str, str]], identifier: str) -> str:
        identifier = quote(identifier, safe="").replace("%", "_")
        inside = "".join(
            f'<file ID="{identifier}-{number}" MIMETYPE="application/octet-stream" {facts}><FLocat LOCTYPE="URL"'
            f' xlink:type="simple" xlink:href="{self.href(path)}"/></file>'
            for number, (path, facts) in enumerate(files)
        )
        return f'<fileGrp USE="{use}" ID="{identifier}">{inside}</fileGrp>'


def _page(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    page_image(path, str(path), size=SMALL)
    return _facts(path.read_bytes())


def put(folder: Path, path: str, content: bytes) -> str:
    """Write a file; return its size and checksum as attributes."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    return _facts(content)


def _facts(content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f'SIZE="{len(content)}" CHECKSUM="{digest}" CHECKSUMTYPE="SHA-256" CREATED="2026-01-05T08:00:00Z"'


def forget(mets: Path, name: str) -> None:
    """Take the entry of a file out of a METS."""
    root = etree.fromstring(mets.read_bytes())
    for file in list(root.iter(f"{{{METS}}}file")):
        location = file.find(f"{{{METS}}}FLocat")
        if location is not None and (location.get(f"{{{XLINK}}}href") or "").endswith(name):
            parent = file.getparent()
            assert parent is not None
            parent.remove(file)
    mets.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def image_pdf(number: int) -> bytes:
    """Make a PDF of two pages, another one for each number."""
    out = io.BytesIO()
    pages = [Image.new("RGB", (60, 80), (250, 40 * number, 30 * n)) for n in range(2)]
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return out.getvalue()
