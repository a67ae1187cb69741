"""Starting the background worker: a process of its own that works off what waits and then ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

from fonds.bootstrap import worker_at_work
from fonds.cli.context import Context
from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.work import left_to_do

_NICENESS = 5
"""A clerk's program in front of the screen comes first."""


def start_worker(root: Path) -> subprocess.Popen[bytes]:
    """Start ``fonds jobs run`` for a repository, detached, and do not wait for it. Raises OSError.

    A second one ends at once: the worker holds a lock of its own. Its messages go to ``work.log`` in the repository.
    """
    return _started(root, "jobs", "run", "--quiet")


def start_audit(root: Path) -> subprocess.Popen[bytes]:
    """Start ``fonds schedule run`` as ``start_worker`` starts the worker. Raises OSError."""
    return _started(root, "schedule", "run")


def _started(root: Path, *words: str) -> subprocess.Popen[bytes]:
    with (root / "work.log").open("ab") as messages:
        process = subprocess.Popen(
            [sys.executable, "-m", "fonds", "--repo", str(root), *words],
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
            start_new_session=True,
            cwd="/",
        )
    os.setpriority(os.PRIO_PROCESS, process.pid, _NICENESS)
    # Whoever runs for long must not keep the dead: somebody waits.
    threading.Thread(target=process.wait, daemon=True).start()
    return process


def needs_worker(archive: Archive) -> bool:
    """Say whether something waits, or was left by a worker that died, and nobody is working on it."""
    return left_to_do(archive) and not worker_at_work(archive)


def start_worker_if_needed(context: Context) -> None:
    """Start the worker where something waits. That it cannot be started is told, and fails nothing."""
    try:
        if needs_worker(context.archive):
            start_worker(context.archive.root)
    except (OSError, FondsError) as error:
        context.note("cli.worker.not_started", reason=error)
