"""K1 and K2 for a repair: killed, or refused by the disk, at calls changing it. No byte is lost, the next ends it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.repository.audit import audit
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from tests.factories import DossierRow, dossier_packages, ingest_sample
from tests.faults.running import driven, workplace
from tests.support import require_or_skip

SAMPLE = 12
"""Every twelfth call is struck at; 1 strikes at all, which takes a quarter of an hour."""
ROWS = [DossierRow(f"H99.12.P01.1962.0{number}", "Hồ sơ", pages=2) for number in (1, 2)]


@pytest.fixture(scope="module")
def damaged() -> Iterator[Path]:
    """Two dossiers in two places: files flipped, lost and strange in the store, a whole package gone from the copy."""
    with workplace() as folder:
        archive, _ = ingest_sample(folder / "repo", folder / "source", ROWS)
        add_copy(archive, str(folder / "repo-second"), "second", "", "tester")
        assert sync(archive, [], agent="tester").complete
        one, other = dossier_packages(archive)
        here = folder / "repo/store" / one.location
        page = here / "data/representations/rep1/data/0001.jpg"
        page.write_bytes(page.read_bytes()[:-1] + b"x")
        (here / "data/METS.xml").unlink()
        (here / "data/stray.txt").write_bytes(b"x")
        shutil.rmtree(folder / "repo-second" / other.location)
        assert len(audit(archive, agent="tester", scope="all").problems) == 4
        yield folder


@pytest.mark.parametrize("mode", ["kill", "error"])
def test_every_call_of_a_repair_may_be_the_last_or_fail(damaged: Path, mode: str) -> None:
    require_or_skip("strace")
    strikes = driven("repair_driver", mode, damaged, stride=SAMPLE)
    assert [strike for strike in strikes if strike["wrong"]] == []
    assert len(strikes) * SAMPLE > 150, "a repair changes the disk more often than that"
    if mode == "kill":
        assert {strike["ended"] for strike in strikes} == {"killed by SIGKILL"}
