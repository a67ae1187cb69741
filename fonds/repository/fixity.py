"""Checking stored packages: every file is read from the disk and compared with what was sealed at ingest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from operator import attrgetter
from typing import NamedTuple

from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.repository.cold import Place, Reading, Take, read_cold
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.ports.store import Store, StoredFile

MAIN_COPY = "main"
"""The name of the store itself among the copies."""
_NO_SIZES: Mapping[str, int] = {}


class Sealed(NamedTuple):
    """A stored version and what is known of its files: path in the bag to SHA-256 (hex), and to size in bytes.

    The two manifests are not among them: they are judged by the seal. Sizes may be missing.
    """

    aip: Aip
    digests: Mapping[str, str]
    sizes: Mapping[str, int] = _NO_SIZES

    @property
    def expected(self) -> dict[str, str]:
        """The SHA-256 of every file that belongs to the package."""
        return {**self.digests, MANIFEST: self.aip.manifest, TAGMANIFEST: self.aip.tagmanifest}


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


Read = Callable[[Iterable[Place]], Iterator[Reading]]
"""Reads files, in order."""
Listing = Sequence[StoredFile] | OSError
"""What lies in a package, or why that cannot be told."""


def check_package(
    store: Store, aip: Aip, digests: Mapping[str, str], copy: str = MAIN_COPY, sizes: Mapping[str, int] = _NO_SIZES
) -> PackageCheck:
    """Read every file of a package, cold, and compare with ``digests`` and the seal.

    ``digests`` maps each path in the bag to its SHA-256 (hex); the two manifests are judged by the seal, so that a
    payload file and a manifest that were changed together are found. Of a file whose size is known from ``sizes``, and
    is another one, that is the result. The problems carry ``copy``, the name of the store among the copies. Never
    raises for what the disk does: a file that cannot be read is a problem with the result ``unreadable``.
    """
    return check_versions(store, [Sealed(aip, digests, sizes)], copy)[0]


def check_versions(
    store: Store,
    packages: Sequence[Sealed],
    copy: str = MAIN_COPY,
    read: Read | None = None,
    listings: Sequence[Listing] | None = None,
) -> list[PackageCheck]:
    """Check versions of one dossier as ``check_package`` does, bytes that they share read once.

    A fault in shared bytes is a problem of each version that they belong to. ``read`` reads, or has read already, what
    ``places_of`` gives for these ``listings``.
    """
    listings = listings or [listing(store, one.aip.location) for one in packages]
    known = _Known()
    return [
        _Checker(store, one, there, known, copy, read or partial(read_cold, store)).check()
        for one, there in zip(packages, listings, strict=True)
    ]


def check_dossiers(
    store: Store, dossiers: Sequence[Sequence[Sealed]], copy: str, take: Take | None = None
) -> list[PackageCheck]:
    """Check dossiers as ``check_versions`` does, one after the other: work for another process."""
    read = partial(read_cold, store, take=take)
    return [found for packages in dossiers for found in check_versions(store, packages, copy, read)]


def listing(store: Store, location: str) -> Listing:
    """Return what lies in a package."""
    there = Growing(store, location)
    for _ in there:
        pass
    return there.listing()


@dataclass(slots=True)
class Growing:
    """What lies in a package, while it is being listed: known as far as it was gone through."""

    store: Store
    location: str
    found: list[StoredFile] = field(default_factory=list)
    error: OSError | None = None

    def __iter__(self) -> Iterator[StoredFile]:
        """List it, as far as that can be done."""
        try:
            for file in self.store.files(self.location):
                self.found.append(file)
                yield file
        except OSError as error:
            self.error = error

    def listing(self) -> Listing:
        """Return what ``listing`` would."""
        return self.error or self.found


def places_of(packages: Sequence[Sealed], listings: Sequence[Growing]) -> Iterator[tuple[Place, int]]:
    """Yield what must be read to check versions of one dossier, with its size on the disk; shared bytes once.

    They are listed meanwhile; that this cannot be done is told when they are judged.
    """
    seen: set[_Shared] = set()
    for one, there in zip(packages, listings, strict=True):
        expected = one.expected
        for file, first in _told_apart((file for file in there if file.path in expected), seen):
            if first:
                yield (one.aip.location, file.path), max(0, file.size)


_Shared = tuple[int, int]
_Readings = tuple[Reading, Reading | None]
"""The first reading of a file and, when that was not as it should be, the second."""


def _told_apart(files: Iterable[StoredFile], seen: set[_Shared]) -> Iterator[tuple[StoredFile, bool]]:
    """Yield the files, and whether the bytes of each were not yet ``seen`` under another name."""
    for file in files:
        yield file, file.shared not in seen
        if file.shared:
            seen.add(file.shared)


@dataclass(frozen=True, slots=True)
class _Known:
    """The bytes of a dossier that several names share, and what reading them gave."""

    seen: set[_Shared] = field(default_factory=set)
    readings: dict[_Shared, _Readings] = field(default_factory=dict)


class _Checker:
    """Checks one version."""

    def __init__(self, store: Store, package: Sealed, there: Listing, known: _Known, copy: str, read: Read) -> None:
        self._store, self._aip, self._sizes, self._there = store, package.aip, package.sizes, there
        self._expected, self._known, self._copy, self._read = package.expected, known, copy, read
        self._files = self._bytes = 0

    def check(self) -> PackageCheck:
        if isinstance(self._there, FileNotFoundError):
            return PackageCheck(self._aip, 0, 0, (self._problem("", "missing"),))
        if isinstance(self._there, OSError):
            reason = self._there.strerror or ""
            return PackageCheck(self._aip, 0, 0, (self._problem("", "unreadable", actual=reason),))
        expected = self._expected
        problems = [self._problem(file.path, "extra") for file in self._there if file.path not in expected]
        problems.sort(key=attrgetter("path"))
        ours = [file for file in self._there if file.path in expected]
        lost = expected.keys() - {file.path for file in ours} if len(ours) < len(expected) else ()
        wrong = [self._problem(path, "missing", expected=expected[path]) for path in lost]
        for file, readings in self._readings(ours):
            wrong += self._judged(file.path, *readings)
        problems += sorted(wrong, key=attrgetter("path"))
        return PackageCheck(self._aip, self._files, self._bytes, tuple(problems))

    def _problem(self, path: str, result: str, *, expected: str = "", actual: str = "") -> Problem:
        # A stray file may have a name that is not UTF-8: the name is escaped, or it could not be written down.
        path = path.encode(errors="backslashreplace").decode()
        return Problem(self._aip.objid, self._aip.version, self._copy, path, result, expected, actual)

    def _readings(self, files: Sequence[StoredFile]) -> Iterator[tuple[StoredFile, _Readings]]:
        """Read the files, those whose bytes are known under another name excepted; what is wrong, a second time."""
        location, known = self._aip.location, self._known.readings
        names = list(_told_apart(files, self._known.seen))
        coming = self._read((location, file.path) for file, own in names if own)
        for file, own in names:
            first, again = (self._counted(next(coming)), None) if own or not file.shared else known[file.shared]
            good = first.actual == self._expected[file.path] and not first.result
            if not good and again is None:
                again = self._counted(next(read_cold(self._store, [(location, file.path)])))
            if file.shared:
                known[file.shared] = first, again
            yield file, (first, None if good else again)

    def _counted(self, reading: Reading) -> Reading:
        self._bytes += reading.size
        return reading

    def _judged(self, path: str, first: Reading, again: Reading | None) -> Iterator[Problem]:
        """Judge a file; what is not as it should be was read a second time before it is believed."""
        self._files += not (again or first).result
        if again is None:
            return
        expected, size = self._expected[path], self._sizes.get(path, first.size)
        if again != first:
            yield self._problem(path, "unstable", expected=expected, actual=first.actual)
        elif not again.result and size != again.size:
            yield self._problem(path, "size", expected=str(size), actual=str(again.size))
        else:
            yield self._problem(path, again.result or "digest", expected=expected, actual=first.actual)
