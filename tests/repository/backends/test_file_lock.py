"""One writer at a time, and nobody has to remove a lock by hand."""

from __future__ import annotations

import os
import time
from datetime import datetime
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.backends.file_lock import file_lock
from tests.disks import make_read_only, small_disk, use_up_bytes
from tests.repository.backends.processes import kill, running

HOLDING = """
import os, sys, time
from pathlib import Path
from fonds.repository.backends.file_lock import file_lock
from fonds.repository.backends.process_pool import process_pool
if __name__ == "__main__":
    with file_lock(Path(sys.argv[1]), "ingest"), process_pool(1) as pool:
        pool.submit(os.getpid).result()
        print("ready", flush=True)
        time.sleep(60)
"""


def refused(path: Path) -> FondsError:
    with pytest.raises(FondsError) as caught, file_lock(path, "rebuild"):
        pass
    return caught.value


def test_the_holder_is_named_and_a_killed_one_frees_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with running(HOLDING, path) as process:
        error = refused(path)
        assert error.code == "REPOSITORY_LOCKED"
        assert (error.data["purpose"], error.data["pid"], error.data["path"]) == ("ingest", process.pid, path)
        assert datetime.fromisoformat(str(error.data["since"])).tzinfo is not None
        kill(process)
        # Its workers may live a moment longer; they do not hold it.
        with file_lock(path, "rebuild"):
            assert refused(path).data["pid"] == os.getpid()


def test_it_is_free_after_the_block_whatever_happened_in_it(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with pytest.raises(KeyError), file_lock(path, "ingest"):
        raise KeyError
    with file_lock(path, "ingest"):
        assert refused(path).data["purpose"] == "ingest"
    with file_lock(path, "audit"):
        assert refused(path).data["purpose"] == "audit"


@pytest.mark.parametrize("said", [b"", b"{", b"[1]", b"5", b'{"purpose": "ingest", "path": "x"}', b"\xff"])
def test_a_holder_that_has_not_said_who_it_is(tmp_path: Path, said: bytes) -> None:
    path = tmp_path / ".lock"
    with file_lock(path, "ingest"):
        path.write_bytes(said)
        error = refused(path)
    assert error.code == "REPOSITORY_LOCKED"
    assert error.data["pid"] == "?"
    assert error.data["path"] == path


def test_a_folder_that_is_not_there_or_cannot_be_written(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent" / ".lock").code == "REPOSITORY_READ_ONLY"
    with small_disk() as disk:
        make_read_only(disk)
        assert refused(disk / ".lock").code == "REPOSITORY_READ_ONLY"


def test_a_full_disk_is_told_and_the_lock_is_free_again() -> None:
    with small_disk() as disk:
        use_up_bytes(disk)
        assert refused(disk / ".lock").code == "STORE_FULL"
        (disk / "ballast").unlink()
        with file_lock(disk / ".lock", "ingest"):
            pass


def test_taking_it_does_not_wait(tmp_path: Path) -> None:
    with file_lock(tmp_path / ".lock", "ingest"):
        begun = time.monotonic()
        refused(tmp_path / ".lock")
        assert time.monotonic() - begun < 1
