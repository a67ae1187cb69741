"""Making bags, against what the machine can do at best and against bagit.py.

The limit is ``cp -r; xargs -P2 openssl dgst; sync``. All take turns in one run, so that a busy machine is busy for
everybody; what counts is the ratio to the limit, of medians. Cold means that the source was let go from the page cache
before each turn: so comes a delivery, from a disk that nobody has read yet. Nothing is deleted before the end: ext4 is
slow to give out inodes that were freed in the last five minutes, and whoever comes after an ``rm -r`` would pay for it;
wait as long before this is run again.

    python -m benchmarks bag --scale 10 --rounds 5
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from benchmarks._commands import Run, compare, fonds, make_source, openssl, shell
from benchmarks._compare import heading_of
from fonds.packaging.digest import leave_cache

SMALL = (2_000, 40_000)
LARGE = (4, 50_000_000)


class Places:
    """Gives out names of folders that nobody has used yet."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._count = folder, 0

    def new(self) -> Path:
        """Return a path that does not exist."""
        self._count += 1
        return self._folder / f"{self._count}"


def measure(folder: Path, files: int, size: int, rounds: int) -> None:
    source, places, scratch = folder / "src", Places(folder), folder / "digests"
    make_source(source, files, size)

    def copy() -> Run:
        target = places.new()
        return shell(f"cp -r '{source}' {target}; {openssl(target, files, scratch)}; sync")

    def loc() -> Run:
        target = places.new()
        bagit = f"{sys.executable} -m bagit --sha256 --processes 2 --quiet {target}"
        return shell(f"cp -r '{source}' {target}; {bagit}; sync")

    contestants = {
        "cp -r; xargs -P2 openssl dgst; sync": copy,
        "fonds bag": lambda: fonds("bag", source, places.new()),
        "cp -r; bagit.py --processes 2; sync": loc,
    }
    title = f"{files:,} files of {size / 1000:,.0f} kB"
    compare(f"{title}, warm", contestants, rounds)
    compare(f"{title}, cold", contestants, rounds, partial(leave_cache, source))


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks bag", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="times 2,000 files of 40 kB and 4 of 50 MB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--files", type=int, help="only so many small files")
    parser.add_argument("--size", type=int, default=SMALL[1], help="bytes of each of --files")
    parser.add_argument("--folder", type=Path, help="where to work: on the disk to be measured")
    chosen = parser.parse_args(arguments)
    cases = [(int(files * chosen.scale), size) for files, size in (SMALL, LARGE)]
    if chosen.files:
        cases = [(chosen.files, chosen.size)]
    heading_of("Making a bag", "Medians; MB: of the largest process.")
    for files, size in cases:
        folder = Path(tempfile.mkdtemp(prefix="fonds-bench-", dir=chosen.folder))
        try:
            measure(folder, max(1, files), size, chosen.rounds)
        finally:
            shutil.rmtree(folder)
