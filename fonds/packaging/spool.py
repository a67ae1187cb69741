"""Sorting more records than should be held in memory: sorted runs in one temporary file, merged as they are read."""

from __future__ import annotations

import heapq
import json
import os
import tempfile
from collections.abc import Iterator
from types import TracebackType
from typing import IO

Record = tuple[str, int, int, str, int, str]
"""(key, kind, number, path, count, text): what the numbers and the text mean is the business of the one who spools."""

LIMIT = 60_000
"""Records held in memory; more go to the disk. 60,000 take about 25 MB."""
_TOGETHER = 100
"""Records written, and read again, at a time."""
_CHUNK = 32 * 1024


class Spool:
    """Takes records in any order and gives them back sorted, with the memory of ``limit`` of them."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit = limit
        self._records: list[Record] = []
        self._runs: list[tuple[int, int]] = []
        self._file: IO[bytes] | None = None

    def __enter__(self) -> Spool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Forget everything, and remove what is on the disk."""
        self._records = []
        if self._file:
            self._file.close()

    def add(self, record: Record) -> None:
        """Take a record. Raises OSError when the temporary disk is full."""
        self._records.append(record)
        if len(self._records) >= self._limit:
            self._spill()

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="fonds-spool-")  # noqa: SIM115 - lives as long as the spool
        self._records.sort()
        start = self._file.tell()
        for first in range(0, len(self._records), _TOGETHER):
            self._file.write(json.dumps(self._records[first : first + _TOGETHER]).encode() + b"\n")
        self._runs.append((start, self._file.tell()))
        self._records = []

    def __iter__(self) -> Iterator[Record]:
        """Yield every record, sorted."""
        self._records.sort()
        if self._file is None:
            return iter(self._records)
        self._file.flush()
        return heapq.merge(*(self._read(self._file, start, end) for start, end in self._runs), self._records)

    def _read(self, file: IO[bytes], start: int, end: int) -> Iterator[Record]:
        handle, rest = file.fileno(), b""
        while start < end:
            block = os.pread(handle, min(_CHUNK, end - start), start)
            if not block:
                raise OSError("the temporary file became shorter")
            start += len(block)
            *lines, rest = (rest + block).split(b"\n")
            for line in lines:
                # Lists come back; records are compared as tuples.
                yield from (
                    (key, kind, number, path, count, text) for key, kind, number, path, count, text in json.loads(line)
                )
