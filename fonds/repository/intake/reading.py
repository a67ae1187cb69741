"""Reading the content of delivered files, in worker processes: hash, format by signature, and a complete decode."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from fonds.repository.ports.formats import FormatId, FormatIdentifier
from fonds.repository.ports.imaging import Decoded, ImageFacts, Imaging


@dataclass(frozen=True, slots=True)
class FileReading:
    """What the bytes of one file say. ``size`` is how many were read; ``problem`` is '' or UNREADABLE_FILE."""

    size: int
    sha256: str
    format: FormatId = field(default_factory=FormatId)
    facts: ImageFacts = field(default_factory=lambda: ImageFacts(""))
    decoded: Decoded = field(default_factory=Decoded)
    problem: str = ""
    note: str = ""


def read_files(
    imaging: Imaging, formats: FormatIdentifier, paths: tuple[Path, ...], *, hash_only: bool
) -> list[FileReading]:
    """Read files one after the other; with ``hash_only`` nothing is looked into (secret dossiers).

    A file that the system does not let us read is an answer, never an exception.
    """
    return [_read(imaging, formats, path, hash_only=hash_only) for path in paths]


def _read(imaging: Imaging, formats: FormatIdentifier, path: Path, *, hash_only: bool) -> FileReading:
    try:
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.tell()
        if hash_only or not size:
            return FileReading(size, sha256)
        facts = imaging.inspect(path)
        decoded = imaging.decode(path) if facts.format and not facts.problem else Decoded()
        return FileReading(size, sha256, formats.identify(path), facts, decoded)
    except OSError as error:
        return FileReading(0, "", problem="UNREADABLE_FILE", note=error.strerror or str(error))
