"""How checking went, day by day, out of the audit log: read once, as a stream, nothing kept but the last checks.

A day is one of this machine's zone. What a log row says of a check, of a version that was stored or brought to a copy,
and of a copy that was given up is all that counts: the series comes out the same after a rebuild.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache

from fonds.repository.copies.manage import REMOVED
from fonds.repository.copies.replicate import REPLICATION
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.logged import FIXITY, FONDS, INGEST, VERSION, logged_check
from fonds.repository.ports.log import LogRow

_STORED = {INGEST, VERSION, FONDS}
_NEVER = 0
_TO_THE_MINUTE = len("2026-11-22T08:00")


@dataclass(frozen=True, slots=True)
class Day:
    """The end of a day, and what was done on it.

    ``held`` counts stored versions, in every copy; ``fresh`` those of them that were checked within their policy;
    ``never`` those that were not checked yet. ``oldest`` is how many days ago the oldest last check was, None without
    any. ``checks`` were made on this day, ``failed`` found something, ``problems`` is how much.
    """

    day: date
    held: int
    fresh: int
    never: int
    oldest: int | None
    checks: int
    failed: int
    problems: int


def daily(
    rows: Iterable[LogRow], since: date, until: date, days_of: Mapping[str, int], otherwise: int
) -> Iterator[Day]:
    """Yield every day from ``since`` to ``until``, both included.

    ``rows`` is the log in order; ``days_of`` the policy of single copies in days, ``otherwise`` that of the others.
    """
    state, shown = _State(dict(days_of), otherwise), since
    for row in rows:
        day = _day_of(row.when[:_TO_THE_MINUTE])
        if day > until:
            break
        while shown < day:
            yield state.end_of(shown)
            shown = date.fromordinal(shown.toordinal() + 1)
        state.take(row, day.toordinal())
        if day < since:
            state.forget_counts()
    while shown <= until:
        yield state.end_of(shown)
        shown = date.fromordinal(shown.toordinal() + 1)


@lru_cache(maxsize=1024)
def _day_of(written: str) -> date:
    """Return the day, in this machine's zone, of a time in UTC to the minute: thousands of rows have the same one."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC).astimezone().date()


@dataclass
class _State:
    """The last check of everything that is held, and how many have theirs on which day."""

    days_of: Mapping[str, int]
    otherwise: int
    last: dict[tuple[str, int, str], int] = field(default_factory=dict)
    counted: dict[str, Counter[int]] = field(default_factory=dict)
    checks: int = 0
    failed: int = 0
    problems: int = 0

    def take(self, row: LogRow, day: int) -> None:
        """Take over what a row says."""
        if row.action == REMOVED:
            self._drop(row.subject)
        elif row.outcome == "success" and row.action in _STORED:
            self._put((row.subject, int(str(row.detail["version"])), MAIN_COPY), _NEVER)
        elif row.outcome == "success" and row.action == REPLICATION:
            self._put((row.subject, int(str(row.detail["version"])), str(row.detail["copy"])), day)
        elif row.action == FIXITY:
            check, found = logged_check(row)
            self._put((check.objid, check.version, check.copy), day)
            self.checks += 1
            self.failed += check.result != "ok"
            self.problems += len(found)

    def _put(self, key: tuple[str, int, str], day: int) -> None:
        counter = self.counted.setdefault(key[2], Counter())
        if key in self.last:
            counter[self.last[key]] -= 1
        self.last[key] = day
        counter[day] += 1

    def _drop(self, copy: str) -> None:
        self.last = {key: day for key, day in self.last.items() if key[2] != copy}
        self.counted.pop(copy, None)

    def end_of(self, day: date) -> Day:
        """Return how it stands at the end of a day, and begin the next."""
        today = day.toordinal()
        fresh = sum(
            count
            for copy, counter in self.counted.items()
            for when, count in counter.items()
            if when and when > today - self.days_of.get(copy, self.otherwise)
        )
        never = sum(counter[_NEVER] for counter in self.counted.values())
        oldest = min((w for one in self.counted.values() for w, n in one.items() if w and n), default=None)
        ended = Day(
            day, len(self.last), fresh, never, None if oldest is None else today - oldest,
            self.checks, self.failed, self.problems,
        )  # fmt: skip
        self.forget_counts()
        return ended

    def forget_counts(self) -> None:
        """Begin to count anew what is done on a day."""
        self.checks = self.failed = self.problems = 0
