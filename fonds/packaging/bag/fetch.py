"""The lines of ``fetch.txt`` (RFC 8493, 2.2.3). Nothing is ever fetched: an archive takes complete bags."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import urlsplit

from fonds.packaging.bag.manifest import LineFault
from fonds.packaging.bag.names import decode_path

_LINE = re.compile(rb"([^ \t]+)[ \t]+(-|\d{1,20})[ \t]+([^\0]+)", re.DOTALL)
REMOTE = ("http", "https", "ftp", "ftps", "sftp", "s3", "gs")
"""Schemes that lead to another machine. ``file`` would make a reader give away its own files (RFC 8493, 5.2)."""


class Fetched(NamedTuple):
    """One line of a fetch file: where a payload file can be had, its size (-1: not told), its path as written."""

    url: str
    size: int
    written: str

    @property
    def path(self) -> str:
        """The path with its percent-encoding undone."""
        return decode_path(self.written)


def parse_fetch_line(line: bytes | None) -> Fetched | LineFault:
    """Return what a line of fetch.txt says, or why it says nothing."""
    if line is None:
        return LineFault.LONG
    match = _LINE.fullmatch(line)
    if match is None:
        return LineFault.FORM if line.strip(b" \t") else LineFault.BLANK
    try:
        return Fetched(match[1].decode(), -1 if match[2] == b"-" else int(match[2]), match[3].decode())
    except UnicodeDecodeError:
        return LineFault.TEXT


def is_remote(url: str) -> bool:
    """Say whether a URL is absolute and leads to another machine."""
    try:
        parts = urlsplit(url)
        return parts.scheme.lower() in REMOTE and bool(parts.hostname)
    except ValueError:
        return False
