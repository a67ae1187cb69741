"""Progress on stderr for anything that may take more than two seconds: done of total, rate, time left."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType
from typing import TextIO

import click

from fonds.cli.context import Context
from fonds.cli.people import Words, clock, cut, plain, terminal_width

_LIVE_SECONDS = 0.2
_LOG_SECONDS = 10.0
_TICK_SECONDS = 1.0
SIZE = "size"
"""The unit of work that is measured in bytes."""


class Progress:
    """A line that is renewed in place on a terminal, and a line every ten seconds elsewhere.

    ``update`` takes what is done and what there is in all; it never shows more than 100 %. Between updates the clock
    goes on, so that nobody takes long work for a standstill. ``label`` and ``unit`` are keys of texts, or ``SIZE``.
    """

    def __init__(self, context: Context, label: str, unit: str, stream: TextIO | None = None) -> None:
        self._words, self._label, self._unit = context.words, label, unit
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._every = _LIVE_SECONDS if self._live else _LOG_SECONDS
        self._began = self._shown = self._part_began = time.monotonic()
        self._part: object = None
        self._state: tuple[int, int, str] = (0, 0, "")
        self._wide = 0
        self._lock, self._ended = threading.Lock(), threading.Event()

    def __enter__(self) -> Progress:
        threading.Thread(target=self._tick, daemon=True).start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self._ended.set()
        with self._lock:
            if self._wide:
                click.echo("\r" + " " * self._wide + "\r", file=self._stream, nl=False)

    def _tick(self) -> None:
        while not self._ended.wait(_TICK_SECONDS):
            self._show()

    def update(self, done: int, total: int, note: str = "", unit: str = "", part: object = None) -> None:
        """Say how far the work is, in another ``unit`` where one is given; it is shown as often as is useful.

        ``part`` tells parts of the work apart that are measured each by itself, and so is the time left.
        """
        self._unit = unit or self._unit
        if part != self._part:
            self._part, self._part_began = part, time.monotonic()
        self._state = (done, total, note)
        self._show()

    def _show(self) -> None:
        with self._lock:
            now = time.monotonic()
            if self._ended.is_set() or now - self._shown < self._every:
                return
            self._shown = now
            done, total, note = self._state
            seconds = (now - self._began, now - self._part_began)
            line = progress_line(self._words, self._label, self._unit, done, total, seconds, note)
            self._print(plain(line))

    def _print(self, line: str) -> None:
        if not self._live:
            click.echo(line, file=self._stream)
            return
        line = cut(line, terminal_width() - 1)
        click.echo("\r" + line + " " * max(0, self._wide - len(line)), file=self._stream, nl=False)
        self._wide = len(line)


def progress_line(
    words: Words, label: str, unit: str, done: int, total: int, seconds: tuple[float, float], note: str = ""
) -> str:
    """Return ``label  45 % · 4/9 unit · 0:12 · left 0:42 · note``; parts that are not known yet are left out.

    ``seconds`` are those since the work began, and since this part of it did, from which the time left is reckoned.
    """
    done = min(done, total) if total else done
    parts = [f"{100 * done // total} %"] if total else []
    parts += [*_counted(words, unit, done, total), clock(seconds[0])]
    if 0 < done < total:
        parts.append(words.say("cli.left", {"time": clock((total - done) * seconds[1] / done)}))
    if note:
        parts.append(note)
    return f"{words.say(label, {})}  " + " · ".join(parts)


def _counted(words: Words, unit: str, done: int, total: int) -> list[str]:
    show = words.size if unit == SIZE else words.number
    counted = f"{show(done)}/{show(total)}" if total else show(done)
    if unit != SIZE:
        return [f"{counted} {words.say(unit, {'n': total or done})}"]
    return [counted] if done or total else []
