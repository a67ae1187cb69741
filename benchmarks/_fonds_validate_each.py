"""What ``fonds validate`` does with each package as a bag: ``python -m benchmarks._fonds_validate_each ROOT``."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks._measured import measured
from fonds.packaging.bag import validate_bag
from fonds.packaging.digest import leave_cache


def validate(root: Path) -> int:
    """Validate each bag; returns the number of files."""
    files = 0
    for manifest in sorted((root / "store").glob("*/*/v*/*/manifest-sha256.txt")):
        report = validate_bag(manifest.parent)
        assert report.valid, report.findings
        files += report.counts["files"]
    return files


if __name__ == "__main__":
    place = Path(sys.argv[1])
    leave_cache(place / "store")
    measured(lambda: validate(place))
