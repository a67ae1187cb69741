"""Progress on stderr for anything that may take more than two seconds: done of total, rate, time left."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import TextIO

import click

_LIVE_SECONDS = 0.2
_LOG_SECONDS = 10.0


class Progress:
    """A line that is renewed in place on a terminal, and a line every ten seconds elsewhere.

    ``update`` takes what is done and what there is in all; it never shows more than 100 %.
    """

    def __init__(self, label: str, unit: str, left: str, stream: TextIO | None = None) -> None:
        self._label, self._unit, self._left = label, unit, left
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._began = self._shown = time.monotonic()
        self._width = 0

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if self._width:
            click.echo("\r" + " " * self._width + "\r", file=self._stream, nl=False)

    def update(self, done: int, total: int, note: str = "") -> None:
        """Show how far the work is, not more often than is useful."""
        clock = time.monotonic()
        if clock - self._shown < (_LIVE_SECONDS if self._live else _LOG_SECONDS):
            return
        self._shown = clock
        self._print(progress_line(self._label, self._unit, self._left, done, total, clock - self._began, note))

    def _print(self, line: str) -> None:
        if not self._live:
            click.echo(line, file=self._stream)
            return
        click.echo("\r" + line + " " * max(0, self._width - len(line)), file=self._stream, nl=False)
        self._width = len(line)


def progress_line(label: str, unit: str, left: str, done: int, total: int, seconds: float, note: str = "") -> str:
    """Return ``label  45 % · 4/9 unit · 2.1 unit/s · left 0:42 · note``; parts that are not known yet are left out."""
    rate = done / seconds if seconds > 0 else 0.0
    parts = []
    if total:
        done = min(done, total)
        parts.append(f"{100 * done // total} %")
    parts.append(f"{done}/{total} {unit}" if total else f"{done} {unit}")
    if rate:
        parts.append(f"{rate:.1f} {unit}/s")
        if total:
            parts.append(f"{left} {clock_time((total - done) / rate)}")
    if note:
        parts.append(note)
    return f"{label}  " + " · ".join(parts)


def clock_time(seconds: float) -> str:
    """Return a span as ``0:42``, ``12:05`` or ``3:20:00``."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size_text(count: int) -> str:
    """Return bytes for people: ``812 B``, ``3.4 MB``, ``1.2 TB`` (powers of 1000, as disks are sold)."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1000
    raise AssertionError
