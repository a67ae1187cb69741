"""Reading a stored package through its seal: what is not as it was sealed is never handed on."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

from fonds.errors import FondsError
from fonds.metadata.model import FileRecord
from fonds.packaging.bag import MANIFEST, TAGMANIFEST, read_manifest
from fonds.packaging.digest import copy_handle, digest_bytes, hash_handle
from fonds.packaging.eark import PackageContent, read_package
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Aip
from fonds.schemas.findings import Finding, finding

_OF_THE_TARGET = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EEXIST, errno.EFBIG}


class BrokenPackageError(Exception):
    """A stored package is not as it was sealed; ``findings`` says where and how."""

    def __init__(self, *findings: Finding) -> None:
        super().__init__(*findings)
        self.findings = findings


class SealedPackage:
    """One stored version of a package. Paths are those in the bag; ``digests`` has the SHA-256 (hex) of every file.

    The seal in the catalogue vouches for the two manifests, and these for everything else. Raises BrokenPackageError.
    ``step`` is called for every payload file that was read.
    """

    def __init__(self, archive: Archive, aip: Aip, step: Callable[[], None] = lambda: None) -> None:
        self._archive, self._aip, self._step = archive, aip, step
        self.digests = {MANIFEST: aip.manifest, TAGMANIFEST: aip.tagmanifest}
        for name in (MANIFEST, TAGMANIFEST):
            try:
                listed = {entry.path: entry.sha256 for entry in read_manifest(self._read(name))}
            except FondsError as error:
                raise self.broken(name, "form") from error
            self.digests = {**listed, **self.digests}

    def broken(self, path: str, reason: str, actual: str = "") -> BrokenPackageError:
        """Return the error for a file: ``reason`` is missing, unreadable, digest, extra or form."""
        facts = {"code": self._aip.code, "objid": self._aip.objid, "path": f"{self._aip.location}/{path}"}
        expected = self.digests.get(path, "")
        return BrokenPackageError(
            finding("EXPORT_FILE_BROKEN", path, reason=reason, expected=expected, actual=actual, **facts)
        )

    def _read(self, path: str) -> BytesIO:
        """Return the content of a metadata file."""
        with self._failures(path), self._archive.store.open(self._aip.location, path) as source:
            content = source.read()
        self._compare(path, digest_bytes(content))
        return BytesIO(content)

    def _compare(self, path: str, actual: str) -> None:
        if actual != self.digests[path]:
            raise self.broken(path, "digest", actual)

    @contextmanager
    def _failures(self, path: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise self.broken(path, "missing") from error
        except OSError as error:
            if error.errno in _OF_THE_TARGET:
                raise
            raise self.broken(path, "unreadable", error.strerror or str(error)) from error

    def content(self) -> PackageContent:
        """Return what the package says and holds."""
        try:
            return read_package(self._metadata)
        except (FondsError, ValueError, KeyError) as error:
            raise self.broken("data/METS.xml", "form", str(error)) from error

    def _metadata(self, path: str) -> BytesIO:
        if f"data/{path}" not in self.digests:
            raise FileNotFoundError(errno.ENOENT, "not in the manifest", path)
        return self._read(f"data/{path}")

    def require_same(self, file: FileRecord) -> None:
        """Raise BrokenPackageError when METS or PREMIS do not say of a file what was sealed."""
        path = f"data/{file.path}"
        if self.digests.get(path) != file.sha256:
            raise self.broken(path, "digest", file.sha256)

    def copy(self, path: str, target: Path) -> None:
        """Copy a file to a new place, hashing what is written; the folders above it are made. Raises OSError too."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._failures(path), self._archive.store.open(self._aip.location, path) as source:
            _, actual = copy_handle(source.fileno(), target)
        self._compare(path, actual)
        self._step()

    def verify(self, path: str) -> None:
        """Read a file and compare it with its digest."""
        with self._failures(path), self._archive.store.open(self._aip.location, path) as source:
            _, actual = hash_handle(source.fileno())
        self._compare(path, actual)
        self._step()

    def copy_all(self, target: Path, *, bag: bool) -> None:
        """Copy the whole package to the new folder ``target``: as the bag it is, or only what is in its ``data/``.

        Everything is read before anything is said, so that all that is broken is told at once. Raises OSError too.
        """
        target.mkdir()
        found: list[Finding] = []
        with self._failures(""):
            present = {file.path for file in self._archive.store.files(self._aip.location)}
        found += [one for path in sorted(present - self.digests.keys()) for one in self.broken(path, "extra").findings]
        for path in sorted(self.digests):
            inside = path if bag else path.removeprefix("data/")
            if bag or inside != path:
                try:
                    self.copy(path, target / inside)
                except BrokenPackageError as error:
                    found += error.findings
        if found:
            raise BrokenPackageError(*found)
