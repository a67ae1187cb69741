"""Walking a folder without following links: every regular file, and everything that is not one."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from fonds.packaging.bag.names import printable
from fonds.packaging.beneath import Beneath

LONGEST = 4095
"""Bytes of the longest path that Linux takes in one call."""


class Found(NamedTuple):
    """A regular file: its path from the folder, with '/', and its size in bytes."""

    path: str
    size: int


class OddKind(StrEnum):
    """What is not a regular file, or is one that cannot be named."""

    LINK = "link"
    PIPE = "pipe"
    SOCKET = "socket"
    DEVICE = "device"
    NOT_UTF8 = "not_utf8"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    EMPTY_FOLDER = "empty_folder"


@dataclass(frozen=True, slots=True)
class Odd:
    """Something that a bag cannot hold, or an empty folder. ``path`` can be printed; ``exact`` is what is on disk."""

    path: str
    kind: OddKind
    reason: str = ""
    exact: str = ""


_KINDS = {stat.S_IFLNK: OddKind.LINK, stat.S_IFIFO: OddKind.PIPE, stat.S_IFSOCK: OddKind.SOCKET}


def walk(root: int) -> Iterator[Found | Odd]:
    """Yield what lies below the open folder ``root``, folder by folder. Never raises for what the disk holds."""
    waiting = [""]
    with Beneath(root) as below:
        while waiting:
            path = waiting.pop()
            try:
                yield from _folder(below.folder(path), path, waiting)
            except OSError as error:
                yield Odd(printable(path), OddKind.UNREADABLE, error.strerror or str(error))


def _folder(handle: int, path: str, waiting: list[str]) -> Iterator[Found | Odd]:
    empty, prefix = True, f"{path}/" if path else ""
    with os.scandir(handle) as entries:
        for entry in entries:
            empty = False
            exact = entry.name if entry.name.isascii() else _name(entry)
            if exact is None:
                yield Odd(printable(prefix + entry.name), OddKind.NOT_UTF8)
            elif len(prefix) + len(exact) > LONGEST // 4 and len((prefix + exact).encode()) > LONGEST:
                yield Odd(printable(prefix + exact), OddKind.TOO_LONG)
            elif (found := _look(entry, prefix + exact)) is not None:
                yield found
            else:
                waiting.append(prefix + exact)
    if empty and path:
        yield Odd(printable(path), OddKind.EMPTY_FOLDER, exact=path)


def _name(entry: os.DirEntry[str]) -> str | None:
    # Through the bytes: a process in another locale decodes names differently, the bag is in UTF-8 all the same.
    try:
        return os.fsencode(entry.name).decode()
    except UnicodeDecodeError:
        return None


def _look(entry: os.DirEntry[str], path: str) -> Found | Odd | None:
    """Return what an entry is, None for a folder."""
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return Odd(printable(path), OddKind.UNREADABLE, error.strerror or str(error))
    if stat.S_ISREG(status.st_mode):
        return Found(path, status.st_size)
    if stat.S_ISDIR(status.st_mode):
        return None
    return Odd(printable(path), _KINDS.get(stat.S_IFMT(status.st_mode), OddKind.DEVICE))
