"""The bag around a package: its manifests, its seal, and reading everything back before anybody is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from fonds.errors import FondsError
from fonds.metadata.model import FileRecord
from fonds.packaging.bag import MANIFEST, TAGMANIFEST, Entry, Seal, read_manifest, write_tags
from fonds.packaging.digest import hash_file
from fonds.packaging.eark.content import PackageContent

SIGNATURE = "Fonds-Submission-Signature"
"""The label in bag-info.txt under which the signature of the submission is kept."""
Opener = Callable[[str], BinaryIO]
"""Opens a file by its path, for reading."""


@dataclass(frozen=True, slots=True)
class SealedPackage:
    """A bag that was made: its seal, its files and their bytes, the tag files included."""

    seal: Seal
    files: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Made:
    """What bag-info.txt says of a package: its OBJID, when this version was made (ISO 8601) and by which software."""

    objid: str
    modified: str
    software: tuple[str, str]


def seal_package(
    root: Path, content: PackageContent, written: Iterable[FileRecord], info: Mapping[str, str]
) -> SealedPackage:
    """Make ``root`` a bag; the package is in its ``data/``.

    ``written`` is what ``write_package`` gave, ``info`` are further lines of bag-info.txt. Raises OSError.
    """
    return seal_files(
        root, Made(content.record.id, content.modified, content.software), all_files(content, written), info
    )


def seal_files(root: Path, made: Made, files: Iterable[FileRecord], info: Mapping[str, str]) -> SealedPackage:
    """Make ``root`` a bag; ``files`` are all that lie in its ``data/``, by their paths from there. Raises OSError."""
    size = count = 0

    def entries() -> Iterator[Entry]:
        nonlocal size, count
        for file in files:
            size, count = size + file.size, count + 1
            yield Entry(f"data/{file.path}", file.sha256)

    payload = list(entries())
    lines = {
        "Bagging-Date": made.modified[:10],
        "Bag-Software-Agent": " ".join(made.software),
        "External-Identifier": made.objid,
        "Payload-Oxum": f"{size}.{count}",
        **info,
    }
    seal = write_tags(root, payload, lines)
    tags = [entry.stat().st_size for entry in root.iterdir() if entry.is_file()]
    return SealedPackage(seal, count + len(tags), size + sum(tags))


def all_files(content: PackageContent, written: Iterable[FileRecord]) -> Iterator[FileRecord]:
    """Yield every file of a package; ``written`` is what ``write_package`` gave."""
    yield from given_files(content)
    yield from written


def given_files(content: PackageContent) -> Iterator[FileRecord]:
    """Yield the files that ``write_package`` does not write: those that have to lie in the folder before."""
    for one in content.representations:
        yield from one.files
    yield from content.documentation
    yield from content.superseded
    yield from content.described.values()


def verify_package(root: Path, sealed: SealedPackage, *, but: Collection[str] = ()) -> None:
    """Read the bag back from the disk and compare it with what was written, before anybody is told that it is safe.

    ``but`` are paths in the bag that are not read: links to files of an older version, which the audit reads. Raises
    FondsError STORE_FAILED naming the file that did not come back as it was written.
    """
    seal = {MANIFEST: sealed.seal.manifest, TAGMANIFEST: sealed.seal.tagmanifest}
    for path, expected in chain(seal.items(), stored_digests(lambda name: (root / name).open("rb"))):
        if path not in but and hash_file(root / path, cold=True)[1] != expected:
            raise FondsError("STORE_FAILED", path=root / path, reason="read-back")


def stored_digests(opener: Opener) -> Iterator[tuple[str, str]]:
    """Yield path and SHA-256 (hex) of every file of a bag but its two manifests, as the manifests have them.

    Raises OSError and FondsError MANIFEST_BROKEN.
    """
    for name in (MANIFEST, TAGMANIFEST):
        with opener(name) as source:
            for entry in read_manifest(source):
                if entry.path != MANIFEST:
                    yield entry.path, entry.sha256
