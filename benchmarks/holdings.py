"""A whole provincial archive into one repository, to see whether the last dossier goes in as fast as the first.

The last thousand dossiers go in by turns with the first thousand of a second, empty repository: what else the machine
does while this runs, for an hour or more, slows both down.

    python -m benchmarks holdings --scale 1 --folder DISK --plot benchmarks/results/holdings.svg

With ``--folder`` everything stays there until it is done: SIGTERM ends the run after the delivery at hand, and the same
command goes on with the next one.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import fmean

from benchmarks._compare import heading_of
from benchmarks._deliveries import DOSSIERS, PAGES, deliveries
from benchmarks._measured import kilobytes
from benchmarks._plot import Curve, plot
from fonds.bootstrap import init_archive, open_archive
from fonds.repository.archive import Archive
from fonds.repository.ingest import ingest

FONDS = 80  # of 120 dossiers of 83 pages: 9,600 dossiers, 796,800 pages
THOUSAND = -(-1000 // DOSSIERS)
"""Deliveries that are a thousand dossiers."""


@dataclass(frozen=True)
class Taken:
    """One delivery that is in: dossiers held by then, its seconds, the peak of the process (MB), bytes of the parts."""

    dossiers: int
    pages: int
    seconds: float
    memory: float
    catalogue: int
    index: int
    log: int

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds


@dataclass
class Run:
    """A repository that grows by one delivery after the other; what each took is kept beside it."""

    archive: Archive
    notes: Path
    taken: list[Taken] = field(default_factory=list)

    @classmethod
    def of(cls, root: Path) -> Run:
        """Begin with an empty repository, or go on with one."""
        notes = root.with_suffix(".json")
        if not notes.exists():
            init_archive(root, "networked", "benchmark")
            notes.write_text("[]", "ascii")
        return cls(open_archive(root), notes, [Taken(**one) for one in json.loads(notes.read_text("ascii"))])

    def take(self, source: Path) -> Taken:
        """Take a delivery in. Its making is not counted."""
        with suppress(OSError):  # sets the peak back to what is held now
            Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        begin = time.perf_counter()
        result = ingest(self.archive, source, agent="benchmark")
        seconds = time.perf_counter() - begin
        problems = (result.errors, result.blocked, result.index_error, result.fonds_error)
        assert not any(problems), problems
        dossiers = (self.taken[-1].dossiers if self.taken else 0) + len(result.ingested) + len(result.unchanged)
        pages = sum(one.pages for one in result.ingested)
        root = self.archive.root
        sizes = (
            _size(root.glob("catalogue.sqlite3*")),
            _size((root / "index").rglob("*")),
            _size((root / "log").rglob("*")),
        )
        one = Taken(dossiers, pages, seconds, kilobytes("VmHWM") / 1024, *sizes)
        self.taken.append(one)
        self.notes.write_text(json.dumps([asdict(each) for each in self.taken]), "ascii")
        return one


def main(given: Sequence[str]) -> None:
    """Print the table, and write the plot where it is asked for."""
    parser = argparse.ArgumentParser("holdings", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.05, help="1: 80 fonds, 9,600 dossiers, 796,800 pages")
    parser.add_argument("--folder", type=Path, help="where the repository is made, and stays; default: temporary")
    parser.add_argument("--plot", type=Path, help="an SVG file")
    options = parser.parse_args(given)
    fonds = max(2, round(FONDS * options.scale))
    with nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory() as place:
        run, fresh = Run.of(Path(place) / "repo"), Run.of(Path(place) / "fresh")
        if not _grow(run, fresh, Path(place) / "delivered", fonds):
            return
        _tell(run, fresh)
    if options.plot:
        plot(options.plot, "dossiers held", [
            Curve("pages a second", [(one.dossiers, one.rate) for one in run.taken]),
            Curve("memory, MB", [(one.dossiers, one.memory) for one in run.taken]),
        ])  # fmt: skip


def _grow(run: Run, fresh: Run, folder: Path, fonds: int) -> bool:
    """Take the deliveries that are not in yet. Returns False when SIGTERM ended that."""
    asked: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: asked.append(number))
    first_of_last = fonds - min(THOUSAND, fonds // 2)
    first = min(len(run.taken), first_of_last + len(fresh.taken)) + 1
    for number, source in deliveries(folder, first, fonds):
        if len(run.taken) < number:
            one = run.take(source)
            print(f"{number}/{fonds}: {one.rate:.0f} pages/s, {one.memory:.0f} MB", file=sys.stderr, flush=True)
        if first_of_last + len(fresh.taken) < number:
            fresh.take(source)
        if asked:
            return False
    return True


def _tell(run: Run, fresh: Run) -> None:
    taken = run.taken
    pages = taken[-1].dossiers * PAGES
    heading_of(
        "A whole archive", f"{len(taken)} fonds of {DOSSIERS} dossiers of {PAGES} small pages, one after the other"
    )
    print(
        "\n| dossiers held | pages/s | peak MB | catalogue, bytes/page | index | log |\n|---:|---:|---:|---:|---:|---:|"
    )
    step = max(1, len(taken) // 20)
    for number, one in enumerate(taken):
        held = one.dossiers * PAGES
        if number % step == 0 or one is taken[-1]:
            weights = " | ".join(f"{size / held:.0f}" for size in (one.catalogue, one.index, one.log))
            print(f"| {one.dossiers:,} | {one.rate:.0f} | {one.memory:.0f} | {weights} |")
    last = _rate(taken[-len(fresh.taken) :]) / _rate(fresh.taken)
    count = len(fresh.taken) * DOSSIERS
    after = [one.memory for one in taken if one.dossiers >= 1000] or [one.memory for one in taken]
    print(f"\n- {pages:,} pages in {sum(one.seconds for one in taken) / 60:.0f} minutes")
    print(f"- rate of the last {count:,} dossiers to that of the first {count:,} of an empty repository: {last:.2f}")
    spread = (max(after) - min(after)) / 2 / fmean(after)
    print(f"- memory from dossier 1,000 on: {min(after):.0f} to {max(after):.0f} MB, ±{spread:.0%} of the mean")
    print(f"- METS and PREMIS: {_metadata(run.archive) / pages:.0f} bytes a page")


def _rate(taken: Sequence[Taken]) -> float:
    return sum(one.pages for one in taken) / sum(one.seconds for one in taken)


def _metadata(archive: Archive) -> int:
    """Return the bytes of all METS and PREMIS in the packages of dossiers."""
    return _size(_named(archive.root / "store", ("METS.xml", "premis.xml")))


def _named(folder: Path, names: tuple[str, ...]) -> Iterator[Path]:
    for path, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "_fonds"]
        yield from (Path(path) / name for name in files if name in names)


def _size(paths: Iterator[Path]) -> int:
    return sum(path.stat().st_size for path in paths if path.is_file())
