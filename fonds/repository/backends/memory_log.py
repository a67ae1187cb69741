"""The audit log as a list: the reference for the contract. It is gone when its process ends."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from threading import Lock

from fonds.repository.chain import GENESIS, chained, fault, row_line
from fonds.repository.ports.log import LogRow, LogVerdict


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
        plain: dict[str, object] = json.loads(json.dumps(dict(detail or {}), default=str))
        with self._lock:
            head = self._rows[-1].hash if self._rows else GENESIS
            when = datetime.now(UTC).isoformat(timespec="milliseconds")
            row = chained(LogRow(len(self._rows) + 1, when, action, agent, subject, outcome, plain, head))
            self._rows.append(row)
        return row

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
