"""The audit log as a list: the reference for the contract. It is gone when its process ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from threading import Lock

from fonds.repository.chain import GENESIS, fault, new_row, row_line
from fonds.repository.ports.log import LogEntry, LogRow, LogVerdict


class MemoryLog:
    """Implements ``ports.log.AuditLog`` for one process, for tests; nothing in it is durable."""

    def __init__(self) -> None:
        self._rows: list[LogRow] = []
        self._lock = Lock()

    def append(
        self,
        action: str,
        *,
        agent: str,
        subject: str = "",
        outcome: str = "success",
        detail: Mapping[str, object] | None = None,
    ) -> LogRow:
        """Append one row."""
        return self.append_all([LogEntry(action, agent, subject, outcome, detail or {})])[0]

    def append_all(self, entries: Sequence[LogEntry]) -> Sequence[LogRow]:
        """Append rows."""
        with self._lock:
            when = datetime.now(UTC).isoformat(timespec="milliseconds")
            for entry in entries:
                head = self._rows[-1].hash if self._rows else GENESIS
                self._rows.append(new_row(entry, len(self._rows) + 1, when, head))
            return self._rows[len(self._rows) - len(entries) :]

    def rows(self, after: int = 0) -> Iterator[LogRow]:
        """Yield the rows after a number."""
        return iter(self._rows[after:])

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as lines."""
        return map(row_line, self._rows)

    def verify(self) -> LogVerdict:
        """Check number, link and hash of every row."""
        number, head = 0, GENESIS
        for row in self.rows():
            reason = fault(row, number, head)
            if reason:
                return LogVerdict(number, head, number + 1, reason)
            number, head = row.number, row.hash
        return LogVerdict(number, head)
