"""One measurement inside the process that does the work: standard library only, for any Python that it runs in."""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

STATUS = Path("/proc/self/status")


def kilobytes(name: str) -> int:
    """A line of the process's status, VmRSS (now) or VmHWM (the peak), in KiB."""
    lines = STATUS.read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def measured(work: Callable[[], int]) -> None:
    """Do the work and print what it took, as JSON; its answer (bytes written, say) goes along.

    ``cpu`` is the processor time, with that of its own processes; ``grown`` the peak of the process above what it held
    before (MB).
    """
    gc.collect()
    with suppress(OSError):  # sets the peak back to what is held now; where that is not allowed the peak so far counts
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    start, begin, cpu = kilobytes("VmHWM"), time.perf_counter(), time.process_time()
    answer = work()
    seconds = time.perf_counter() - begin
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    json.dump(
        {
            "seconds": seconds,
            "cpu": time.process_time() - cpu + children.ru_utime + children.ru_stime,
            "start": start / 1024,
            "grown": (kilobytes("VmHWM") - start) / 1024,
            "answer": answer,
        },
        sys.stdout,
    )
