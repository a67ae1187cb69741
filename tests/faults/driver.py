"""Runs one piece of work many times in children of its own, and has each of them struck at another system call.

``python -m tests.faults.driver MODE ROOT SOURCE PART PARTS``: a program of its own, because it forks, and a test runner
has threads. Everything is loaded once, so that a strike costs a quarter of a second. strace is attached to the child
before it begins; when the child ends by itself, there are no more calls to strike at. Prints one JSON line a strike.

When there is a folder ``<ROOT>-second`` beside ROOT, it is a further copy that the packages need.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import NoReturn

from fonds.bootstrap import open_archive
from fonds.errors import FondsError
from fonds.packaging.bag import validate_bag
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.ingest import ingest
from fonds.repository.work import work

CALLS = (
    "write,pwrite64,writev,fsync,fdatasync,syncfs,sync_file_range,rename,renameat,renameat2,mkdir,mkdirat,unlink,"
    "unlinkat,rmdir,link,linkat,ftruncate,truncate,fallocate,chmod,fchmod,utimensat,flock"
)
"""Every call by which a process changes what is on the disk. Between two of them the disk does not change, so being
killed at any other call is being killed at the next of these."""


FINISHED = "finished"
FONDS_WAITS = "finished; the package of the fonds waits"


@dataclass(frozen=True)
class Strike:
    """What one strike did: the number of the call, how the child ended, and everything that was wrong afterwards."""

    number: int
    ended: str
    wrong: list[str]


def main() -> None:
    """Strike at every PARTS-th call from the PART-th on."""
    mode, root, source, part, parts = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]), sys.argv[5]
    for strike in _strikes(mode, root, source, range(part + 1, 1_000_000, int(parts))):
        sys.stdout.write(json.dumps(asdict(strike)) + "\n")
        sys.stdout.flush()


def _strikes(mode: str, root: Path, source: Path, numbers: range) -> Iterator[Strike]:
    for number in numbers:
        copy = root.with_name(f"{root.name}-{mode.replace('=', '-')}-{numbers.start}")
        shutil.copytree(root, copy)
        if _second(root).is_dir():
            shutil.copytree(_second(root), _second(copy))
            _in_child(partial(_moved, copy))
        try:
            ended, hit = _struck(mode, partial(_ingest, copy, source), number)
            if not hit:
                return
            yield Strike(number, ended, _in_child(partial(_wrong, copy, source, ended)))
        finally:
            shutil.rmtree(copy, ignore_errors=True)
            shutil.rmtree(_second(copy), ignore_errors=True)


def _second(root: Path) -> Path:
    return root.with_name(f"{root.name}-second")


def _moved(root: Path) -> list[str]:
    """Let the further copy of a repository that was copied be the one beside it."""
    archive = _open(root)
    for known in archive.copies.copies():
        archive.copies.register(replace(known, url=f"file://{_second(root)}"))
    return []


def _struck(mode: str, task: Callable[[], str], number: int) -> tuple[str, bool]:
    """Run the work in a child and strike at its n-th call; return how it ended, and whether there was such a call."""
    ready, go = os.pipe()
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(go)
        os.read(ready, 1)
        _told(tell, task)
    os.close(tell)
    seen = tempfile.TemporaryFile()  # noqa: SIM115 - closed at the end of this function
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-e", f"trace={CALLS}", "-e", f"inject={CALLS}:{mode}:when={number}",
         "-p", str(child)],
        stderr=seen,
    )  # fmt: skip
    while not _traced(child):
        time.sleep(0.002)
    os.close(ready)
    os.write(go, b"x")
    os.close(go)
    said = b""
    while block := os.read(told, 65536):
        said += block
    os.close(told)
    _, status = os.waitpid(child, 0)
    tracer.wait()
    seen.seek(0)
    hit = b"(INJECTED)" in seen.read()
    seen.close()
    if os.WIFSIGNALED(status):
        return f"killed by {signal.Signals(os.WTERMSIG(status)).name}", True
    return said.decode(), hit


def _told(tell: int, task: Callable[[], str]) -> NoReturn:
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


def _traced(process: int) -> bool:
    text = Path(f"/proc/{process}/status").read_text("ascii", "replace")
    return "TracerPid:\t0\n" not in text


def _open(root: Path) -> Archive:
    return replace(open_archive(root), executor=inline_executor)


def _ingest(root: Path, source: Path) -> str:
    try:
        result = ingest(_open(root), source, agent="tester")
    except FondsError as error:
        return f"refused: {error.code} {error.data.get('path', '')}"
    if result.waiting:
        return f"refused: {result.waiting}"
    if result.blocked or result.errors:
        return f"blocked: {result.blocked}"
    return FONDS_WAITS if result.fonds_error else FINISHED


def _in_child(judge: Callable[[], list[str]]) -> list[str]:
    """Judge in a child too: what it opens is gone with it."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        _told(tell, lambda: json.dumps(judge()))
    os.close(tell)
    said = b""
    while block := os.read(told, 65536):
        said += block
    os.close(told)
    os.waitpid(child, 0)
    try:
        found: list[str] = json.loads(said)
    except ValueError:
        return [f"the judge {said.decode()}"]
    return found


def _wrong(root: Path, source: Path, ended: str) -> list[str]:
    """Return everything that is not as it must be: at once, and after the same command was given again.

    What was reported as done must be, whatever the strike was. Where the package of the fonds was said to wait, the
    next run may have to finish it, and nothing else.
    """
    wrong = [*_half_visible(root)]
    if ended in {FINISHED, FONDS_WAITS}:
        wrong += _unsound(root, _open(root), fonds_waits=ended == FONDS_WAITS)
    return [*wrong, *_after_again(root, source)]


def _half_visible(root: Path) -> Iterator[str]:
    for store in (root / "store", _second(root)):
        for place in FilesystemStore(store).locations():
            if not validate_bag(store / place, workers=0).valid:
                yield f"half a package can be seen: {store / place}"


def _after_again(root: Path, source: Path) -> Iterator[str]:
    archive = _open(root)
    result = ingest(archive, source, agent="tester")
    if result.blocked or result.errors or result.waiting or len(result.ingested) + len(result.unchanged) != 1:
        yield f"the same command again: {result}"
    work(archive, stopped=lambda: False)
    yield from _unsound(root, archive)
    running = archive.jobs.recent(state="running").items
    if running:
        yield f"jobs that run for ever: {running}"
    if not archive.index.is_made():
        yield "nothing was indexed"


def _unsound(root: Path, archive: Archive, *, fonds_waits: bool = False) -> Iterator[str]:
    totals = archive.holdings.totals()
    if totals["dossiers"] != 1:
        yield f"dossiers held: {totals['dossiers']}"
    found = audit(archive, agent="tester", scope="all")
    unknown = [place for place in found.unknown if not (fonds_waits and "/_fonds/" in place)]
    if found.problems or unknown or not found.run.complete:
        yield f"audit: {found}"
    verdict = archive.log.verify()
    if verdict.broken_at:
        yield f"log: {verdict}"
    if archive.copies.below(archive.settings.copies_required):
        yield f"in too few copies: {archive.copies.summaries()}"
    left = [path for store in (root / "store", _second(root)) for path in store.glob(".tmp-*")]
    if left:
        yield f"left in the store: {left}"


if __name__ == "__main__":
    main()
