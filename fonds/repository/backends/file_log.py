"""The audit log as files of JSON lines, one file a year, each row chained to the one before by SHA-256."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.digest import write_all
from fonds.packaging.durable import make_folder, sync_folder
from fonds.packaging.interrupts import Held
from fonds.repository.chain import GENESIS, fault, new_row, row_line
from fonds.repository.ports.log import LogEntry, LogRow, LogVerdict

_YEAR = re.compile(r"audit-[0-9]{4}\.jsonl")


class FileLog:
    """Implements ``ports.log.AuditLog`` in ``folder``: ``audit-<year>.jsonl``.

    A line that a crash cut short is the last one of the newest file and was never acknowledged: it is removed by the
    next append. Anything else that does not fit is a broken chain and is reported by ``verify``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._named: set[Path] = set()

    def append(
        self,
        action: str,
        *,
        agent: str,
        subject: str = "",
        outcome: str = "success",
        detail: Mapping[str, object] | None = None,
    ) -> LogRow:
        """Append one row under a lock, synced before returning; an interrupt waits for it.

        Raises FondsError LOG_FAILED (nothing was written) or LOG_BROKEN (the last row cannot be read).
        """
        return self.append_all([LogEntry(action, agent, subject, outcome, detail or {})])[0]

    def append_all(self, entries: Sequence[LogEntry]) -> Sequence[LogRow]:
        """Append rows under one lock, synced together."""
        made: list[LogRow] = []
        with Held(), _disk_errors(self.folder), self._lock():
            number, head = self._last()
            when = datetime.now(UTC).isoformat(timespec="milliseconds")
            for entry in entries:
                row = new_row(entry, number + 1, when, head)
                number, head = row.number, row.hash
                made.append(row)
            if made:
                self._write(self._newest(when[:4]), b"".join(map(row_line, made)))
        return made

    @contextmanager
    def _lock(self) -> Iterator[None]:
        make_folder(self.folder)
        handle = os.open(self.folder / ".lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _newest(self, year: str) -> Path:
        # A clock that was put back must not lead to a file that is read before the rows that are there already.
        return max([self.folder / f"audit-{year}.jsonl", *self._files()[-1:]])

    def _write(self, path: Path, lines: bytes) -> None:
        handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o644)
        size = os.fstat(handle).st_size
        try:
            write_all(handle, memoryview(lines))
            os.fsync(handle)
        except OSError:
            # What is not acknowledged is not to be found later.
            os.ftruncate(handle, size)
            raise
        finally:
            os.close(handle)
        if path not in self._named:
            sync_folder(self.folder)
            self._named.add(path)

    def _last(self) -> tuple[int, str]:
        for path in reversed(self._files()):
            line = _last_line(path)
            if line:
                row = _row(line)
                return row.number, row.hash
        return 0, GENESIS

    def _files(self) -> list[Path]:
        # Not glob, which takes a folder that cannot be listed for an empty one: the chain would begin a second time.
        try:
            names = os.listdir(self.folder)  # noqa: PTH208 - Path.iterdir is a generator, which fails later
        except FileNotFoundError:
            return []
        return sorted(self.folder / name for name in names if _YEAR.fullmatch(name))

    def rows(self, after: int = 0) -> Iterator[LogRow]:
        """Yield the rows after a number."""
        return (row for _, row in self._lines() if row.number > after)

    def lines(self) -> Iterator[bytes]:
        """Yield the lines of the rows."""
        for path in self._files():
            with path.open("rb") as lines:
                for line in lines:
                    if not line.endswith(b"\n"):
                        # Cut short by a crash, or being written at this moment: not acknowledged yet.
                        break
                    yield line

    def _lines(self) -> Iterator[tuple[bytes, LogRow]]:
        return ((line, _row(line)) for line in self.lines())

    def verify(self) -> LogVerdict:
        """Check number, link and hash of every row, and that its line says nothing else."""
        number, head = 0, GENESIS
        try:
            for line, row in self._lines():
                reason = fault(row, number, head) or ("line" if row_line(row) != line else "")
                if reason:
                    return LogVerdict(number, head, number + 1, reason)
                number, head = row.number, row.hash
        except FondsError as error:
            return LogVerdict(number, head, number + 1, error.code)
        return LogVerdict(number, head)


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FondsError("LOG_FAILED", path=error.filename or folder, reason=error.strerror) from error


def _row(line: bytes) -> LogRow:
    try:
        row = LogRow(**json.loads(line))
    except (ValueError, TypeError, RecursionError) as error:
        raise FondsError("LOG_BROKEN", reason=str(error)) from error
    if type(row.number) is not int or not isinstance(row.detail, dict):
        raise FondsError("LOG_BROKEN", reason=f"number {row.number!r}")
    return row


def _last_line(path: Path) -> bytes:
    """Return the last whole line, cutting off one that a crash left without its end."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        block, start = b"", size
        while start > 0 and block.count(b"\n") < 2:
            start = max(0, start - 65536)
            file.seek(start)
            block = file.read(size - start)
        whole, newline, rest = block.rpartition(b"\n")
        if rest:
            file.truncate(size - len(rest))
            os.fsync(file.fileno())
        return whole.rpartition(b"\n")[2] if newline else b""
