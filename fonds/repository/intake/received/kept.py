"""The files of a submission that are no payload: they go along as they came."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from fonds.repository.intake.reading import Instruments, scan_file
from fonds.repository.intake.submission import SourceFile
from fonds.repository.intake.walk import Found
from fonds.repository.ports.scanner import Verdict
from fonds.schemas.findings import Finding, finding

SMALL = 1_000_000
"""Bytes of what all dossiers of a bag share, up to which each package keeps a copy of its own."""


def kept_files(instruments: Instruments, found: Iterable[Found]) -> tuple[SourceFile, ...]:
    """Hash files, scan them for viruses and tell their formats. Raises OSError."""
    return tuple(_kept(instruments, one) for one in found)


def _kept(instruments: Instruments, one: Found) -> SourceFile:
    read = scan_file(instruments.scanner, one.path)
    known = instruments.formats.identify(one.path)
    return SourceFile(
        one.path, one.where, one.raw, read.size, read.sha256, one.modified,
        known.puid, known.name, known.version, known.mimetype, scan=read.scan,
    )  # fmt: skip


def infected(files: Iterable[SourceFile]) -> Iterator[Finding]:
    """Report the files in which a virus was found."""
    for file in files:
        if file.scan.verdict is Verdict.INFECTED:
            yield finding("VIRUS_FOUND", file.where, name=file.scan.detail, scanner=file.scan.scanner)


def shared_files(instruments: Instruments, found: Iterable[Found]) -> tuple[tuple[SourceFile, ...], bool]:
    """Return what several dossiers share, and whether it is small enough for each to keep."""
    files = kept_files(instruments, found)
    return files, sum(file.size for file in files) <= SMALL
