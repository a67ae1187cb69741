"""Find and parse the XML files of a package, whatever the producer called them and wherever METS says they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from posixpath import basename, dirname
from typing import BinaryIO, TypeVar

from fonds.errors import RefusedError
from fonds.metadata.mets import MetsDocument, read_mets
from fonds.metadata.premis import PremisKind, read_premis
from fonds.metadata.simpledc import read_simpledc
from fonds.metadata.tt05.links import read_links
from fonds.metadata.tt05.model import EAD_FILE, SIP_PREMIS
from fonds.packaging.tt05.package import Sources, Unread
from fonds.packaging.tt05.tree import Tree, regular_files
from fonds.schemas.xml import XmlRefusedError

_INNER = re.compile(r"representations/[^/]+/METS\.xml", re.IGNORECASE)
_DOCUMENT = re.compile(r"(representations/[^/]+/)?metadata/(.*/)?EAD_(doc|pic|media)[^/]*\.xml", re.IGNORECASE)
_PREMIS = re.compile(
    r"(representations/[^/]+/)?metadata/(.*/)?PREMIS[^/]*\.xml|" + re.escape(SIP_PREMIS) + r"\w*\.xml", re.IGNORECASE
)
_NUMBER = re.compile(r"(\d+)")

Read = TypeVar("Read")


def read_sources(folder: Path) -> Sources:
    """Parse what there is. Raises RefusedError TT05_NOT_A_PACKAGE and XmlRefusedError for the METS of the package.

    Every other file that cannot be understood is noted in ``unread``. Raises OSError for what cannot be read.
    """
    if not folder.is_dir():
        raise RefusedError("TT05_NOT_A_PACKAGE", path=folder)
    tree = Tree(regular_files(folder))
    path = tree.find("METS.xml")
    if not path:
        raise RefusedError("TT05_NOT_A_PACKAGE", path=folder)
    sources = Sources(folder, tree, _parse(folder / path, read_mets))
    sources.root_links = _parse(folder / path, read_links)
    sources.understood.add(path)
    _representation(sources)
    _package_description(sources)
    for one in _in_order(sources, _DOCUMENT):
        read = _try(sources, one, read_simpledc)
        if read is not None:
            sources.descriptions[one] = read
    for one in _in_order(sources, _PREMIS):
        _preservation(sources, one)
    return sources


def _parse(path: Path, read: Callable[[BinaryIO], Read]) -> Read:
    with path.open("rb") as stream:
        return read(stream)


def _try(sources: Sources, path: str, read: Callable[[BinaryIO], Read]) -> Read | None:
    try:
        found = _parse(sources.folder / path, read)
    except XmlRefusedError as error:
        sources.unread.append(Unread(path, str(error)))
        return None
    sources.understood.add(path)
    return found


def _representation(sources: Sources) -> None:
    first, *others = [one for one in sources.tree if _INNER.fullmatch(one)] or [""]
    if first:
        sources.inner = _mets(sources, first)
        sources.inner_links = _try(sources, first, read_links) or sources.inner_links
    for path in others:
        read = _mets(sources, path)
        if read is not None:
            sources.further[dirname(path)] = read


def _mets(sources: Sources, path: str) -> MetsDocument | None:
    return _try(sources, path, lambda stream: read_mets(stream, dirname(path)))


def _package_description(sources: Sources) -> None:
    path = sources.tree.find(EAD_FILE)
    wanted = [path] if path else _other_descriptions(sources)
    for one in wanted:
        read = _try(sources, one, read_simpledc)
        if read is not None:
            sources.ead_path, sources.ead = one, read
            return


def _other_descriptions(sources: Sources) -> list[str]:
    """Return the descriptions that METS of the package names: one of them may be EAD.xml under another name."""
    named = (entry.file.path for entry in sources.root.metadata if entry.file)
    return [path for path in named if path in sources.tree and not _DOCUMENT.fullmatch(path)]


def _in_order(sources: Sources, form: re.Pattern[str]) -> Iterator[str]:
    """Yield the files of a form: as METS lists them, then the others, numbers in names as numbers."""
    listed = [resolve(sources, entry.file.path) for one in sources.mets() for entry in one.metadata if entry.file]
    chosen = [path for path in dict.fromkeys(listed) if form.fullmatch(path)]
    rest = [path for path in sources.tree if form.fullmatch(path) and path not in chosen]
    yield from chosen
    yield from sorted(rest, key=_natural)


def resolve(sources: Sources, path: str) -> str:
    """Return the file of the package that a path of METS means, '' when there is none.

    Some producers count the paths in the METS of a representation from the root of the package.
    """
    base = "" if sources.inner is None else "representations/"
    doubled = path.partition("/representations/")[2] if base and path.count(base) > 1 else ""
    return sources.tree.find(path) or (sources.tree.find(f"{base}{doubled}") if doubled else "")


def _natural(path: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part.casefold()) for part in _NUMBER.split(basename(path))]


def _preservation(sources: Sources, path: str) -> None:
    read = _try(sources, path, read_premis)
    if read is None:
        return
    sources.events += [event for event in read.events if event not in sources.events]
    place = read.id if read.kind is PremisKind.REPRESENTATION else ""
    sources.events_of.setdefault(place, []).extend(read.events)
    sources.rights += [rights for rights in read.rights if rights not in sources.rights]
    sources.agents += [agent for agent in read.agents if agent not in sources.agents]
    sources.preserved |= {file.path: file for file in read.files}
