"""The files of ``data/``: as METS lists them, with what PREMIS knows, and those that METS forgets."""

from __future__ import annotations

import re
from dataclasses import replace

from fonds.metadata.mets import MetsFile
from fonds.metadata.model import FileRecord
from fonds.packaging.tt05.package import Sources
from fonds.packaging.tt05.sources import resolve
from fonds.packaging.tt05.stage import media_type

_DATA = re.compile(r"representations/[^/]+/data/.+", re.IGNORECASE)


def payload(sources: Sources) -> tuple[FileRecord, ...]:
    """Return the files that are there. Raises OSError when one cannot be looked at."""
    found: dict[str, FileRecord] = {}
    for file in (file for one in sources.mets()[1:] for file in one.files):
        path = resolve(sources, file.path)
        if _DATA.fullmatch(path) and path not in found:
            found[path] = _listed(sources, file, path)
    for path in sources.tree:
        if _DATA.fullmatch(path) and path not in found:
            found[path] = FileRecord(path, _size(sources, path), "", media_type(path), "")
    return tuple(found.values())


def _listed(sources: Sources, file: MetsFile, path: str) -> FileRecord:
    said = FileRecord(
        path,
        _size(sources, path) if file.size is None else file.size,
        file.checksum.strip().lower() if is_sha256(file) else "",
        file.mimetype,
        file.created,
        original_name=sources.inner_links.titles.get(file.id, ""),
    )
    known = sources.preserved.get(path)
    return with_details(said, known) if known else said


def is_sha256(file: MetsFile) -> bool:
    """Say whether the checksum that METS states is a SHA-256, however that is spelled."""
    return file.checksum_type.upper().replace("-", "") == "SHA256"


def _size(sources: Sources, path: str) -> int:
    return (sources.folder / path).lstat().st_size


def with_details(file: FileRecord, known: FileRecord) -> FileRecord:
    """Return the file with what another record of it knows besides; size and digest stay those of METS."""
    return replace(
        file,
        mimetype=file.mimetype or known.mimetype,
        created=known.created or file.created,
        puid=known.puid or file.puid,
        format_name=known.format_name or file.format_name,
        format_version=known.format_version or file.format_version,
        original_name=known.original_name or file.original_name,
        original_raw=known.original_raw or file.original_raw,
        received_as=known.received_as or file.received_as,
    )
