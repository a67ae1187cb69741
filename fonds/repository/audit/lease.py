"""Who reads what: an audit holds what it reads for a time, and what a dead one left is taken over.

What an audit is about to read stands in the catalogue (its intents), and belongs to nobody else as long as it is heard
from. One whose process was killed is found by that on the same machine, and anywhere by its time being over. What it
had logged and not got into the catalogue is taken over from the log: it is not read, nor logged, a second time.
"""

from __future__ import annotations

import os
import platform
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.logged import FIXITY, logged_check
from fonds.repository.ports.fixity import OpenRun, Result
from fonds.repository.ports.log import LogRow

SECONDS = 600.0
"""How long an audit may be silent before others take over what it was reading."""
_STARTED = 19
"""The field of /proc/PID/stat after the name in which the start of a process stands (proc(5): field 22)."""


class Lease:
    """The hold of one run on what it reads, renewed in time."""

    def __init__(self, archive: Archive, scope: str) -> None:
        self._fixity = archive.fixity
        self.run = archive.fixity.begin(scope, owner=own_name(), seconds=SECONDS)
        self._renewed = time.monotonic()

    def keep(self) -> None:
        """Renew it when half of its time is over. Raises FondsError AUDIT_TAKEN_OVER."""
        if time.monotonic() - self._renewed >= SECONDS / 2:
            if not self._fixity.renew(self.run, seconds=SECONDS):
                raise FondsError("AUDIT_TAKEN_OVER", run=self.run)
            self._renewed = time.monotonic()


def own_name() -> str:
    """Return a name of this process that no other has: machine, boot, number, start."""
    return f"{_machine()}/{_boot()}/{os.getpid()}/{_started(os.getpid())}"


def is_gone(owner: str) -> bool:
    """Say whether the process of this name is known to be gone; of one on another machine nothing is known."""
    parts = owner.split("/")
    if len(parts) != 4 or parts[0] != _machine():
        return False
    _, boot, process, started = parts
    return boot != _boot() or _started(int(process)) != started


def _machine() -> str:
    """Return the name of this machine; containers on one machine do not see each other's processes."""
    try:
        return f"{platform.node()}.{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return platform.node()


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _started(process: int) -> str:
    try:
        stat = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    state, *rest = stat.rpartition(")")[2].split()
    return "" if state == "Z" else rest[_STARTED - 1]


def take_over(archive: Archive) -> int:
    """End the runs that nobody goes on with; returns how many. What they were reading is free again."""
    dead = {run.id: run for run in archive.fixity.open_runs() if is_gone(run.owner) or _is_over(run)}
    if not dead:
        return 0
    logged = _logged(archive, dead.values())
    return sum(archive.fixity.abandon(run.id, logged.get(run.id, []), gone=is_gone(run.owner)) for run in dead.values())


def _is_over(run: OpenRun) -> bool:
    return run.until < datetime.now(UTC).isoformat(timespec="milliseconds")


def _rows(archive: Archive) -> Iterator[LogRow]:
    """Yield the rows of the log up to one that cannot be read: what comes after it is read from the disk again."""
    with suppress(FondsError):
        yield from archive.log.rows()


def _logged(archive: Archive, runs: Collection[OpenRun]) -> dict[int, list[Result]]:
    """Return the results of runs that stand in the log."""
    found: dict[int, list[Result]] = {run.id: [] for run in runs}
    started = {run.id: run.started for run in runs}
    for row in _rows(archive):
        run = row.detail.get("run")
        # Numbers of runs begin anew with a new catalogue: an older row is of another run.
        if row.action == FIXITY and isinstance(run, int) and run in found and row.when >= started[run]:
            check, problems = logged_check(row)
            files, size = (int(str(row.detail[name])) for name in ("files", "bytes"))
            found[run].append(Result(check, problems, files, size))
    return found
