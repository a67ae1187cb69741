"""Contestants taking turns in one run, each measurement a process of its own, and what came out as Markdown tables."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Measurement:
    """Seconds by the clock and of processor time, the peak of memory (MB) above the start, and the work's answer."""

    seconds: float
    cpu: float
    start: float
    grown: float
    answer: int


@dataclass(frozen=True)
class Standing:
    """The medians of a contestant at one size; None where it was given up after so many seconds."""

    size: int
    runs: Sequence[Measurement]

    def median(self, what: str) -> float:
        """Of ``seconds`` or ``cpu``."""
        return float(statistics.median(getattr(run, what) for run in self.runs))

    @property
    def grown(self) -> float:
        """The largest growth of all runs (MB)."""
        return max(run.grown for run in self.runs)


Contestant = Callable[[], Measurement | None]
Standings = dict[str, list[Standing | None]]


def measurement(python: str, module: str, *arguments: object, patience: float) -> Measurement | None:
    """Run ``benchmarks.MODULE`` in a process; None when it took longer than ``patience`` seconds or was killed."""
    os.sync()
    command = [python, "-m", f"benchmarks.{module}", *map(str, arguments)]
    try:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=patience)
    except subprocess.TimeoutExpired:
        return None
    if ran.returncode < 0:  # by the kernel, which had no more memory for it
        return None
    assert ran.returncode == 0, ran.stderr
    return Measurement(**json.loads(ran.stdout))


def take_turns(size: int, contestants: Mapping[str, Contestant], rounds: int, standings: Standings) -> None:
    """Measure all of them ``rounds`` times, turn by turn; one that was given up is not asked again."""
    given_up = {name for name, earlier in standings.items() if None in earlier}
    runs: dict[str, list[Measurement]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            measured = None if name in given_up else contestant()
            if measured is None:
                given_up.add(name)
            else:
                runs[name].append(measured)
    for name, done in runs.items():
        standings.setdefault(name, []).append(None if name in given_up else Standing(size, done))


def heading(title: str, base: str) -> None:
    """Print what was run, where and when; ``base`` says what the ratios are to."""
    heading_of(title, "Medians.")
    print(f"Ratio: of the clock, to {base}. MB: the peak of the process above what it held before the work.")


def heading_of(title: str, what: str) -> None:
    """Print what was run, where and when, and what it was about."""
    cores, python = len(os.sched_getaffinity(0)), platform.python_version()
    said = " ".join(["python -m benchmarks", *sys.argv[1:]])
    print(f"# {title}\n\n    {said}\n\n{datetime.now(UTC).date()}, {cores} cores, Python {python}. {what}")


def print_size(
    size: int, standings: Standings, base: Callable[[str], str], more: tuple[str, Callable[[Standing], str]]
) -> None:
    """Print the table of the size measured last.

    ``base`` names the row that a row is compared with; ``more`` is one more column.
    """
    title, value = more
    columns = ["seconds", "ratio", "cpu s", "MB", title]
    print(f"\n| {size:,} files | {' | '.join(columns)} |\n|---|{'---:|' * len(columns)}")
    for name, all_ in standings.items():
        one, limit = all_[-1], standings[base(name)][-1]
        cells = ["given up", *[""] * (len(columns) - 1)]
        if one:
            seconds, cpu = one.median("seconds"), one.median("cpu")
            ratio = f"{seconds / limit.median('seconds'):.2f}" if limit else ""
            cells = [f"{seconds:.2f}", ratio, f"{cpu:.2f}", f"{one.grown:.0f}", value(one)]
        print(f"| {name} | {' | '.join(cells)} |")
    sys.stdout.flush()


def print_growth(sizes: Sequence[int], standings: Standings) -> None:
    """Print by what factor time grows from each size to the next; as the number of files does is linear."""
    steps = [f"{before:,} → {after:,}" for before, after in pairwise(sizes)]
    print(f"\n| growth of processor time | {' | '.join(steps)} |\n|---|{'---:|' * len(steps)}")
    for name, all_ in standings.items():
        factors = [
            f"{after.median('cpu') / max(before.median('cpu'), 1e-3):.1f}" if before and after else ""
            for before, after in pairwise(all_)
        ]
        print(f"| {name} | {' | '.join(factors)} |")
