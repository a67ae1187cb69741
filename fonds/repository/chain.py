"""The chain of the audit log: what is hashed, and when a row does not fit. The same for every back end."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict

from fonds.repository.ports.log import LogEntry, LogRow

GENESIS = "0" * 64
"""The ``prev`` of the first row."""


def canonical(fields: Mapping[str, object]) -> bytes:
    """Return canonical JSON: keys sorted, no spaces, UTF-8. The hash of a row is taken over these bytes.

    A file name that is not UTF-8 reaches us with lone surrogates: those alone are written as JSON escapes.
    """
    written = json.dumps(fields, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return written.encode(errors="backslashreplace")


def row_line(row: LogRow) -> bytes:
    """Return a row as the line that stands in a log file."""
    return canonical(asdict(row)) + b"\n"


def row_hash(row: LogRow) -> str:
    """Return the SHA-256 of a row's canonical JSON without its ``hash`` field."""
    fields = asdict(row)
    del fields["hash"]
    return hashlib.sha256(canonical(fields)).hexdigest()


def new_row(entry: LogEntry, number: int, when: str, prev: str) -> LogRow:
    """Return the row of an entry, with its hash. What JSON does not know of its detail is kept as text."""
    plain: dict[str, object] = json.loads(json.dumps(dict(entry.detail), default=str))
    return chained(LogRow(number, when, entry.action, entry.agent, entry.subject, entry.outcome, plain, prev))


def chained(row: LogRow) -> LogRow:
    """Return the row with its hash."""
    fields = {name: getattr(row, name) for name in LogRow.__dataclass_fields__}
    return LogRow(**(fields | {"hash": row_hash(row)}))


def fault(row: LogRow, number: int, head: str) -> str:
    """Say why a row does not follow row ``number`` with hash ``head``: number, prev or hash; '' when it does."""
    if row.number != number + 1:
        return "number"
    if row.prev != head:
        return "prev"
    return "" if row_hash(row) == row.hash else "hash"
