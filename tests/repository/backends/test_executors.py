"""Every way to run work keeps the contract of an executor."""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import Executor, wait
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.packaging.digest import digest_bytes
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.backends.process_pool import process_pool
from fonds.repository.limits import Limits, WorkerDiedError, next_page, page_clock
from tests.contracts.executor_contract import ExecutorContract


class TestInlineExecutor(ExecutorContract):
    @pytest.fixture
    def executor(self) -> Iterator[Executor]:
        with inline_executor() as executor:
            yield executor

    def test_work_is_done_when_submit_returns(self) -> None:
        done: list[int] = []
        with inline_executor() as executor:
            assert executor.submit(done.append, 1).done()
        assert done == [1]

    def test_nothing_is_taken_after_the_end(self) -> None:
        with inline_executor() as executor:
            pass
        with pytest.raises(RuntimeError):
            executor.submit(digest_bytes, b"")

    def test_an_interrupt_is_not_kept_for_later(self) -> None:
        with inline_executor() as executor, pytest.raises(KeyboardInterrupt):
            executor.submit(os.kill, os.getpid(), signal.SIGINT)


@pytest.fixture(scope="module")
def pool() -> Iterator[Executor]:
    with process_pool(2) as executor:
        yield executor


class TestProcessPool(ExecutorContract):
    @pytest.fixture
    def executor(self, pool: Executor) -> Executor:
        return pool

    def test_work_is_done_elsewhere(self, executor: Executor) -> None:
        assert executor.submit(os.getpid).result() != os.getpid()

    def test_ctrl_c_does_not_reach_a_worker_in_mid_file(self, executor: Executor) -> None:
        handler = executor.submit(signal.getsignal, signal.SIGINT).result()
        assert handler == signal.SIG_IGN

    def test_a_worker_that_dies_loses_its_own_work_only_and_none_stays(self) -> None:
        with process_pool(2) as executor:
            worker = executor.submit(os.getpid).result()
            others = [executor.submit(digest_bytes, bytes([n])) for n in range(40)]
            doomed = executor.submit(die, signal.SIGKILL)
            others += [executor.submit(digest_bytes, bytes([n])) for n in range(40)]
            with pytest.raises(WorkerDiedError):
                doomed.result()
            assert [one.result() for one in others] == [digest_bytes(bytes([n])) for n in range(40)] * 2
            living = {executor.submit(os.getpid).result() for _ in range(20)}
        assert not any(Path(f"/proc/{process}").exists() for process in (worker, *living))

    @pytest.mark.parametrize(
        ("number", "reason"), [(signal.SIGKILL, "memory"), (signal.SIGALRM, "time"), (signal.SIGABRT, "crash")]
    )
    def test_it_says_what_a_worker_died_of(self, executor: Executor, number: int, reason: str) -> None:
        with pytest.raises(WorkerDiedError) as caught:
            executor.submit(die, number).result()
        assert caught.value.reason == reason

    def test_a_death_that_nobody_deals_with_is_an_error_of_ours(self) -> None:
        with pytest.raises(FondsError) as caught, process_pool(1) as executor:
            executor.submit(die, signal.SIGKILL).result()
        assert caught.value.code == "WORKERS_LOST"

    def test_an_answer_that_cannot_travel_is_an_error_and_the_worker_lives(self, executor: Executor) -> None:
        with pytest.raises(RuntimeError):
            executor.submit(open, os.devnull).result()
        with pytest.raises(AttributeError):
            executor.submit(lambda: None).result()
        assert executor.submit(digest_bytes, b"x").result() == digest_bytes(b"x")

    def test_an_error_ends_the_workers_in_mid_work(self) -> None:
        began = time.monotonic()
        seen: list[int] = []
        with pytest.raises(KeyError):
            give_up(seen)
        assert time.monotonic() - began < 30
        assert not Path(f"/proc/{seen[0]}").exists()

    def test_the_last_words_of_a_library_are_not_shown(self, capfd: pytest.CaptureFixture[str]) -> None:
        with process_pool(1) as executor:
            wait([executor.submit(shout_and_die)])
        assert capfd.readouterr().err == ""


@pytest.fixture(scope="module")
def limited() -> Iterator[Executor]:
    with process_pool(1, Limits(memory=256 << 20, seconds=1)) as executor:
        yield executor


class TestLimits:
    """In a real pool: the kernel keeps them."""

    @pytest.fixture
    def executor(self, limited: Executor) -> Executor:
        return limited

    def test_memory(self, executor: Executor) -> None:
        assert executor.submit(resource.getrlimit, resource.RLIMIT_DATA).result() == (256 << 20, 256 << 20)
        with pytest.raises(MemoryError):
            executor.submit(bytearray, 300 << 20).result()
        assert executor.submit(len, bytes(50 << 20)).result() == 50 << 20

    def test_a_page_that_takes_too_long_ends_its_worker(self, executor: Executor) -> None:
        began = time.monotonic()
        with pytest.raises(WorkerDiedError) as caught:
            executor.submit(pages_of, 30.0).result()
        assert caught.value.reason == "time"
        assert time.monotonic() - began < 20

    def test_the_clock_runs_for_each_page_and_not_for_the_file(self, executor: Executor) -> None:
        assert executor.submit(pages_of, 0.5, 0.5, 0.5).result() == 3

    def test_the_clock_goes_on_after_a_part_of_the_work(self, executor: Executor) -> None:
        with pytest.raises(WorkerDiedError) as caught:
            executor.submit(pages_and_then, 30.0).result()
        assert caught.value.reason == "time"
        executor.submit(pages_and_then, 0.1).result()
        executor.submit(time.sleep, 1.3).result()

    def test_nothing_else_is_timed(self, executor: Executor) -> None:
        executor.submit(pages_of, 0.1).result()
        executor.submit(time.sleep, 1.3).result()

    def test_a_process_that_is_no_worker_has_no_clock(self) -> None:
        with page_clock():
            next_page()
            assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def give_up(seen: list[int]) -> None:
    """Leave a pool by an error while all its workers are at work."""
    with process_pool(2) as executor:
        seen.append(executor.submit(os.getpid).result())
        for _ in range(6):
            executor.submit(time.sleep, 50)
        raise KeyError


def die(number: int) -> None:
    """End the worker by a signal."""
    os.kill(os.getpid(), number)


def shout_and_die() -> None:
    """End as a library does that is refused memory."""
    sys.stderr.write("fatal error: out of memory")
    sys.stderr.flush()
    os.write(2, b"goroutine 1 [running]")
    os.abort()


def pages_and_then(seconds: float) -> None:
    """Read the pages of a file, then do something else with it."""
    with page_clock():
        pages_of(0.1, 0.1)
        time.sleep(seconds)


def pages_of(*seconds: float) -> int:
    """Work on pages that take so long each."""
    with page_clock():
        for one in seconds:
            next_page()
            time.sleep(one)
    return len(seconds)
