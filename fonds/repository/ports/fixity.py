"""The state of checking, and who is reading what: the part of the catalogue that the audit works with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from fonds.repository.ports.catalogue import Check, Coverage, Problem, Run, Slice


class Outstanding(NamedTuple):
    """A stored version that may be read in a copy: when it was read there last, and found good, '' for never."""

    objid: str
    version: int
    files: int
    bytes: int
    checked: str
    good: str


@dataclass(frozen=True, slots=True)
class Result:
    """What reading one version in one copy came to. ``size`` is the bytes that were read."""

    check: Check
    problems: Sequence[Problem]
    files: int
    size: int


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that has not ended. ``owner`` is the process that does it, ``until`` when it must be heard from again."""

    id: int
    owner: str
    until: str
    started: str


@dataclass(frozen=True, slots=True)
class Claim:
    """What became of a claim on versions (OBJID and version).

    ``granted`` are the run's own now. ``held`` are being read by another run, ``read`` were by another since the time
    that was asked for; the value says whether it found them good.
    """

    granted: Sequence[tuple[str, int]]
    held: Sequence[tuple[str, int]]
    read: Mapping[tuple[str, int], bool]


class Fixity(Protocol):
    """The state of checking, for each copy of each stored version: an old version is held as the newest is.

    Intent is recorded before reading; unknown is never ok. The intent of a run that goes on is a lease: no other run
    gets what it names. Its owner is that of the run, and so is its end, which ``renew`` puts off; a run that let it
    pass, or whose process is gone, can be abandoned, and then what it named is free again.
    """

    def begin(self, scope: str, *, owner: str = "", seconds: float = 600) -> int:
        """Record that a run starts, whose owner is heard from within ``seconds``; returns its id."""

    def claim(self, run: int, packages: Sequence[tuple[str, int]], copy: str, *, since: str = "") -> Claim:
        """Record that these packages (OBJID and version) are about to be read, as far as nobody else does.

        What was read in this copy at ``since`` (ISO 8601) or later, when that is given, is not granted. Idempotent.
        """

    def drop(self, run: int, packages: Sequence[tuple[str, int]], copy: str) -> None:
        """Take back that these packages are about to be read."""

    def renew(self, run: int, *, seconds: float = 600) -> bool:
        """Put off the time at which a run must be heard from again; False when it was abandoned."""

    def release(self, run: int) -> None:
        """Let others abandon a run at once: it was cut short, and its owner will not go on with it."""

    def open_runs(self) -> Sequence[OpenRun]:
        """Return the runs that have not ended, the oldest first."""

    def abandon(self, run: int, logged: Sequence[Result], *, gone: bool) -> bool:
        """End a run that will never become complete, when its time is over or its process is ``gone``; its leases end.

        ``logged`` are results of it that only the audit log has: those of packages that it still meant to read are
        recorded. Returns False, and does nothing, when it is not to be abandoned (any more).
        """

    def record(self, run: int, check: Check, problems: Sequence[Problem], *, files: int, size: int) -> None:
        """Record the result of one version of a package, clear its intent and open its problems.

        Older open problems that were not found again are closed.
        """

    def record_all(self, run: int, results: Sequence[Result]) -> None:
        """Record results as ``record`` does, in one transaction."""

    def end(self, run: int) -> Run:
        """Record that a run read everything it meant to; returns it with its counts."""

    def run(self, run_id: int) -> Run | None:
        """Return a run."""

    def runs(self, *, offset: int = 0, limit: int = 20) -> Slice[Run]:
        """Return runs, newest first."""

    def outstanding(self, copy: str, *, since: str) -> Iterator[Outstanding]:
        """Yield every version that was never read in a copy, or last before ``since`` (ISO 8601), the oldest first.

        In a further copy only what was good there once. The versions of a dossier come together, so that bytes which
        they share are read once; the dossier is as old as the oldest of them. To be taken at once: the catalogue is
        being read meanwhile.
        """

    def read_since(self, when: str) -> tuple[int, int]:
        """Return of how many versions, and bytes in them, the last check is not older than ``when``, all copies."""

    def check(self, objid: str) -> Check | None:
        """Return the last check that speaks for all stored versions of a package, in any copy: the worst one.

        That is a problem if there is any; None as long as one version was never checked; else the oldest check.
        """

    def checks(self, objid: str) -> Mapping[int, Check]:
        """Return the last check of each stored version that was checked, of its copies the worst one."""

    def problems(self, *, objid: str = "", offset: int = 0, limit: int = 50) -> Slice[Problem]:
        """Return open problems, newest first."""

    def coverage(self, before: str) -> Coverage:
        """Return the coverage; ``before`` (ISO) is when a check counts as overdue."""

    def restore(self, checks: Iterable[tuple[Check, Sequence[Problem]]]) -> None:
        """Take over checks and what they found from the audit log, in its order, after a rebuild."""
