"""Checking one stored package: every file is read from the disk and compared with what was sealed at ingest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import hash_handle
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.ports.store import Store

MAIN_COPY = "main"
"""The name of the store itself among the copies."""


@dataclass(frozen=True, slots=True)
class PackageCheck:
    """What reading a package gave: how much was read and every file that is not as it was sealed."""

    aip: Aip
    files: int
    bytes: int
    problems: tuple[Problem, ...]

    @property
    def ok(self) -> bool:
        """True when every file was read and is as it was sealed, and nothing is there that should not be."""
        return not self.problems


def check_package(store: Store, aip: Aip, digests: Mapping[str, str]) -> PackageCheck:
    """Read every file of a package, cold, and compare with ``digests`` and the seal.

    ``digests`` maps each path in the bag to its SHA-256 (hex); the two manifests are judged by the seal, so that a
    payload file and a manifest that were changed together are found. Never raises for what the disk does: a file that
    cannot be read is a problem with the result ``unreadable``.
    """
    expected = {**digests, MANIFEST: aip.manifest, TAGMANIFEST: aip.tagmanifest}
    checker = _Checker(store, aip)
    try:
        present = dict(store.files(aip.location))
    except FileNotFoundError:
        return PackageCheck(aip, 0, 0, (checker.problem("", "missing"),))
    except OSError as error:
        return PackageCheck(aip, 0, 0, (checker.problem("", "unreadable", actual=error.strerror or ""),))
    problems = list(checker.strangers(present, expected))
    for path in sorted(expected):
        problems.extend(checker.file(path, expected[path]))
    return PackageCheck(aip, checker.files, checker.bytes, tuple(problems))


class _Checker:
    def __init__(self, store: Store, aip: Aip) -> None:
        self.store, self.aip = store, aip
        self.files = self.bytes = 0

    def problem(self, path: str, result: str, *, expected: str = "", actual: str = "") -> Problem:
        return Problem(self.aip.objid, self.aip.version, MAIN_COPY, path, result, expected, actual)

    def strangers(self, present: Mapping[str, int], expected: Mapping[str, str]) -> Iterator[Problem]:
        for path, size in present.items():
            if path not in expected or size < 0:
                yield self.problem(path, "extra")

    def file(self, path: str, expected: str) -> Iterator[Problem]:
        """Read a file; a digest that differs is read a second time before it is believed."""
        try:
            actual = self._read(path)
            if actual == expected:
                return
            again = self._read(path)
        except FileNotFoundError:
            yield self.problem(path, "missing", expected=expected)
        except OSError as error:
            yield self.problem(path, "unreadable", expected=expected, actual=error.strerror or str(error))
        else:
            yield self.problem(path, "digest" if again == actual else "unstable", expected=expected, actual=again)

    def _read(self, path: str) -> str:
        with self.store.open(self.aip.location, path) as source:
            size, sha256 = hash_handle(source.fileno(), cold=True)
        self.files += 1
        self.bytes += size
        return sha256
