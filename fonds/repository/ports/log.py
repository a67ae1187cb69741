"""The audit log: append-only, hash-chained, outlives what it speaks of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row. ``hash`` is the SHA-256 of the row's canonical JSON, which holds ``prev``, the hash before it."""

    number: int
    when: str
    action: str
    agent: str
    subject: str
    outcome: str
    detail: Mapping[str, object] = field(default_factory=dict)
    prev: str = ""
    hash: str = ""


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What a row is to say."""

    action: str
    agent: str
    subject: str = ""
    outcome: str = "success"
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LogVerdict:
    """The result of verifying the chain: ``broken_at`` is the number of the first row that does not fit, or 0."""

    rows: int
    head: str
    broken_at: int = 0
    reason: str = ""


class AuditLog(Protocol):
    """Rows are numbered from 1 without gaps and never change."""

    def append(
        self,
        action: str,
        *,
        agent: str,
        subject: str = "",
        outcome: str = "success",
        detail: Mapping[str, object] | None = None,
    ) -> LogRow:
        """Append one row and make it durable before returning. Safe from several processes at once."""

    def append_all(self, entries: Sequence[LogEntry]) -> Sequence[LogRow]:
        """Append rows in order, with none of others between them, and make them durable together before returning.

        Cut short, the first of them may be there: nothing of it was acknowledged.
        """

    def rows(self, after: int = 0) -> Iterator[LogRow]:
        """Yield the rows after a number, in order."""

    def lines(self) -> Iterator[bytes]:
        """Yield the rows as they are kept, in order: a line of canonical JSON each, with its end. Nothing is checked.

        Raises OSError.
        """

    def verify(self) -> LogVerdict:
        """Read everything and check every link of the chain."""
