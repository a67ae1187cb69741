"""Checking one stored package: every file is read from the disk and compared with what was sealed at ingest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_handle
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.ports.store import Store

MAIN_COPY = "main"
"""The name of the store itself among the copies."""


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """What reading a package gave: every file that is not as it was sealed.

    ``files`` counts the files that were read, ``bytes`` what came from the disk for that: what another version of the
    dossier shares with it (``Store.shared``) is read, and counted, once.
    """

    aip: Aip
    files: int
    bytes: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """True when every file was read and is as it was sealed, and nothing is there that should not be."""
        return not self.problems


def check_versions(
    store: Store, packages: Sequence[tuple[Aip, Mapping[str, str]]], copy: str = MAIN_COPY
) -> list[PackageCheck]:
    """Check versions of one dossier as ``check_package`` does, bytes that they share read once.

    A fault in shared bytes is a problem of each version that they belong to.
    """
    known: dict[tuple[int, int], _Readings] = {}
    return [_check(_Checker(store, aip, known, copy), digests) for aip, digests in packages]


def check_package(store: Store, aip: Aip, digests: Mapping[str, str], copy: str = MAIN_COPY) -> PackageCheck:
    """Read every file of a package, cold, and compare with ``digests`` and the seal.

    ``digests`` maps each path in the bag to its SHA-256 (hex); the two manifests are judged by the seal, so that a
    payload file and a manifest that were changed together are found. The problems carry ``copy``, the name of the store
    among the copies. Never raises for what the disk does: a file that cannot be read is a problem with the result
    ``unreadable``.
    """
    return _check(_Checker(store, aip, {}, copy), digests)


def _check(checker: _Checker, digests: Mapping[str, str]) -> PackageCheck:
    store, aip = checker.store, checker.aip
    expected = {**digests, MANIFEST: aip.manifest, TAGMANIFEST: aip.tagmanifest}
    try:
        present = dict(store.files(aip.location))
    except FileNotFoundError:
        return PackageCheck(aip, 0, 0, (checker.problem("", "missing"),))
    except OSError as error:
        return PackageCheck(aip, 0, 0, (checker.problem("", "unreadable", actual=error.strerror or ""),))
    problems = [checker.problem(path, "extra") for path in present if path not in expected]
    for path in sorted(expected):
        if path in present:
            problems.extend(checker.file(path, expected[path]))
        else:
            problems.append(checker.problem(path, "missing", expected=expected[path]))
    return PackageCheck(aip, checker.files, checker.bytes, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What reading a file gave: its size and digest, or a result (missing, unreadable) and what the system said."""

    size: int = 0
    actual: str = ""
    result: str = ""


_Readings = tuple[_Reading, _Reading | None]
"""The first reading of a file and, when that was not as it should be, the second."""


class _Checker:
    """Checks one version. ``known`` are the readings of bytes that several names share."""

    def __init__(self, store: Store, aip: Aip, known: dict[tuple[int, int], _Readings], copy: str) -> None:
        self.store, self.aip, self._known, self._copy = store, aip, known, copy
        self.files = self.bytes = 0

    def problem(self, path: str, result: str, *, expected: str = "", actual: str = "") -> Problem:
        # A stray file may have a name that is not UTF-8: the name is escaped, or it could not be written down.
        path = path.encode(errors="backslashreplace").decode()
        return Problem(self.aip.objid, self.aip.version, self._copy, path, result, expected, actual)

    def file(self, path: str, expected: str) -> Iterator[Problem]:
        """Read a file; what is not as it should be is read a second time before it is believed."""
        first, again = self._readings(path, expected)
        self.files += not (again or first).result
        if again is not None:
            result = (again.result or "digest") if again == first else "unstable"
            yield self.problem(path, result, expected=expected, actual=first.actual)

    def _readings(self, path: str, expected: str) -> _Readings:
        """Read a file, or take what reading the same bytes under another name gave."""
        shared = self.store.shared(self.aip.location, path)
        first, again = self._known.get(shared, (None, None)) if shared else (None, None)
        if first is None:
            first = self._read(path)
        good = first.actual == expected and not first.result
        if not good and again is None:
            again = self._read(path)
        if shared:
            self._known[shared] = first, again
        return first, None if good else again

    def _read(self, path: str) -> _Reading:
        try:
            with self.store.open(self.aip.location, path) as source:
                size, actual = hash_handle(source.fileno(), cold=True)
        except FileNotFoundError:
            return _Reading(result="missing")
        except OSError as error:
            return _Reading(actual=error.strerror or str(error), result="unreadable")
        self.bytes += size
        return _Reading(size, actual)
