"""A whole ingest, against the plain cost of its parts, and where its time goes.

The parts are ``cp -r``, ``openssl dgst`` and one strict decode of every page on two processors each, ``sync``.
An ingest also judges the inventory and the pages, identifies formats, writes METS and PREMIS, reads the package back,
catalogues and indexes it.

    python -m benchmarks ingest --scale 10 --rounds 5
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks._compare import Standing, Standings, heading, measurement, print_size, take_turns
from benchmarks._deliveries import SCAN, SMALL, delivery
from fonds.bootstrap import init_archive, open_archive
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.ingest import ingest

LIMIT = "cp -r; openssl; decode; sync"
KINDS = {"small pages": (SMALL, 4, 83), "A4 at 200 dpi": (SCAN, 2, 40)}
"""Pixels of a page, dossiers and pages of a dossier at the scale 1."""
STEPS = {
    "decode, blank pages and the like": ("imaging/backend.py", "decode"),
    "identify the format": ("siegfried.py", "identify"),
    "gate, the rest of it": ("gate/gate.py", "check"),
    "make the package and read it back": ("storing.py", "store_package"),
    "index": ("indexing.py", "try_drain_index"),
    "package of the fonds": ("fonds_packages.py", "try_drain_fonds"),
}


def main(given: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser("python -m benchmarks ingest", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1, help="times the dossiers")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work: on the disk to be measured")
    options = parser.parse_args(given)
    heading("Ingest of a delivery", LIMIT)
    with tempfile.TemporaryDirectory(prefix="fonds-bench-", dir=options.folder) as place:
        for number, (kind, (size, dossiers, pages)) in enumerate(KINDS.items(), 1):
            source = delivery(Path(place) / f"P{number}", max(1, round(dossiers * options.scale)), pages, size)
            print(f"\n## {kind}, {pages} a dossier")
            _compare(source, Path(place), options.rounds)
            _steps(source, Path(place) / f"steps{number}")


def _compare(source: Path, place: Path, rounds: int) -> None:
    standings: Standings = {}
    run = partial(measurement, sys.executable, patience=3600)
    contestants = {
        LIMIT: partial(run, "_parts_of_ingest", source, place),
        "fonds ingest": partial(run, "_fonds_ingest", source, place),
    }
    count = sum(1 for _ in source.rglob("*.jpg"))
    take_turns(count, contestants, rounds, standings)
    print_size(count, standings, lambda _: LIMIT, ("pages/s", _rate))


def _rate(one: Standing) -> str:
    return f"{one.size / one.median('seconds'):.0f}"


def _steps(source: Path, root: Path) -> None:
    """Print the shares of the processor time, of one more ingest, in one process and under a profiler."""
    init_archive(root, "networked", "benchmark")
    archive = replace(open_archive(root), executor=inline_executor)
    profile = cProfile.Profile(time.process_time)
    profile.runcall(ingest, archive, source, agent="benchmark")
    shutil.rmtree(root)
    stats = pstats.Stats(profile)
    spent = {name: _cumulative(stats, *where) for name, where in STEPS.items()}
    whole = _cumulative(stats, "repository/ingest.py", "ingest")
    spent["gate, the rest of it"] -= spent["decode, blank pages and the like"] + spent["identify the format"]
    spent["catalogue and all else"] = whole - sum(spent.values())
    print("\n| where the time goes | share |\n|---|---:|")
    for name, seconds in spent.items():
        print(f"| {name} | {seconds / whole:.0%} |")


def _cumulative(stats: pstats.Stats, file: str, function: str) -> float:
    found: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = stats.stats  # type: ignore[attr-defined]
    times = [one[3] for (path, _, name), one in found.items() if path.endswith(file) and name == function]
    assert times, f"there is no {function} in {file} any more"
    return max(times)
