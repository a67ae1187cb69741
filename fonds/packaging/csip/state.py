"""What is learned while the documents are read: sorted on the disk, and given back by file, by ID and by link."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from operator import itemgetter

from fonds.packaging.bag.names import nfc
from fonds.packaging.bag.report import Collector
from fonds.packaging.csip.digests import hashlib_name
from fonds.packaging.csip.facts import Entry, Identifier, KnownPath, Link, Use
from fonds.packaging.csip.files import PackageFiles
from fonds.packaging.hashing import hash_files
from fonds.packaging.outcome import Outcome
from fonds.packaging.spool import Record, Spool
from fonds.schemas.findings import Finding

_LIMIT = 10_000
"""Records of each spool that are held in memory."""
_KEPT = 200
"""Of one file or one ID, so many mentions are looked at: more are an attack."""
_BATCH = 64
_DISK, _METS, _PREMIS = 0, 1, 2
_GIVEN, _REFERRED = 0, 1
_DIVISION = "metadata division"


class State:
    """Takes what the readers find (``reading.Sink``, ``premis.PremisSink``). To be used in a ``with`` block."""

    def __init__(self, files: PackageFiles) -> None:
        self._files = files
        self._paths, self._ids, self._links, self._documents = (Spool(_LIMIT) for _ in range(4))
        self.collector = Collector()
        self.complete = True
        """False when a METS file could not be read to its end: then nothing is said of what no METS lists."""
        self.linked_up = True
        """False when a PREMIS file could not be read to its end: then nothing is said of links that lead nowhere."""
        self.unjudged: set[str] = set()
        """METS files without a CSIP structMap: one finding says so, and not one for each section."""

    def __enter__(self) -> State:
        return self

    def __exit__(self, *_: object) -> None:
        for spool in (self._paths, self._ids, self._links, self._documents):
            spool.close()

    def found(self, finding: Finding) -> None:
        """Take a finding."""
        self.collector.add((finding,))

    def has(self, path: str) -> bool:
        """Say whether the file is in the package, in this form of its name or in NFC."""
        return self._files.has(path) or (not path.isascii() and self._files.has(nfc(path)))

    def disk(self, path: str, size: int) -> None:
        """Take a file of the disk."""
        self._paths.add((nfc(path), _DISK, size, path, 0, ""))

    def entry(self, path: str, entry: Entry) -> None:
        """Take what a METS file says of a file."""
        self._entry(_METS, path, entry)

    def described_file(self, path: str, entry: Entry) -> None:
        """Take what PREMIS says of a file."""
        self._entry(_PREMIS, path, entry)

    def _entry(self, kind: int, path: str, entry: Entry) -> None:
        # Neither XML nor the name of a file can hold a NUL.
        text = "\0".join((entry.where, entry.document, entry.algorithm, entry.checksum, entry.use))
        self._paths.add((nfc(path), kind, entry.size, path, 0, text))

    def metadata(self, path: str, kind: str, where: str) -> None:
        """Take a metadata file that is to be opened."""
        self._documents.add((path, 0, 0, where, 0, kind))

    def given(self, path: str, identifier: str, use: Use) -> None:
        """Take an ID of an element."""
        self._ids.add((f"{path}\0{identifier}", _GIVEN, use.line, use.what, 0, use.note))

    def referred(self, path: str, identifier: str, use: Use) -> None:
        """Take a reference to an ID."""
        self._ids.add((f"{path}\0{identifier}", _REFERRED, use.line, use.what, 0, use.note))

    def described(self, kind: str, identifier: str, document: str, where: str) -> None:
        """Take the description of an object, event or agent of PREMIS."""
        self._links.add((f"{kind}\0{identifier}", _GIVEN, 0, where, 0, document))

    def linked(self, kind: str, identifier: str, where: str) -> None:
        """Take a link to an object, event or agent of PREMIS."""
        self._links.add((f"{kind}\0{identifier}", _REFERRED, 0, where, 0, ""))

    def documents(self) -> Iterator[tuple[str, str, str]]:
        """Yield (path, MDTYPE, place of the reference) of each metadata file, once."""
        for path, group in groupby(self._documents, key=itemgetter(0)):
            first = next(group)
            yield path, first[5], first[3]

    def identifiers(self) -> Iterator[Identifier]:
        """Yield every ID of every METS file."""
        for key, group in groupby(self._ids, key=itemgetter(0)):
            path, _, identifier = key.partition("\0")
            given: list[Use] = []
            referred: list[Use] = []
            listed = False
            for _, kind, line, what, _, note in group:
                listed = listed or (kind == _REFERRED and note == _DIVISION)
                uses = given if kind == _GIVEN else referred
                if len(uses) < _KEPT:
                    uses.append(Use(what, line, note))
            yield Identifier(path, identifier, given, referred, listed, path not in self.unjudged)

    def links(self) -> Iterator[Link]:
        """Yield every identifier of PREMIS; of what is not described only when everything was read."""
        for key, group in groupby(self._links, key=itemgetter(0)):
            kind, _, identifier = key.partition("\0")
            described: list[tuple[str, str]] = []
            links: list[str] = []
            for _, sort, _, where, _, document in group:
                if sort == _GIVEN and len(described) < _KEPT:
                    described.append((document, where))
                elif sort == _REFERRED and len(links) < _KEPT:
                    links.append(where)
            if described or (self.complete and self.linked_up):
                yield Link(kind, identifier, described, links)

    def paths(self, *, fast: bool) -> Iterator[KnownPath]:
        """Yield every path; ``fast`` computes no digests."""
        groups = (
            _known(key, list(islice(group, _KEPT)), self.complete)
            for key, group in groupby(self._paths, key=itemgetter(0))
        )
        while batch := list(islice(groups, _BATCH)):
            yield from batch if fast else self._hashed(batch)

    def _hashed(self, batch: Iterable[KnownPath]) -> Iterator[KnownPath]:
        by_algorithms: dict[tuple[str, ...], list[KnownPath]] = {}
        for known in batch:
            wanted = {hashlib_name(one.algorithm) for one in (*known.mets, *known.premis) if one.checksum} - {""}
            by_algorithms.setdefault(tuple(sorted(wanted)) if known.there else (), []).append(known)
        for algorithms, group in by_algorithms.items():
            if not algorithms:
                yield from group
                continue
            outcomes = hash_files(self._files.below, [known.path for known in group], algorithms)
            for known, told in zip(group, outcomes, strict=True):
                yield _with_digests(known, algorithms, Outcome(*told))


def _known(key: str, records: list[Record], complete: bool) -> KnownPath:
    on_disk = [record for record in records if record[1] == _DISK]
    return KnownPath(
        path=on_disk[0][3] if on_disk else key,
        size=on_disk[0][2] if on_disk else -1,
        mets=[_read(record) for record in records if record[1] == _METS],
        premis=[_read(record) for record in records if record[1] == _PREMIS],
        digests={},
        complete=complete,
    )


def _read(record: Record) -> Entry:
    where, document, algorithm, checksum, use = record[5].split("\0")
    return Entry(where, document, record[2], algorithm, checksum, use)


def _with_digests(known: KnownPath, algorithms: tuple[str, ...], outcome: Outcome) -> KnownPath:
    reason = os.strerror(outcome.error) if outcome.error else ""
    digests = {} if reason else dict(zip(algorithms, outcome.digests, strict=True))
    return KnownPath(known.path, known.size, known.mets, known.premis, digests, reason, known.complete)
