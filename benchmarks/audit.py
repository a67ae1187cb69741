"""Auditing a repository, against validating every package in it as a bag: the same files read, hashed and compared.

The audit does more: it takes up each package in the catalogue before it reads it, lets go of the page cache so that
the answer comes from the disk, and writes each result into the log and the catalogue, durably. Both begin with a cold
cache, as far as the kernel lets go of it.

    python -m benchmarks audit --scale 1 --rounds 5
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks._compare import Standing, Standings, heading, measurement, print_size, take_turns
from benchmarks._stocked import Stock, stocked

BASE = "fonds validate, each package"
KINDS = {
    "many small packages": Stock(2000, 10, 4_000),
    "pages of 40 kB": Stock(100, 200, 40_000),
    "one large package of them": Stock(1, 20_000, 40_000),
    "large files": Stock(4, 10, 50_000_000),
}
"""What is stored at the scale 1."""


def main(given: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m benchmarks audit", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.05, help="times the packages, or the files of a single one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work: on the disk to be measured")
    options = parser.parse_args(given)
    heading("Auditing a repository", BASE)
    for kind, stock in KINDS.items():
        with tempfile.TemporaryDirectory(prefix="fonds-bench-", dir=options.folder) as place:
            small = _scaled(stock, options.scale)
            print(f"\n## {kind}: {small.packages:,} × {small.files:,} × {small.size:,} bytes")
            stocked(Path(place) / "repo", small)
            _compare(Path(place) / "repo", small, options.rounds)


def _scaled(stock: Stock, scale: float) -> Stock:
    if stock.packages == 1:
        return Stock(1, max(1, round(stock.files * scale)), stock.size)
    return Stock(max(1, round(stock.packages * scale)), stock.files, stock.size)


def _compare(root: Path, stock: Stock, rounds: int) -> None:
    standings: Standings = {}
    measure = partial(measurement, sys.executable, patience=3600)
    contestants = {
        BASE: partial(measure, "_fonds_validate_each", root),
        "fonds audit": partial(measure, "_fonds_audit", root),
    }
    count = stock.packages * stock.files
    take_turns(count, contestants, rounds, standings)
    print_size(count, standings, lambda _: BASE, ("MB/s", partial(_rate, stock)))


def _rate(stock: Stock, one: Standing) -> str:
    return f"{stock.packages * stock.files * stock.size / one.median('seconds') / 1e6:.0f}"
