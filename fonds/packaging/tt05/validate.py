"""Validating a package of the dialect: facts are gathered once, the rules judge them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.simpledc import SimpleDc
from fonds.metadata.tt05.merge import listed
from fonds.metadata.tt05.model import PackageKind
from fonds.packaging.digest import hash_file
from fonds.packaging.tt05.package import Sources, Tt05Package
from fonds.packaging.tt05.read import put_together
from fonds.packaging.tt05.record import description_kind
from fonds.packaging.tt05.rules import registry
from fonds.packaging.tt05.rules.facts import Field, Link, Listed, Stray, Unlisted, Whole
from fonds.packaging.tt05.sources import read_sources, resolve
from fonds.schemas import vocabulary
from fonds.schemas.findings import Finding, Severity, finding
from fonds.schemas.xml import SchemaMissingError, XmlRefusedError, validate


@dataclass(frozen=True, slots=True)
class Tt05Report:
    """What a validation found; ``kind`` is None when there is no package. ``bytes`` were read and compared."""

    folder: Path
    kind: PackageKind | None
    findings: tuple[Finding, ...]
    files: int = 0
    bytes: int = 0

    @property
    def valid(self) -> bool:
        """Whether there is no error, by our reading of the circular."""
        return not any(one.severity is Severity.ERROR for one in self.findings)


def validate_package(
    folder: Path, *, name: str = "", fast: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Tt05Report:
    """Validate the package in ``folder``; ``fast`` reads no payload, only sizes. ``progress`` gets bytes read so far.

    ``name`` is what the OBJID is compared with, where that is not the folder's own: inside a bag it is the bag's.
    What is wrong with the package is a finding and never raised. Raises OSError when the folder cannot be listed.
    """
    try:
        sources = read_sources(folder)
    except XmlRefusedError as error:
        return Tt05Report(folder, None, (finding("TT05_XML_UNREAD", "METS.xml", reason=str(error)),))
    except RefusedError:
        return Tt05Report(folder, None, (finding("TT05_METS_MISSING", name or folder.name),))
    sources.name = name or folder.name
    package = put_together(sources)
    facts = _Gathered(sources, package, fast, progress)
    found = tuple(facts.findings())
    return Tt05Report(folder, package.kind, found, len(tuple(sources.tree)), facts.bytes)


class _Gathered:
    """The facts of one package, one after the other."""

    def __init__(self, sources: Sources, package: Tt05Package, fast: bool, progress: Callable[[int], None]) -> None:
        self._sources, self._package, self._fast, self._progress = sources, package, fast, progress
        self.bytes = 0

    def findings(self) -> Iterator[Finding]:
        """Yield everything that the rules find."""
        yield from registry.judge(registry.WHOLE, self._whole())
        for path, part, found in self._descriptions():
            yield from self._description(path, part, found)
        named = {"METS.xml"} | {path for path in self._sources.tree if path.casefold() == "mets.xml"}
        for file in self._listed():
            named.add(file.path)
            yield from registry.judge(registry.LISTED, file)
        for path in self._sources.tree:
            if path not in named:
                yield from registry.judge(registry.UNLISTED, Unlisted(path))
        for link in self._links():
            yield from registry.judge(registry.LINK, link)

    def _whole(self) -> Whole:
        unlinked = tuple(one.metadata for one in self._package.documents if one.metadata and not one.files)
        return Whole(self._package.kind, self._sources, tuple(self._invalid()), unlinked)

    def _invalid(self) -> Iterator[tuple[str, str]]:
        """Yield the first complaint of the official schema about each METS file; none where it is not at hand."""
        for path in self._package.metadata:
            if path.casefold().endswith("mets.xml"):
                try:
                    said = validate("mets", (self._sources.folder / path).read_bytes())
                except SchemaMissingError:
                    return
                if said:
                    yield path, said[0]

    def _descriptions(self) -> Iterator[tuple[str, str, SimpleDc]]:
        if self._sources.ead_path:
            yield self._sources.ead_path, "package", self._sources.ead
        for path, found in self._sources.descriptions.items():
            yield path, description_kind(path).value, found

    def _description(self, path: str, part: str, found: SimpleDc) -> Iterator[Finding]:
        kind = self._package.kind
        rules = vocabulary.package_fields(kind.value, part)
        by_key: dict[str, list[tuple[str, str]]] = {key: [] for key in rules}
        for name, text in found.elements:
            key = listed(name, rules)
            if key is None:
                yield from registry.judge(registry.STRAY, Stray(path, name))
            else:
                by_key[key].append((name, text))
        texts = {key: pairs[0][1] if pairs else "" for key, pairs in by_key.items()}
        for key, pairs in by_key.items():
            names, said = tuple(name for name, _ in pairs), tuple(text for _, text in pairs)
            yield from registry.judge(registry.FIELD, Field(kind, path, rules[key], names, said, texts))

    def _listed(self) -> Iterator[Listed]:
        for mets in self._sources.mets():
            for said in (*mets.files, *(entry.file for entry in mets.metadata if entry.file)):
                path = resolve(self._sources, said.path)
                yield self._read(Listed(said, path)) if path else Listed(said, path)

    def _read(self, file: Listed) -> Listed:
        place = self._sources.folder / file.path
        try:
            if self._fast:
                return Listed(file.said, file.path, place.lstat().st_size)
            size, sha256 = hash_file(place)
        except OSError as error:
            return Listed(file.said, file.path, trouble=error.strerror or str(error))
        self.bytes += size
        self._progress(self.bytes)
        return Listed(file.said, file.path, size, sha256)

    def _links(self) -> Iterator[Link]:
        for link in self._package.linked:
            same = not link.fonds or link.fonds == self._package.fonds
            yield Link(self._package.kind, link.path, bool(link.uuid), same, link.fonds)
