"""What every job table must do. A back end's test inherits from ``JobsContract`` and gives an empty one."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from fonds.repository.ports.catalogue import Job, Jobs


def only(jobs: Jobs) -> Job:
    (job,) = jobs.recent().items
    return job


class JobsContract:
    """Inherit, and give a fixture ``jobs`` with an empty table."""

    def test_nothing_to_do(self, jobs: Jobs) -> None:
        assert jobs.claim("index") == []
        assert jobs.counts() == {}
        assert jobs.recent().total == 0

    def test_a_job_waits_until_it_is_claimed(self, jobs: Jobs) -> None:
        number = jobs.enqueue("index", "uuid-1", total=3, detail={"a": [1, "Ô"]})
        job = only(jobs)
        assert (job.id, job.kind, job.subject, job.state, job.attempts) == (number, "index", "uuid-1", "waiting", 0)
        assert (job.done, job.total, job.detail, job.reason) == (0, 3, {"a": [1, "Ô"]}, "")
        assert (job.started, job.ended) == ("", "")
        assert datetime.fromisoformat(job.created).tzinfo is not None
        (claimed,) = jobs.claim("index")
        assert (claimed.id, claimed.state, claimed.attempts) == (number, "running", 1)
        assert claimed == only(jobs)
        assert jobs.claim("index") == []

    def test_a_single_job_can_be_claimed(self, jobs: Jobs) -> None:
        first, second = jobs.enqueue("notice", "a"), jobs.enqueue("notice", "b")
        assert jobs.claim("index", job_id=second) == []
        assert [job.id for job in jobs.claim("notice", job_id=second)] == [second]
        assert jobs.claim("notice", job_id=second) == []
        assert [job.id for job in jobs.claim("notice", limit=9)] == [first]

    def test_one_that_waits_is_not_doubled(self, jobs: Jobs) -> None:
        number = jobs.enqueue("index", "uuid-1")
        assert jobs.enqueue("index", "uuid-1") == number
        assert jobs.enqueue("access", "uuid-1") != number
        assert jobs.enqueue("index", "uuid-2") != number
        jobs.claim("index")
        assert jobs.enqueue("index", "uuid-1") != number

    def test_a_job_may_have_to_wait_for_something(self, jobs: Jobs) -> None:
        number = jobs.start("ingest", "HS.1", detail={"location": "a/b"})
        jobs.postpone(number, "COPIES_LACKING 1/2")
        job = only(jobs)
        assert (job.state, job.reason, job.ended, job.detail) == (
            "waiting",
            "COPIES_LACKING 1/2",
            "",
            {"location": "a/b"},
        )
        jobs.finish(number)
        assert (only(jobs).state, only(jobs).reason) == ("done", "")

    def test_jobs_of_one_subject(self, jobs: Jobs) -> None:
        numbers = [jobs.start("ingest", subject) for subject in ("HS.1", "HS.2", "HS.1")]
        assert [job.id for job in jobs.recent(subject="HS.1").items] == [numbers[2], numbers[0]]
        assert jobs.recent(subject="HS").total == 0

    def test_the_oldest_come_first_and_only_of_one_kind(self, jobs: Jobs) -> None:
        numbers = [jobs.enqueue(kind, f"uuid-{n}") for n in range(3) for kind in ("index", "access")]
        assert [job.id for job in jobs.claim("index", limit=2)] == [numbers[0], numbers[2]]
        assert [job.id for job in jobs.claim("index", limit=2)] == [numbers[4]]

    def test_a_job_that_is_started_at_once(self, jobs: Jobs) -> None:
        number = jobs.start("ingest", "HS.1", total=5, detail={"location": "a/b"})
        job = only(jobs)
        assert (job.id, job.state, job.attempts, job.total, job.detail) == (
            number,
            "running",
            1,
            5,
            {"location": "a/b"},
        )
        assert job.started
        assert jobs.claim("ingest") == []

    def test_progress_and_end(self, jobs: Jobs) -> None:
        number = jobs.start("ingest", "HS.1", total=5)
        jobs.progress(number, 2, 6)
        assert (only(jobs).done, only(jobs).total) == (2, 6)
        jobs.finish(number, detail={"unreadable": 1})
        job = only(jobs)
        assert (job.state, job.done, job.total, job.detail) == ("done", 6, 6, {"unreadable": 1})
        assert job.ended >= job.started

    def test_finishing_without_a_detail_keeps_it(self, jobs: Jobs) -> None:
        number = jobs.start("ingest", "HS.1", detail={"location": "a/b"})
        jobs.finish(number)
        assert only(jobs).detail == {"location": "a/b"}

    def test_failure_has_a_reason_and_is_not_claimed_again(self, jobs: Jobs) -> None:
        jobs.enqueue("index", "uuid-1")
        (job,) = jobs.claim("index", lease=0)
        jobs.fail(job.id, "INDEX_BROKEN")
        time.sleep(0.01)
        assert (only(jobs).state, only(jobs).reason) == ("failed", "INDEX_BROKEN")
        assert only(jobs).ended
        assert jobs.claim("index") == []

    def test_a_job_whose_lease_is_over_is_claimed_again(self, jobs: Jobs) -> None:
        number = jobs.enqueue("index", "uuid-1")
        jobs.claim("index", lease=0)
        time.sleep(0.01)
        (again,) = jobs.claim("index", lease=60)
        assert (again.id, again.attempts) == (number, 2)
        assert jobs.claim("index") == []

    def test_progress_renews_the_lease(self, jobs: Jobs) -> None:
        number = jobs.start("index", "uuid-1", lease=0)
        jobs.progress(number, 1, 2, lease=60)
        time.sleep(0.01)
        assert jobs.claim("index") == []
        jobs.progress(number, 1, 2, lease=0)
        time.sleep(0.01)
        assert [job.id for job in jobs.claim("index")] == [number]

    def test_claimed_jobs_can_be_given_back(self, jobs: Jobs) -> None:
        numbers = [jobs.enqueue("index", f"uuid-{n}") for n in range(3)]
        jobs.claim("index", limit=3)
        jobs.release(numbers[:2])
        assert jobs.counts() == {"index": {"waiting": 2, "running": 1}}
        assert [job.id for job in jobs.claim("index", limit=9)] == numbers[:2]
        jobs.release([])

    def test_what_a_dead_worker_held_is_taken_back_at_once(self, jobs: Jobs) -> None:
        number = jobs.enqueue("access", "uuid-1")
        jobs.claim("access", lease=600)
        other = jobs.start("index", "uuid-1")
        jobs.finish(jobs.start("access", "uuid-2"))
        assert jobs.claim("access") == []
        assert jobs.reclaim("access") == 1
        assert jobs.counts() == {"access": {"waiting": 1, "done": 1}, "index": {"running": 1}}
        (again,) = jobs.claim("access")
        assert (again.id, again.attempts) == (number, 2)
        assert jobs.reclaim("ingest") == 0
        assert [job.id for job in jobs.recent(state="running", kind="index").items] == [other]

    @pytest.mark.parametrize("end", ["done", "failed"])
    def test_what_has_ended_is_not_given_back(self, jobs: Jobs, end: str) -> None:
        number = jobs.start("index", "uuid-1")
        jobs.finish(number) if end == "done" else jobs.fail(number, "x")
        jobs.release([number])
        assert only(jobs).state == end

    def test_counts_and_lists(self, jobs: Jobs) -> None:
        numbers = [jobs.enqueue("index", f"uuid-{n}") for n in range(4)]
        other = jobs.start("ingest", "HS.1")
        jobs.finish(jobs.claim("index")[0].id)
        assert jobs.counts() == {"index": {"waiting": 3, "done": 1}, "ingest": {"running": 1}}
        assert [job.id for job in jobs.recent().items] == [other, *reversed(numbers)]
        found = jobs.recent(kind="index", state="waiting", offset=1, limit=1)
        assert (found.total, [job.id for job in found.items]) == (3, [numbers[2]])
        later = jobs.recent(since=numbers[2])
        assert (later.total, [job.id for job in later.items]) == (2, [other, numbers[3]])

    def test_one_by_its_number(self, jobs: Jobs) -> None:
        number = jobs.start("describe", "corrections.xlsx", detail={"reason": "Sửa chính tả"})
        job = jobs.job(number)
        assert job == only(jobs)
        assert jobs.job(number + 1) is None
