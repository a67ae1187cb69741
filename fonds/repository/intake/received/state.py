"""Reading a package of the state hand-over (``tt05-2025``), from Fonds or another program."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname

from fonds.metadata.mets import MetsDocument, read_mets
from fonds.metadata.model import FileRecord
from fonds.metadata.premis import Premis, PremisKind
from fonds.packaging import tt05
from fonds.repository.intake.received.blocking import is_payload
from fonds.repository.intake.received.describing import of_record
from fonds.repository.intake.received.package import Described, ReadItem, ReadPackage, ReadRepresentation, begun, moment
from fonds.repository.intake.received.preservation import carry
from fonds.repository.intake.received.tree import PackageView
from fonds.repository.intake.walk import is_stray

_METS = "METS.xml"


def read_state(view: PackageView, name: str) -> ReadPackage:
    """Read a package; ``name`` is what its folder is called.

    Raises XmlRefusedError for its METS, RefusedError TT05_NOT_A_PACKAGE, and OSError.
    """
    said = tt05.read_package(view.root)
    documents = _documents(view)
    package = begun(documents[0], name)
    package.representations = _representations(view, said)
    carry(view, package, list(_history(said)))
    for file in _files(said):
        path = view.named(file.path)
        # The package's own record is more exact about times than its PREMIS, which says them in local time.
        package.stated[path] = file if moment(file.created) else replace(file, created="")
        if file.sha256:
            package.digests[path] = file.sha256
    package.described = _described(view, said)
    _take_pages(view, said, package)
    for unread in said.unread:
        package.kept_only(unread.path, unread.reason)
    return package


def _files(said: tt05.Tt05Package) -> Iterator[FileRecord]:
    yield from said.files
    for one in said.further:
        yield from one.files


def _representations(view: PackageView, said: tt05.Tt05Package) -> list[ReadRepresentation]:
    """Return the payload by representation: in the order of METS, then what METS does not list."""
    listed = [view.named(file.path) for file in _files(said)]
    found: dict[str, list[str]] = {}
    for path in dict.fromkeys([*listed, *(path for path in view.below("representations") if is_payload(path))]):
        if path in view and not is_stray(path.rpartition("/")[2]):
            found.setdefault("/".join(path.split("/")[:2]), []).append(path)
    return [ReadRepresentation(base, files) for base, files in found.items()]


def _history(said: tt05.Tt05Package) -> Iterator[tuple[str, Premis]]:
    """Yield what is said of the package and of each representation, as documents of PREMIS."""
    for base, events in said.events_of.items():
        kind = PremisKind.REPRESENTATION if base else PremisKind.PACKAGE
        yield f"{base}/{_METS}".lstrip("/"), Premis(base or said.objid, kind, events=events, agents=said.agents)


def _take_pages(view: PackageView, said: tt05.Tt05Package, package: ReadPackage) -> None:
    """Give each representation the pages that a package of ours says it has."""
    if not said.complete:
        return
    pages = {one.folder: one.pages for one in said.further}
    for number, one in enumerate(package.representations):
        own = said.record.pages if number == 0 else pages.get(one.base, ())
        bound = (replace(page, path=view.named(page.path)) for page in own)
        one.pages = tuple(page for page in bound if page.path in view)


def _documents(view: PackageView) -> list[MetsDocument]:
    """Return the METS files, that of the package first."""
    result = []
    for path in [_METS, *(f"{folder}/{_METS}" for folder in view.folders("representations"))]:
        found = view.any_case(path)
        if found:
            with view.open(found) as source:
                result.append(read_mets(source, dirname(found)))
    return result


def _described(view: PackageView, said: tt05.Tt05Package) -> Described:
    """Return the record: ours as it is; of others the fonds where it is named, and documents by their files."""
    if said.complete:
        return of_record(said.record)
    items = [
        ReadItem(item.description, files=tuple(view.named(path) for path in said.documents[number].files))
        for number, item in enumerate(said.record.items)
    ]
    fonds = said.record.fonds if said.record.fonds.text("fondsCode") else None
    return Described(said.record.dossier, fonds, said.record.series, tuple(items))
