"""Writing METS, and METS with PREMIS, of one representation, against metsrw (Archivematica's library).

metsrw runs in the environment that ``python3 dev.py bench`` makes for it; it keeps PREMIS inside METS. Files that are
described are not there: only the writing is measured, from plain values to the file on the disk.

    python -m benchmarks mets --scale 1
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import dev
from benchmarks._compare import (
    Contestant,
    Standing,
    Standings,
    heading,
    measurement,
    print_growth,
    print_size,
    take_turns,
)

SIZES = (1_000, 10_000, 100_000)


def contestants(size: int, folder: Path, patience: float) -> dict[str, Contestant]:
    """Fonds and, where it is set up, metsrw; each without and with PREMIS."""
    peer = dev.peers_python()
    found = {"fonds": (sys.executable, "_fonds_mets")} | ({"metsrw": (peer, "_metsrw_mets")} if peer else {})
    return {
        f"{name}: {title}": partial(measurement, python, module, size, folder, *premis, patience=patience)
        for title, premis in (("METS", ()), ("METS and PREMIS", ("premis",)))
        for name, (python, module) in found.items()
    }


def _same_by_fonds(name: str) -> str:
    return f"fonds:{name.partition(':')[2]}"


def _bytes_a_page(one: Standing) -> str:
    return f"{one.runs[0].answer / one.size:,.0f}"


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks mets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.05, help="times 1,000, 10,000 and 100,000 files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--last-rounds", type=int, help="of the largest size; as many as --rounds when not said")
    parser.add_argument("--patience", type=float, default=300, help="seconds after which a contestant is given up")
    parser.add_argument("--folder", type=Path, help="where to work")
    chosen = parser.parse_args(arguments)
    sizes = [int(size * chosen.scale) for size in SIZES]
    rounds = dict.fromkeys(sizes, chosen.rounds) | {sizes[-1]: chosen.last_rounds or chosen.rounds}
    standings: Standings = {}
    heading("Writing METS and PREMIS", "Fonds")
    with tempfile.TemporaryDirectory(prefix="fonds-bench-", dir=chosen.folder) as name:
        for size in sizes:
            take_turns(size, contestants(size, Path(name), chosen.patience), rounds[size], standings)
            print_size(size, standings, _same_by_fonds, ("bytes a page", _bytes_a_page))
    print_growth(sizes, standings)
    if not dev.peers_python():
        print("\nmetsrw is not set up: `python3 dev.py bench` does it, where packages can be installed.")
