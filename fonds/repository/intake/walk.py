"""Walking a delivered folder: names byte for byte as they are on disk, compared after NFC, symlinks never followed."""

from __future__ import annotations

import bisect
import itertools
import os
import re
import stat
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fonds.errors import FondsError
from fonds.repository.intake.values import escape_controls

_STRAY = re.compile(r"thumbs\.db|desktop\.ini|\.ds_store|\._.*|~\$.*", re.IGNORECASE | re.DOTALL)


def nfc_name(raw: bytes) -> str:
    r"""Return a name or path in NFC.

    Bytes that are no UTF-8 appear as ``\xff`` and characters XML cannot carry as ``\u0007``, so that it can always be
    printed and recorded; ``Found.raw`` keeps what is on disk.
    """
    return unicodedata.normalize("NFC", escape_controls(raw.decode("utf-8", "backslashreplace")))


def is_stray(name: str) -> bool:
    """Say whether a file is left behind by an operating system or by Excel (Thumbs.db, .DS_Store, ~$x.xlsx)."""
    return _STRAY.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Found:
    """One directory entry that is not a folder. ``where`` is the NFC path from the root, ``raw`` its bytes.

    ``size`` is bytes, ``modified`` nanoseconds since 1970. ``regular`` is False for links, devices and pipes.
    """

    where: str
    raw: bytes
    path: Path
    size: int
    modified: int
    regular: bool

    @property
    def name(self) -> str:
        """The file's own name in NFC."""
        return self.where.rpartition("/")[2]

    @property
    def stray(self) -> bool:
        """Whether the file is left out as a by-product of a system."""
        return is_stray(self.name)


@dataclass(slots=True)
class Folder:
    """Every folder on disk with one NFC path. ``raws`` are their paths from the root, byte for byte.

    ``files`` counts the entries directly in it that are to be archived: no ``strays``, no inventory. ``longest`` is the
    length in UTF-8 bytes of the longest path of an entry, from the root.
    """

    where: str
    raws: list[bytes] = field(default_factory=list)
    files: int = 0
    strays: int = 0
    longest: int = 0


@dataclass(slots=True)
class Tree:
    """The folders of a delivery by NFC path; the root is ''. ``omitted`` are raw paths that are not content.

    ``paths`` are the keys of ``folders`` in order.
    """

    root: Path
    folders: dict[str, Folder]
    omitted: frozenset[bytes]
    paths: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The root's own name in NFC."""
        return nfc_name(os.fsencode(self.root.name))

    @property
    def files(self) -> int:
        """How many files are to be archived, in folders of the inventory and others."""
        return sum(folder.files for folder in self.folders.values())

    def entries(self, where: str) -> Iterator[Found]:
        """Yield what lies directly in a folder, strays too, in the order of NFC paths.

        Raises FondsError SOURCE_UNREADABLE for a folder that cannot be listed any more.
        """
        found: list[Found] = []
        for raw in self.folders[where].raws:
            found += (_found(self.root, raw, entry) for entry in _scan(self.root, raw) if not _is_folder(entry))
        yield from sorted((one for one in found if one.raw not in self.omitted), key=lambda one: (one.where, one.raw))

    def below(self, where: str) -> list[Folder]:
        """Return the folders below a folder, in NFC path order."""
        if not where:
            return [self.folders[path] for path in self.paths if path]
        prefix = f"{where}/"
        start = bisect.bisect_left(self.paths, prefix)
        inside = itertools.takewhile(lambda path: path.startswith(prefix), itertools.islice(self.paths, start, None))
        return [self.folders[path] for path in inside]


def walk(root: Path, omitted: frozenset[bytes] = frozenset()) -> Tree:
    """List every folder below ``root``. Raises FondsError SOURCE_UNREADABLE naming a folder that cannot be read."""
    tree = Tree(root, {}, omitted)
    waiting = [b""]
    while waiting:
        raw = waiting.pop()
        where = nfc_name(raw)
        folder = tree.folders.setdefault(where, Folder(where))
        folder.raws.append(raw)
        for entry in _scan(root, raw):
            path = _join(raw, entry.name)
            if _is_folder(entry):
                waiting.append(path)
            elif path not in omitted:
                stray = is_stray(nfc_name(entry.name))
                folder.files += not stray
                folder.strays += stray
                folder.longest = max(folder.longest, len(nfc_name(path).encode()))
    for folder in tree.folders.values():
        folder.raws.sort()
    tree.paths = sorted(tree.folders)
    return tree


def _scan(root: Path, raw: bytes) -> list[os.DirEntry[bytes]]:
    try:
        with os.scandir(os.fsencode(root) + (b"/" + raw if raw else b"")) as entries:
            return list(entries)
    except OSError as error:
        where = nfc_name(os.fsencode(root) + (b"/" + raw if raw else b""))
        raise FondsError("SOURCE_UNREADABLE", path=where, reason=error.strerror or str(error)) from error


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    return entry.is_dir(follow_symlinks=False)


def _found(root: Path, folder: bytes, entry: os.DirEntry[bytes]) -> Found:
    raw = _join(folder, entry.name)
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        raise FondsError("SOURCE_UNREADABLE", path=nfc_name(raw), reason=error.strerror or str(error)) from error
    path = root / os.fsdecode(raw)
    return Found(nfc_name(raw), raw, path, status.st_size, status.st_mtime_ns, stat.S_ISREG(status.st_mode))


def _join(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name
