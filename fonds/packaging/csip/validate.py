"""Judging an information package: the disk, every METS, every PREMIS and EAD3, then what they say against each other.

Clauses are those of E-ARK CSIP, SIP, DIP and AIP 2.2. Whatever is malformed is a finding; memory does not grow with
the number of files.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from fonds.metadata.mets.model import CSIP
from fonds.metadata.premis.model import PREMIS
from fonds.packaging.bag.scan import Found
from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.files import PackageFiles
from fonds.packaging.csip.premis import PremisReader
from fonds.packaging.csip.reading import MetsReader
from fonds.packaging.csip.report import PackageReport
from fonds.packaging.csip.requirements import breach
from fonds.packaging.csip.rules import profile, registry
from fonds.packaging.csip.state import State
from fonds.packaging.csip.xmlfile import XmlFile
from fonds.packaging.roots import METS_NAME
from fonds.schemas.findings import finding
from fonds.schemas.xml import check_well_formed

KINDS = ("SIP", "AIP", "DIP", "AIU", "AIC")
_EAD3 = "http://ead3.archivists.org/schema/"
_FOLDERS = ("metadata/descriptive", "metadata/preservation", "documentation", "schemas", "representations", "data")
_BEGINNINGS = tuple((folder, f"{folder}/") for folder in _FOLDERS)


def validate_package(root: Path | PackageFiles, *, kind: str | None = None, fast: bool = False) -> PackageReport:
    """Judge the package at ``root``: the folder that holds its METS.xml, or a bag around that folder.

    ``kind`` is what it is expected to be (SIP, AIP, DIP, AIU, AIC); None: what its profile says, else what its
    csip:OAISPACKAGETYPE says. ``fast`` computes no digests, for a caller that has just checked the manifests.
    Raises UsageError BAG_NOT_THERE when there is no folder, ValueError for another ``kind``, and OSError when the
    temporary disk is full. Nothing that the package holds raises.
    """
    if kind is not None and kind not in KINDS:
        raise ValueError(f"kind of package: {kind}")
    with PackageFiles(root) if isinstance(root, Path) else root as files, State(files) as state:
        return _Validation(files, state, kind).run(fast)


class _Validation:
    def __init__(self, files: PackageFiles, state: State, kind: str | None) -> None:
        self._files, self._state = files, state
        self._kind = kind or ""
        self._counts = Counter({"files": 0, "bytes": 0, "mets": 0, "premis": 0})
        self._folders: dict[str, set[str]] = {}
        self._representations: list[str] = []

    def run(self, fast: bool) -> PackageReport:
        self._disk()
        if self._files.has(METS_NAME):
            self._mets(METS_NAME)
            for path in self._representations:
                self._mets(path)
            for path, kind, _ in self._state.documents():
                self._metadata(path, kind)
        else:
            self._state.complete = False
            self._state.found(finding("PKG_NO_METS", METS_NAME))
        self._judge(fast)
        findings, severities = self._state.collector.result()
        return PackageReport(self._kind, not severities["error"], findings, {**severities, **self._counts})

    def _disk(self) -> None:
        for one in self._files.walk():
            if isinstance(one, Found):
                self._file(one)
            else:
                for rule in registry.ODD:
                    self._state.collector.add(rule(one))
        self._representations.sort()

    def _file(self, found: Found) -> None:
        self._counts["files"] += 1
        self._counts["bytes"] += found.size
        self._state.disk(found.path, found.size)
        parts = found.path.split("/")
        base = "/".join(parts[:2]) if len(parts) > 2 and parts[0].casefold() == "representations" else ""
        for start in {"", base}:
            below = found.path[len(start) :].lstrip("/").casefold()
            known = self._folders.setdefault(start, set())
            known.update(folder for folder, beginning in _BEGINNINGS if below.startswith(beginning))
        if base and parts[2:] == [METS_NAME]:
            self._representations.append(found.path)

    def _mets(self, path: str) -> None:
        base = path.rpartition("/")[0]
        document = Document(
            path=path,
            base=base,
            name=base.rpartition("/")[2] or self._files.name,
            folders=frozenset(self._folders.get(base, ())),
            representations=self._representations,
        )
        xml = XmlFile(self._files, path, self._state.found)
        read = xml.read(MetsReader(document, self._state).read)
        if read is None:
            self._state.complete = False
        elif not read:
            self._state.complete = False
            self._state.found(finding("PKG_NOT_METS", path))
        else:
            self._counts["mets"] += 1
            xml.check_schema("mets")
            self._document(document)

    def _document(self, document: Document) -> None:
        if document.is_root:
            self._kind = self._kind or _kind(document)
            self._state.described("object", document.attributes.get("OBJID", ""), "", document.path)
            self._pointed(document)
        document.kind = self._kind
        if not document.csip_maps:
            self._state.unjudged.add(document.path)
        for rule in registry.DOCUMENT:
            self._state.collector.add(rule(document))

    def _pointed(self, document: Document) -> None:
        """Open what the root METS points to as well, where it has another name than METS.xml or lies elsewhere."""
        targets = {pointer.target for division in document.divisions for pointer in division.mets}
        for path in sorted(targets.difference(self._representations)):
            if "/" in path and self._files.has(path):
                self._representations.append(path)

    def _metadata(self, path: str, kind: str) -> None:
        if not self._files.has(path):
            return  # what is said of the path tells
        xml = XmlFile(self._files, path, self._state.found)
        root = xml.root() if kind != "OTHER" or path.lower().endswith(".xml") else None
        if root is None:
            self._state.linked_up &= not kind.startswith("PREMIS")
            return
        namespace, _, name = root.rpartition("}")
        if namespace[1:] == PREMIS and name == "premis":
            self._counts["premis"] += 1
            if xml.read(PremisReader(path, self._state).read):
                xml.check_schema("premis")
            else:
                self._state.linked_up = False
        elif namespace[1:] == _EAD3 and name == "ead":
            xml.check_schema("ead3")
        else:
            xml.read(check_well_formed)
            self._other_premis(path, kind, root)

    def _other_premis(self, path: str, kind: str, root: str) -> None:
        if root.startswith("{info:lc/xmlns/premis-v2}"):
            if self._kind in {"AIP", "AIU", "AIC"}:
                self._state.found(breach("AIPM7", path, "PREMIS 2"))
        elif kind.startswith("PREMIS"):
            self._state.found(finding("PKG_NOT_PREMIS", path, root=root[:100]))

    def _judge(self, fast: bool) -> None:
        add = self._state.collector.add
        for identifier in self._state.identifiers():
            for identifier_rule in registry.IDENTIFIER:
                add(identifier_rule(identifier))
        for known in self._state.paths(fast=fast):
            for path_rule in registry.PATH:
                add(path_rule(known))
        for link in self._state.links():
            for link_rule in registry.LINK:
                add(link_rule(link))
        if fast:
            add((finding("PKG_NOT_HASHED", METS_NAME),))


def _kind(document: Document) -> str:
    stated = (document.header or {}).get(f"{{{CSIP}}}OAISPACKAGETYPE", "")
    of_profile = profile.kind_of(document.attributes.get("PROFILE", ""))
    # An AIC and an AIU have the profile of an AIP: what they say of themselves is the more exact.
    if of_profile == "AIP" and stated in {"AIC", "AIU"}:
        return stated
    return of_profile or (stated if stated in KINDS else "")
