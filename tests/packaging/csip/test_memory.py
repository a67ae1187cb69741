"""Memory does not grow with the number of files."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from fonds.metadata.mets import FileGroup, MetsPackage, write_mets
from fonds.metadata.model import FileRecord, Page
from tests.packaging.csip.packages import CREATED, record
from tests.support import ROOT

REP = "representations/rep1"
# VmHWM and not getrusage: that one begins with the peak of the process that started this one.
MEASURE = """
import sys
from pathlib import Path
from fonds.packaging.csip import validate_package
from fonds.schemas.xml import schema
def peak():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
schema("mets")
before = peak()
report = validate_package(Path(sys.argv[1]), kind="SIP", fast=True)
print(report.counts["files"], report.counts["error"], peak() - before)
"""


def make(folder: Path, count: int) -> Path:
    """Make a package of empty pages, every tenth of which is missing."""
    root = folder / f"uuid-{count}"
    (root / REP / "data").mkdir(parents=True)
    empty = sha256(b"").hexdigest()

    def files() -> Iterator[FileRecord]:
        for number in range(count):
            path = f"{REP}/data/{number:06d}.tif"
            if number % 10:
                (root / path).touch()
            yield FileRecord(path, 0, empty, "image/tiff", CREATED)

    pages = [Page(number + 1, str(number), f"{REP}/data/{number:06d}.tif") for number in range(count)]
    with (root / REP / "METS.xml").open("wb") as out:
        groups = (FileGroup("Data", files()),)
        write_mets(out, MetsPackage("rep1", CREATED, ("Fonds", "1"), groups=groups, pages=pages, base=REP))
    with (root / "METS.xml").open("wb") as out:
        groups = (FileGroup("Representations/rep1", (record(root, f"{REP}/METS.xml"),)),)
        write_mets(out, MetsPackage(root.name, CREATED, ("Fonds", "1"), groups=groups))
    return root


def measure(root: Path) -> tuple[int, int, int]:
    """Judge a package in a process of its own; return files, errors and the growth of memory in KiB."""
    ran = subprocess.run(
        [sys.executable, "-c", MEASURE, str(root)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    files, errors, grown = map(int, ran.stdout.split())
    return files, errors, grown


@pytest.mark.parametrize("count", [12_000])
def test_a_large_package_takes_no_more_memory_than_a_small_one(tmp_path: Path, count: int) -> None:
    files, errors, grown = measure(make(tmp_path, count))
    assert files == count * 9 // 10 + 2
    assert errors >= count // 10
    assert 0 < grown < 24 * 1024
