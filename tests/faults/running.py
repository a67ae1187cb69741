"""Running a driver of faults in several processes at once, in memory where there is a disk in memory: it is quick."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import ROOT


@contextmanager
def workplace() -> Iterator[Path]:
    """Give a folder that is gone afterwards. Nothing in it outlives the machine: that is not what is tested in it."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(
        dir=memory if os.access(memory, os.W_OK) else None, prefix="fonds-faults-"
    ) as name:
        yield Path(name)


def driven(
    module: str, *arguments: str | Path, parts: int = 0, stride: int = 1, **environment: str
) -> list[dict[str, object]]:
    """Run a module of this folder, shared out over the processors; returns its lines, by their ``number``.

    With a ``stride`` only every so many-th of its cases is run. ``environment`` is added to that of its processes.
    """
    parts = parts or min(len(os.sched_getaffinity(0)), 4)
    command = [sys.executable, "-m", f"tests.faults.{module}", *map(str, arguments)]
    running = [
        subprocess.Popen(
            [*command, str(part * stride), str(parts * stride)],
            cwd=ROOT,
            env=_unmeasured() | environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(parts)
    ]
    said = [one.communicate(timeout=900)[0] for one in running]
    assert [one.returncode for one in running] == [0] * parts
    found: list[dict[str, object]] = [json.loads(line) for text in said for line in text.splitlines()]
    return sorted(found, key=lambda one: int(str(one["number"])))


def _unmeasured() -> dict[str, str]:
    """Return the environment without what changes the disk itself, and would be struck at too.

    That is the measuring of coverage, and Python where it keeps modules that it has compiled.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1"}
