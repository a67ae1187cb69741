"""What ``fonds validate`` does with a bag around an E-ARK package: ``python -m benchmarks._fonds_validate BAG``."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks._measured import measured
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.schemas.xml import schema


def validate(bag: Path, *, package: bool) -> int:
    """Validate the bag, and the package too; returns the number of files."""
    outer = validate_bag(bag)
    assert outer.valid, outer.findings
    if package:
        inner = validate_package(bag)
        assert inner.valid, inner.findings
    return outer.counts["files"]


if __name__ == "__main__":
    place, *parts = sys.argv[1:]
    for name in ("mets", "premis", "ead3"):
        schema(name)  # loaded once in a process
    measured(lambda: validate(Path(place), package="package" in parts))
