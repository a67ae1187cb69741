"""What an audit is asked for, and what it comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fonds.errors import FondsError
from fonds.repository.ports.catalogue import Problem, Run

ALL = "all"
DUE = "due"


@dataclass(frozen=True, slots=True)
class AuditProgress:
    """How far an audit is: stored versions and bytes read, and versions in all.

    ``waiting`` are versions that another audit is reading, and that are all that is left.
    """

    packages: int
    total: int
    bytes: int
    problems: int
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Unreached:
    """A copy that could not be had, or not any more: its name, why, and how many versions in it were not read."""

    copy: str
    error: FondsError
    packages: int


@dataclass(frozen=True, slots=True)
class AuditResult:
    """A finished audit: the run as recorded and every problem it found.

    ``unknown`` are packages that lie in the store and not in the catalogue. ``stopped`` says why not everything was
    read that was to be (``duration``, ``quota``, ``hours``; '': it was), ``left`` and ``left_bytes`` how many versions
    were not. ``elsewhere`` counts those that another audit read at the same time, ``elsewhere_bad`` the ones of them
    that it found a problem in. ``sampled`` are those that were not due and were drawn.
    """

    run: Run
    problems: Sequence[Problem]
    unknown: Sequence[str]
    oldest_check: str
    unreached: Sequence[Unreached] = ()
    stopped: str = ""
    left: int = 0
    left_bytes: int = 0
    elsewhere: int = 0
    elsewhere_bad: int = 0
    sampled: int = 0

    @property
    def good(self) -> bool:
        """Whether everything that the run took up was read, and is as it was stored.

        What a limit that was asked for left unread is told as ``left``; what could not be read is never good.
        """
        left_out = any(one.packages for one in self.unreached)
        return self.run.complete and not (self.problems or self.unknown or left_out or self.elsewhere_bad)
