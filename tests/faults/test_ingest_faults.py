"""K1 and K2: an ingest that is killed, or refused by the disk, at every single call that changes the disk.

Nothing half-visible, never done without being done, and the same command again ends right.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.repository.copies.manage import add_copy
from tests.factories import DossierRow, make_archive, make_delivery
from tests.faults.running import driven, workplace
from tests.support import require_or_skip


@pytest.fixture(scope="module")
def prepared() -> Iterator[tuple[Path, Path]]:
    with workplace() as folder:
        make_archive(folder / "repo")
        yield folder, make_delivery(folder / "source", [DossierRow("H99.12.P01.1962.01", "Hồ sơ", pages=1)])


SAMPLE = 8
"""With a copy every eighth call is struck at: half of them all are those of an ingest without one. 1 strikes at all."""


@pytest.fixture(scope="module")
def copied() -> Iterator[tuple[Path, Path]]:
    """The same, with a further copy that a package needs before it counts as stored."""
    with workplace() as folder:
        add_copy(make_archive(folder / "repo"), str(folder / "repo-second"), "second", "", "tester")
        toml = folder / "repo" / "fonds.toml"
        toml.write_text(toml.read_text("utf-8").replace("copies_required = 1", "copies_required = 2"), "utf-8")
        yield folder, make_delivery(folder / "source", [DossierRow("H99.12.P01.1962.01", "Hồ sơ", pages=1)])


@pytest.mark.parametrize("mode", ["kill", "error"])
def test_every_call_may_be_the_last_or_fail_with_a_copy(copied: tuple[Path, Path], mode: str) -> None:
    require_or_skip("strace")
    strikes = driven("driver", mode, *copied, stride=SAMPLE)
    assert len(strikes) * SAMPLE > 150, "with a copy the disk is changed more often than that"
    assert [strike for strike in strikes if strike["wrong"]] == []


@pytest.mark.parametrize("mode", ["kill", "error"])
def test_every_call_may_be_the_last_or_fail(prepared: tuple[Path, Path], mode: str) -> None:
    require_or_skip("strace")
    strikes = driven("driver", mode, *prepared)
    assert [strike["number"] for strike in strikes] == list(range(1, int(str(strikes[0]["of"])) + 1))
    assert [strike for strike in strikes if strike["wrong"]] == []
    called = Counter(str(strike["call"]).split()[0] for strike in strikes)
    assert called.keys() > {"mkdir", "write", "pwrite64", "syncfs", "fsync", "fdatasync", "rename", "unlink"}
    assert len(strikes) > 130, "an ingest changes the disk more often than that"
    if mode == "kill":
        assert {strike["ended"] for strike in strikes} == {"killed by SIGKILL"}
    else:
        refused = [strike for strike in strikes if str(strike["ended"]).startswith("refused: ")]
        assert len(refused) > 50, "what the disk refuses is told"
