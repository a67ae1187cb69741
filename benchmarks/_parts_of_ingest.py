"""What an ingest cannot do without, and nothing more: copy, hash, decode each page strictly once, sync.

``python -m benchmarks._parts_of_ingest DELIVERY FOLDER``
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyvips

from benchmarks._measured import measured

OPENSSL = "find {0} -type f -print0 | xargs -0 -P2 -n 256 openssl dgst -sha256 -r > /dev/null"


def parts(source: Path, target: Path) -> int:
    """Do the parts one after the other, each on two processors; returns the number of pages."""
    subprocess.run(["sh", "-c", f"cp -r '{source}' '{target}'; {OPENSSL.format(target)}"], check=True)
    pages = [str(path) for path in target.rglob("*.jpg")]
    with ProcessPoolExecutor(2) as workers:
        list(workers.map(_decode, pages, chunksize=32))
    subprocess.run(["sync"], check=True)
    return len(pages)


def _decode(path: str) -> float:
    return float(pyvips.Image.new_from_file(path, access="sequential", fail_on="error").avg())


if __name__ == "__main__":
    delivered, folder = map(Path, sys.argv[1:])
    new = Path(tempfile.mkdtemp(dir=folder)) / "copy"
    measured(lambda: parts(delivered, new))
