"""What a further copy on the same disk costs an ingest, against an ingest without one.

With it every package is written, synced and read back twice; the pages are decoded and judged once.

    python -m benchmarks copies --scale 2 --rounds 5
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks._compare import Standing, Standings, heading, measurement, print_size, take_turns
from benchmarks._deliveries import SCAN, SMALL, delivery

BASE = "no further copy"
KINDS = {"small pages": (SMALL, 4, 83), "A4 at 200 dpi": (SCAN, 2, 40)}
"""Pixels of a page, dossiers and pages of a dossier at the scale 1."""


def main(given: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m benchmarks copies", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1, help="times the dossiers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work: on the disk to be measured")
    options = parser.parse_args(given)
    heading("Ingest with further copies on the same disk", BASE)
    with tempfile.TemporaryDirectory(prefix="fonds-bench-", dir=options.folder) as place:
        for number, (kind, (size, dossiers, pages)) in enumerate(KINDS.items(), 1):
            source = delivery(Path(place) / f"P{number}", max(1, round(dossiers * options.scale)), pages, size)
            print(f"\n## {kind}, {pages} a dossier")
            _compare(source, Path(place), options.rounds)


def _compare(source: Path, place: Path, rounds: int) -> None:
    standings: Standings = {}
    run = partial(measurement, sys.executable, "_fonds_ingest", source, place, patience=3600)
    contestants = {BASE: run, "one copy": partial(run, 1), "two copies": partial(run, 2)}
    count = sum(1 for _ in source.rglob("*.jpg"))
    take_turns(count, contestants, rounds, standings)
    print_size(count, standings, lambda _: BASE, ("pages/s", _rate))


def _rate(one: Standing) -> str:
    return f"{one.size / one.median('seconds'):.0f}"
