"""An interrupt at any step: what was taken is given back at once, so that the same process can go on writing."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from fonds.errors import FondsError
from fonds.packaging.bag.stage import stage
from fonds.packaging.interrupts import Held, interrupt
from fonds.repository.backends.file_log import FileLog
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.backends.sql.database import Database
from fonds.repository.staging import stage_of
from fonds.repository.underway import reason_of

if TYPE_CHECKING:
    from _typeshed import TraceFunction

MOST = 100
"""Steps that are tried: all of a short piece of work, so many of a long one, evenly spread."""


def steps(work: Callable[[], None], stop_at: int = 0) -> int:
    """Do ``work`` and count its lines, in whatever module; raise an interrupt at one of them."""
    count, before = 0, sys.gettrace()

    def trace(_frame: FrameType, event: str, _argument: object) -> TraceFunction:
        nonlocal count
        count += event == "line"
        if count == stop_at and event == "line":
            interrupt()
        return trace

    gc.disable()  # others hook into it, and an interrupt in there is raised nowhere
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
        gc.enable()
    return count


def at_every_step(work: Callable[[], None], check: Callable[[], None]) -> None:
    """Interrupt ``work`` at its steps, one after the other, and ``check`` each time."""
    work()  # what only the first time does (caches, folders) would shift the steps
    every = steps(work)
    assert every > 10
    for number in range(1, every + 1, max(1, every // MOST)):
        with pytest.raises(KeyboardInterrupt) as raised:
            steps(work, number)
        check()  # while the traceback, and so every frame, is still there
        del raised


def test_a_write_transaction_is_whole_or_gone(tmp_path: Path) -> None:
    database = Database(tmp_path / "c.sqlite3", busy_seconds=0)
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER, b INTEGER)"))

    def work() -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO t VALUES (1, 0)"))
            connection.execute(text("UPDATE t SET b = 1"))

    def check() -> None:
        with database.writing() as connection:  # at once: nobody holds the lock
            assert not connection.scalar(text("SELECT count(*) FROM t WHERE b = 0"))

    at_every_step(work, check)
    database.close()


def test_a_row_of_the_log_is_whole_or_not_there(tmp_path: Path) -> None:
    log = FileLog(tmp_path)

    def work() -> None:
        log.append("x", agent="a")

    def check() -> None:
        log.append("y", agent="a")

    at_every_step(work, check)
    assert log.append("y", agent="a").number == log.verify().rows
    assert log.verify().broken_at == 0


class EnoughError(Exception):
    """Ends the work where the taking of a stage is over."""


def taking(open_stage: Callable[[], AbstractContextManager[object]]) -> Callable[[], None]:
    """Return the work of taking a stage, with an end that is not counted."""

    def work() -> None:
        trace = sys.gettrace()
        with suppress(EnoughError), open_stage():
            sys.settrace(None)
            sys._getframe().f_trace = None
            raise EnoughError
        sys.settrace(trace)

    return work


def test_no_stage_of_a_bag_is_left(tmp_path: Path) -> None:
    at_every_step(taking(lambda: stage(tmp_path / "bag")), lambda: None)
    assert list(tmp_path.iterdir()) == []


def test_no_stage_of_a_store_is_left(tmp_path: Path) -> None:
    store = FilesystemStore(tmp_path / "store")
    at_every_step(taking(lambda: stage_of(store)), lambda: None)
    assert list((tmp_path / "store").iterdir()) == []


def test_it_is_raised_at_the_end_of_the_outermost_section() -> None:
    done = []

    def work() -> None:
        with Held():
            with Held():
                interrupt()
                done.append("inner")
            done.append("outer")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert done == ["inner", "outer"]
    with pytest.raises(KeyboardInterrupt):
        interrupt()
    with Held():  # nothing is left of them
        pass


@pytest.mark.parametrize("failed", [AssertionError("closed twice"), FondsError("STORE_FAILED")])
def test_the_reason_of_a_job_is_the_interrupt_though_clearing_up_failed_after_it(failed: Exception) -> None:
    def work() -> None:
        try:
            raise KeyboardInterrupt
        finally:
            raise failed

    with pytest.raises(type(failed)) as raised:
        work()
    assert reason_of(raised.value) == "INTERRUPTED"


def test_the_reason_of_a_job_that_failed_by_itself() -> None:
    assert reason_of(FondsError("STORE_FAILED")) == "STORE_FAILED"
    assert reason_of(AssertionError()) == "AssertionError"
