"""When packages are due: never too late, not all in one day, and the same on every machine."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from fonds.repository.due import due_at, fraction, in_part, in_sample, is_due, jitter

GOOD = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = st.text(min_size=1, max_size=50)
DAYS = st.integers(0, 36_500)
MANY = [f"uuid-{number}" for number in range(2000)]


@given(NAMES, DAYS)
def test_nothing_is_due_later_than_it_must_be_nor_much_earlier(objid: str, days: int) -> None:
    latest = GOOD + timedelta(days=days)
    assert latest - timedelta(days=days) / 10 <= due_at(objid, GOOD, days) <= latest
    assert due_at(objid, GOOD, days) == latest - jitter(objid, days) == due_at(objid, GOOD, days)


@given(NAMES, DAYS, st.integers(0, 40_000 * 86_400))
def test_what_is_due_stays_due(objid: str, days: int, later: int) -> None:
    written = GOOD.isoformat(timespec="milliseconds")
    now = GOOD + timedelta(seconds=later)
    assert is_due(objid, written, days, now) == (due_at(objid, GOOD, days) <= now)
    if is_due(objid, written, days, now):
        assert is_due(objid, written, days, now + timedelta(days=1))
    if later >= days * 86_400:
        assert is_due(objid, written, days, now)
    assert is_due(objid, "", days, now), "what was never found good is always due"


def test_what_came_in_one_day_is_not_due_in_one_day() -> None:
    days = Counter(due_at(objid, GOOD, 90).date() for objid in MANY)
    assert len(days) >= 9
    assert max(days.values()) < len(MANY) * 0.2


@given(NAMES, st.integers(1, 400))
def test_a_package_is_in_exactly_one_part(objid: str, parts: int) -> None:
    assert sum(in_part(objid, number, parts) for number in range(1, parts + 1)) == 1


def test_parts_are_about_equal() -> None:
    for parts in (2, 7, 30):
        sizes = [sum(in_part(objid, number, parts) for objid in MANY) for number in range(1, parts + 1)]
        assert sum(sizes) == len(MANY)
        assert max(sizes) < 2 * len(MANY) / parts


def test_a_sample_is_another_every_day_and_as_large_as_was_asked() -> None:
    today, other = date(2026, 3, 1), date(2026, 3, 2)
    drawn = {objid for objid in MANY if in_sample(objid, "main", today, 5)}
    assert 60 <= len(drawn) <= 140
    assert drawn == {objid for objid in MANY if in_sample(objid, "main", today, 5)}
    assert drawn != {objid for objid in MANY if in_sample(objid, "main", other, 5)}
    assert drawn != {objid for objid in MANY if in_sample(objid, "nas", today, 5)}
    assert not any(in_sample(objid, "main", today, 0) for objid in MANY)
    assert all(in_sample(objid, "main", today, 100) for objid in MANY)


def test_the_numbers_never_change() -> None:
    """On another machine, in another year, the parts of the holdings must be the same."""
    assert (fraction("part", "uuid-1"), fraction("due", "uuid-1")) == (0.20697609512003246, 0.576615464514259)
