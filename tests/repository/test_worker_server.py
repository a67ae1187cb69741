"""The process that workers come from, started before there is work for them."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import os, signal, threading
from multiprocessing import forkserver
from pathlib import Path
from fonds.repository.backends.process_pool import process_pool
from fonds.repository.worker_server import start_early

if __name__ == "__main__":
    start_early()
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join()
    server = forkserver._forkserver._forkserver_pid
    blocked = Path(f"/proc/{server}/status").read_text().split("SigBlk:")[1].split()[0]
    with process_pool(2) as pool:
        parent = pool.submit(os.getppid).result()
    interrupts = 1 << (signal.SIGINT - 1)
    own = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ())
    print(parent == server, bool(int(blocked, 16) & interrupts), own)
"""


def test_workers_come_from_the_server_that_was_started_early_and_only_that_is_deaf_to_interrupts() -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=60)
    assert (ran.stdout, ran.stderr) == ("True True False\n", "")
