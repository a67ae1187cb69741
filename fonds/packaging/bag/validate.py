"""Validating a bag (RFC 8493, 3): one walk, one read of every file, and every rule of ``rules.registry``.

A malformed bag of any kind gives findings; the disk is asked for every file once, and the memory in use does not
depend on the number of files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from fonds.errors import FondsError, UsageError
from fonds.packaging.bag.assemble import Assembly
from fonds.packaging.bag.facts import Oxum
from fonds.packaging.bag.info import read_oxum
from fonds.packaging.bag.reading import TagReader
from fonds.packaging.bag.report import BagProgress, BagReport, Collector
from fonds.packaging.bag.rules import registry
from fonds.packaging.bag.scan import Found, walk
from fonds.packaging.crew import BATCH_BYTES, BATCH_FILES, Batch, Crew, cores
from fonds.packaging.outcome import Outcome
from fonds.schemas.findings import finding

_PAYLOAD, _TAG = 1, 0
_STEP = 500
"""Lines of a manifest that are read between two looks at the worker processes."""


def validate_bag(
    path: Path,
    *,
    fast: bool = False,
    workers: int | None = None,
    progress: Callable[[BagProgress], None] | None = None,
) -> BagReport:
    """Check a bag by every rule.

    ``fast`` leaves the payload unread: names, sizes and tag files are checked, digests of payload files are not.
    ``workers`` is the number of reading processes (None: one a core, 0: this process alone).
    Raises UsageError BAG_NOT_THERE when ``path`` is no folder, and FondsError BAG_NOT_CHECKED when this machine fails
    (no room for temporary files, a killed worker). Nothing that the bag holds raises.
    """
    found = Collector()
    try:
        root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError("BAG_NOT_THERE", path=path) from error
    except OSError as error:
        found.add([finding("BAG_UNREADABLE", ".", reason=error.strerror or str(error))])
        return BagReport(False, *found.result(), "", fetch=False)
    try:
        return _Validation(root, found, fast, cores() if workers is None else workers, progress).run()
    except OSError as error:
        raise FondsError("BAG_NOT_CHECKED", path=path, reason=error.strerror or str(error)) from error
    finally:
        os.close(root)


class _Validation:
    def __init__(
        self, root: int, found: Collector, fast: bool, workers: int, progress: Callable[[BagProgress], None] | None
    ) -> None:
        self._root, self._found, self._fast, self._workers = root, found, fast, workers
        self._tags = TagReader(root, found, fast=fast)
        self._layout = self._tags.layout
        self._assembly = Assembly(self._layout)
        self._progress = progress
        self._files = self._bytes = self._read_files = self._read_bytes = 0

    def run(self) -> BagReport:
        try:
            stated = self._tags.oxums()
            self._read(read_oxum(stated[0]) if stated else None)
            for name in self._assembly.odd_names():
                self._tags.check(registry.NAME, name)
            for twins in self._assembly.case_twins():
                self._tags.check(registry.CASE, twins)
            self._tags.check(registry.OXUM, Oxum(stated, self._bytes, self._files))
            return self._report()
        finally:
            self._assembly.close()
            self._tags.close()

    def _report(self) -> BagReport:
        if self._tags.has_fetch:
            self._found.add([finding("BAG_FETCH_PRESENT", "fetch.txt")])
        if self._fast:
            self._found.add([finding("BAG_NOT_HASHED", ".")])
        findings, severities = self._found.result()
        counts = {"files": self._files, "bytes": self._bytes, **severities}
        version = ".".join(map(str, self._layout.version))
        return BagReport(not severities["error"], findings, counts, version, self._tags.has_fetch)

    def _read(self, expected: tuple[int, int] | None) -> None:
        """Walk the bag and read its files, and meanwhile its manifests."""
        total_bytes, total_files = expected or (0, 0)
        with Crew(self._workers, self._root) as crew:
            for batch, outcomes in crew.run(self._batches(), self._manifests()):
                self._take(batch.paths, outcomes, payload=batch.tag == _PAYLOAD)
                if self._progress:
                    self._progress(BagProgress(self._read_files, self._read_bytes, total_files, total_bytes))

    def _take(self, paths: Sequence[str], outcomes: Sequence[Outcome], *, payload: bool) -> None:
        self._assembly.add_files(paths, outcomes, payload=payload)
        if payload:
            size = sum(outcome.size for outcome in outcomes)
            self._bytes += size
            self._read_files, self._read_bytes = self._read_files + len(paths), self._read_bytes + size

    def _manifests(self) -> Iterator[None]:
        """Read every manifest and fetch.txt, some lines at a time."""
        for manifest in self._layout.manifests:
            if manifest.algorithm is None:
                continue
            for number, lines in self._tags.listings(manifest):
                self._assembly.add_listings(manifest, number, lines)
                if len(lines) > 1 or number % _STEP == 0:
                    yield
        for number, path in self._tags.fetched():
            self._assembly.add_fetched(number, path)

    def _batches(self) -> Iterator[Batch]:
        """Walk the bag: files become batches to be read, anything else a finding."""
        open_batches: dict[int, list[Found]] = {_PAYLOAD: [], _TAG: []}
        sizes = {_PAYLOAD: 0, _TAG: 0}
        algorithms = {kind: self._algorithms(kind) for kind in sizes}
        for entry in walk(self._root):
            if not isinstance(entry, Found):
                self._tags.check(registry.ODD, entry)
                continue
            kind = _PAYLOAD if entry.path.startswith("data/") else _TAG
            self._files += kind
            if not algorithms[kind]:
                self._take([entry.path], [Outcome(entry.size, ())], payload=kind == _PAYLOAD)
                continue
            open_batches[kind].append(entry)
            sizes[kind] += entry.size
            if len(open_batches[kind]) >= BATCH_FILES or sizes[kind] >= BATCH_BYTES:
                yield self._batch(open_batches[kind], kind)
                open_batches[kind], sizes[kind] = [], 0
        for kind, entries in open_batches.items():
            if entries:
                yield self._batch(entries, kind)

    def _algorithms(self, kind: int) -> list[str]:
        return [] if kind == _PAYLOAD and self._fast else self._assembly.algorithms(payload=kind == _PAYLOAD)

    def _batch(self, entries: list[Found], kind: int) -> Batch:
        size = sum(entry.size for entry in entries)
        return Batch([entry.path for entry in entries], self._algorithms(kind), size, kind)
