"""Naming the format of a file after the PRONOM registry."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

UNKNOWN_MIMETYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class FormatId:
    """A format as PRONOM knows it: ``puid`` ("fmt/353"), name, version ('' when it has none), MIME type.

    Unknown: everything '' but the MIME type, which is application/octet-stream. ``by_extension`` is true when only the
    name of the file says so (plain text, CSV), which is a guess worth less than a signature.
    """

    puid: str = ""
    name: str = ""
    version: str = ""
    mimetype: str = UNKNOWN_MIMETYPE
    by_extension: bool = False


class FormatIdentifier(Protocol):
    """Identifies files by their bytes; the extension only helps between formats that share a signature."""

    def identify(self, path: Path) -> FormatId:
        """Return the format of one file; an empty or unrecognised file is unknown, not an error.

        Raises OSError when the file cannot be read.
        """
