"""Starting the background worker: a process of its own that works off what waits and then ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def start_worker(root: Path) -> None:
    """Start ``fonds jobs run`` for a repository, detached, and do not wait for it.

    A second one ends at once: the worker holds a lock of its own. Its messages go to ``work.log`` in the repository.
    """
    with (root / "work.log").open("ab") as messages:
        subprocess.Popen(
            [sys.executable, "-m", "fonds", "--repo", str(root), "jobs", "run", "--quiet"],
            stdin=subprocess.DEVNULL,
            stdout=messages,
            stderr=messages,
            start_new_session=True,
            cwd="/",
        )
