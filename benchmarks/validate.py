"""Validating a bag around an E-ARK package of many small files, against bagit.py on the same folder.

bagit.py compares the files with the manifests and no more; ``fonds validate`` then judges the package too: METS and
PREMIS against their schemas, against each other and against the files, which are read once more for that. The files
are warm (just written).

    python -m benchmarks validate --scale 1
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

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
from benchmarks._package import make_package

LIMIT = "bagit.py, 2 processes"
SIZES = (1_000, 10_000, 100_000)


def contestants(bag: Path, patience: float) -> dict[str, Contestant]:
    """The tool of the Library of Congress, and Fonds without and with the package."""
    measure = partial(measurement, sys.executable, patience=patience)
    return {
        LIMIT: partial(measure, "_loc_validate", bag),
        "fonds: the bag": partial(measure, "_fonds_validate", bag),
        "fonds: the bag and the package": partial(measure, "_fonds_validate", bag, "package"),
    }


def _each(one: Standing) -> str:
    return f"{one.median('seconds') * 1000 / one.size:.2f}"


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks validate", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=0.05, help="times 1,000, 10,000 and 100,000 files")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--last-rounds", type=int, help="of the largest size; as many as --rounds when not said")
    parser.add_argument("--patience", type=float, default=900, help="seconds after which a contestant is given up")
    parser.add_argument("--folder", type=Path, help="where to work: on the disk to be measured")
    chosen = parser.parse_args(arguments)
    sizes = [int(size * chosen.scale) for size in SIZES]
    rounds = dict.fromkeys(sizes, chosen.rounds) | {sizes[-1]: chosen.last_rounds or chosen.rounds}
    standings: Standings = {}
    heading("Validating a bag and the package in it", "bagit.py")
    folder = Path(tempfile.mkdtemp(prefix="fonds-bench-", dir=chosen.folder))
    try:
        for size in sizes:
            (folder / f"{size}").mkdir()
            bag = make_package(folder / f"{size}", size)
            take_turns(size, contestants(bag, chosen.patience), rounds[size], standings)
            print_size(size, standings, lambda _: LIMIT, ("ms a file", _each))
    finally:
        shutil.rmtree(folder)
    print_growth(sizes, standings)
