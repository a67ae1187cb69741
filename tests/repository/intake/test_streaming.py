"""A large delivery passes through in small memory; workers that die are reported."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from fonds.errors import FondsError
from fonds.repository.backends.process_pool import process_pool
from fonds.repository.intake.gate import Progress
from fonds.repository.intake.gate.reader import FILES_AHEAD
from fonds.repository.intake.spool import Spool
from tests.repository.intake.building import DOSSIER, Make, checked, gate, page

MANY = 60


def _many(below: Path, pages: int = 1) -> Path:
    make = Make(documents=[], dossiers=[], files={})
    content = page(1)
    for number in range(1, MANY + 1):
        row = {"STT": number, "Số và ký hiệu hồ sơ": f"{number:03d}", "Mã hồ sơ": f"H99.12.P01.1962.{number:03d}"}
        make.dossiers.append({**DOSSIER, **row, "Số lượng tờ": pages, "Thư mục ảnh quét": f"HS_{number:03d}"})
        for sheet in range(1, pages + 1):
            # Bytes after the image leave it whole and make every file another one.
            make.files[f"HS_{number:03d}/{sheet:04d}.tif"] = content + f"{number}-{sheet}".encode()
    return make.write(below)


class _Counting(Executor):
    """Runs work when its result is asked for and counts what is under way."""

    def __init__(self) -> None:
        self.under_way = self.most = 0

    def submit(self, fn: Callable[..., Any], /, *args: object, **kwargs: object) -> Future[Any]:
        files = len(args[1]) if isinstance(args[1], tuple) else 0
        self.under_way += files
        self.most = max(self.most, self.under_way)
        counting = self

        class _Late(Future[Any]):
            def result(self, timeout: float | None = None) -> object:
                counting.under_way -= files
                return fn(*args, **kwargs)

        return _Late()


@pytest.mark.unmeasured
def test_dossiers_come_one_by_one_and_files_under_way_are_bounded(tmp_path: Path) -> None:
    root = _many(tmp_path, pages=6)
    counting = _Counting()
    the_gate = gate(executor=counting)
    dossiers = the_gate.check(the_gate.open(root))
    next(dossiers)
    assert counting.under_way < MANY * 6
    assert len(list(dossiers)) == MANY - 1
    assert counting.most <= FILES_AHEAD + 6


def test_progress_reaches_the_whole(tmp_path: Path) -> None:
    root = _many(tmp_path)
    seen: list[Progress] = []
    the_gate = gate()
    delivery = the_gate.open(root)
    assert len(list(the_gate.check(delivery, seen.append))) == MANY
    assert [(one.dossiers, one.files) for one in seen] == [(n, n) for n in range(1, MANY + 1)]
    assert (seen[-1].total_dossiers, seen[-1].total_files) == (MANY, MANY)


def test_the_pool_and_this_process_find_the_same(tmp_path: Path) -> None:
    root = _many(tmp_path)
    with process_pool(2) as pool:
        delivery, dossiers = checked(root, executor=pool)
    alone, dossiers_alone = checked(root)
    assert delivery.findings == alone.findings == []
    assert dossiers == dossiers_alone


@pytest.mark.unmeasured
def test_hashes_are_remembered_outside_memory() -> None:
    spool = Spool()
    tracemalloc.start()
    for number in range(50_000):
        assert spool.first_place(f"{number:064x}", f"Hộp/HS {number}/0001.tif") is None
    used = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert spool.first_place(f"{7:064x}", "later") == "Hộp/HS 7/0001.tif"
    assert used < 1_000_000
    spool.close()


def _die(*_: object, **__: object) -> None:
    os._exit(1)


def test_a_worker_that_dies_is_an_error_that_names_the_folder(tmp_path: Path) -> None:
    root = Make().write(tmp_path)
    with ProcessPoolExecutor(1, mp_context=get_context("forkserver")) as pool:

        class _Deadly(Executor):
            def submit(self, fn: Callable[..., Any], /, *args: object, **kwargs: object) -> Future[Any]:
                return pool.submit(_die)

        with pytest.raises(FondsError) as error:
            checked(root, executor=_Deadly())
    assert (error.value.code, error.value.data["where"]) == ("WORKER_LOST", "Hop_01/HS_01")
