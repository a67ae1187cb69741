"""The bag declaration ``bagit.txt`` (RFC 8493, 2.1.1), read tolerantly: versions 0.93 to 1.0."""

from __future__ import annotations

import re
from dataclasses import dataclass

DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
LIMIT = 4096
"""Bytes of bagit.txt that are read: it is two short lines."""
CURRENT = (1, 0)
KNOWN = {(0, 93), (0, 94), (0, 95), (0, 96), (0, 97), CURRENT}

_ENDING = re.compile(r"\r\n|\r|\n")
_VERSION = re.compile(r"BagIt-Version:([ \t]*)(\d{1,9})\.(\d{1,9})([ \t]*)")
_ENCODING = re.compile(r"Tag-File-Character-Encoding:([ \t]*)([!-~]+)([ \t]*)")
_BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What bagit.txt says.

    ``problem`` is '' or why it is not what it must be: 'missing', 'unreadable', 'text', 'version', 'encoding' or
    'lines'. ``version`` is (1, 0) and ``encoding`` UTF-8 where the file does not say. ``spaces`` tells of blanks that
    are one too many or missing; ``bom`` of a byte-order mark.
    """

    problem: str = ""
    version: tuple[int, int] = CURRENT
    encoding: str = "UTF-8"
    spaces: bool = False
    bom: bool = False


def read_declaration(content: bytes) -> Declaration:
    """Return what the bytes of a bagit.txt say. Never raises."""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return Declaration("text")
    lines = _ENDING.split(text.removeprefix(_BOM))
    if lines[-1] == "":
        lines.pop()
    first = _VERSION.fullmatch(lines[0]) if lines else None
    second = _ENCODING.fullmatch(lines[1]) if len(lines) > 1 else None
    version = (int(first[2]), int(first[3])) if first else CURRENT
    encoding = second[2] if second else "UTF-8"
    problem = "version" if first is None else "encoding" if second is None else "lines" if len(lines) > 2 else ""
    spaces = any(match is not None and (match[1] != " " or match[match.re.groups]) for match in (first, second))
    return Declaration(problem, version, encoding, bool(spaces), text.startswith(_BOM))
