"""Reading a package of the dialect, ours or somebody else's: what it says is taken, where it errs it is still read.

Tolerated: any order and case, ``docCode`` for ``arcDocCode`` and the other way, any OBJID form, any profile string and
MDTYPE, METS 1.11 and 1.12, a SIP without PREMIS, a folder of another name, files that METS forgets.
"""

from __future__ import annotations

from pathlib import Path

from fonds.metadata.model import FileRecord
from fonds.metadata.tt05.fields import request_of
from fonds.metadata.tt05.holey import is_link, read_link
from fonds.metadata.tt05.identifiers import parse_objid
from fonds.metadata.tt05.model import LinkedDocument, PackageKind
from fonds.packaging.eark import SIGNATURE
from fonds.packaging.tt05.kind import detect
from fonds.packaging.tt05.package import Sources, Tt05Package
from fonds.packaging.tt05.payload import payload
from fonds.packaging.tt05.record import read_record
from fonds.packaging.tt05.sources import read_sources

_LINK_BYTES = 64 * 1024
"""More than any line of a linked document; what is longer is not one and is read no further."""


def read_package(folder: Path) -> Tt05Package:
    """Read the package in ``folder``. The payload itself is not opened, except for linked documents.

    Raises RefusedError TT05_NOT_A_PACKAGE (no METS.xml), XmlRefusedError when that is no METS, and OSError.
    """
    return put_together(read_sources(folder))


def put_together(sources: Sources) -> Tt05Package:
    """Return the package that the parsed files of a folder make. Raises OSError."""
    folder = sources.folder
    kind = detect(sources.root, sources.ead, preserved=bool(sources.preserved or sources.events))
    files = payload(sources)
    result = read_record(sources, kind, files)
    links = sources.root_links, sources.inner_links
    used = sources.understood | {file.path for file in files}
    used |= {file.path for file in result.documentation}
    return Tt05Package(
        folder=folder,
        kind=kind,
        objid=sources.root.objid,
        record=result.record,
        files=result.files,
        documents=result.documents,
        linked=tuple(_linked(folder, files)),
        events=tuple(sources.events),
        agents=tuple(sources.agents),
        request=request_of(sources.ead.elements) if kind is PackageKind.DIP else None,
        fonds=_fonds(sources),
        organization=links[0].organization or links[1].organization,
        agreement=links[0].agreement or links[1].agreement,
        status=links[0].status or links[1].status,
        profile=sources.root.profile,
        type=sources.root.type,
        complete=result.complete,
        metadata=tuple(sorted(sources.understood)),
        others=tuple(path for path in sources.tree if path not in used),
        unread=tuple(sources.unread),
        events_of={place: tuple(events) for place, events in sources.events_of.items()},
        rights=tuple(sources.rights),
        further=result.further,
        documentation=result.documentation,
        signature=next((text for kind_of, text in sources.root.alternatives if kind_of == SIGNATURE), ""),
    )


def _fonds(sources: Sources) -> str:
    return sources.root_links.fonds or sources.inner_links.fonds or parse_objid(sources.root.objid).fonds


def _linked(folder: Path, files: tuple[FileRecord, ...]) -> list[LinkedDocument]:
    return [_link(folder, file.path) for file in files if is_link(file.path)]


def _link(folder: Path, path: str) -> LinkedDocument:
    with (folder / path).open("rb") as stream:
        return read_link(path, stream.read(_LINK_BYTES).decode("utf-8", "replace"))


def kept_files(package: Tt05Package) -> dict[str, Path]:
    """Return what a package made from this one has to carry on besides its record and payload, so that nothing is lost.

    That is the documentation, every file that was not understood, and of a package that is not ours the metadata files
    too, just as they came. The keys are paths for ``PackageFacts.kept``: those of ``documentation/`` stay, all others
    come below ``documentation/received/``.
    """
    wanted = [path for path in package.others if not (package.complete and path.startswith("schemas/"))]
    wanted += [file.path for file in package.documentation]
    if not package.complete:
        wanted += package.metadata
    return {
        path if path.startswith("documentation/") else f"documentation/received/{path}": package.folder / path
        for path in wanted
    }
