"""What ``fonds ingest`` does with one delivery: ``python -m benchmarks._fonds_ingest DELIVERY FOLDER``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks._measured import measured
from fonds.bootstrap import init_archive, open_archive
from fonds.repository.ingest import ingest


def take(source: Path, root: Path) -> int:
    """Take the delivery into the repository; returns the number of pages."""
    result = ingest(open_archive(root), source, agent="benchmark")
    problems = (result.errors, result.blocked, result.index_error, result.fonds_error)
    assert not any(problems), problems
    return sum(one.pages for one in result.ingested)


if __name__ == "__main__":
    delivered, folder = map(Path, sys.argv[1:])
    new = Path(tempfile.mkdtemp(dir=folder)) / "repo"
    init_archive(new, "networked", "benchmark")
    measured(lambda: take(delivered, new))
