"""Amounts as people write them: ``20MB``, ``1h30m``, ``20:00-06:00``, ``3/7``. Every function raises ValueError."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

_UNITS = {"": 1, "K": 1, "M": 2, "G": 3, "T": 4}
_BYTES = re.compile(r"(\d+(?:[.,]\d+)?) ?([KMGT]?)(I?)B?(?:/S)?", re.ASCII | re.IGNORECASE)
_SPAN = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?", re.ASCII | re.IGNORECASE)
_HOURS = re.compile(r"(\d{1,2}):(\d{2}) ?[-–] ?(\d{1,2}):(\d{2})", re.ASCII)
_CLOCK = re.compile(r"\d{2}:\d{2}", re.ASCII)
_PART = re.compile(r"(\d{1,6})/(\d{1,6})", re.ASCII)
_THOUSAND, _BINARY = 1000, 1024


def byte_count(text: str) -> int:
    """Return bytes: ``20MB`` is 20,000,000, ``20MiB`` 20,971,520; a rate may end in ``/s``. At least one byte."""
    match = _BYTES.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    number, unit, binary = match.groups()
    power = 0 if not unit else _UNITS[unit.upper()]
    count = int(float(number.replace(",", ".")) * (_BINARY if binary else _THOUSAND) ** power)
    if count < 1:
        raise ValueError(text)
    return count


def span_seconds(text: str) -> int:
    """Return seconds: ``2h``, ``30m``, ``90s``, ``1h30m``. At least one second."""
    match = _SPAN.fullmatch(text.strip())
    seconds = 0
    for number, unit in zip(match.groups() if match else (), (3600, 60, 1), strict=False):
        seconds += int(number or 0) * unit
    if seconds < 1:
        raise ValueError(text)
    return seconds


@dataclass(frozen=True, slots=True)
class Hours:
    """A time of day, by the clock on the wall: from ``begin`` up to ``end``, over midnight when that is earlier."""

    begin: time
    end: time

    def __contains__(self, moment: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


def hours(text: str) -> Hours | None:
    """Return what ``20:00-06:00`` says; None, which is always, for ''."""
    if not text:
        return None
    match = _HOURS.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    first, minute, last, until = map(int, match.groups())
    found = Hours(time(first, minute), time(last, until))
    if found.begin == found.end:
        raise ValueError(text)
    return found


def clock(text: str) -> time:
    """Return the time of day that ``20:00`` says; ``8:00`` is too short."""
    if not _CLOCK.fullmatch(text):
        raise ValueError(text)
    return time.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Quota:
    """How much at most: packages, or bytes; 0 is no limit."""

    packages: int = 0
    bytes: int = 0


def quota(text: str) -> Quota:
    """Return what ``500`` (packages) or ``200GB`` says; no limit for ''."""
    if not text:
        return Quota()
    if text.isascii() and text.isdecimal():
        if not int(text):
            raise ValueError(text)
        return Quota(packages=int(text))
    return Quota(bytes=byte_count(text))


def part(text: str) -> tuple[int, int]:
    """Return (n, t) of ``n/t``, 1 ≤ n ≤ t."""
    match = _PART.fullmatch(text.strip())
    number, parts = map(int, match.groups()) if match else (0, 0)
    if not 1 <= number <= parts:
        raise ValueError(text)
    return number, parts
