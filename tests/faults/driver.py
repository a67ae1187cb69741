"""Runs an ingest many times in children of its own, and has each of them struck at another system call.

``python -m tests.faults.driver MODE FOLDER SOURCE PART PARTS``: a program of its own, because it forks, and a test
runner has threads. Everything is loaded once. The calls are those of a recorded run; MODE is ``kill`` (the child is
killed on entering the call) or ``error`` (the disk refuses it). FOLDER holds ``repo``, an empty repository that every
strike works on a copy of; when there is a folder ``repo-second`` beside it, that is a further copy that packages need.
Prints one JSON line a strike.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from tests.faults.children import FINISHED, FONDS_WAITS, Call, Subject, identified, in_child, traced
from tests.faults.judging import after_again, half_visible, unsound
from tests.faults.warming import warm

CALLS = (
    "write,pwrite64,writev,fsync,fdatasync,syncfs,sync_file_range,rename,renameat,renameat2,mkdir,mkdirat,unlink,"
    "unlinkat,rmdir,link,linkat,ftruncate,truncate,fallocate,chmod,fchmod,utimensat,flock"
)
"""Every call by which a process changes what is on the disk. Between two of them the disk does not change, so being
killed at any other call is being killed at the next of these."""

ROOM = ("write", "pwrite64", "writev", "rename", "renameat", "renameat2", "mkdir", "mkdirat", "link", "linkat")
"""What needs room on the disk and is refused for want of it; all else fails as a broken disk does."""


@dataclass(frozen=True)
class Strike:
    """What one strike did: number and name of the call, how the child ended, everything that was wrong afterwards."""

    number: int
    of: int
    call: str
    ended: str
    wrong: list[str]


def main() -> None:
    """Strike at every PARTS-th call from the PART-th on."""
    mode, folder, source = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    part, parts = int(sys.argv[4]), int(sys.argv[5])
    for strike in _strikes(
        mode, folder / "repo", Subject(folder / f"{mode}-{part}", source, identified(source)), parts
    ):
        sys.stdout.write(json.dumps(asdict(strike)) + "\n")
        sys.stdout.flush()


def _strikes(mode: str, empty: Path, subject: Subject, parts: int) -> Iterator[Strike]:
    part = int(subject.root.name.rpartition("-")[2])
    with copied(empty, subject):
        warm(subject)
    with copied(empty, subject):
        recorded = traced(subject.take_in, ["-y", "-e", f"trace={CALLS}"])
    assert recorded.ended == FINISHED, recorded
    calls = worth(recorded.calls, str(subject.root), turn=0 if mode == "kill" else 2)
    if mode == "kill":
        calls = [call for call in calls if call.name != "flock"]  # a lock dies with its holder
    for number in range(part, len(calls), parts):
        with copied(empty, subject):
            yield _struck(mode, subject, calls[number], number + 1, len(calls))


@contextmanager
def copied(empty: Path, subject: Subject) -> Iterator[None]:
    """Give the subject a repository like the empty one, and take it away again."""
    shutil.copytree(empty, subject.root)
    second = empty.with_name(f"{empty.name}-second")
    if second.is_dir():
        shutil.copytree(second, subject.second)
        in_child(partial(_moved, subject))
    try:
        yield
    finally:
        shutil.rmtree(subject.root, ignore_errors=True)
        shutil.rmtree(subject.second, ignore_errors=True)


def _moved(subject: Subject) -> list[str]:
    """Let the further copy of a repository that was copied be the one beside it."""
    archive = subject.open()
    for known in archive.copies.copies():
        archive.copies.register(replace(known, url=f"file://{subject.second}"))
    return []


def worth(calls: list[Call], root: str, turn: int) -> list[Call]:
    """Return the calls that changed something in the repository.

    Of the writes of one transaction of the catalogue only the first and the last: SQLite answers for what is between.
    Of those of the index every fourth, ``turn`` says which: it is a cache, and is judged by whether it is there at all.
    """
    own = [call for call in calls if call.path.startswith(root) and not call.refused]
    index = [call for call in own if "/index/" in call.path]
    left_out = {id(call) for number, call in enumerate(index) if number % 4 != turn}
    for before, call, after in zip(own, own[1:], own[2:], strict=False):
        alike = len({(one.name, one.path) for one in (before, call, after)}) == 1
        if alike and "catalogue.sqlite3" in call.path:
            left_out.add(id(call))
    return [call for call in own if id(call) not in left_out]


def _struck(mode: str, subject: Subject, call: Call, number: int, of: int) -> Strike:
    what = "signal=KILL" if mode == "kill" else f"error={'ENOSPC' if call.name in ROOM else 'EIO'}"
    done = traced(subject.take_in, ["-e", f"trace={call.name}", *call.inject(what)])
    found = [] if done.hit else ["this call was not made again"]
    found += in_child(partial(wrong, subject, done.ended))
    return Strike(number, of, f"{call.name} {call.path.removeprefix(str(subject.root))}", done.ended, found)


def wrong(subject: Subject, ended: str) -> list[str]:
    """Return everything that is not as it must be: at once, and after the same command was given again.

    What was reported as done must be, whatever the strike was. Where the package of the fonds was said to wait, the
    next run may have to finish it, and nothing else.
    """
    found = [*half_visible(subject)]
    if ended in {FINISHED, FONDS_WAITS}:
        found += unsound(subject, subject.open(), 1, fonds_waits=ended == FONDS_WAITS)
    return [*found, *after_again(subject, 1)]


if __name__ == "__main__":
    main()
