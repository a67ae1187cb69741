"""Reading the content of delivered files, in worker processes: hash, viruses, format, a complete decode, signatures."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from fonds.packaging.digest import open_regular
from fonds.repository.limits import page_clock
from fonds.repository.ports.formats import FormatId, FormatIdentifier
from fonds.repository.ports.imaging import Decoded, ImageFacts, Imaging
from fonds.repository.ports.pdfs import PdfFacts, PdfInspector
from fonds.repository.ports.scanner import Readable, Scan, Scanner, Verdict

STOPPED = "READING_STOPPED"
"""The code of a file that a worker could not read within its limits, or died of."""

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Instruments:
    """What files are looked at with. All of it is sent to workers and must be picklable."""

    imaging: Imaging
    formats: FormatIdentifier
    pdfs: PdfInspector
    scanner: Scanner


@dataclass(frozen=True, slots=True)
class FileReading:
    """What the bytes of one file say.

    ``size`` is how many were read. ``problem`` is '', UNREADABLE_FILE or READING_STOPPED, and ``note`` says why: what
    the system says of the first, of the second ``time``, ``memory`` or ``crash``.
    """

    size: int
    sha256: str
    format: FormatId = field(default_factory=FormatId)
    facts: ImageFacts = field(default_factory=lambda: ImageFacts(""))
    decoded: Decoded = field(default_factory=Decoded)
    problem: str = ""
    note: str = ""
    scan: Scan = field(default_factory=lambda: Scan(detail="secret"))
    pdf: PdfFacts = field(default_factory=PdfFacts)

    @property
    def infected(self) -> bool:
        """Whether a virus was found."""
        return self.scan.verdict is Verdict.INFECTED


def read_files(instruments: Instruments, paths: tuple[Path, ...], *, hash_only: bool) -> list[FileReading]:
    """Read files one after the other; with ``hash_only`` nothing is looked into (secret dossiers).

    A file that the system does not let us read, or that needs more memory than there is, is an answer, never an
    exception.
    """
    return [_read(instruments, path, hash_only=hash_only) for path in paths]


def _read(instruments: Instruments, path: Path, *, hash_only: bool) -> FileReading:
    try:
        known = scan_file(None if hash_only else instruments.scanner, path)
        return known if hash_only or not known.size or known.infected else _looked_into(instruments, path, known)
    except OSError as error:
        return FileReading(0, "", problem="UNREADABLE_FILE", note=error.strerror or str(error))


def scan_file(scanner: Scanner | None, path: Path) -> FileReading:
    """Hash a file and scan it for viruses in one pass; without a scanner it may not be looked into.

    Raises OSError, also for a link.
    """
    with os.fdopen(open_regular(path), "rb") as stream:
        hashed = _Hashed(stream)
        size = os.fstat(stream.fileno()).st_size
        scan = scanner.scan(hashed, size) if scanner else Scan(detail="secret")
        hashed.finish()
    return FileReading(hashed.size, hashed.digest(), scan=scan)


def _looked_into(instruments: Instruments, path: Path, known: FileReading) -> FileReading:
    """Read what a file holds; nothing of one that a virus was found in is ever looked into."""
    size, sha256, scan = known.size, known.sha256, known.scan
    with page_clock():
        try:
            facts = instruments.imaging.inspect(path)
            decoded = instruments.imaging.decode(path) if facts.format and not facts.problem else Decoded()
            pdf = instruments.pdfs.inspect(path) if facts.format == "pdf" else PdfFacts()
            return FileReading(size, sha256, instruments.formats.identify(path), facts, decoded, scan=scan, pdf=pdf)
        except MemoryError:
            return FileReading(size, sha256, problem=STOPPED, note="memory", scan=scan)


class _Hashed:
    """A stream that is hashed as it is read: what the scanner sees is what the hash is of."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._hash = stream, hashlib.sha256()
        self.size = 0

    def read(self, size: int, /) -> bytes:
        """Read on."""
        data = self._stream.read(size)
        self._hash.update(data)
        self.size += len(data)
        return data

    def finish(self) -> None:
        """Read to the end."""
        while self.read(_CHUNK):
            pass

    def digest(self) -> str:
        """Return the SHA-256 of what was read."""
        return self._hash.hexdigest()
