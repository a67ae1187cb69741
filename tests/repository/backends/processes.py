"""Other processes, started for real and killed for real, that tests of crashes need."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.support import ROOT

READY = "ready"


def start(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Run Python code in a process of its own, in the root of this checkout; ``sys.argv[1:]`` are the arguments."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def until_ready(process: subprocess.Popen[str]) -> None:
    """Wait until the process has said that it is where the test wants it."""
    assert process.stdout is not None
    assert process.stdout.readline().strip() == READY


@contextmanager
def running(code: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Give a process that has come to its ``print("ready")``; it is killed with SIGKILL at the end of the block."""
    with start(code, *arguments) as process:
        try:
            until_ready(process)
            yield process
        finally:
            kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill with SIGKILL, as a power cut would, and wait for the end."""
    process.send_signal(signal.SIGKILL)
    process.wait()


def run_together(code: str, many: Sequence[Sequence[object]]) -> list[str]:
    """Run the code several times at once, all let go at the same moment; returns what each one printed."""
    processes = [start(code, *arguments) for arguments in many]
    for process in processes:
        until_ready(process)
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes)
    return said
