"""K1 and K2: an ingest that is killed, or refused by the disk, at every single call that changes the disk.

Nothing half-visible, never done without being done, and the same command again ends right.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from fonds.repository.copies.manage import add_copy
from tests.factories import DossierRow, make_archive, make_delivery
from tests.support import ROOT, require_or_skip

KILLED = "killed by SIGKILL"
SAMPLE = 4
"""With a copy every fourth call is struck at: half of them all are those of an ingest without one. 1 strikes at all."""
MODES = ("signal=KILL", "error=ENOSPC", "error=EIO")


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("faults")
    make_archive(folder / "repo")
    return folder / "repo", make_delivery(folder / "source", [DossierRow("H99.12.P01.1962.01", "Hồ sơ", pages=1)])


@pytest.mark.parametrize("mode", MODES)
def test_every_call_may_be_the_last_or_fail(prepared: tuple[Path, Path], mode: str) -> None:
    require_or_skip("strace")
    strikes = _strikes(prepared, mode)
    assert len(strikes) > 50, "an ingest changes the disk more often than that"
    assert [strike["number"] for strike in strikes] == list(range(1, len(strikes) + 1))
    assert [strike for strike in strikes if strike["wrong"]] == []
    if mode == "signal=KILL":
        assert {strike["ended"] for strike in strikes} == {KILLED}
    else:
        refused = [strike for strike in strikes if str(strike["ended"]).startswith("refused: ")]
        assert len(refused) > 20, "what the disk refuses is told"


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same, with a further copy that a package needs before it counts as stored."""
    folder = tmp_path_factory.mktemp("faults-copied")
    archive = make_archive(folder / "repo")
    add_copy(archive, str(folder / "repo-second"), "second", "", "tester")
    toml = folder / "repo" / "fonds.toml"
    toml.write_text(toml.read_text("utf-8").replace("copies_required = 1", "copies_required = 2"), "utf-8")
    return folder / "repo", make_delivery(folder / "source", [DossierRow("H99.12.P01.1962.01", "Hồ sơ", pages=1)])


@pytest.mark.parametrize("mode", ["signal=KILL", "error=ENOSPC"])
def test_every_call_may_be_the_last_or_fail_with_a_copy(copied: tuple[Path, Path], mode: str) -> None:
    require_or_skip("strace")
    strikes = _strikes(copied, mode, stride=SAMPLE)
    assert len(strikes) * SAMPLE > 100, "with a copy the disk is changed more often than that"
    assert [strike for strike in strikes if strike["wrong"]] == []


def _strikes(prepared: tuple[Path, Path], mode: str, stride: int = 1) -> list[dict[str, object]]:
    parts = min(len(os.sched_getaffinity(0)), 4)
    command = [sys.executable, "-m", "tests.faults.driver", mode, *map(str, prepared)]
    running = [
        subprocess.Popen(
            [*command, str(part * stride), str(parts * stride)], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for part in range(parts)
    ]
    said = [one.communicate(timeout=900)[0] for one in running]
    assert [one.returncode for one in running] == [0] * parts
    found: list[dict[str, object]] = [json.loads(line) for text in said for line in text.splitlines()]
    return sorted(found, key=lambda strike: int(str(strike["number"])))
