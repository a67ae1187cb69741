"""The kinds of fault that are planted, each with what an audit must say of it.

Every kind damages one place only, and what it touches it touches for good: the scratch repository is thrown away.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_file
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.store import Store, StoredFile

Report = tuple[str, str, int, str]
"""OBJID, copy, version and path of something that an audit tells of."""
Expected = Mapping[tuple[int, str], frozenset[str]]
"""By version and path what an audit may call it."""

DIGEST, MISSING, EXTRA = frozenset({"digest", "size"}), frozenset({"missing"}), frozenset({"extra"})
UNREADABLE = frozenset({"unreadable"})


class NoRoomError(Exception):
    """There is nothing left here in which a fault of this kind could be planted."""


@dataclass(slots=True)
class Ground:
    """All versions of one package in one place. ``touched`` are the files in which a fault is already."""

    name: str
    store: Store
    versions: Mapping[int, tuple[Aip, Mapping[str, str]]]
    touched: set[tuple[int, str]] = field(default_factory=set)

    @property
    def objid(self) -> str:
        """The package that this is about."""
        return next(iter(self.versions.values()))[0].objid

    def path(self, version: int, path: str) -> Path:
        """Return the real path of a file, or of a version."""
        with self.store.local(self.versions[version][0].location, path or MANIFEST) as found:
            return found if path else found.parent

    def names(self, version: int, path: str) -> list[tuple[int, str]]:
        """Return every name, in any version, of the bytes of a file."""
        there = {
            (number, file.path): file.shared
            for number, (aip, _) in self.versions.items()
            for file in self._lying(aip.location)
        }
        shared = there.get((version, path))
        if shared is None:
            return [(version, path)]
        return [
            (number, other)
            for number, (_, files) in self.versions.items()
            for other in files
            if there.get((number, other)) == shared
        ]

    def _lying(self, location: str) -> list[StoredFile]:
        try:
            return list(self.store.files(location))
        except OSError:  # of a fault that was planted before
            return []

    def pick(self, draw: random.Random, wanted: Callable[[str], bool], *, least: int = 0) -> tuple[int, str]:
        """Draw a file that no fault has touched yet, of at least so many bytes. Raises NoRoomError."""
        found = [
            (number, path)
            for number, (_, files) in self.versions.items()
            for path in sorted(files)
            if wanted(path) and (number, path) not in self.touched
        ]
        draw.shuffle(found)
        for number, path in found:
            names = self.names(number, path)
            if not self.touched.intersection(names) and self.path(number, path).stat().st_size >= least:
                return number, path
        raise NoRoomError


Plant = Callable[[Ground, random.Random], Expected]
"""Plants a fault; returns what must be told. Raises NoRoomError, and has done nothing then."""


def _any(path: str) -> bool:
    return path not in {MANIFEST, TAGMANIFEST}


def _is(*names: str) -> Callable[[str], bool]:
    return lambda path: path in names


def _page(path: str) -> bool:
    return path.startswith("data/representations/") and "/data/" in path.removeprefix("data/")


def _below(part: str, end: str) -> Callable[[str], bool]:
    return lambda path: part in path and path.endswith(end)


def _in_place(wanted: Callable[[str], bool], change: Callable[[Path, random.Random], object], least: int = 1) -> Plant:
    """Return a fault in the bytes themselves: every name of them tells of it."""

    def plant(ground: Ground, draw: random.Random) -> Expected:
        version, path = ground.pick(draw, wanted, least=least)
        names = ground.names(version, path)
        change(ground.path(version, path), draw)
        return dict.fromkeys(names, DIGEST)

    return plant


def flip(path: Path, draw: random.Random) -> None:
    """Turn one bit over."""
    with path.open("r+b") as file:
        at = draw.randrange(path.stat().st_size)
        file.seek(at)
        (byte,) = file.read(1)
        file.seek(at)
        file.write(bytes([byte ^ (1 << draw.randrange(8))]))


def _shorten(path: Path, draw: random.Random) -> None:
    os.truncate(path, draw.randrange(1, path.stat().st_size))


def _grow(path: Path, draw: random.Random) -> None:
    with path.open("ab") as file:
        file.write(draw.randbytes(draw.randrange(1, 4096)))


def _zero(path: Path, draw: random.Random) -> None:
    """Let a stretch become zeros, as a disk does that lost a block; it always holds a byte that was none."""
    content = bytearray(path.read_bytes())
    at = next((at for at in range(draw.randrange(len(content)), len(content)) if content[at]), -1)
    at = at if at >= 0 else next((at for at, byte in enumerate(content) if byte), 0)
    end = min(len(content), at + 512)
    content[at:end] = bytes(end - at)
    path.write_bytes(content)


def _deleted(ground: Ground, draw: random.Random) -> Expected:
    version, path = ground.pick(draw, _any)
    ground.path(version, path).unlink()
    return {(version, path): MISSING}


def _tagmanifest(ground: Ground, draw: random.Random) -> Expected:
    version, path = ground.pick(draw, _is(TAGMANIFEST))
    ground.path(version, path).unlink()
    return {(version, path): MISSING}


def _renamed(ground: Ground, draw: random.Random) -> Expected:
    version, path = ground.pick(draw, _any)
    file = ground.path(version, path)
    other = f"{path}.{draw.randrange(10**6):06}"
    file.rename(file.parent / other.rpartition("/")[2])
    return {(version, path): MISSING, (version, other): EXTRA}


def _extra(ground: Ground, draw: random.Random) -> Expected:
    version, path = ground.pick(draw, _page)
    other = f"{path.rpartition('/')[0]}/thumbs-{draw.randrange(10**6):06}.db"
    ground.path(version, other).write_bytes(draw.randbytes(64))
    return {(version, other): EXTRA}


def _swapped(ground: Ground, draw: random.Random) -> Expected:
    version, path = ground.pick(draw, _any)
    files = ground.versions[version][1]

    def other_one(name: str) -> bool:
        return name in files and _any(name) and files[name] != files[path]

    only = Ground(ground.name, ground.store, {version: ground.versions[version]}, {*ground.touched, (version, path)})
    _, other = only.pick(draw, other_one)
    one, two = ground.path(version, path), ground.path(version, other)
    aside = one.with_name(f".swap-{draw.randrange(10**6)}")
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    return {(version, path): DIGEST, (version, other): DIGEST}


def _linked(ground: Ground, draw: random.Random) -> Expected:
    """Let the name of a file be a link to the very same bytes elsewhere: a package that leans on something outside."""
    version, path = ground.pick(draw, _page)
    file = ground.path(version, path)
    away = file.rename(ground.path(version, "").parents[3] / f".away-{draw.randrange(10**6)}")
    file.symlink_to(away)
    return {(version, path): UNREADABLE}


def _unreadable(ground: Ground, draw: random.Random) -> Expected:
    version, path = ground.pick(draw, _any)
    names = ground.names(version, path)
    ground.path(version, path).chmod(0)
    return dict.fromkeys(names, UNREADABLE)


def _package(ground: Ground, draw: random.Random) -> Expected:
    free = [number for number in ground.versions if not any(version == number for version, _ in ground.touched)]
    if not free:
        raise NoRoomError
    version = draw.choice(free)
    shutil.rmtree(ground.path(version, ""))
    return {(version, ""): MISSING}


def _forged(ground: Ground, draw: random.Random) -> Expected:
    """Change a page, and both manifests so that they agree with it: only the seal outside the package tells."""
    version, path = ground.pick(draw, _page, least=1)
    if ground.touched & {(version, MANIFEST), (version, TAGMANIFEST)}:
        raise NoRoomError
    names = ground.names(version, path)
    page, manifest, tags = (ground.path(version, one) for one in (path, MANIFEST, TAGMANIFEST))
    was = [hash_file(one)[1] for one in (page, manifest)]
    flip(page, draw)
    for listed, before, changed in ((manifest, was[0], page), (tags, was[1], manifest)):
        listed.write_bytes(listed.read_bytes().replace(before.encode(), hash_file(changed)[1].encode()))
    return dict.fromkeys([*names, (version, MANIFEST), (version, TAGMANIFEST)], DIGEST)


KINDS: Mapping[str, Plant] = {
    "flip-payload": _in_place(_page, flip),
    "flip-manifest": _in_place(_is(MANIFEST), flip),
    "flip-tagmanifest": _in_place(_is(TAGMANIFEST), flip),
    "flip-mets": _in_place(_is("data/METS.xml"), flip),
    "flip-representation": _in_place(_below("representations/", "METS.xml"), flip),
    "flip-premis": _in_place(_below("metadata/preservation/", ".xml"), flip),
    "flip-description": _in_place(_below("metadata/descriptive/", ".xml"), flip),
    "flip-tags": _in_place(_is("bagit.txt", "bag-info.txt"), flip),
    "truncated": _in_place(_any, _shorten, least=2),
    "grown": _in_place(_any, _grow),
    "emptied": _in_place(_any, lambda path, _: os.truncate(path, 0)),
    "zeroed": _in_place(_page, _zero),
    "deleted-file": _deleted,
    "removed-tagmanifest": _tagmanifest,
    "renamed": _renamed,
    "extra-file": _extra,
    "swapped": _swapped,
    "link": _linked,
    "unreadable": _unreadable,
    "forged": _forged,
    "deleted-package": _package,
}
"""Every kind by its name."""

FLIP: Plant = _in_place(lambda _: True, flip)
"""A bit turned over anywhere at all."""


def kinds() -> Iterable[str]:
    """Return the kinds that can be planted by this user: whoever may read everything cannot be refused a file."""
    return [kind for kind in KINDS if kind != "unreadable" or os.geteuid() != 0]
