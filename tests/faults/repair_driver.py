"""Runs a repair many times in children of its own, and has each of them struck at another system call.

``python -m tests.faults.repair_driver MODE FOLDER PART PARTS``, as ``driver``. FOLDER holds ``repo`` with damage that
an audit has found, and ``repo-second``, its further copy, with damage of its own.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.digest import hash_file
from fonds.repository.audit import audit
from fonds.repository.ports.store import QUARANTINE
from fonds.repository.repair.run import repair
from tests.faults.children import FINISHED, Call, Known, Subject, in_child, traced
from tests.faults.driver import CALLS, ROOM, Strike, copied, worth
from tests.faults.warming import ready


def main() -> None:
    """Strike at every PARTS-th call from the PART-th on."""
    mode, folder = sys.argv[1], Path(sys.argv[2])
    part, parts = int(sys.argv[3]), int(sys.argv[4])
    subject = Subject(folder / f"{mode}-{part}", folder, Known({}))
    for strike in _strikes(mode, folder / "repo", subject, part, parts):
        sys.stdout.write(json.dumps(asdict(strike)) + "\n")
        sys.stdout.flush()


def _strikes(mode: str, damaged: Path, subject: Subject, part: int, parts: int) -> Iterator[Strike]:
    with copied(damaged, subject):
        warm(subject)
    with copied(damaged, subject):
        recorded = traced(partial(mended, subject), ["-y", "-e", f"trace={CALLS}"])
    assert recorded.ended == FINISHED, recorded
    calls = [call for call in worth(recorded.calls, str(subject.root), turn=0) if call.name != "flock"]
    for number in range(part, len(calls), parts):
        with copied(damaged, subject):
            yield _struck(mode, subject, calls[number], number + 1, len(calls))


def warm(subject: Subject) -> None:
    """Load what children need, as ``tests.faults.warming`` does."""
    assert mended(subject) == FINISHED
    assert not _unsound(subject)
    ready()


def mended(subject: Subject) -> str:
    """Repair everything that is known to be wrong; returns what was reported."""
    try:
        result = repair(subject.open(), agent="tester")
    except FondsError as error:
        return f"refused: {error.code}"
    errors = [error.code for one in result.packages for _, error in one.errors]
    return FINISHED if result.good else f"refused: {errors}"


def _struck(mode: str, subject: Subject, call: Call, number: int, of: int) -> Strike:
    what = "signal=KILL" if mode == "kill" else f"error={'ENOSPC' if call.name in ROOM else 'EIO'}"
    before = in_child(partial(_listed, subject))
    done = traced(partial(mended, subject), ["-f", "-e", f"trace={call.name}", *call.inject(what)])
    found = [] if done.hit else ["this call was not made again"]
    found += in_child(partial(wrong, subject, done.ended, before))
    return Strike(number, of, f"{call.name} {call.path.removeprefix(str(subject.root))}", done.ended, found)


def wrong(subject: Subject, ended: str, before: list[str]) -> list[str]:
    """Return everything that is not as it must be: at once, and after the same command was given again."""
    found = [f"lost: {line}" for line in before if line not in set(_listed(subject)) | set(_elsewhere(subject, before))]
    if ended == FINISHED:
        found += _unsound(subject)
    again = mended(subject)
    if again != FINISHED:
        found.append(f"the same command again: {again}")
    left = [str(path) for store in (subject.root / "store", subject.second) for path in store.glob(".tmp-*")]
    return found + _unsound(subject) + ([f"left in the store: {left}"] if left else [])


def _listed(subject: Subject) -> list[str]:
    """Return every file of the packages and of the quarantine, with its digest."""
    return [
        f"{store.name} {path.relative_to(store).as_posix()} {hash_file(path)[1]}"
        for store in (subject.root / "store", subject.second)
        for path in sorted(store.glob("*/**/*"))
        if path.is_file() and not path.relative_to(store).parts[0].startswith((".", "_audit"))
    ]


def _elsewhere(subject: Subject, before: list[str]) -> Iterator[str]:
    """Yield the lines whose file has gone to the quarantine: no byte is ever lost, be it good or bad."""
    kept = {
        (store.name, path.relative_to(store / QUARANTINE).as_posix().partition("/")[2], hash_file(path)[1])
        for store in (subject.root / "store", subject.second)
        for path in (store / QUARANTINE).glob("**/*")
        if path.is_file()
    }
    for line in before:
        store, _, rest = line.partition(" ")
        path, _, sha256 = rest.rpartition(" ")
        if (store, path, sha256) in kept:
            yield line


def _unsound(subject: Subject) -> list[str]:
    archive = subject.open()
    result = audit(archive, agent="tester", scope="all")
    found = [] if result.good else [f"audit: {result}"]
    found += [f"incident: {one}" for one in archive.incidents.listed().items]
    found += [f"log: {archive.log.verify()}"] if archive.log.verify().broken_at else []
    return found


if __name__ == "__main__":
    main()
