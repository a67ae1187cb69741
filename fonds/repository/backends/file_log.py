"""The audit log as files of JSON lines, one file a year, each row chained to the one before by SHA-256."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.durable import make_folder, sync_folder
from fonds.repository.chain import GENESIS, chained, fault, row_line
from fonds.repository.ports.log import LogRow, LogVerdict


class FileLog:
    """Implements ``ports.log.AuditLog`` in ``folder``: ``audit-<year>.jsonl``.

    A line that a crash cut short is the last one of the newest file and was never acknowledged: it is removed by the
    next append. Anything else that does not fit is a broken chain and is reported by ``verify``.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def append(
        self,
        action: str,
        *,
        agent: str,
        subject: str = "",
        outcome: str = "success",
        detail: Mapping[str, object] | None = None,
    ) -> LogRow:
        """Append one row under a lock, synced before returning."""
        with self._lock():
            number, head = self._last()
            when = datetime.now(UTC).isoformat(timespec="milliseconds")
            plain: dict[str, object] = json.loads(json.dumps(dict(detail or {}), default=str))
            row = chained(LogRow(number + 1, when, action, agent, subject, outcome, plain, head))
            self._write(self.folder / f"audit-{when[:4]}.jsonl", row_line(row))
        return row

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            make_folder(self.folder)
            handle = os.open(self.folder / ".lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise FondsError("LOG_FAILED", path=self.folder, reason=error.strerror) from error
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, path: Path, line: bytes) -> None:
        try:
            fresh = not path.exists()
            handle = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
            try:
                os.write(handle, line)
                os.fsync(handle)
            finally:
                os.close(handle)
            if fresh:
                sync_folder(self.folder)
        except OSError as error:
            raise FondsError("LOG_FAILED", path=path, reason=error.strerror) from error

    def _last(self) -> tuple[int, str]:
        for path in reversed(self._files()):
            line = _last_line(path)
            if line:
                row = _row(line)
                return row.number, row.hash
        return 0, GENESIS

    def _files(self) -> list[Path]:
        return sorted(self.folder.glob("audit-*.jsonl"))

    def rows(self, after: int = 0) -> Iterator[LogRow]:
        """Yield the rows after a number."""
        for path in self._files():
            with path.open("rb") as lines:
                for line in lines:
                    if line.endswith(b"\n") and (row := _row(line)).number > after:
                        yield row

    def verify(self) -> LogVerdict:
        """Check number, link and hash of every row."""
        number, head = 0, GENESIS
        try:
            for row in self.rows():
                reason = fault(row, number, head)
                if reason:
                    return LogVerdict(number, head, number + 1, reason)
                number, head = row.number, row.hash
        except FondsError as error:
            return LogVerdict(number, head, number + 1, error.code)
        return LogVerdict(number, head)


def _row(line: bytes) -> LogRow:
    try:
        return LogRow(**json.loads(line))
    except (ValueError, TypeError) as error:
        raise FondsError("LOG_BROKEN", reason=str(error)) from error


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
