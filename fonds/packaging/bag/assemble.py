"""Bringing together, by name, what lies on the disk and what the manifests say, with flat memory.

What meets plainly on its way in is done with (``pairs``). Everything else goes into a sorted spool under its name in
NFC and comes out name by name.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter

from fonds.packaging.bag.algorithms import Manifest
from fonds.packaging.bag.facts import CaseTwins, DiskFile, Layout, Listed, Name
from fonds.packaging.bag.names import folded, nfc
from fonds.packaging.bag.pairs import DISK, FETCHED, LISTED, Pairs
from fonds.packaging.bag.portable import is_portable
from fonds.packaging.outcome import Outcome
from fonds.packaging.spool import Record, Spool

_ERROR = "!"


class Assembly:
    """Takes files and lines in any order; gives back the names about which there is something to say."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._names, self._cases = Spool(), Spool()
        self._numbers = {one.name: number for number, one in enumerate(layout.manifests)}
        self._expected = {
            True: _algorithms(layout.payload_manifests),
            False: _algorithms(layout.tag_manifests),
        }
        payload = layout.payload_manifests
        number = self._numbers[payload[0].name] if payload else 0
        self._pairs = Pairs(number, unread=layout.fast) if len(payload) == 1 else None

    def close(self) -> None:
        """Remove what was put on the disk."""
        self._names.close()
        self._cases.close()

    def algorithms(self, *, payload: bool) -> list[str]:
        """Return hashlib's names of the algorithms that the manifests of payload or tag files ask for."""
        return self._expected[payload]

    def add_files(self, paths: Sequence[str], outcomes: Sequence[Outcome], *, payload: bool) -> None:
        """Take files with their digests in the order of ``algorithms``, none when they were not read."""
        if payload and self._pairs and self._put_aside(self._pairs, paths, outcomes):
            return
        for path, outcome in zip(paths, outcomes, strict=True):
            if not (payload and self._pairs and self._put_aside(self._pairs, [path], [outcome])):
                error = _ERROR + os.strerror(outcome.error) if outcome.error else ""
                self._names.add((nfc(path), DISK, 0, path, outcome.size, error or " ".join(outcome.digests)))

    @staticmethod
    def _put_aside(pairs: Pairs, paths: Sequence[str], outcomes: Sequence[Outcome]) -> bool:
        if any(outcome.error for outcome in outcomes):
            return False
        return pairs.add_files(paths, [one.size for one in outcomes], [" ".join(one.digests) for one in outcomes])

    def add_listings(self, manifest: Manifest, first: int, lines: Sequence[tuple[str, str]]) -> None:
        """Take lines of a manifest, (digest, path), which follow each other from number ``first`` on."""
        pairs = None if manifest.tag else self._pairs
        if pairs and pairs.add_lines(first, lines):
            return
        for number, line in enumerate(lines, first):
            if not (pairs and pairs.add_lines(number, [line])):
                digest, path = line
                self._names.add((nfc(path), LISTED, self._numbers[manifest.name], path, number, digest))

    def add_fetched(self, number: int, path: str) -> None:
        """Take a line of fetch.txt."""
        self._names.add((nfc(path), FETCHED, 0, path, number, ""))

    def odd_names(self) -> Iterator[Name]:
        """Yield every name that is not plainly right: one file, one equal line in each manifest, a portable name."""
        payload, tags = len(self._layout.payload_manifests), len(self._layout.tag_manifests)
        if self._pairs:
            self._pairs.end(self._names)
        for key, group in groupby(self._names, key=itemgetter(0)):
            records = list(group)
            self._cases.add((one := folded(key), 0, 0, key, 0, ""))
            if self._pairs:
                self._pairs.beside(one)
                records = sorted(self._pairs.take(key) + records)
            lines = payload if key.startswith("data/") else tags
            if not lines or not self._is_plain(records, lines):
                yield self._name(key, records)

    def _is_plain(self, records: list[Record], lines: int) -> bool:
        """Say, cheaply, that no rule for names can find anything here."""
        key, kind, _, path, _, text = records[0]
        if len(records) != lines + 1 or kind != DISK or text.startswith(_ERROR):
            return False
        if lines == 1:
            _, kind, _, listed, _, digest = records[1]
            same = kind == LISTED and listed == path and (digest == text or not text)
        else:
            same = self._all_same(records, lines)
        return same and is_portable(key)

    @staticmethod
    def _all_same(records: list[Record], lines: int) -> bool:
        """Say whether each manifest has one line for the file, with its exact name and its digest."""
        _, _, _, path, _, text = records[0]
        if (
            any(one[1] != LISTED or one[3] != path for one in records[1:])
            or len({one[2] for one in records[1:]}) != lines
        ):
            return False
        # The digests of a file are joined in the order of the manifests, and in that order the lines are sorted.
        return not text or text == " ".join(one[5] for one in records[1:])

    def _name(self, key: str, records: list[Record]) -> Name:
        files, listed, fetched = [], [], []
        algorithms = self._expected[key.startswith("data/")]
        for _, kind, number, path, count, text in records:
            if kind == DISK:
                files.append(_file(path, count, text, algorithms))
            elif kind == LISTED:
                listed.append(Listed(self._layout.manifests[number], count, path, text))
            else:
                fetched.append(count)
        return Name(key, files, listed, fetched)

    def case_twins(self) -> Iterator[CaseTwins]:
        """Yield the names that differ in capitals only; to be asked after ``odd_names``."""
        for path in self._pairs.to_compare() if self._pairs else ():
            self._cases.add((folded(path), 0, 0, path, 0, ""))
        for _, group in groupby(self._cases, key=itemgetter(0)):
            first, *others = [record[3] for record in group]
            for other in others:
                yield CaseTwins(first, other)


def _algorithms(manifests: Sequence[Manifest]) -> list[str]:
    # In the order of the manifests, each once: the order of the digests of a file.
    return list(dict.fromkeys(one.algorithm.hashlib_name for one in manifests if one.algorithm))


def _file(path: str, size: int, text: str, algorithms: Sequence[str]) -> DiskFile:
    if text.startswith(_ERROR):
        return DiskFile(path, size, {}, text.removeprefix(_ERROR))
    return DiskFile(path, size, dict(zip(algorithms, text.split(" "), strict=True)) if text else {})
