"""P1: the power is cut, at every moment of an ingest at which the disk looks different, and while a sync is a lie.

A real ext4 on a loop device, switched off by ``EXT4_IOC_SHUTDOWN`` without a flush of its journal: what no sync has
asked for is gone. It needs root.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.factories import DossierRow, make_delivery
from tests.faults.power_driver import AGAIN, prepared
from tests.faults.running import driven, workplace
from tests.support import require_or_skip

NOT_NOTICED = {
    r"fsync (store|log|store/_audit-log|store/H99\.12\.P01(/.*)?)": (
        "the name of a folder or file: ext4 writes its whole journal with any later sync, and the log's or catalogue's "
        "follows before anything is acknowledged; POSIX promises the name only to who syncs the folder"
    ),
    r"fdatasync \.": "the name of the catalogue's -wal file: the same",
    r"fdatasync catalogue\.sqlite3-wal": (
        "the last commit before an acknowledgement ends a job: lost, the next ingest finds the package held; "
        "every other commit is synced again by the one after it"
    ),
    r"fsync index(/.*)?": "the index is a cache: it is made again when it is broken or not there",
}
"""The syncs of which a single lie loses nothing that was acknowledged, and why they stay all the same."""


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    for part in ("strace", "mkfs.ext4"):
        require_or_skip(part)
    with workplace() as folder:
        try:
            prepared(folder)
        except (OSError, subprocess.CalledProcessError) as error:
            reason = f"a file system on a loop device can only be mounted by root: {error}"
            if os.environ.get("FONDS_REQUIRE_ALL") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        yield folder


def _delivery(disk: Path, dossiers: int) -> Path:
    rows = [DossierRow(f"H99.12.P01.1962.0{number}", f"Hồ sơ {number}", pages=1) for number in range(1, dossiers + 1)]
    folder = disk / f"source-{dossiers}"
    return folder if folder.exists() else make_delivery(folder, rows)


def test_no_cut_loses_or_tears_what_was_acknowledged(disk: Path) -> None:
    cases = driven("power_driver", "cut", disk, _delivery(disk, 2))
    assert [case for case in cases if case["wrong"]] == []
    assert [case["number"] for case in cases] == list(range(1, len(cases) + 1))
    assert {case["acknowledged"] for case in cases} == {0, 1, 2}
    assert cases[-1]["ended"] == "finished"
    assert len(cases) > 30, "an ingest syncs more often than that"


@pytest.fixture(scope="module")
def lies(disk: Path) -> Sequence[dict[str, object]]:
    return driven("power_driver", "lie", disk, _delivery(disk, 1))


def test_one_sync_that_is_a_lie_is_noticed(lies: Sequence[dict[str, object]]) -> None:
    noticed = [str(lie["call"]) for lie in lies if lie["wrong"]]
    assert noticed == [
        "syncfs store/.tmp-*/.lock",
        "fsync log/audit-*.jsonl",
        "syncfs store/.tmp-*/.lock",
        "fsync log/.tmp-*",
        "fsync log/audit-*.jsonl",
        "fsync store/_audit-log/.tmp-*",
        "fsync store/_audit-log/audit.jsonl",
    ], "the dossier, its row; the package of the fonds, the checkpoint and its row, the copies of it and of the log"


def test_of_every_other_sync_it_is_known_why_it_stays(lies: Sequence[dict[str, object]]) -> None:
    others = [str(lie["call"]) for lie in lies if not lie["wrong"] and not str(lie["call"]).endswith(AGAIN)]
    assert [call for call in others if not any(re.fullmatch(known, call) for known in NOT_NOTICED)] == []
    assert [known for known in NOT_NOTICED if not any(re.fullmatch(known, call) for call in others)] == []


@pytest.mark.parametrize("path", ["catalogue.sqlite3-wal", "log/audit-*.jsonl"])
def test_a_file_that_is_never_synced_is_noticed(disk: Path, path: str) -> None:
    (case,) = driven("power_driver", path, disk, _delivery(disk, 1), parts=1)
    assert case["ended"] == "finished"
    assert case["wrong"] != []
