"""The metadata files of a package while it is made: each written once, hashed and remembered."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, NamedTuple

from fonds.metadata.model import FileRecord
from fonds.packaging.digest import hash_file


class Form(NamedTuple):
    """What format a file has: MIME type, PRONOM id, name and version of the format."""

    mimetype: str
    puid: str
    name: str
    version: str


XML = Form("application/xml", "fmt/101", "XML", "1.0")
XSD = Form("application/xml", "x-fmt/280", "XML Schema Definition", "")
TEXT = Form("text/plain", "x-fmt/111", "Plain Text File", "")


class MetadataFiles:
    """Writes files below a package root. ``written`` are their records; ``when`` is their time (ISO 8601, zone)."""

    def __init__(self, root: Path, when: str) -> None:
        self._root, self._when = root, when
        self.written: list[FileRecord] = []

    def make(self, path: str, make: Callable[[BinaryIO], None], form: Form = XML) -> FileRecord:
        """Write a new file. Raises what ``make`` raises, and OSError, also when the file is there already."""
        target = self._root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as out:
            make(out)
        size, sha256 = hash_file(target)
        file = FileRecord(path, size, sha256, form.mimetype, self._when, form.puid, form.name, form.version)
        self.written.append(file)
        return file

    def put(self, path: str, content: bytes, form: Form) -> FileRecord:
        """Write a new file with this content. Raises OSError."""

        def write(out: BinaryIO) -> None:
            out.write(content)

        return self.make(path, write, form)
