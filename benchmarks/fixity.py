"""Reading files again and comparing them: a bag, and the same files in a repository, against what the machine can do.

The limit is ``xargs -P2 openssl dgst -sha256``, which compares nothing. All take turns in one run; what counts is the
ratio to the limit, of medians. Cold means that the files were let go from the page cache before each turn, as far as
the kernel does so; ``fonds audit`` does that by itself, for a file that comes from the cache proves no disk.

hashdeep, restic and borg take part where the machine has them.

    python -m benchmarks fixity --scale 10 --rounds 5
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from benchmarks._commands import Run, compare, fonds, make_source, openssl, shell, started
from benchmarks._compare import heading_of
from benchmarks._stocked import stocked_from
from fonds.packaging.digest import leave_cache

SMALL = (2_000, 40_000)
LARGE = (4, 50_000_000)
LIMIT = "xargs -P2 openssl dgst -sha256 -r"
BACKUPS = {
    "restic check --read-data": (
        "restic init -q && restic backup -q {source}",
        "restic check -q --no-cache --read-data",
    ),
    "borg check --verify-data": (
        "borg init -e none {place} && borg create -C none {place}::all {source}",
        "borg check --verify-data {place}",
    ),
}
"""Programs of others that keep files in stores of their own: how one is made, and how it is read again."""


class Case:
    """Files in a bag, in a repository and in the stores of others, and how each reads them again."""

    def __init__(self, folder: Path, files: int, size: int) -> None:
        self.bag, self.root, self._scratch = folder / "bag", folder / "repo", folder / "digests"
        self._files = files
        make_source(folder / "src", files, size)
        fonds("bag", folder / "src", self.bag)
        stocked_from(self.root, folder / "src")
        self._backups = dict(_backups(folder, folder / "src"))

    def contestants(self) -> dict[str, Callable[[], Run]]:
        """All who read a bag, or the files in it, and change nothing about it."""
        loc = [sys.executable, "-m", "bagit", "--validate", "--processes", "2", "--quiet", str(self.bag)]
        return {
            LIMIT: partial(shell, openssl(self.bag / "data", self._files, self._scratch)),
            "fonds validate": partial(fonds, "validate", self.bag),
            "fonds validate --fast": partial(fonds, "validate", "--fast", self.bag),
            "bagit.py --validate --processes 2": partial(started, loc),
            "sha256sum --check": partial(shell, f"cd {self.bag} && sha256sum --check --quiet manifest-sha256.txt"),
            **self._hashdeep(),
            **self._backups,
        }

    def audit(self) -> Run:
        """The audit of the same files in a repository."""
        return fonds("--repo", self.root, "audit", "--all")

    def leave_cache(self) -> None:
        """Let go of all that is read."""
        leave_cache(self.bag.parent)

    def _hashdeep(self) -> dict[str, Callable[[], Run]]:
        if not shutil.which("hashdeep"):
            return {}
        known = self.bag.parent / "known"
        shell(f"cd {self.bag} && hashdeep -c sha256 -r -l -j2 data > {known}")
        return {"hashdeep -j2 -a": partial(shell, f"cd {self.bag} && hashdeep -c sha256 -r -l -j2 -a -k {known} data")}


def _backups(folder: Path, source: Path) -> list[tuple[str, Callable[[], Run]]]:
    found: list[tuple[str, Callable[[], Run]]] = []
    for name, (make, check) in BACKUPS.items():
        program = name.split()[0]
        if not shutil.which(program):
            print(f"\n{program} is not on this machine.")
            continue
        place = folder / program
        os.environ |= {"RESTIC_PASSWORD": "benchmark", f"{program.upper()}_REPOSITORY": str(place)}
        shell(make.format(place=place, source=source))
        found.append((name, partial(shell, check.format(place=place))))
    return found


def measure(folder: Path, files: int, size: int, rounds: int) -> None:
    """Measure one kind of files, warm and cold."""
    case = Case(folder, files, size)
    title = f"{files:,} files of {size / 1000:,.0f} kB"
    contestants = case.contestants()
    case.leave_cache()
    shell(f"cat {case.bag}/data/*/* > /dev/null")
    compare(f"{title}, warm", contestants, rounds)
    compare(f"{title}, cold", {**contestants, "fonds audit": case.audit}, rounds, case.leave_cache)


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks fixity", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scale", type=float, default=1.0, help="times 2,000 files of 40 kB and 4 of 50 MB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work: on the disk to be measured")
    chosen = parser.parse_args(arguments)
    heading_of("Reading files again", "Medians; MB: of the largest process.")
    for files, size in (SMALL, LARGE):
        folder = Path(tempfile.mkdtemp(prefix="fonds-bench-", dir=chosen.folder))
        try:
            measure(folder, max(1, int(files * chosen.scale)), size, chosen.rounds)
        finally:
            shutil.rmtree(folder)
