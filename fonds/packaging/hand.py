"""A worker process of ``crew``: one job a line on stdin, one answer a line on stdout, both JSON, until stdin ends.

Arguments: the handles of the folder to read below and of the folder to write below (-1: none), both inherited.
"""

from __future__ import annotations

import gc
import json
import signal
import sys
from typing import TypedDict

from fonds.packaging.beneath import Beneath
from fonds.packaging.hashing import Outcome, copy_files, hash_files


class Job(TypedDict):
    """What is to be done: with a target folder the files are copied, and made durable one by one with ``sync``."""

    paths: list[str]
    algorithms: list[str]
    sync: bool


def do(job: Job, source: Beneath, target: Beneath | None) -> list[Outcome]:
    """Do one job."""
    if target is None:
        return hash_files(source, job["paths"], job["algorithms"])
    return copy_files(source, target, job["paths"], job["algorithms"], sync=job["sync"])


def main() -> None:
    """Work until there is nothing more to read."""
    # Ctrl-C reaches the whole group of processes; the one that gave the work decides when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing here refers to itself, and looking for what does costs a few per cent.
    gc.disable()
    handles = int(sys.argv[2]), int(sys.argv[3])
    source, target = (Beneath(handle) if handle >= 0 else None for handle in handles)
    if source is None:
        return
    for line in sys.stdin.buffer:
        answer = do(json.loads(line), source, target)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
