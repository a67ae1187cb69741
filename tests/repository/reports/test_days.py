"""The daily series, out of a log whose rows are set to known days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from fonds.repository.ports.log import LogRow
from fonds.repository.reports.days import Day, daily

FIRST = date(2026, 11, 1)


class Written:
    """Rows of a log, a day after the other."""

    def __init__(self) -> None:
        self.rows: list[LogRow] = []

    def add(self, day: int, action: str, subject: str, *, good: bool = True, **detail: object) -> None:
        # Noon: the same day in every zone that an archive works in.
        when = datetime(2026, 11, 1, 5, tzinfo=UTC) + timedelta(days=day - 1)
        outcome = "success" if good else "failure"
        number = len(self.rows) + 1
        told = when.isoformat(timespec="milliseconds")
        self.rows.append(LogRow(number, told, action, "an", subject, outcome, detail))

    def stored(self, day: int, objid: str) -> None:
        self.add(day, "ingest", objid, version=1)

    def copied(self, day: int, objid: str, copy: str) -> None:
        self.add(day, "replication", objid, version=1, copy=copy)

    def checked(self, day: int, objid: str, *problems: str, copy: str = "main") -> None:
        found = [[path, "digest", "a", "b"] for path in problems]
        self.add(day, "fixity check", objid, good=not problems, version=1, copy=copy, problems=found)

    def days(self, since: int, until: int, days_of: dict[str, int] | None = None) -> list[Day]:
        first = FIRST + timedelta(days=since - 1)
        return list(daily(self.rows, first, FIRST + timedelta(days=until - 1), days_of or {}, 5))


def written() -> Written:
    log = Written()
    log.stored(1, "a")
    log.stored(1, "b")
    log.checked(2, "a")
    log.checked(3, "b", "x.jpg", "y.jpg")
    return log


def numbers(days: list[Day]) -> Iterator[tuple[int, ...]]:
    for one in days:
        yield one.held, one.fresh, one.never, one.checks, one.failed, one.problems


def test_every_day_is_there_with_what_was_done_on_it() -> None:
    days = written().days(1, 8)
    assert [one.day for one in days] == [FIRST + timedelta(days=n) for n in range(8)]
    assert list(numbers(days)) == [
        (2, 0, 2, 0, 0, 0),
        (2, 1, 1, 1, 0, 0),
        (2, 2, 0, 1, 1, 2),
        (2, 2, 0, 0, 0, 0),
        (2, 2, 0, 0, 0, 0),
        (2, 2, 0, 0, 0, 0),
        (2, 1, 0, 0, 0, 0),  # five days after its check "a" is due again
        (2, 0, 0, 0, 0, 0),
    ]
    assert [one.oldest for one in days] == [None, 0, 1, 2, 3, 4, 5, 6]


def test_what_was_before_counts_and_is_not_told_again() -> None:
    (day,) = written().days(4, 4)
    assert next(numbers([day])) == (2, 2, 0, 0, 0, 0)
    (day,) = written().days(3, 3)
    assert next(numbers([day])) == (2, 2, 0, 1, 1, 2)


def test_what_comes_after_the_last_day_is_left_out() -> None:
    log = written()
    log.stored(9, "c")
    assert log.days(8, 8)[0].held == 2


def test_a_check_takes_the_place_of_the_one_before() -> None:
    log = written()
    log.checked(6, "a")
    last = log.days(7, 7)[0]
    assert (last.fresh, last.oldest) == (2, 4)


def test_copies_have_a_policy_of_their_own_and_go_when_they_are_given_up() -> None:
    log = written()
    log.copied(2, "a", "usb")
    log.add(2, "replication", "b", good=False, version=1, copy="usb", error="COPY_SOURCE_DAMAGED")
    assert log.days(3, 3)[0].held == 3
    assert log.days(6, 6, {"usb": 2})[0].fresh == 2
    assert log.days(6, 6)[0].fresh == 3
    log.add(7, "copy removed", "usb")
    assert log.days(7, 7)[0].held == 2


def test_an_empty_log_gives_empty_days() -> None:
    assert list(numbers(Written().days(1, 2))) == [(0, 0, 0, 0, 0, 0)] * 2
