"""What reports and the schedule count, asked of the catalogue: the state of each copy, runs and incidents of a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fonds.repository.ports.catalogue import Problem, Run, Slice


@dataclass(frozen=True, slots=True)
class Cycle:
    """How far the checking of one copy is. Counts are stored versions; times ISO 8601 UTC, '' for none.

    ``due`` were never found good, or last before the time that was asked for; ``waiting_since`` is when the first of
    these was, or, of those that never were, when it was stored. ``soonest`` is the same of the others: what falls due
    next. ``never`` were never checked; ``oldest`` is the oldest last check of all.
    """

    copy: str
    packages: int
    bytes: int
    never: int
    due: int
    due_bytes: int
    oldest: str
    soonest: str
    waiting_since: str


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """A problem as a row: ``closed`` is when a later check did not find it any more, '' while it is open."""

    id: int
    problem: Problem
    closed: str


class Reports(Protocol):
    """Read only. ``since`` and ``until`` are ISO 8601 UTC, the former included, the latter not; '' for no limit."""

    def cycle(self, copy: str, before: str) -> Cycle:
        """Return how far the checking of a copy is (``main``: the store); what was good before ``before`` is due."""

    def runs(self, since: str, until: str, *, offset: int = 0, limit: int = 20) -> Slice[Run]:
        """Return the runs that started then, newest first."""

    def problem_rows(self, since: str, until: str, *, offset: int = 0, limit: int = 50) -> Slice[ProblemRow]:
        """Return the problems that were found then, newest first, open and closed."""

    def problem_row(self, number: int) -> ProblemRow | None:
        """Return one problem by its number."""
