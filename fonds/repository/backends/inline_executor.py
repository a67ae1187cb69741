"""Work done at once, in this very process: for tests, and where no other process may be started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class InlineExecutor(Executor):
    """A ``concurrent.futures.Executor`` whose futures are done when ``submit`` returns."""

    def __init__(self) -> None:
        self._closed = False

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Call the function now. Raises RuntimeError after ``shutdown``."""
        if self._closed:
            raise RuntimeError("submitted after shutdown")
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - whatever the work raises belongs to whoever asks for its result
            future.set_exception(error)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more work; there is nothing to wait for."""
        self._closed = True


@contextmanager
def inline_executor() -> Iterator[Executor]:
    """Give an executor for the length of a ``with``, as ``process_pool`` does."""
    with InlineExecutor() as executor:
        yield executor
