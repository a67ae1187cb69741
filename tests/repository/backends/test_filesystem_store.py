"""The store in a folder: its contract, and what crashes and full disks leave behind."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.ports.store import Store
from tests.contracts.store_contract import FILES, OBJID, PLACE, StoreContract, fill, publish
from tests.disks import make_read_only, small_disk, use_up_bytes, use_up_inodes
from tests.repository.backends.processes import kill, run_together, running

STAGING = """
import sys, time
from pathlib import Path
from fonds.repository.backends.filesystem_store import FilesystemStore
stage = FilesystemStore(Path(sys.argv[1])).stage()
(stage / "data").mkdir()
(stage / "data" / "0001.tif").write_bytes(b"half of it")
print("ready", flush=True)
time.sleep(60)
"""

BUSY = """
import sys
from pathlib import Path
from fonds.repository.backends.filesystem_store import FilesystemStore
store, name = FilesystemStore(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(25):
    stage = store.stage()
    (stage / "bagit.txt").write_text("x")
    store.clean()
    store.publish(stage, f"fonds/{name}/v1/uuid-{number}")
    store.put_note("README.txt", b"words")
"""


class TestFilesystemStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> Store:
        return FilesystemStore(tmp_path / "kho")


@pytest.fixture
def store(tmp_path: Path) -> FilesystemStore:
    return FilesystemStore(tmp_path / "kho")


def test_a_stage_of_a_killed_process_is_cleaned_and_a_living_one_is_not(store: FilesystemStore) -> None:
    own = store.stage()
    with running(STAGING, store.root) as process:
        assert len(list(store.root.glob(".tmp-*"))) == 2
        assert FilesystemStore(store.root).clean() == 0
        kill(process)
        assert FilesystemStore(store.root).clean() == 1
    assert own.is_dir()
    assert [path.name for path in store.root.iterdir()] == [own.parent.name]
    store.discard(own)


def test_no_process_takes_the_stage_of_another(store: FilesystemStore) -> None:
    run_together(BUSY, [(store.root, name) for name in ("one", "two")])
    assert len(list(store.locations())) == 50
    assert not list(store.root.glob(".tmp-*"))


def test_what_an_unfinished_note_left_is_cleaned(store: FilesystemStore) -> None:
    store.put_note("_audit-log/audit.jsonl", b"rows")
    for folder in (store.root, store.root / "_audit-log"):
        (folder / ".tmp-5ce6a0a5").write_bytes(b"half")
    store.clean()
    assert sorted(path.name for path in store.root.rglob("*")) == ["_audit-log", "audit.jsonl"]


def test_a_stage_is_private_and_a_package_can_be_read_by_others(store: FilesystemStore) -> None:
    stage = store.stage()
    assert stage.parent.stat().st_mode & 0o777 == 0o700
    fill(stage, FILES)
    store.publish(stage, PLACE)
    assert (store.root / PLACE).stat().st_mode & 0o555 == 0o555


def test_links_and_special_files_are_shown_as_what_has_no_business_there(
    store: FilesystemStore, tmp_path: Path
) -> None:
    publish(store, PLACE)
    package = store.root / PLACE
    (tmp_path / "secret").write_bytes(b"secret")
    (package / "link").symlink_to(tmp_path / "secret")
    (package / "folder").symlink_to(tmp_path)
    (package / "broken").symlink_to(tmp_path / "absent")
    os.mkfifo(package / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        # The path of a socket must be short.
        folder = os.open(package, os.O_RDONLY)
        listener.bind(f"/proc/self/fd/{folder}/socket")
        os.close(folder)
    odd = {file.path for file in store.files(PLACE) if file.size == -1}
    assert odd == {"link", "folder", "broken", "pipe", "socket"}
    for name in odd:
        with pytest.raises(OSError, match=r"regular file|symbolic links|No such device"):
            store.open(PLACE, name)


def test_a_location_taken_at_the_last_moment_is_refused(
    store: FilesystemStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(store, PLACE)
    stage = store.stage()
    fill(stage, {"bagit.txt": b"another"})
    # The other process wins between the look and the renaming.
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    with pytest.raises(FondsError) as caught:
        store.publish(stage, PLACE)
    assert caught.value.code == "LOCATION_TAKEN"
    store.discard(stage)
    assert {file.path for file in store.files(PLACE)} == FILES.keys()


def test_a_file_in_place_of_the_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "kho").write_bytes(b"")
    with pytest.raises(FondsError) as caught:
        FilesystemStore(tmp_path / "kho").stage()
    assert caught.value.code == "STORE_FAILED"


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() if path.is_file() else b"" for path in root.rglob("*")}


def test_a_full_disk_is_told_and_leaves_nothing() -> None:
    with small_disk() as disk:
        store = FilesystemStore(disk / "kho")
        publish(store, PLACE)
        stage = store.stage()
        fill(stage, FILES)
        before = tree(store.root)
        use_up_inodes(disk)
        for attempt in (store.stage, lambda: store.publish(stage, f"H99.P02/HS.2/v1/{OBJID}")):
            with pytest.raises(FondsError) as caught:
                attempt()
            assert caught.value.code == "STORE_FULL"
            assert tree(store.root) == before
        store.discard(stage)
        assert list(store.locations()) == [PLACE]
        assert not list(store.root.glob(".tmp-*"))


def test_a_note_that_does_not_fit_leaves_the_old_one() -> None:
    with small_disk() as disk:
        store = FilesystemStore(disk / "kho")
        store.put_note("README.txt", b"old")
        use_up_bytes(disk)
        assert store.free() == 0
        with pytest.raises(FondsError) as caught:
            store.put_note("README.txt", b"x" * 10_000)
        assert caught.value.code == "STORE_FULL"
        assert tree(store.root) == {"README.txt": b"old"}


def test_a_store_that_can_only_be_read_can_be_read() -> None:
    with small_disk() as disk:
        store = FilesystemStore(disk / "kho")
        publish(store, PLACE)
        make_read_only(disk)
        assert list(store.locations()) == [PLACE]
        with store.open(PLACE, "bagit.txt") as source:
            assert source.read() == FILES["bagit.txt"]
        for attempt in (store.stage, lambda: store.put_note("README.txt", b"x")):
            with pytest.raises(FondsError) as caught:
                attempt()
            assert caught.value.code == "STORE_READ_ONLY"


# --- a copy: a folder that must be there, and stay the same one -------------------------------------------------------


def test_a_fixed_store_is_never_made(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FilesystemStore(tmp_path / "absent", fixed=True)
    assert not (tmp_path / "absent").exists()


def test_nothing_is_written_to_what_took_the_place_of_a_fixed_store(tmp_path: Path) -> None:
    root = tmp_path / "disk"
    root.mkdir()
    store = FilesystemStore(root, fixed=True)
    publish(store, PLACE)
    root.rename(tmp_path / "taken out")
    for put in (lambda: store.put_note("README.txt", b"x"), store.stage, store.clean):
        with pytest.raises(FondsError) as caught:
            put()
        assert caught.value.code == "STORE_FAILED"
    root.mkdir()
    for put in (lambda: store.put_note("README.txt", b"x"), store.stage, store.clean):
        with pytest.raises(FondsError) as caught:
            put()
        assert caught.value.code == "STORE_FAILED"
    assert list(root.iterdir()) == []


def test_stores_on_one_file_system_have_the_same_device(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with small_disk() as disk:
        devices = [FilesystemStore(place).device() for place in (tmp_path / "a", tmp_path / "b", disk)]
        assert devices[0] == devices[1] != devices[2]
    assert FilesystemStore(tmp_path / "absent").device() is None
