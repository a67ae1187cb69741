"""Runs an ingest many times, and has the system refuse it another file or folder each time.

``python -m tests.faults.refusal_driver MODE FOLDER SOURCE PART PARTS``, as ``tests.faults.driver``. MODE is ``EMFILE``
(no more open files) or ``EACCES`` (no permission); with ``-all`` at its end every call is refused once, and not one of
each kind only.
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
from tests.faults.children import FINISHED, Call, Subject, identified, in_child, traced
from tests.faults.driver import Strike, copied, wrong
from tests.support import ROOT

CALLS = {
    "EMFILE": "open,openat,openat2,socket,pipe,pipe2,dup,dup2,dup3,fcntl,memfd_create,eventfd2,epoll_create1",
    "EACCES": (
        "open,openat,openat2,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,unlink,unlinkat,rmdir,chmod,fchmod,"
        "truncate,newfstatat,statx"
    ),
}
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def main() -> None:
    """Strike at every PARTS-th call from the PART-th on."""
    mode, folder, source = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    subject = Subject(folder / f"{mode}-{sys.argv[4]}", source, identified(source))
    for strike in _strikes(mode, folder / "repo", subject, int(sys.argv[4]), int(sys.argv[5])):
        sys.stdout.write(json.dumps(asdict(strike)) + "\n")
        sys.stdout.flush()


def _strikes(mode: str, empty: Path, subject: Subject, part: int, parts: int) -> Iterator[Strike]:
    number, _, everything = mode.partition("-")
    with copied(empty, subject):
        recorded = traced(partial(_told, subject), ["-y", "-e", f"trace={CALLS[number]}"])
    assert recorded.ended == FINISHED, recorded
    calls = [call for call in recorded.calls if not call.refused and (call.name != "fcntl" or "F_DUPFD" in call.rest)]
    if not everything:
        calls = list({kind(call, subject): call for call in reversed(calls)}.values())[::-1]
    for turn in range(part, len(calls), parts):
        with copied(empty, subject):
            yield _struck(number, subject, calls[turn], turn + 1, len(calls))


def kind(call: Call, subject: Subject) -> tuple[str, str]:
    """Return what is done, and to what kind of file or folder: of calls that are alike in both, one stands for all."""
    opened = "open" in call.name
    way = next((way for way in ("O_DIRECTORY", "O_WRONLY", "O_RDWR") if opened and way in call.rest), "")
    return f"{call.name} {way}".strip(), _target(call.path, subject)


def _target(path: str, subject: Subject) -> str:
    if path.startswith(str(subject.source)):
        return f"delivery {Path(path).suffix}"
    if not path.startswith(str(subject.root)):
        return "the program's own"
    place = _UUID.sub("*", path.removeprefix(str(subject.root)).strip("/"))
    if place.startswith("index/"):
        return "index"
    inside = place.rpartition("/content/")[2]
    if inside != place:
        return "stage " + ("payload" if "/data/" in inside else Path(inside).suffix)
    return re.sub(r"H99\.12\.P01/.*", "…", place)


def _told(subject: Subject) -> str:
    """Take the delivery in; what stops it is told as the command line tells it."""
    try:
        return subject.attempt()
    except FondsError as error:
        return _words(error)
    except Exception as error:  # noqa: BLE001 - whatever it is, a person would be told of it
        return f"{error!r} {_words(unexpected(error))}"


def _words(error: FondsError) -> str:
    return "refused: " + " ".join([error.code, *(describe_error(error, lang) for lang in LANGUAGES)])


def _struck(mode: str, subject: Subject, call: Call, number: int, of: int) -> Strike:
    done = traced(partial(_told, subject), ["-e", f"trace={call.name}", *call.inject(f"error={mode}")])
    found = [] if done.hit else ["this call was not made again"]
    found += _unclear(done.ended, subject)
    found += in_child(partial(wrong, subject, done.ended))
    return Strike(number, of, " ".join(kind(call, subject)), done.ended, found)


def _unclear(said: str, subject: Subject) -> Iterator[str]:
    """Yield what a clerk could not make anything of."""
    if said.startswith("refused: "):
        if not any(place in said for place in (str(subject.root), str(subject.source), str(ROOT))):
            yield "no file is named"
    elif not said.startswith((FINISHED, "blocked: ")):
        yield "not told in our words"


if __name__ == "__main__":
    main()
