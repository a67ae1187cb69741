"""The forecast: from real numbers, with a fixed clock, and a warning where the policy will not be kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fonds.repository.ports.catalogue import Run
from fonds.repository.ports.reports import Cycle
from fonds.repository.schedule.forecast import LAW_DAYS, Forecast, Place, Warned, forecast

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
MB = 1_000_000


def when(days: float) -> str:
    return (NOW + timedelta(days=days)).isoformat(timespec="milliseconds")


def run(days_ago: float, megabytes: int, seconds: float, **other: object) -> Run:
    begun = -days_ago
    whole = Run(1, "due", when(begun), when(begun + seconds / 86_400), True, 10, 100, megabytes * MB, 0)
    return replace(whole, **other)  # type: ignore[arg-type]  # the fields that a test names


def place(megabytes: int, due: int, days: int = 90, oldest: float = -91, never: int = 0) -> Place:
    cycle = Cycle(
        "main", 1000, megabytes * MB, never, 1 if due else 0, due * MB, when(oldest), when(-10),
        when(oldest) if due else "",
    )  # fmt: skip
    return Place(days, cycle)


def expected(*places: Place, runs: list[Run], daily: float = 86_400) -> Forecast:
    return forecast(places, runs, now=NOW, starts=NOW, daily=daily)


def test_a_rate_is_that_of_all_recent_runs_together() -> None:
    made = expected(place(1000, 0), runs=[run(1, 300, 10), run(2, 100, 10), run(3, 0, 50)])
    assert made.rate == pytest.approx(20 * MB)
    assert made.cycle_days == pytest.approx(1000 / 20 / 86_400)
    assert made.completes == NOW
    assert made.warnings == ()


def test_a_run_without_an_end_tells_no_rate() -> None:
    made = expected(place(1000, 500), runs=[run(1, 300, 10, ended="")])
    assert (made.rate, made.completes) == (None, None)
    assert made.warnings == (Warned.UNKNOWN,)


def test_what_is_due_is_read_in_the_hours_there_are() -> None:
    # 72,000 MB at 1 MB a second are 20 hours: two nights of nine hours, and two hours of the third.
    made = expected(place(100_000, 72_000), runs=[run(0.5, 100, 100)], daily=9 * 3600)
    assert made.completes == NOW + timedelta(days=2, hours=2)
    assert made.due_bytes == 72_000 * MB


def test_a_rate_below_what_the_policy_needs_is_warned_of() -> None:
    slow = [run(0.5, 1, 100)]  # 10 kB a second, 864 MB a day
    assert Warned.SLOW not in expected(place(70_000, 100), runs=slow).warnings
    made = expected(place(80_000, 100), runs=slow)
    assert made.warnings == (Warned.SLOW,)
    assert made.needed == pytest.approx(80_000 * MB / 90)
    assert made.able == pytest.approx(864 * MB)
    both = expected(place(70_000, 100), place(10_000, 100, days=90), runs=slow)
    assert both.warnings == (Warned.SLOW,), "every copy has to be read"


def test_a_policy_of_its_own_counts_for_each_copy() -> None:
    slow = [run(0.5, 1, 100)]
    assert Warned.SLOW in expected(place(70_000, 1), place(70_000, 1, days=90), runs=slow).warnings
    assert Warned.SLOW not in expected(place(70_000, 1), place(70_000, 1, days=1000), runs=slow).warnings


def test_reading_later_than_the_law_allows_is_warned_of() -> None:
    made = expected(place(10_000, 9_000, days=1000, oldest=-LAW_DAYS + 1), runs=[run(0.5, 1, 400)])
    assert made.deadline == NOW + timedelta(days=1)
    assert made.completes is not None
    assert made.completes > made.deadline
    assert Warned.LATE in made.warnings
    soon = expected(place(10_000, 100, days=1000, oldest=-LAW_DAYS + 1), runs=[run(0.5, 1, 400)])
    assert Warned.LATE not in soon.warnings


def test_a_policy_longer_than_the_law_is_warned_of() -> None:
    assert expected(place(10, 0, days=LAW_DAYS + 1), runs=[]).warnings == (Warned.POLICY,)


def test_days_without_a_run_while_something_is_due_are_warned_of() -> None:
    fast = run(3, 100, 1)
    assert expected(place(10, 5, oldest=-95), runs=[fast]).warnings == (Warned.STALLED,)
    assert expected(place(10, 5, oldest=-95), runs=[run(1, 100, 1)]).warnings == ()
    assert expected(place(10, 5, oldest=-91), runs=[fast]).warnings == (), "due for a day only"
    assert Warned.STALLED in expected(place(10, 5, oldest=-3, never=1), runs=[]).warnings


def test_an_empty_archive_is_no_reason_to_warn() -> None:
    empty = Place(90, Cycle("main", 0, 0, 0, 0, 0, "", "", ""))
    made = forecast([empty], [], now=NOW, starts=NOW)
    assert made.warnings == ()
    assert (empty.fresh, empty.next_due) == (None, "")
