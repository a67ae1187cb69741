"""Making and validating bags, against what the machine can do at best and against bagit.py.

The limit of making is ``cp -r; openssl dgst; sync``, that of validating ``xargs -P2 openssl dgst -sha256`` (not
sha256sum, which is four times slower on Debian). All take turns in one run, so that a busy machine is busy for
everybody; what counts is the ratio to the limit, of medians. The processor time says more than the clock where others
work too. Nothing is deleted before the end: ext4 is slow to give out inodes that were just freed, and whoever comes
after an ``rm -r`` would pay for it.

    python -m benchmarks bag --scale 10 --rounds 5
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SMALL = (2_000, 40_000)
LARGE = (4, 50_000_000)
PIECE = 1_000_000
OPENSSL = "find {0} -type f -print0 | xargs -0 -P2 -n 256 openssl dgst -sha256 -r > {1}"


@dataclass(frozen=True)
class Run:
    """Seconds from start to end, of processor time with all children, and the largest size (MB) of the process."""

    seconds: float
    cpu: float
    memory: float


def shell(command: str) -> Run:
    return started(["sh", "-c", command])


def fonds(*arguments: str | Path) -> Run:
    return started([sys.executable, "-m", "fonds", *map(str, arguments)])


def started(command: Sequence[str]) -> Run:
    before, begin = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, command
    seconds, after = time.perf_counter() - begin, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Run(seconds, cpu, usage.ru_maxrss / 1024)


def make_source(folder: Path, files: int, size: int) -> None:
    for number in range(files):
        path = folder / f"hồ sơ {number // 500:04}" / f"{number:06}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            for written in range(0, size, PIECE):
                out.write(os.urandom(min(PIECE, size - written)))


def compare(title: str, contestants: dict[str, Callable[[], Run]], rounds: int) -> None:
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            os.sync()
            runs[name].append(contestant())
    print(f"\n{title}\n{'':44}{'median s':>10}{'ratio':>8}{'cpu s':>8}{'ratio':>8}{'MB':>8}")
    limit: tuple[float, float] | None = None
    for name, all_runs in runs.items():
        wall, cpu = (statistics.median(getattr(run, what) for run in all_runs) for what in ("seconds", "cpu"))
        limit = limit or (wall, cpu)
        memory = max(run.memory for run in all_runs)
        print(f"{name:44}{wall:>10.2f}{wall / limit[0]:>8.2f}{cpu:>8.2f}{cpu / limit[1]:>8.2f}{memory:>8.0f}")


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
    title = f"{files:,} files of {size / 1000:,.0f} kB"

    def copy() -> Run:
        target = places.new()
        return shell(f"cp -r '{source}' {target}; {OPENSSL.format(target, scratch)}; sync")

    def loc() -> Run:
        target = places.new()
        bagit = f"{sys.executable} -m bagit --sha256 --processes 2 --quiet {target}"
        return shell(f"cp -r '{source}' {target}; {bagit}; sync")

    making = {
        "cp -r; xargs -P2 openssl dgst; sync": copy,
        "fonds bag": lambda: fonds("bag", source, places.new()),
        "cp -r; bagit.py --processes 2; sync": loc,
    }
    compare(f"making a bag, {title}", making, rounds)
    bag = places.new()
    fonds("bag", source, bag)
    loc_validate = [sys.executable, "-m", "bagit", "--validate", "--processes", "2", "--quiet", str(bag)]
    validating = {
        "xargs -P2 openssl dgst -sha256 -r": lambda: shell(OPENSSL.format(bag / "data", scratch)),
        "fonds validate": lambda: fonds("validate", bag),
        "fonds validate --fast": lambda: fonds("validate", "--fast", bag),
        "bagit.py --validate --processes 2": lambda: started(loc_validate),
    }
    compare(f"validating, warm, {title}", validating, rounds)


def main(arguments: Sequence[str]) -> None:
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
    for files, size in cases:
        folder = Path(tempfile.mkdtemp(prefix="fonds-bench-", dir=chosen.folder))
        try:
            measure(folder, max(1, files), size, chosen.rounds)
        finally:
            shutil.rmtree(folder)
