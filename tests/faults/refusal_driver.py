"""Runs an ingest many times, and has the system refuse it another file or folder each time.

``python -m tests.faults.refusal_driver MODE FOLDER SOURCE PART PARTS``, as ``tests.faults.driver``. MODE is ``kinds``
(of calls that do the same to the same kind of file one is refused, in one way) or ``all`` (every call, in every way).
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from fonds.cli.errors import describe_error, unexpected
from fonds.errors import FondsError
from fonds.schemas.messages import LANGUAGES
from tests.faults.children import FINISHED, FONDS_WAITS, Call, Subject, identified, in_child, traced
from tests.faults.driver import Strike, copied, wrong
from tests.support import ROOT

_OPENING = ("open", "openat", "openat2")
_REFUSALS = {
    "EMFILE": (
        *(*_OPENING, "socket", "socketpair", "accept4", "pipe", "pipe2", "dup", "dup2", "dup3", "fcntl"),
        *("memfd_create", "eventfd2", "epoll_create1", "inotify_init1"),
    ),
    "EACCES": (
        *(*_OPENING, "mkdir", "mkdirat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat"),
        *("unlink", "unlinkat", "rmdir", "chmod", "fchmod", "truncate", "connect", "newfstatat", "statx", "access"),
    ),
}
"""By what the system may refuse which calls: no more open files; no permission."""

_ASKING = {"newfstatat", "statx", "access"}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main() -> None:
    """Strike at every PARTS-th call from the PART-th on."""
    mode, folder, source = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    subject = Subject(folder / f"{mode}-{sys.argv[4]}", source, identified(source))
    for strike in _strikes(mode, folder / "repo", subject, int(sys.argv[4]), int(sys.argv[5])):
        sys.stdout.write(json.dumps(asdict(strike)) + "\n")
        sys.stdout.flush()


def _strikes(mode: str, empty: Path, subject: Subject, part: int, parts: int) -> Iterator[Strike]:
    everything = sorted({name for names in _REFUSALS.values() for name in names})
    with copied(empty, subject):
        recorded = traced(subject.take_in, ["-y", "-e", f"trace={','.join(f'?{name}' for name in everything)}"])
    assert recorded.ended == FINISHED, recorded
    calls = [call for call in recorded.calls if not call.refused and (call.name != "fcntl" or "F_DUPFD" in call.rest)]
    refused = list(_each(calls) if mode == "all" else _kinds(calls, subject))
    for turn in range(part, len(refused), parts):
        with copied(empty, subject):
            yield _struck(subject, *refused[turn], turn + 1, len(refused))


def _each(calls: list[Call]) -> Iterator[tuple[Call, str]]:
    yield from ((call, reason) for call in calls for reason, names in _REFUSALS.items() if call.name in names)


def _kinds(calls: list[Call], subject: Subject) -> Iterator[tuple[Call, str]]:
    """Yield one call of each kind, of the inventory each: several libraries open it, who say different things of it.

    Folders that are opened are refused for want of permission: Path.glob hides that.
    """
    worth = [call for call in reversed(calls) if call.name not in _ASKING]
    told = {(*kind(call, subject), call.before if call.path.endswith(".xlsx") else 0): call for call in worth}
    for (done, *_), call in reversed(told.items()):
        ways = [reason for reason, names in _REFUSALS.items() if call.name in names]
        yield call, ways[-1] if "O_DIRECTORY" in done else ways[0]


def kind(call: Call, subject: Subject) -> tuple[str, str]:
    """Return what is done, and to what kind of file or folder."""
    ways = ("O_DIRECTORY", "O_WRONLY", "O_RDWR") if call.name in _OPENING else ()
    way = next((way for way in ways if way in call.rest), "")
    return f"{call.name} {way}".strip(), _target(call.path, subject)


def _target(path: str, subject: Subject) -> str:
    if path.startswith(str(subject.source)):
        return f"delivery {Path(path).suffix}".strip()
    if not path.startswith(str(subject.root)):
        return "the program's own"
    place = _UUID.sub("*", path.removeprefix(str(subject.root)).strip("/"))
    stage, _, inside = place.rpartition("/content/")
    if stage:
        return f"{stage} {'page' if Path(inside).suffix == '.jpg' else 'other'}"
    return "index" if place.startswith("index/") else re.sub(r"H99\.12\.P01.*", "…", place)


def _struck(subject: Subject, call: Call, reason: str, number: int, of: int) -> Strike:
    done = traced(partial(told, subject), ["-e", f"trace={call.name}", *call.inject(f"error={reason}")])
    found = [] if done.hit else ["this call was not made again"]
    found += unclear(done.ended, subject)
    found += in_child(partial(wrong, subject, done.ended))
    return Strike(number, of, " ".join((reason, *kind(call, subject))), done.ended, found)


def told(subject: Subject) -> str:
    """Take the delivery in; what stops it is told as the command line tells it, in every language."""
    try:
        return subject.attempt()
    except FondsError as error:
        return _words(error)
    except OSError as error:
        return _words(unexpected(error))


def _words(error: FondsError) -> str:
    return "refused: " + " ".join([error.code, *(describe_error(error, lang) for lang in LANGUAGES)])


def unclear(said: str, subject: Subject) -> Iterator[str]:
    """Yield what a clerk could not make anything of: no file is named, or it is nothing that is told in our words."""
    named = (str(subject.root), str(subject.source), str(ROOT / "fonds"))
    if said.startswith("refused: "):
        if not any(place in said for place in named):
            yield "no file is named"
        if "INVENTORY_NOT_WORKBOOK" in said:
            yield "what could not be read is called damaged"
    elif said not in {FINISHED, FONDS_WAITS} and not said.startswith("blocked: "):
        yield "not told in our words"


if __name__ == "__main__":
    main()
