"""Small file systems of their own, so that a full or write-protected disk is a real one. They need root."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(megabytes: int = 1, inodes: int = 64) -> Iterator[Path]:
    """Give the root of an empty file system of so many MiB and inodes; skips where this process may not mount one."""
    with tempfile.TemporaryDirectory() as name:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,nr_inodes={inodes},mode=755", "tmpfs", name]
        done = subprocess.run(mount, check=False, capture_output=True, text=True)
        if done.returncode:
            reason = f"a file system can only be mounted by root: {done.stderr.strip()}"
            if os.environ.get("FONDS_REQUIRE_ALL") == "1":
                pytest.fail(reason)
            pytest.skip(reason)
        try:
            yield Path(name)
        finally:
            subprocess.run(["umount", "--lazy", name], check=True)


def use_up_bytes(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / "ballast").open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(bytes(4096))
        except OSError:
            pass
    assert os.statvfs(disk).f_bavail == 0


def use_up_inodes(disk: Path) -> None:
    """Leave no room for another file or folder."""
    (disk / "ballast").mkdir()
    for number in range(os.statvfs(disk).f_favail):
        (disk / "ballast" / str(number)).touch()
    assert os.statvfs(disk).f_favail == 0


def make_read_only(disk: Path) -> None:
    """Mount the disk again, for reading only."""
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
