"""What ``archive.executor`` must give: any ``concurrent.futures.Executor`` that runs module functions."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.packaging.digest import digest_bytes, hash_file
from fonds.schemas.findings import severities

MakeExecutor = Callable[[], AbstractContextManager[Executor]]


class ExecutorContract:
    """Inherit, and give a fixture ``executor``, open for as long as the class's tests run."""

    def test_module_functions_run_and_give_their_results_in_order(self, executor: Executor) -> None:
        blocks = [bytes([n]) * 1000 for n in range(20)]
        futures = [executor.submit(digest_bytes, block) for block in blocks]
        assert [future.result() for future in futures] == [hashlib.sha256(block).hexdigest() for block in blocks]
        assert list(executor.map(math.sqrt, [4, 9, 16])) == [2, 3, 4]

    def test_values_of_our_own_go_there_and_back(self, executor: Executor, tmp_path: Path) -> None:
        file = tmp_path / "Hồ sơ.txt"
        file.write_bytes(b"abc")
        assert executor.submit(hash_file, file, cold=True).result() == (3, digest_bytes(b"abc"))
        assert executor.submit(severities).result() == severities()

    def test_an_exception_belongs_to_its_future_and_the_executor_survives(
        self, executor: Executor, tmp_path: Path
    ) -> None:
        bad, good = executor.submit(hash_file, tmp_path / "absent"), executor.submit(digest_bytes, b"x")
        with pytest.raises(FileNotFoundError):
            bad.result()
        assert good.result() == digest_bytes(b"x")

    def test_our_errors_come_back_with_their_facts(self, executor: Executor) -> None:
        future = executor.submit(fail_as_we_do, "STORE_FULL", "/srv/store")
        with pytest.raises(FondsError) as caught:
            future.result()
        assert (caught.value.code, caught.value.data) == ("STORE_FULL", {"path": "/srv/store"})


def fail_as_we_do(code: str, path: str) -> None:
    """Runs in a worker."""
    raise FondsError(code, path=path)
