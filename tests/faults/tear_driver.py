"""Runs an ingest many times, and has the disk fill up in the middle of another write each time.

``python -m tests.faults.tear_driver tear FOLDER SOURCE PART PARTS``, as ``refusal_driver``, with the library
of ``short_writes.c`` in LD_PRELOAD: half of what is written is there, and the rest finds the disk full.
"""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from tests.faults.children import FINISHED, Call, Subject, identified, in_child, traced
from tests.faults.driver import Strike, copied, wrong
from tests.faults.refusal_driver import kind, told, unclear
from tests.faults.warming import warm

_CALLS = "write,pwrite64"


def main() -> None:
    """Strike at every PARTS-th kind of write from the PART-th on."""
    mode, folder, source, part = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]
    for strike in _strikes(
        folder / "repo", Subject(folder / f"{mode}-{part}", source, identified(source)), int(part), int(sys.argv[5])
    ):
        sys.stdout.write(json.dumps(asdict(strike)) + "\n")
        sys.stdout.flush()


def _strikes(empty: Path, subject: Subject, part: int, parts: int) -> Iterator[Strike]:
    with copied(empty, subject):
        warm(subject)
    with copied(empty, subject):
        recorded = traced(subject.take_in, ["-y", "-e", f"trace={_CALLS}"])
    assert recorded.ended == FINISHED, recorded
    own = [call for call in recorded.calls if call.path.startswith(str(subject.root))]
    calls = list({kind(call, subject): call for call in reversed(own)}.values())[::-1]
    for turn in range(part, len(calls), parts):
        with copied(empty, subject):
            yield _torn(subject, calls[turn], turn + 1, len(calls))


def _torn(subject: Subject, call: Call, number: int, of: int) -> Strike:
    said = in_child(partial(_tear, subject, call))
    found = [*said[1:], *unclear(said[0], subject), *in_child(partial(wrong, subject, said[0]))]
    return Strike(number, of, " ".join(kind(call, subject)), said[0], found)


def _tear(subject: Subject, call: Call) -> list[str]:
    """Take the delivery in with one write torn; returns what was told, and that it was not torn if it was not."""
    library = ctypes.CDLL(os.environ["LD_PRELOAD"])
    library.tear(call.name.encode(), ctypes.c_long(call.before + 1))
    said = told(subject)
    return [said] if library.torn() else [said, "this write was not made again"]


if __name__ == "__main__":
    main()
