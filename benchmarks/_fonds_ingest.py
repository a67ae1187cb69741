"""What ``fonds ingest`` does with one delivery: ``python -m benchmarks._fonds_ingest DELIVERY FOLDER [COPIES]``.

COPIES is how many further copies of the store there are, on the same disk; a package needs to be in all of them.
"""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from benchmarks._measured import measured
from fonds.bootstrap import init_archive, open_archive
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import add_copy
from fonds.repository.ingest import ingest


def take(source: Path, archive: Archive) -> int:
    """Take the delivery into the repository; returns the number of pages."""
    result = ingest(archive, source, agent="benchmark")
    problems = (result.errors, result.blocked, result.waiting, result.index_error, result.fonds_error)
    assert not any(problems), problems
    return sum(one.pages for one in result.ingested)


def with_copies(root: Path, count: int) -> Archive:
    """Make the repository and its further copies."""
    init_archive(root, "networked", "benchmark")
    archive = open_archive(root)
    for number in range(count):
        add_copy(archive, str(root.with_name(f"copy-{number}")), f"copy {number}", "", "benchmark")
    return replace(archive, settings=replace(archive.settings, copies_required=1 + count))


if __name__ == "__main__":
    delivered, folder = map(Path, sys.argv[1:3])
    made = with_copies(Path(tempfile.mkdtemp(dir=folder)) / "repo", int((sys.argv[3:] or ["0"])[0]))
    measured(lambda: take(delivered, made))
