"""M6: one file far larger than the memory that is used for it."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.factories import DossierRow, make_archive, make_delivery
from tests.faults.running import workplace
from tests.support import ROOT

MIB = 1024 * 1024
_INGEST = """
import sys
from dataclasses import replace
from pathlib import Path
from fonds.bootstrap import open_archive
from fonds.repository.backends.inline_executor import inline_executor
from fonds.repository.ingest import ingest

archive = replace(open_archive(Path(sys.argv[1])), executor=inline_executor)
result = ingest(archive, Path(sys.argv[2]), agent="tester")
assert len(result.ingested) == 1, result
"""
"""The workers' part in the same process, so that its memory counts too."""


def _memory(folder: Path, size: int) -> int:
    """Take in a dossier with a sparse film of so many bytes; return how many bytes of memory that took at most.

    Pages of files do not count: Siegfried maps a file into its address space, and the kernel takes them back at will.
    """
    source = make_delivery(folder / "source", [DossierRow("H99.12.P01.1962.01", "Hồ sơ")])
    with (source / "ML01/HS_01/phim.mkv").open("wb") as film:
        film.truncate(size)
    make_archive(folder / "repo")
    running = subprocess.Popen([sys.executable, "-c", _INGEST, folder / "repo", source], cwd=ROOT)
    most = 0
    while running.poll() is None:
        with suppress(OSError):
            found = re.search(r"RssAnon:\s+(\d+) kB", Path(f"/proc/{running.pid}/status").read_text("ascii"))
            most = max(most, int(found[1]) * 1024 if found else 0)
        time.sleep(0.01)
    assert running.returncode == 0
    (stored,) = (folder / "repo/store").rglob("*.mkv")
    assert stored.stat().st_size == size
    return most


def test_a_film_of_any_size_passes_through_small_memory() -> None:
    with workplace() as small, workplace() as large:
        assert _memory(large, 300 * MIB) < _memory(small, MIB) + 50 * MIB
