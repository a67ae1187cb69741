"""What an audit reads: what is due, the oldest first, in parts, with a sample, and as much as a limit allows."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, AuditProgress, Pace, audit
from fonds.repository.audit import taking as taking_module
from fonds.repository.due import due_at
from fonds.repository.fixity import MAIN_COPY
from tests.repository.audit.conftest import (
    PACKAGES,
    Clock,
    packages,
    read_before,
    readings,
    subjects,
    with_settings,
)

DAYS = 90
DAYTIME = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_dossier_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a limit can come between any two of them."""
    monkeypatch.setattr(taking_module, "_DOSSIERS", 1)


def test_what_is_due_is_read_the_oldest_first_and_nothing_else(archive: Archive) -> None:
    held = packages(archive)
    now = datetime.now(UTC)
    expected = []
    for number, aip in enumerate(held):
        good = read_before(archive, aip, 75 + 3 * number)
        if due_at(aip.objid, datetime.fromisoformat(good), DAYS) <= now:
            expected.append((good, aip.objid))
    assert 0 < len(expected) < PACKAGES
    result = audit(archive, agent="tester")
    assert subjects(archive) == [objid for _, objid in sorted(expected)]
    assert (result.good, result.left, result.stopped, result.run.packages) == (True, 0, "", len(expected))
    assert audit(archive, agent="tester").run.packages == 0


def test_the_jitter_decides_to_the_second(archive: Archive) -> None:
    for aip in packages(archive):
        read_before(archive, aip, 1)
    aip = packages(archive)[0]
    whole = timedelta(days=DAYS)
    early = (whole - (due_at(aip.objid, DAYTIME, DAYS) - DAYTIME)).total_seconds()
    read_before(archive, aip, DAYS - (early - 60) / 86_400 - 2 * 60 / 86_400)
    assert audit(archive, agent="tester").run.packages == 0
    read_before(archive, aip, DAYS - (early - 60) / 86_400)
    assert subjects(archive) == []
    assert audit(archive, agent="tester").run.packages == 1
    assert subjects(archive) == [aip.objid]


def test_what_was_found_bad_is_due_until_it_is_good_again(archive: Archive) -> None:
    for aip in packages(archive):
        read_before(archive, aip, 1)
    aip = packages(archive)[0]
    file = archive.root / "store" / aip.location / "data/METS.xml"
    content = file.read_bytes()
    file.write_bytes(content[:-1] + b"x")
    assert audit(archive, agent="tester").run.packages == 0
    (problem,) = audit(archive, agent="tester", package=aip.objid).problems
    assert problem.result == "digest"
    # What was good two days ago by the catalogue is not due; what was never good is, and stays so.
    assert audit(archive, agent="tester").run.packages == 0
    (check,) = [one for one in archive.fixity.outstanding(MAIN_COPY, since="9999") if one.objid == aip.objid]
    assert check.checked > check.good > ""


def test_all_reads_what_is_not_due_too(archive: Archive) -> None:
    for aip in packages(archive):
        read_before(archive, aip, 1)
    assert audit(archive, agent="tester").run.packages == 0
    assert audit(archive, agent="tester", scope=ALL).run.packages == PACKAGES


@pytest.mark.parametrize("scope", ["due", ALL])
@pytest.mark.parametrize("parts", [1, 3, 5])
def test_the_parts_of_a_subset_are_everything_and_nothing_twice(archive: Archive, scope: str, parts: int) -> None:
    results = [audit(archive, agent="tester", scope=scope, subset=(number, parts)) for number in range(1, parts + 1)]
    assert sum(result.run.packages for result in results) == PACKAGES
    assert Counter(subjects(archive)) == Counter({aip.objid: 1 for aip in packages(archive)})
    assert all(result.good and not result.unknown for result in results)
    begun = [row.detail["subset"] for row in archive.log.rows() if row.action == "audit begins"]
    assert begun == [f"{number}/{parts}" for number in range(1, parts + 1)]


def test_a_sample_of_what_is_not_due_is_read_once_a_day_and_told(archive: Archive) -> None:
    first, *others = packages(archive)
    for aip in others:
        read_before(archive, aip, 10)
    result = audit(archive, agent="tester", sample=100)
    assert (result.run.packages, result.sampled) == (PACKAGES, PACKAGES - 1)
    rows = readings(archive)
    assert rows[0].subject == first.objid, "what is due goes first"
    assert [row.detail.get("sample", False) for row in rows] == [False] + [True] * (PACKAGES - 1)
    (begun,) = [row for row in archive.log.rows() if row.action == "audit begins"]
    assert begun.detail["sample"] == PACKAGES - 1
    again = audit(archive, agent="tester", sample=100)
    assert (again.run.packages, again.sampled) == (0, 0)


def test_the_sample_is_a_setting_and_only_of_what_is_due(archive: Archive) -> None:
    for aip in packages(archive):
        read_before(archive, aip, 10)
    assert audit(archive, agent="tester", package=packages(archive)[0].objid, sample=100).sampled == 0
    assert audit(with_settings(archive, audit_sample=100), agent="tester", subset=(1, 2)).sampled > 0
    assert audit(archive, agent="tester", scope=ALL, sample=100).sampled == 0


class Ticking(Clock):
    """A clock on which ten seconds go by whenever something was read."""

    def tick(self, _: AuditProgress) -> None:
        self.now += 10


def test_when_the_time_is_over_it_stops_between_packages_and_goes_on_the_next_time(archive: Archive) -> None:
    clock = Ticking()
    pace = Pace(seconds=30, clock=clock)
    stopped = audit(archive, agent="tester", scope=ALL, pace=pace, progress=clock.tick)
    assert 3 <= stopped.run.packages < PACKAGES
    assert (stopped.stopped, stopped.left) == ("duration", PACKAGES - stopped.run.packages)
    assert stopped.left_bytes == sum(aip.bytes for aip in packages(archive) if aip.objid not in subjects(archive))
    assert (stopped.run.complete, stopped.good) == (True, True), "all that it took up it has read"
    ends = [row for row in archive.log.rows() if row.action == "audit ends"]
    assert (ends[0].detail["stopped"], ends[0].detail["left"]) == ("duration", stopped.left)
    rest = audit(archive, agent="tester")
    assert (rest.run.packages, rest.stopped, rest.left) == (stopped.left, "", 0)
    assert Counter(subjects(archive)) == Counter({aip.objid: 1 for aip in packages(archive)})


def test_no_time_at_all_reads_nothing_and_says_so(archive: Archive) -> None:
    clock = Clock()

    def late() -> float:
        clock.now += 100
        return clock.now

    result = audit(archive, agent="tester", scope=ALL, pace=Pace(seconds=1, clock=late))
    assert (result.run.packages, result.left, result.stopped, result.good) == (0, PACKAGES, "duration", True)


def test_a_quota_of_packages_is_that_of_a_day(archive: Archive) -> None:
    limited = with_settings(archive, audit_quota="3")
    first = audit(limited, agent="tester")
    assert (first.run.packages, first.left, first.stopped) == (3, PACKAGES - 3, "quota")
    again = audit(limited, agent="tester")
    assert (again.run.packages, again.left, again.stopped) == (0, PACKAGES - 3, "quota")
    for aip in packages(archive):  # the next day: what was read has been read before it
        if aip.objid in subjects(archive):
            read_before(archive, aip, 1.01)
    assert audit(limited, agent="tester").run.packages == 3
    assert audit(limited, agent="tester", scope=ALL).run.packages == PACKAGES, "who says all means it"


def test_a_quota_of_bytes(archive: Archive) -> None:
    limited = with_settings(archive, audit_quota="1B")
    first = audit(limited, agent="tester")
    assert (first.stopped, first.run.packages) == ("quota", 1), "a package is read whole, however large it is"
    assert audit(limited, agent="tester").run.packages == 0
    larger = with_settings(archive, audit_quota=f"{first.run.bytes + 1}B")
    assert audit(larger, agent="tester").run.packages == 1


def test_what_is_scheduled_keeps_to_its_hours(archive: Archive) -> None:
    nightly = with_settings(archive, audit_hours="20:00-06:00")
    by_day = Pace(now=lambda: DAYTIME)
    result = audit(nightly, agent="tester", pace=by_day, scheduled=True)
    assert (result.run.packages, result.left, result.stopped) == (0, PACKAGES, "hours")
    turns = iter([DAYTIME.replace(hour=5)] * 2 + [DAYTIME.replace(hour=6)])
    begun = audit(nightly, agent="tester", pace=Pace(now=lambda: next(turns)), scheduled=True)
    assert (begun.run.packages, begun.stopped) == (2, "hours")
    assert audit(nightly, agent="tester", pace=by_day).run.packages == PACKAGES - 2, "a person may at any time"
