"""Looking for viruses in what is delivered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Verdict(StrEnum):
    """What is known of a file. A file that nobody looked at is never called clean."""

    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


@dataclass(frozen=True, slots=True)
class Scan:
    """The result for one file.

    ``detail`` is the name of what was found, or why nobody looked: ``none`` (no scanner is set), ``secret`` (the file
    may not be looked into), ``size`` (larger than the scanner takes), ``unreachable``, ``timeout`` or ``failed`` (the
    scanner gave up). ``scanner`` is its name, version and signatures, '' when it was not asked.
    """

    verdict: Verdict = Verdict.NOT_SCANNED
    detail: str = "none"
    scanner: str = ""


class Readable(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """Return at most ``size`` bytes, ``b""`` at the end. Raises OSError."""


class Scanner(Protocol):
    """Scans files for viruses. Travels to worker processes; several may ask at once."""

    def scan(self, stream: Readable, size: int) -> Scan:
        """Scan what the stream still has, ``size`` bytes as far as is known; it may be left half read.

        Whatever keeps the scanner from its work is an answer; raises OSError only of the stream.
        """
