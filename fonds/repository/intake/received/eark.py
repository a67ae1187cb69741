"""Reading a package by E-ARK CSIP 2, from Fonds or another program.

Tolerated: representations with or without a METS of their own, content listed in the root METS only, any USE of a
group, folders that METS does not point to, PREMIS anywhere, descriptions in EAD3, EAD 2002 or Dublin Core.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from posixpath import dirname

from fonds.metadata.mets import MetsDocument, MetsFile, read_mets
from fonds.metadata.model import FileRecord, Page
from fonds.packaging.roots import METS_NAME
from fonds.repository.intake.received.blocking import is_payload
from fonds.repository.intake.received.describing import describe
from fonds.repository.intake.received.package import ReadPackage, ReadRepresentation, begun, moment
from fonds.repository.intake.received.preservation import read_preservation
from fonds.repository.intake.received.tree import PackageView
from fonds.repository.intake.walk import is_stray

_NOT_CONTENT = {"documentation", "schemas", "metadata"}


def read_eark(view: PackageView, name: str) -> ReadPackage:
    """Read a package; ``name`` is what its folder is called. Raises XmlRefusedError for a METS, and OSError."""
    with view.open(METS_NAME) as source:
        root = read_mets(source)
    package = begun(root, name)
    inner = dict(_representation_mets(view, root))
    _take_files(view, package, root, inner)
    read_preservation(view, package, {METS_NAME: root, **inner})
    describe(view, package, root)
    return package


def _representation_mets(view: PackageView, root: MetsDocument) -> Iterator[tuple[str, MetsDocument]]:
    """Yield the METS of each representation by its folder: those that METS points to, then those that lie there."""
    said = [view.resolve(path, "") for _, path in root.representations]
    lying = [f"{folder}/{METS_NAME}" for folder in view.folders("representations")]
    for path in dict.fromkeys([*said, *lying]):
        if path in view and path != METS_NAME:
            with view.open(path) as source:
                yield path, read_mets(source, dirname(path))


def _take_files(view: PackageView, package: ReadPackage, root: MetsDocument, inner: dict[str, MetsDocument]) -> None:
    """Give each payload file to one representation: in the order of METS, then what METS does not list."""
    about = {METS_NAME, *inner}
    bases = list(dict.fromkeys([*(dirname(path) for path in inner), *view.folders("representations")]))
    found = {base: ReadRepresentation(base, []) for base in bases}
    taken = set(about)
    for path, mets in inner.items():
        base = dirname(path)
        listed = [one for one, _ in _content(view, package, mets, base) if one not in taken]
        found[base].files += listed
        found[base].pages = _pages(view, mets)
        taken.update(listed)
    for path, use in _content(view, package, root, ""):
        if path not in taken:
            taken.add(path)
            base = next((one for one in bases if path.startswith(f"{one}/")), f"use:{use}")
            found.setdefault(base, ReadRepresentation(base, [])).files.append(path)
    for base in bases:
        found[base].files += [path for path in view.below(base) if path not in taken and is_payload(path)]
    package.representations = [one for one in found.values() if one.files]


def _content(view: PackageView, package: ReadPackage, mets: MetsDocument, base: str) -> Iterator[tuple[str, str]]:
    """Yield the files of a METS that are content, each once, with the USE of their group; note what is said of all."""
    seen = set[str]()
    for file in mets.files:
        path = view.resolve(file.href, base)
        if not path or path in seen:
            continue
        seen.add(path)
        _note(package, path, file)
        part = file.use.partition("/")[0].casefold()
        inside = path.removeprefix(f"{base}/") if base else path
        about = {part, inside.partition("/")[0].casefold()} & _NOT_CONTENT
        if not about and not is_stray(path.rpartition("/")[2]):
            yield path, file.use


def _note(package: ReadPackage, path: str, file: MetsFile) -> None:
    package.stated.setdefault(path, FileRecord(path, -1, "", "", moment(file.created)))
    if file.checksum_type.upper().replace("-", "") == "SHA256" and file.checksum:
        package.digests[path] = file.checksum.strip().lower()


def _pages(view: PackageView, mets: MetsDocument) -> tuple[Page, ...]:
    """Return the pages in their order, those whose file is there."""
    pages = (replace(page, path=view.named(page.path)) for page in mets.pages)
    return tuple(sorted((page for page in pages if page.path in view), key=lambda page: page.sequence))
