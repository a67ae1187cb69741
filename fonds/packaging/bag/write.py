"""Wrapping any folder as a BagIt 1.0 bag: one pass that reads, hashes and writes, then durable all at once."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import fonds
from fonds.errors import FondsError, RefusedError, UsageError
from fonds.packaging.bag.manifest import manifest_line
from fonds.packaging.bag.names import printable
from fonds.packaging.bag.report import BagProgress
from fonds.packaging.bag.scan import Found
from fonds.packaging.bag.stage import Stage, stage
from fonds.packaging.bag.survey import Survey
from fonds.packaging.bag.tags import close_bag
from fonds.packaging.crew import BATCH_BYTES, BATCH_FILES, Batch, Crew, cores
from fonds.packaging.outcome import Outcome
from fonds.packaging.spool import Spool
from fonds.schemas.findings import Finding, finding

DEFAULT = ("sha256",)
_GONE = {errno.ESTALE, errno.ENOENT, errno.EINVAL, errno.ELOOP, errno.ENOTDIR}
"""What reading a file says that changed since it was looked at: other content, gone, or no file any more."""
_TAG_BYTES = 1_000_000
"""Room for the tag files, and a little more."""

Report = Callable[[BagProgress], None]


@dataclass(frozen=True, slots=True)
class WrittenBag:
    """A bag that was made: where it is, its payload files and bytes, and what is worth knowing of its names."""

    bag: Path
    files: int
    bytes: int
    findings: tuple[Finding, ...]


class SourceRefusedError(RefusedError):
    """The folder holds what a bag cannot; ``findings`` says what and where. Exit code 3."""

    def __init__(self, source: Path, findings: tuple[Finding, ...], count: int) -> None:
        super().__init__("BAG_SOURCE_REFUSED", path=source, count=count)
        self.findings = findings


def write_bag(
    source: Path,
    target: Path,
    *,
    algorithms: Sequence[str] = DEFAULT,
    workers: int | None = None,
    progress: Report | None = None,
) -> WrittenBag:
    """Copy the folder ``source`` into a new bag ``target``, hashing what is written; durable when this returns.

    ``algorithms`` are out of ``algorithms.WRITABLE``. The source is only read. ``target`` appears whole or not at all;
    whatever stops the work, nothing is left. Raises SourceRefusedError (links, pipes, names that a bag cannot hold, a
    file that changed), RefusedError BAG_TARGET_EXISTS, BAG_TARGET_INSIDE, UsageError BAG_NOT_THERE, BAG_TARGET_FOLDER,
    and FondsError BAG_SOURCE_UNREADABLE, BAG_TARGET_FAILED, BAG_TARGET_FULL, BAG_WORKER_LOST.
    """
    target = _checked_target(source, target)
    try:
        root = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise FondsError("BAG_SOURCE_UNREADABLE", path=source, reason=error.strerror) from error
    try:
        survey = Survey(root)
        try:
            return _Writer(source, target, survey, algorithms, progress).write(root, workers)
        finally:
            survey.close()
    finally:
        os.close(root)


def _checked_target(source: Path, target: Path) -> Path:
    if not source.is_dir():
        raise UsageError("BAG_NOT_THERE", path=source)
    if os.path.lexists(target):
        raise RefusedError("BAG_TARGET_EXISTS", path=target)
    if not target.parent.is_dir():
        raise UsageError("BAG_TARGET_FOLDER", path=target.parent)
    place = target.parent.resolve() / target.name
    if place.is_relative_to(source.resolve()):
        raise RefusedError("BAG_TARGET_INSIDE", path=target, source=source)
    return place


class _Writer:
    def __init__(
        self, source: Path, target: Path, survey: Survey, algorithms: Sequence[str], progress: Report | None
    ) -> None:
        self._source, self._target, self._survey = source, target, survey
        self._algorithms, self._progress = list(dict.fromkeys(algorithms)), progress
        self._files = self._bytes = 0
        # A few files are made durable one by one: that does not wait for what others write to the same disk.
        self._sync_each = survey.files <= 32

    def write(self, root: int, workers: int | None) -> WrittenBag:
        """Make the bag from the open folder ``root``."""
        findings, errors = self._survey.result()
        if errors:
            raise SourceRefusedError(self._source, findings, errors)
        free = shutil.disk_usage(self._target.parent).free
        if free < self._survey.bytes + _TAG_BYTES:
            raise FondsError("BAG_TARGET_FULL", path=self._target, needed=self._survey.bytes, free=free)
        try:
            with stage(self._target) as made:
                tags = self._fill(root, made, cores() if workers is None else workers)
                made.publish(tags if self._sync_each else None)
        except OSError as error:
            self._fail(error)
        return WrittenBag(self._target, self._files, self._bytes, findings)

    def _fill(self, root: int, made: Stage, workers: int) -> list[str]:
        """Copy the payload and write the tag files; returns the names of these."""
        os.mkdir("data", dir_fd=made.handle)
        data = os.open("data", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=made.handle)
        try:
            with Crew(workers, root, data) as crew, Spool() as lines:
                for batch, outcomes in crew.run(self._batches(data)):
                    for path, outcome in zip(batch.paths, outcomes, strict=True):
                        self._take(lines, path, outcome)
                    if self._progress:
                        totals = self._survey.files, self._survey.bytes
                        self._progress(BagProgress(self._files, self._bytes, *totals))
                self._write_manifests(made.path, lines)
        except BrokenPipeError as error:
            raise FondsError("BAG_WORKER_LOST") from error
        finally:
            os.close(data)
        return close_bag(made.path, self._algorithms, self._info())

    def _batches(self, data: int) -> Iterator[Batch]:
        """Make the folders and yield the files that go into them."""
        entries: list[Found] = []
        size, last = 0, ""
        for entry in self._survey.entries():
            folder = entry.path.rpartition("/")[0] if isinstance(entry, Found) else entry
            if folder != last:
                last = folder
                _make_folders(data, folder)
            if isinstance(entry, Found):
                entries.append(entry)
                size += entry.size
            if len(entries) >= BATCH_FILES or size >= BATCH_BYTES:
                yield self._batch(entries, size)
                entries, size = [], 0
        if entries:
            yield self._batch(entries, size)

    def _batch(self, entries: Sequence[Found], size: int) -> Batch:
        return Batch([entry.path for entry in entries], self._algorithms, size, sync=self._sync_each)

    def _take(self, lines: Spool, path: str, outcome: Outcome) -> None:
        if outcome.error:
            self._refuse(path, outcome)
        self._files, self._bytes = self._files + 1, self._bytes + outcome.size
        lines.add((path, 0, 0, "", outcome.size, " ".join(outcome.digests)))

    def _refuse(self, path: str, outcome: Outcome) -> None:
        reason = os.strerror(outcome.error)
        if outcome.side == "target":
            raise FondsError("BAG_TARGET_FAILED", path=self._target / "data" / path, reason=reason)
        if outcome.error in _GONE:
            raise SourceRefusedError(self._source, (finding("BAG_SOURCE_CHANGED", printable(path)),), 1)
        raise FondsError("BAG_SOURCE_UNREADABLE", path=self._source / path, reason=reason)

    def _write_manifests(self, made: Path, lines: Spool) -> None:
        names = [made / f"manifest-{algorithm}.txt" for algorithm in self._algorithms]
        with ExitStack() as open_files:
            outs = [open_files.enter_context(name.open("xb")) for name in names]
            for path, *_, digests in lines:
                for out, digest in zip(outs, digests.split(" "), strict=True):
                    out.write(manifest_line(digest, f"data/{path}"))

    def _info(self) -> dict[str, str]:
        return {
            "Bagging-Date": datetime.now(UTC).astimezone().date().isoformat(),
            "Bag-Software-Agent": f"Fonds {fonds.__version__}",
            "Payload-Oxum": f"{self._bytes}.{self._files}",
        }

    def _fail(self, error: OSError) -> NoReturn:
        if error.errno in {errno.EEXIST, errno.ENOTEMPTY} and os.path.lexists(self._target):
            raise RefusedError("BAG_TARGET_EXISTS", path=self._target) from error
        reason = error.strerror or str(error)
        raise FondsError("BAG_TARGET_FAILED", path=self._target, reason=reason) from error


def _make_folders(data: int, folder: str) -> None:
    """Make a folder and those above it, below the open folder ``data``; what is there already stays."""
    parts = folder.encode().split(b"/") if folder else []
    for count in range(1, len(parts) + 1):
        with suppress(FileExistsError):
            os.mkdir(b"/".join(parts[:count]), dir_fd=data)
