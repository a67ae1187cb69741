"""Reading a package of the state hand-over (``tt05-2025``), from Fonds or another program."""

from __future__ import annotations

from dataclasses import replace
from posixpath import dirname

from fonds.metadata.mets import MetsDocument, read_mets
from fonds.metadata.model import FileRecord
from fonds.packaging import tt05
from fonds.repository.intake.received.blocking import is_payload
from fonds.repository.intake.received.describing import of_record
from fonds.repository.intake.received.package import Described, ReadItem, ReadPackage, ReadRepresentation, begun, moment
from fonds.repository.intake.received.preservation import read_preservation
from fonds.repository.intake.received.tree import PackageView

_METS = "METS.xml"


def read_state(view: PackageView, name: str) -> ReadPackage:
    """Read a package; ``name`` is what its folder is called.

    Raises XmlRefusedError for its METS, RefusedError TT05_NOT_A_PACKAGE, and OSError.
    """
    said = tt05.read_package(view.root)
    documents = _documents(view)
    package = begun(documents[0], name)
    by_folder: dict[str, list[str]] = {}
    for file in said.files:
        path = view.named(file.path)
        package.stated[path] = file if moment(file.created) else _untimed(file)
        if file.sha256:
            package.digests[path] = file.sha256
        by_folder.setdefault("/".join(path.split("/")[:2]), []).append(path)
    for folder in view.folders("representations"):
        listed = by_folder.setdefault(folder, [])
        listed += [path for path in view.below(folder) if path not in package.stated and is_payload(path)]
    package.representations = [ReadRepresentation(base, files) for base, files in by_folder.items() if files]
    package.described = _described(view, said)
    if said.complete and package.representations:
        package.representations[0].pages = tuple(
            replace(page, path=view.named(page.path)) for page in said.record.pages if view.named(page.path) in view
        )
    for unread in said.unread:
        package.kept_only(unread.path, unread.reason)
    read_preservation(view, package, documents)
    return package


def _untimed(file: FileRecord) -> FileRecord:
    return replace(file, created="")


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
