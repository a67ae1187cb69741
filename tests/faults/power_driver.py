"""Cuts the power of a file system of its own during an ingest, again and again.

``python -m tests.faults.power_driver MODE FOLDER SOURCE PART PARTS``: as root, a program of its own, because it forks.
FOLDER holds ``disk``, an ext4 image with an empty repository; every case works on a copy of it. Prints one JSON line a
case. Between two syncs nothing reaches the disk, so the moment before each sync stands for all since the one before:

* ``cut``: killed on entering the N-th sync, then the power is cut; the last case is a cut right after the end
* ``lie``: the N-th sync does nothing and says that it did; the power is cut right after the next acknowledgement
* ``PATTERN``: every sync of the file of the repository that matches is such a lie; the power is cut right after the end
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

from fonds.repository.outcome import IngestProgress
from tests.faults.children import FINISHED, Call, Subject, identified, in_child, traced
from tests.faults.judging import after_again, half_visible, holdings, lost
from tests.faults.warming import warm

SYNCS = "fsync,fdatasync,syncfs,sync,msync"
_ACKNOWLEDGED = "getpgid"
"""A call that changes nothing and that nobody else makes: where it is in the trace, a dossier was acknowledged."""
_SHUTDOWN, _NO_LOG_FLUSH = 0x8004587D, 2
"""EXT4_IOC_SHUTDOWN: the file system is dead from here on, and not even its journal is written out first."""
_OPTIONS = "loop,commit=600,noauto_da_alloc,nodev,nosuid"
"""The journal is committed by syncs alone, and the kernel makes up for no sync that is missing before a rename."""
_HINTS = "fadvise64,sync_file_range"
_NO_HINTS = ["-e", f"inject={_HINTS}:retval=0"]
"""Asking for a cold read makes Linux begin to write. No system has to: what only such hints save is not safe."""
AGAIN = ", and again before the acknowledgement"
_UNIQUE = re.compile(r"(uuid-)?[0-9a-f]{8}-[0-9a-f-]{27}|(?<=audit-)[0-9]{4}|(?<=H99\.12\.P01\.1962\.)[0-9]+")


@dataclass(frozen=True)
class Case:
    """One power cut: at which sync (of what), how the work had ended, dossiers acknowledged, all that was wrong."""

    number: int
    call: str
    ended: str
    acknowledged: int
    wrong: list[str]


def main() -> None:
    """Do every PARTS-th case from the PART-th on."""
    mode, folder, source = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    part, parts = int(sys.argv[4]), int(sys.argv[5])
    for case in Power(folder, source, part).cases(mode, range(part + 1, 1_000_000, parts)):
        sys.stdout.write(json.dumps(asdict(case)) + "\n")
        sys.stdout.flush()


class Power:
    """A disk that can be switched off, and the work that is done on it."""

    def __init__(self, folder: Path, source: Path, part: int) -> None:
        self._image, self._copy = folder / "disk", folder / f"disk-{part}"
        self._mount, self._told = folder / f"mount-{part}", folder / f"told-{part}"
        self._mount.mkdir(exist_ok=True)
        self._subject = Subject(self._mount / "repository", source, identified(source))
        self._undisturbed: list[str] = []
        self._dossiers = 0

    def cases(self, mode: str, numbers: range) -> Iterator[Case]:
        """Yield the cases of a mode with these numbers, as long as there are syncs."""
        with self._fresh(), self._mounted():
            warm(self._subject)
        calls = self._recorded()
        syncs = [at for at, call in enumerate(calls) if call.name != _ACKNOWLEDGED and self._matters(calls, at)]
        if mode not in {"cut", "lie"}:
            (path,) = {call.path for call in calls if fnmatch(call.path, f"*/{mode}")}
            lies = ["-P", path, "-e", f"trace={SYNCS}", "-e", f"inject={SYNCS}:retval=0"]
            yield self._case(0, mode, lies, hints=True)
            return
        for number in numbers:
            if number <= len(syncs):
                yield self._at(number, mode, calls, syncs[number - 1])
            elif number == len(syncs) + 1 and mode == "cut":
                yield self._case(number, "the end", ["-e", f"trace={_HINTS}"])
            else:
                return

    def _recorded(self) -> list[Call]:
        """Do the work undisturbed; return its syncs and acknowledgements, in order."""
        with self._fresh(), self._mounted():
            done = traced(self._work, ["-y", "-e", f"trace={SYNCS},{_ACKNOWLEDGED}"])
            assert done.ended == FINISHED, done
            self._dossiers = self._acknowledged()
            self._undisturbed = in_child(partial(holdings, self._subject))
        return done.calls

    def _matters(self, calls: list[Call], at: int) -> bool:
        """The index is a cache: of its syncs the first and the last are enough."""
        index = [other for other, call in enumerate(calls) if self._name(call).startswith("index/")]
        return at not in index[1:-1]

    def _name(self, call: Call) -> str:
        path = Path(call.path)
        name = path.relative_to(self._subject.root) if path.is_relative_to(self._subject.root) else path
        return _UNIQUE.sub("*", name.as_posix())

    def _at(self, number: int, mode: str, calls: list[Call], at: int) -> Case:
        call = calls[at]
        said = f"{call.name} {self._name(call)}"
        if mode == "cut":
            return self._case(number, said, call.inject("signal=KILL"))
        told = [later for later, other in enumerate(calls) if other.name == _ACKNOWLEDGED]
        before = sum(later < at for later in told)
        until = [*told, len(calls)][before]
        if any((other.name, other.path) == (call.name, call.path) for other in calls[at + 1 : until]):
            said += AGAIN
        return self._case(number, said, call.inject("retval=0"), before + 1)

    def _case(self, number: int, call: str, inject: Sequence[str], until: int = 0, *, hints: bool = False) -> Case:
        with self._fresh():
            with self._mounted():
                done = traced(partial(self._work, until), [*inject, *([] if hints else _NO_HINTS)])
                self._cut()
            with self._mounted():
                wrong = in_child(partial(self._judged, done.ended == FINISHED))
        return Case(number, call, done.ended, self._acknowledged(), wrong)

    def _work(self, until: int = 0) -> str:
        """Ingest, and tell every acknowledgement; be killed right after the ``until``-th."""
        self._told.write_text("0")

        def tell(progress: IngestProgress) -> None:
            if progress.stage or progress.dossiers <= self._acknowledged():
                return
            self._told.write_text(str(progress.dossiers))
            os.getpgid(0)
            if progress.dossiers == until:
                os.kill(os.getpid(), signal.SIGKILL)

        return self._subject.take_in(tell)

    def _acknowledged(self) -> int:
        return int(self._told.read_text())

    def _judged(self, ended: bool) -> list[str]:
        wrong = [*half_visible(self._subject), *lost(self._subject, self._acknowledged(), ended=ended)]
        wrong += after_again(self._subject, self._dossiers)
        found = holdings(self._subject)
        if found != self._undisturbed:
            wrong.append(f"not as without the cut: {found}")
        return wrong

    @contextmanager
    def _fresh(self) -> Iterator[None]:
        subprocess.run(["cp", "--sparse=always", self._image, self._copy], check=True)
        try:
            yield
        finally:
            self._copy.unlink()

    @contextmanager
    def _mounted(self) -> Iterator[None]:
        subprocess.run(["mount", "-t", "ext4", "-o", _OPTIONS, self._copy, self._mount], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", self._mount], check=True)

    def _cut(self) -> None:
        handle = os.open(self._mount, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, struct.pack("I", _NO_LOG_FLUSH))
        finally:
            os.close(handle)


def prepared(folder: Path, megabytes: int = 192) -> None:
    """Make the image ``disk`` in a folder, and in it an empty repository."""
    image, mount = folder / "disk", folder / "mount"
    with image.open("wb") as out:
        out.truncate(megabytes << 20)
    lazy = "lazy_itable_init=0,lazy_journal_init=0"
    subprocess.run(["mkfs.ext4", "-q", "-F", "-J", "size=8", "-E", lazy, image], check=True)
    mount.mkdir()
    subprocess.run(["mount", "-t", "ext4", "-o", "loop", image, mount], check=True)
    try:
        # In a process of its own: what is open on a disk keeps it from being taken away.
        make = [sys.executable, "-m", "fonds", "init", str(mount / "repository")]
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL)
    finally:
        subprocess.run(["umount", mount], check=True)


if __name__ == "__main__":
    main()
