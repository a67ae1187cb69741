"""How fast an audit reads, and how long: a rate over all its processes, a time, a daily quota, hours of the night."""

from __future__ import annotations

import fcntl
import os
import struct
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from fonds import amounts
from fonds.config import Settings

DURATION, QUOTA, HOURS = "duration", "quota", "hours"
"""Why an audit stopped before it had read everything that it was to read."""
_MOMENT = struct.Struct("d")


def _local_now() -> datetime:
    return datetime.now().astimezone()


@dataclass(frozen=True, slots=True)
class Pace:
    """How an audit is held back. ``rate`` is bytes a second, ``seconds`` how long it may take; 0 is no limit.

    ``clock`` counts seconds, ``sleep`` waits for some, ``now`` is the time of day with its zone.
    """

    rate: int = 0
    seconds: int = 0
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    now: Callable[[], datetime] = _local_now


def pace_of(settings: Settings, *, rate: int = 0, seconds: int = 0) -> Pace:
    """Return a pace of at most ``rate`` bytes a second, for so many seconds; without a rate that of the settings."""
    known = amounts.byte_count(settings.audit_rate) if settings.audit_rate else 0
    return Pace(rate or known, seconds)


def may_read_now(settings: Settings, now: datetime) -> bool:
    """Say whether scheduled reading may go on at a time of day (local time), by the setting ``audit_hours``."""
    hours = amounts.hours(settings.audit_hours)
    return hours is None or now.time() in hours


@dataclass(slots=True)
class Budget:
    """What an audit may still do. ``spent`` counts what was taken up, today by all and in this run."""

    pace: Pace
    quota: amounts.Quota = field(default_factory=amounts.Quota)
    hours: amounts.Hours | None = None
    packages: int = 0
    bytes: int = 0
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.pace.clock()

    def take(self, packages: int, size: int) -> None:
        """Count what is taken up."""
        self.packages, self.bytes = self.packages + packages, self.bytes + size

    def holds(self, packages: int, size: int) -> bool:
        """Say whether the quota would not be reached by so much more."""
        quota = self.quota
        few = not quota.packages or self.packages + packages < quota.packages
        return few and (not quota.bytes or self.bytes + size < quota.bytes)

    def over(self) -> str:
        """Return why nothing more may be taken up, '' as long as it may."""
        pace = self.pace
        if pace.seconds and pace.clock() - self.begun >= pace.seconds:
            return DURATION
        if not self.holds(0, 0):
            return QUOTA
        return HOURS if self.hours and pace.now().time() not in self.hours else ""


def midnight(now: datetime) -> str:
    """Return the beginning of a day, by its own zone, as ISO 8601 UTC."""
    begun = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return begun.astimezone(UTC).isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Meter:
    """Lets bytes through at a rate, for all processes that share its file. Call it with a count; it waits.

    In the file stands from when on the next bytes may be read, by the machine's monotonic clock, which is the same in
    every process. Whoever wants to read moves that on by what his bytes take, and waits for where it was. So over any
    time no more is read than the rate allows, and one block for each process that waits.
    """

    path: Path
    rate: int
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep

    def __call__(self, count: int) -> None:
        """Wait until so many bytes may be read. Raises OSError."""
        now = self.clock()
        handle = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            known = os.pread(handle, _MOMENT.size, 0)
            free = max(now, _MOMENT.unpack(known)[0] if known else now)
            os.pwrite(handle, _MOMENT.pack(free + count / self.rate), 0)
        finally:
            os.close(handle)
        if free > now:
            self.sleep(free - now)


@contextmanager
def metered(pace: Pace) -> Iterator[Meter | None]:
    """Give a meter for the length of an audit, None when it may read as fast as it can."""
    if not pace.rate:
        yield None
        return
    with tempfile.NamedTemporaryFile(prefix="fonds-pace-") as file:
        yield Meter(Path(file.name), pace.rate, pace.clock, pace.sleep)
