"""The files of a submission that are no payload: they go along as they came."""

from __future__ import annotations

from collections.abc import Iterable

from fonds.packaging.digest import hash_file
from fonds.repository.intake.submission import SourceFile
from fonds.repository.intake.walk import Found
from fonds.repository.ports.formats import FormatIdentifier

SMALL = 1_000_000
"""Bytes of what all dossiers of a bag share, up to which each package keeps a copy of its own."""


def kept_files(formats: FormatIdentifier, found: Iterable[Found]) -> tuple[SourceFile, ...]:
    """Hash files and tell their formats. Raises OSError."""
    return tuple(_kept(formats, one) for one in found)


def _kept(formats: FormatIdentifier, one: Found) -> SourceFile:
    size, sha256 = hash_file(one.path)
    known = formats.identify(one.path)
    return SourceFile(
        one.path, one.where, one.raw, size, sha256, one.modified,
        known.puid, known.name, known.version, known.mimetype,
    )  # fmt: skip


def shared_files(formats: FormatIdentifier, found: Iterable[Found]) -> tuple[tuple[SourceFile, ...], bool]:
    """Return what several dossiers share, and whether it is small enough for each to keep."""
    files = kept_files(formats, found)
    return files, sum(file.size for file in files) <= SMALL
