"""How fast and how long: counted with a clock of our own, never with that of the machine."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.amounts import Quota, hours
from fonds.config import FORMAT, Settings
from fonds.repository.audit.pace import Budget, Meter, Pace, may_read_now, metered, midnight, pace_of
from tests.repository.audit.conftest import Clock

BLOCK = 256 * 1024
HANOI = timezone(timedelta(hours=7))
NOON, NIGHT = datetime(2026, 3, 1, 12, tzinfo=HANOI), datetime(2026, 3, 1, 23, tzinfo=HANOI)


def simulated(folder: Path, rate: int, workers: int, seconds: float, block: int) -> tuple[int, float]:
    """Let workers that read infinitely fast read through one meter; returns the bytes they got and the time it took."""
    shared = folder / f"pace-{rate}-{workers}-{block}"
    shared.touch()
    clocks = [Clock() for _ in range(workers)]
    meters = [Meter(shared, rate, clock, clock.sleep) for clock in clocks]
    read = 0
    while True:
        first = min(range(workers), key=lambda one: clocks[one].now)
        if clocks[first].now - 1000.0 >= seconds:
            return read, max(clock.now for clock in clocks) - 1000.0
        meters[first](block)
        read += block


@pytest.mark.parametrize("workers", [1, 2, 5])
@pytest.mark.parametrize("rate", [1_000_000, 20_000_000, 500_000_000])
@pytest.mark.parametrize("block", [4096, BLOCK])
def test_all_workers_together_read_at_the_rate(tmp_path: Path, workers: int, rate: int, block: int) -> None:
    wanted = 400 * block / rate
    read, seconds = simulated(tmp_path, rate, workers, wanted, block)
    assert read <= rate * seconds + workers * block * 1.01, "never more than the rate, and a block for each that waits"
    assert read >= rate * wanted, "and no less where there is enough to read"


def test_what_was_not_used_is_not_saved_up(tmp_path: Path) -> None:
    (tmp_path / "pace").touch()
    clock = Clock()
    meter = Meter(tmp_path / "pace", 1000, clock, clock.sleep)
    meter(500)
    clock.now += 3600
    before = clock.now
    for _ in range(11):
        meter(1000)
    assert clock.now - before == pytest.approx(10)


def test_a_meter_is_only_there_when_there_is_a_rate() -> None:
    with metered(Pace()) as none:
        assert none is None
    with metered(Pace(rate=7)) as meter:
        assert meter is not None
        assert (meter.rate, meter.path.exists()) == (7, True)
    assert not meter.path.exists()


def test_the_rate_of_the_settings_holds_where_no_other_was_given() -> None:
    settings = Settings(FORMAT, audit_rate="20MB")
    assert (pace_of(settings).rate, pace_of(settings).seconds) == (20_000_000, 0)
    assert (pace_of(settings, rate=5, seconds=60).rate, pace_of(settings, seconds=60).seconds) == (5, 60)
    assert pace_of(Settings(FORMAT)).rate == 0


@pytest.mark.parametrize(
    ("written", "moment", "may"),
    [
        ("", NOON, True),
        ("20:00-06:00", NOON, False),
        ("20:00-06:00", NIGHT, True),
        ("20:00-06:00", NOON.replace(hour=5, minute=59), True),
        ("20:00-06:00", NOON.replace(hour=6), False),
        ("20:00-06:00", NOON.replace(hour=20), True),
        ("08:00-17:00", NOON, True),
        ("08:00-17:00", NIGHT, False),
    ],
)
def test_when_scheduled_reading_may_go_on(written: str, moment: datetime, may: bool) -> None:
    assert may_read_now(Settings(FORMAT, audit_hours=written), moment) is may


def test_a_day_begins_by_the_clock_on_the_wall() -> None:
    assert midnight(NOON) == "2026-02-28T17:00:00.000+00:00"


def test_a_budget_of_time() -> None:
    clock = Clock()
    budget = Budget(Pace(seconds=60, clock=clock))
    clock.now += 59.9
    assert budget.over() == ""
    clock.now += 0.1
    assert budget.over() == "duration"


def test_a_budget_of_packages_or_bytes() -> None:
    packages = Budget(Pace(), Quota(packages=10), packages=7)
    assert (packages.over(), packages.holds(2, 10**9), packages.holds(3, 0)) == ("", True, False)
    packages.take(3, 1_000_000)
    assert packages.over() == "quota"
    by_size = Budget(Pace(), Quota(bytes=1000), bytes=999)
    assert by_size.over() == ""
    by_size.take(1, 5)
    assert by_size.over() == "quota"
    assert Budget(Pace(), packages=10**9, bytes=10**18).over() == ""


def test_a_budget_of_hours() -> None:
    night = hours("20:00-06:00")
    assert Budget(Pace(now=lambda: NOON), hours=night).over() == "hours"
    assert Budget(Pace(now=lambda: NIGHT), hours=night).over() == ""
    assert Budget(Pace(now=lambda: NOON)).over() == ""


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, BLOCK)), min_size=1, max_size=60), st.integers(1000, 10**7))
def test_no_order_of_reading_is_faster_than_the_rate(turns: list[tuple[int, int]], rate: int) -> None:
    """Workers that stop in between, in any order: over any stretch the rate holds."""
    with metered(Pace(rate=rate)) as real:
        assert real is not None
        clock = Clock()
        begun: list[tuple[float, int]] = []
        for pause, count in turns:
            clock.now += pause
            Meter(real.path, rate, clock, clock.sleep)(count)
            begun.append((clock.now, count))
    for first in range(len(begun)):
        # What is read from the first of these on, the last one left out, which may just have begun.
        stretch = begun[first:]
        assert sum(count for _, count in stretch[:-1]) <= rate * (stretch[-1][0] - stretch[0][0]) * (1 + 1e-6) + 1
