"""Children of a program that has no threads: one does a piece of work under strace, or judges and is gone again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import NoReturn

from fonds.bootstrap import open_archive
from fonds.errors import FondsError
from fonds.packaging import copying
from fonds.packaging.digest import hash_file
from fonds.repository.archive import Archive
from fonds.repository.backends import rfc3161_stamper
from fonds.repository.backends.imaging import VipsImaging
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.backends.siegfried import SiegfriedIdentifier
from fonds.repository.backends.whoosh_index import WhooshIndex
from fonds.repository.ingest import ingest
from fonds.repository.outcome import IngestProgress
from fonds.repository.ports.formats import FormatId
from fonds.repository.proof import ed25519

LOADED = (VipsImaging, WhooshIndex, copying, ed25519, rfc3161_stamper)
"""Loaded when they are needed elsewhere; here before a child is forked, so that only what it does is struck at."""
FINISHED = "finished"
FONDS_WAITS = "finished; the package of the fonds waits"
_CALL = re.compile(
    r'^(?:\[pid +(\d+)\] )?(\w+)\((?:AT_FDCWD<[^>]*>, )?(?:\d+<([^>]*)>)?(?:(?:, )?"([^"]*)")?(.*)$', re.MULTILINE
)
_BELOW = ("at", "at2")
"""How the names of calls end that take a path below an open folder."""


@dataclass(frozen=True)
class Call:
    """A system call of a recorded run: its name, how many of that name came before, the file it was about.

    ``rest`` is what else strace wrote of it: further arguments, and the result.

    strace counts each name by itself: 'when=5' for several of them would be the fifth of each.
    """

    name: str
    before: int
    path: str
    refused: bool = False
    rest: str = ""

    def inject(self, what: str) -> list[str]:
        """Return the options of strace that do something to this very call."""
        return ["-e", f"inject={self.name}:{what}:when={self.before + 1}"]


@dataclass(frozen=True)
class Traced:
    """How a child ended ('killed by …', or what its task returned) and what strace wrote about it."""

    process: int
    ended: str
    trace: str

    @property
    def calls(self) -> list[Call]:
        """The calls of its main thread, in order; strace was told to name files (-y)."""
        calls: list[Call] = []
        seen: Counter[str] = Counter()
        for thread, name, handle, text, rest in _CALL.findall(self.trace):
            if thread in {"", str(self.process)}:
                path = f"{handle}/{text}" if handle and name.endswith(_BELOW) else handle or text
                calls.append(Call(name, seen[name], path, " = -1 E" in rest, rest))
                seen[name] += 1
        return calls

    @property
    def hit(self) -> bool:
        """Whether strace changed a call of it."""
        return "(INJECTED)" in self.trace or self.ended.startswith("killed by ")


def traced(task: Callable[[], str], options: Sequence[str]) -> Traced:
    """Do the task in a child. strace, with these options, is attached before it begins."""
    ready, go = os.pipe()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(ready, 1)
        _tell(tell, task)
    os.close(tell)
    with tempfile.TemporaryFile() as seen:
        tracer = subprocess.Popen(["strace", "-f", "-qq", *options, "-p", str(child)], stderr=seen)
        while not _is_traced(child):
            time.sleep(0.002)
        os.close(ready)
        os.write(go, b"x")
        os.close(go)
        said = _read(told)
        _, status = os.waitpid(child, 0)
        tracer.wait()
        seen.seek(0)
        trace = seen.read().decode(errors="replace")
    if os.WIFSIGNALED(status):
        return Traced(child, f"killed by {signal.Signals(os.WTERMSIG(status)).name}", trace)
    return Traced(child, said.decode(), trace)


def in_child(judge: Callable[[], list[str]]) -> list[str]:
    """Judge in a child: what it opens is gone with it."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _tell(tell, lambda: json.dumps(judge()))
    os.close(tell)
    said = _read(told)
    os.waitpid(child, 0)
    try:
        found: list[str] = json.loads(said)
    except ValueError:
        return [f"the judge {said.decode()}"]
    return found


def _read(told: int) -> bytes:
    said = b""
    while block := os.read(told, 65536):
        said += block
    os.close(told)
    return said


def _tell(tell: int, task: Callable[[], str]) -> NoReturn:
    """Do the task, write what it returned or raised, and end this child."""
    try:
        said = task()
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what has to be told
        said = f"raised {error!r}"
    written = False
    while not written:
        with suppress(OSError):  # the strike may be at this very call
            os.write(tell, said.encode()[:60_000])
            written = True
    os._exit(0)


def _is_traced(process: int) -> bool:
    text = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    return "TracerPid:\t0\n" not in text


@dataclass(frozen=True)
class Known:
    """What Siegfried said of the files of a delivery: asked once, because loading it takes longer than an ingest."""

    said: Mapping[str, FormatId]

    def identify(self, path: Path) -> FormatId:
        """Return the format of a file with these bytes."""
        return self.said[hash_file(path)[1]]


def identified(source: Path) -> Known:
    """Ask Siegfried in a child: a process that it was loaded in can not be forked any more."""

    def ask() -> list[str]:
        files = [path for path in sorted(source.rglob("*")) if path.is_file()]
        return [json.dumps((hash_file(path)[1], asdict(SiegfriedIdentifier().identify(path)))) for path in files]

    return Known({digest: FormatId(**said) for digest, said in map(json.loads, in_child(ask))})


@dataclass(frozen=True)
class Subject:
    """A repository and the delivery that is taken into it."""

    root: Path
    source: Path
    formats: Known

    @property
    def second(self) -> Path:
        """Where a further copy lies, if the packages need one."""
        return self.root.with_name(f"{self.root.name}-second")

    def open(self) -> Archive:
        """Open the repository; its work is done in this very process."""
        return replace(open_archive(self.root), executor=inline_executor, formats=self.formats)

    def take_in(self, told: Callable[[IngestProgress], None] = lambda _: None) -> str:
        """Ingest the delivery; returns what was reported: FINISHED, FONDS_WAITS or why it was not."""
        try:
            return self.attempt(told)
        except FondsError as error:
            return f"refused: {error.code} {error.data.get('path', '')}"

    def attempt(self, told: Callable[[IngestProgress], None] = lambda _: None) -> str:
        """Do as ``take_in``; what stops the whole ingest is raised."""
        result = ingest(self.open(), self.source, agent="tester", progress=told)
        if result.waiting:
            return f"refused: {result.waiting}"
        if result.blocked or result.errors:
            return f"blocked: {result.blocked}"
        return FONDS_WAITS if result.fonds_error else FINISHED
