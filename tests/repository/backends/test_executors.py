"""Every way to run work keeps the contract of an executor."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from fonds.packaging.digest import digest_bytes
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.backends.process_pool import process_pool
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

    def test_a_worker_that_dies_is_told_and_none_stays(self) -> None:
        with process_pool(1) as executor:
            worker = executor.submit(os.getpid).result()
            with pytest.raises(BrokenProcessPool):
                executor.submit(os.kill, worker, signal.SIGKILL).result()
        assert not Path(f"/proc/{worker}").exists()
