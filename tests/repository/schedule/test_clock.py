"""When an audit begins: once a day, not before its time, caught up when the machine slept."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from fonds.amounts import hours
from fonds.repository.schedule.clock import Last, daily, is_time, next_start, opens, slot

AT = time(20)
OLD = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def test_the_slot_is_the_last_one() -> None:
    assert slot(at(22, 20), AT) == at(22, 20)
    assert slot(at(22, 19, 59), AT) == at(21, 20)


@pytest.mark.parametrize(
    ("now", "last", "since", "wanted"),
    [
        (at(22, 20), Last(at(21, 20), complete=True), OLD, True),
        (at(22, 19), Last(at(21, 20), complete=True), OLD, False),
        (at(23, 8), Last(at(21, 20), complete=True), OLD, True),  # slept through the night
        (at(22, 21), Last(at(22, 20), complete=True), OLD, False),
        (at(22, 20), Last(at(21, 20), complete=True), None, False),  # nothing is due
        (at(22, 12), None, at(22, 10), False),  # stored this morning: it has time until the evening
        (at(22, 20), None, at(22, 10), True),
        (at(22, 20, 30), Last(at(22, 20), complete=False), OLD, False),  # not at once again
        (at(22, 21), Last(at(22, 20), complete=False), OLD, True),
    ],
)
def test_when_it_is_time(now: datetime, last: Last | None, since: datetime | None, wanted: bool) -> None:
    assert is_time(now, AT, last, since) is wanted
    begins = next_start(now, AT, last, since)
    assert (begins == now) is wanted
    assert now <= begins <= now + timedelta(days=1)
    assert wanted or begins.hour in (20, 21)


@pytest.mark.parametrize(
    ("now", "set_", "wanted"),
    [
        (at(22, 12), "", at(22, 12)),
        (at(22, 12), "22:00-05:00", at(22, 22)),
        (at(22, 23), "22:00-05:00", at(22, 23)),
        (at(22, 4), "22:00-05:00", at(22, 4)),
        (at(22, 20), "01:00-05:00", at(23, 1)),
    ],
)
def test_reading_waits_for_the_hours_that_are_set(now: datetime, set_: str, wanted: datetime) -> None:
    assert opens(now, hours(set_)) == wanted


@pytest.mark.parametrize(("set_", "wanted"), [("", 24), ("22:00-05:00", 7), ("01:00-05:00", 4)])
def test_the_hours_of_a_day(set_: str, wanted: int) -> None:
    assert daily(hours(set_)) == wanted * 3600
