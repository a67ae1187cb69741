"""What ``fonds audit --all`` does with a repository: ``python -m benchmarks._fonds_audit ROOT``."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks._measured import measured
from fonds.bootstrap import open_archive
from fonds.packaging.digest import leave_cache
from fonds.repository.audit import ALL, audit


def read(root: Path) -> int:
    """Audit everything; returns the number of files."""
    result = audit(open_archive(root), agent="benchmark", scope=ALL)
    assert result.good, result
    return result.run.files


if __name__ == "__main__":
    place = Path(sys.argv[1])
    leave_cache(place / "store")
    measured(lambda: read(place))
