"""Whole commands taking turns, each from its start to its end, as who runs them waits for them."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LAUNCHED = ROOT / "benchmarks" / "_launched.py"
PIECE = 1_000_000


@dataclass(frozen=True)
class Run:
    """Seconds from start to end, of processor time with all children, and the largest size (MB) of one of them."""

    seconds: float
    cpu: float
    memory: float


def shell(command: str) -> Run:
    """Run a line of the shell."""
    return started(["sh", "-c", command])


def fonds(*arguments: str | Path) -> Run:
    """Run the command ``fonds`` of this checkout."""
    return started([sys.executable, "-m", "fonds", *map(str, arguments)])


def openssl(folder: Path, files: int, out: Path) -> str:
    """Return the line of the shell that is the limit: not sha256sum, which is four times slower on Debian.

    ``files`` is their number below ``folder``, so that both processes get their share.
    """
    each = max(1, min(256, files // 16))
    return f"find '{folder}' -type f -print0 | xargs -0 -P2 -n {each} openssl dgst -sha256 -r > '{out}'"


def started(command: Sequence[str]) -> Run:
    """Run a command, which has to end well."""
    launched = [sys.executable, "-I", "-S", str(LAUNCHED), *command]
    ran = subprocess.run(launched, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, (command, ran.stderr)
    return Run(**json.loads(ran.stderr.splitlines()[-1]))


def make_source(folder: Path, files: int, size: int) -> None:
    """Make a folder of files of random bytes, 500 in a folder."""
    for number in range(files):
        path = folder / f"hồ sơ {number // 500:04}" / f"{number:06}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as out:
            for written in range(0, size, PIECE):
                out.write(os.urandom(min(PIECE, size - written)))


def compare(
    title: str,
    contestants: Mapping[str, Callable[[], Run]],
    rounds: int,
    before: Callable[[], None] = lambda: None,
) -> None:
    """Measure all of them ``rounds`` times, turn by turn, and print the medians; the first is what the ratios are to.

    ``before`` is done before each measurement, and not measured.
    """
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            os.sync()
            before()
            runs[name].append(contestant())
    print(f"\n| {title} | seconds | ratio | cpu s | ratio | MB |\n|---|---:|---:|---:|---:|---:|")
    limit: tuple[float, float] | None = None
    for name, all_runs in runs.items():
        wall, cpu = (statistics.median(getattr(run, what) for run in all_runs) for what in ("seconds", "cpu"))
        limit = limit or (wall, cpu)
        memory = max(run.memory for run in all_runs)
        print(f"| {name} | {wall:.2f} | {wall / limit[0]:.2f} | {cpu:.2f} | {cpu / limit[1]:.2f} | {memory:.0f} |")
    sys.stdout.flush()
