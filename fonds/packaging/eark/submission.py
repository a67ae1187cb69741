"""The submission that a package was made from, put together again out of the package, byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

from fonds.metadata.model import FileRecord
from fonds.packaging.eark.content import PackageContent

SUBMISSION = "documentation/submission"
"""Where a package keeps the files of its submission that are no payload."""


def rebuild_submission(content: PackageContent) -> dict[bytes, FileRecord]:
    """Return every file of a submission, by its path in it, as the file of the package that has its bytes.

    Paths are those below the folder that was handed over, or in the zip or tar, byte for byte. Empty folders are not
    kept, nor is the package file itself: its name, size and SHA-256 are in the event of the transfer. Where a bag held
    several dossiers, each package gives its own files and what they share (docs/formats.md).
    """
    return {path_in_submission(file): file for file in _files(content) if file.received_as or file.original_name}


def _files(content: PackageContent) -> Iterable[FileRecord]:
    for one in content.representations:
        yield from one.files
    yield from (file for file in content.documentation if file.path.startswith(f"{SUBMISSION}/"))


def path_in_submission(file: FileRecord) -> bytes:
    """Return the path that a file had in the submission."""
    return unquote_to_bytes(file.received_as or file.original_raw) or file.original_name.encode()
