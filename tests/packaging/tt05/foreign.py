"""A package as another program of the country makes it, with what such deliveries are known to deviate in.

Made up after what is told of real ones: shuffled elements, ``EAD_DOC_`` in capitals, files named by their docId, an
empty amdSec, checksums in capitals, the fonds code in the note of the software, a bare GUID as the name of the folder.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_METS = """<?xml version="1.0" encoding="utf-8"?>
<mets xmlns="http://www.loc.gov/METS/" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:csip="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 OBJID="{objid}" TYPE="{type}" csip:CONTENTINFORMATIONTYPE="MIXED" PROFILE="{profile}"
 xsi:schemaLocation="http://www.loc.gov/METS/ schemas/mets_1_11.xsd">
<metsHdr CREATEDATE="2026-06-12T11:45:37.690+07:00" RECORDSTATUS="SUPPLEMENT" csip:OAISPACKAGETYPE="{oais}">
<agent ROLE="CREATOR" TYPE="OTHER" OTHERTYPE="SOFTWARE"><name>Other Packer</name>
<note csip:NOTETYPE="IDENTIFICATIONCODE">P_TEST</note></agent>
<altRecordID TYPE="SUBMISSIONAGREEMENT">H99.64.2001.160</altRecordID></metsHdr>
{metadata}<amdSec ID="uuid-A"/>
<fileSec>{files}</fileSec>
<structMap ID="uuid-S" TYPE="PHYSICAL" LABEL="CSIP"><div ID="uuid-R" LABEL="rep1">{divs}</div></structMap></mets>
"""
_SECTION = """<dmdSec ID="{id}" CREATED="2026-06-12T11:45:37.707+07:00" STATUS="CURRENT"><mdRef LOCTYPE="URL"
 xlink:type="simple" xlink:href="{href}" MDTYPE="{mdtype}" MDTYPEVERSION="1.0.0" MIMETYPE="text/xml" {facts}/></dmdSec>
"""
_FILE = """<file ID="{id}" MIMETYPE="application/pdf" {facts}><FLocat LOCTYPE="URL" xlink:type="simple"
 xlink:href="{href}"/></file>
"""
REP = "representations/rep1"
DOCUMENT = """<simpledc><subject>Tờ khai đăng ký kết hôn {n}</subject><mode>01</mode>
<docCode>H99.64.1994.160.{n:07}</docCode>
<docId>H99.64.2001.160.{n}</docId><typeName>32</typeName><issuedDate>0{n}/02/2001</issuedDate><language>01</language>
<hoTen>Nguyễn Văn {n}</hoTen><organName>UBND phường</organName><numberOfPage>2</numberOfPage><process/></simpledc>
"""
DOSSIER = """<simpledc xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><endDate>31/12/2001</endDate>
<title>Tập tờ khai đăng ký kết hôn</title><mode>1</mode><fileCode>H99.64.2001.160</fileCode>
<startDate>01/01/2001</startDate>
<maintenance>01</maintenance><language>01</language><confidenceLevel>02</confidenceLevel><inforSign/><kho>K02</kho>
<totalDoc>3</totalDoc><numberOfPaper>6</numberOfPaper><numberOfPage>6</numberOfPage>
<riskRecovery>0</riskRecovery></simpledc>
"""


def _stub(number: int) -> bytes:
    return b"%%PDF-1.4 %d" % number


@dataclass
class Foreign:
    """How the package is; the fields are what the tests vary. ``content`` gives the bytes of the n-th PDF."""

    objid: str = "uuid-0F203B84-6641-4CDA-9F52-DAAE55FEF6B1"
    type: str = "Mixed"
    oais: str = "SIP"
    profile: str = "https://earkcsip.dilcis.eu/profile/E-ARK-CSIP.xml"
    mdtype: str = "DC"
    ead: str = DOSSIER
    document: str = DOCUMENT
    base: str = ""
    linked: bool = True
    content: Callable[[int], bytes] = _stub

    def make(self, folder: Path) -> Path:
        """Make the package below ``folder``; ``base`` stands before the hrefs in the METS of the representation."""
        folder = folder / "b6acafed-a809-4b78-ae9f-0373d50d52f0"
        about = "metadata/descriptive/EAD.xml"
        facts = put(folder, about, self.ead.encode())
        whole = _SECTION.format(id="uuid-E", href=about, mdtype=self.mdtype, facts=facts)
        put(folder, "schemas/ead_doc.xsd", b"<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'/>")
        sections, files, divs = [], [], []
        for n in (2, 1, 3):
            about = f"metadata/descriptive/EAD_DOC_H99.64.2001.160.{n}.xml"
            facts = put(folder, f"{REP}/{about}", self.document.format(n=n).encode())
            sections.append(_SECTION.format(id=f"uuid-D{n}", href=self.base + about, mdtype=self.mdtype, facts=facts))
            name = f"data/H99.64.2001.160.{n}.pdf"
            facts = put(folder, f"{REP}/{name}", self.content(n))
            files.append(_FILE.format(id=f"ID-F{n}", href=self.base + name, facts=facts))
            pointer = f'DMDID="uuid-D{n}"' if self.linked else ""
            divs.append(f'<div LABEL="MetadataLink/File" {pointer}><fptr FILEID="ID-F{n}"/></div>')
        inner = self._mets(sections, f'<fileGrp USE="Data" ID="uuid-G">{"".join(files)}</fileGrp>', divs, "rep1")
        facts = put(folder, f"{REP}/METS.xml", inner)
        group = _FILE.format(id="ID-M", href=f"{REP}/METS.xml", facts=facts)
        put(
            folder,
            "METS.xml",
            self._mets([whole], f'<fileGrp USE="Representations/rep1">{group}</fileGrp>', [], self.objid),
        )
        return folder

    def _mets(self, sections: list[str], files: str, divs: list[str], objid: str) -> bytes:
        return _METS.format(
            objid=objid, type=self.type, oais=self.oais, profile=self.profile,
            metadata="".join(sections), files=files, divs="".join(divs),
        ).encode()  # fmt: skip


def put(folder: Path, path: str, content: bytes) -> str:
    """Write a file; return its size and checksum as attributes."""
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)
    digest = hashlib.sha256(content).hexdigest().upper()
    return f'SIZE="{len(content)}" CHECKSUM="{digest}" CHECKSUMTYPE="SHA-256" CREATED="2026-06-12T11:45:37.707+07:00"'
