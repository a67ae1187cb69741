"""Files are written whole or not at all, hashed as they are written, and named so that any system can hold them."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import FondsError
from fonds.packaging.digest import BUFFER, copy_file, digest_bytes, hash_file
from fonds.packaging.durable import disk_errors, make_folder, rename_folder, sync_tree, write_atomically
from fonds.packaging.names import location, page_file_name, safe_name
from fonds.packaging.syncing import tells_of_errors
from tests.disks import small_disk, use_up_bytes

SIZES = [0, 1, BUFFER - 1, BUFFER, BUFFER + 1, 3 * BUFFER + 7]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("cold", [False, True])
def test_hashing(tmp_path: Path, size: int, cold: bool) -> None:
    content = os.urandom(size)
    (tmp_path / "a").write_bytes(content)
    assert hash_file(tmp_path / "a", cold=cold) == (size, hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("size", SIZES)
def test_copying_hashes_what_is_written(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    (tmp_path / "a").write_bytes(content)
    (tmp_path / "a").chmod(0o400)
    assert copy_file(tmp_path / "a", tmp_path / "b") == (size, digest_bytes(content))
    assert (tmp_path / "b").read_bytes() == content
    assert (tmp_path / "a").read_bytes() == content


def test_copying_writes_over_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"new")
    (tmp_path / "b").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        copy_file(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_bytes() == b"old"


def test_what_is_no_file_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for name in ("link", "folder", "pipe", "absent"):
        with pytest.raises(OSError, match=name):
            hash_file(tmp_path / name)
        with pytest.raises(OSError, match=name):
            copy_file(tmp_path / name, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    write_atomically(tmp_path / "a", b"one")
    write_atomically(tmp_path / "a", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"two"


def test_a_file_that_does_not_fit_leaves_the_old_one() -> None:
    with small_disk() as disk:
        write_atomically(disk / "a", b"old")
        use_up_bytes(disk)
        with pytest.raises(OSError, match="No space"):
            write_atomically(disk / "a", b"x" * 100_000)
        assert sorted(path.name for path in disk.iterdir()) == ["a", "ballast"]
        assert (disk / "a").read_bytes() == b"old"


def test_folders_are_made_and_left(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b" / "c")
    (tmp_path / "a" / "b" / "c" / "file").touch()
    make_folder(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c" / "file").exists()
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        make_folder(tmp_path / "file" / "below")


def test_a_folder_with_something_in_it_is_never_replaced(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    with pytest.raises(OSError, match="not empty"):
        rename_folder(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a" / "a").exists()
    assert (tmp_path / "b" / "b").exists()


def test_a_tree_with_a_link_in_it_is_not_called_safe(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    sync_tree(tmp_path)
    (tmp_path / "link").symlink_to("file")
    with pytest.raises(OSError, match="link"):
        sync_tree(tmp_path)


@pytest.mark.parametrize("at_once", [True, False])
def test_a_tree_is_synced_at_once_or_each_for_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: bool
) -> None:
    """Where one call for everything would keep quiet about errors, there is one for every file and folder."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "file").touch()
    synced: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    monkeypatch.setattr("fonds.packaging.syncing._TELLS", at_once)
    sync_tree(tmp_path)
    assert synced == ([] if at_once else ["file", "b", "a", tmp_path.name])


@pytest.mark.parametrize(
    ("system", "release", "tells"),
    [
        *(("Linux", release, True) for release in ("5.8", "5.8.0-rc1", "5.10.0-28-amd64", "6.1.0", "10.0")),
        *(("Linux", release, False) for release in ("5.7.19", "4.19.0", "3.10.0-1160.el7", "", "unknown")),
        ("Darwin", "23.1.0", False),
    ],
)
def test_which_systems_tell_of_what_could_not_be_written(system: str, release: str, tells: bool) -> None:
    assert tells_of_errors(system, release) is tells


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "STORE_FULL"),
        (errno.EDQUOT, "STORE_FULL"),
        (errno.EROFS, "STORE_READ_ONLY"),
        (errno.EIO, "STORE_FAILED"),
        (errno.EACCES, "STORE_FAILED"),
        (errno.EMFILE, "STORE_FAILED"),
    ],
)
def test_what_the_disk_says_in_our_words(number: int, code: str) -> None:
    def refuse(name: str | None) -> None:
        with disk_errors(Path("/srv/store")):
            raise OSError(number, os.strerror(number), name)

    for name, path in ((None, Path("/srv/store")), ("/srv/store/a", "/srv/store/a")):
        with pytest.raises(FondsError) as caught:
            refuse(name)
        assert (caught.value.code, caught.value.data) == (code, {"path": path, "reason": os.strerror(number)})


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_every_code_has_a_portable_name(code: str) -> None:
    name = safe_name(code)
    assert name.isascii()
    assert 0 < len(name) <= 100
    assert not set(name) & set('/\\:*?"<>|\0 \n')
    assert name[0] not in ".-_"
    assert name[-1] not in ". "
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "code", ["con", "CON", "nul.txt", "COM1", "lpt9.a", "aux", "..", ".", "", "a.", "Ố", "a/b", "x" * 101]
)
def test_a_name_that_some_system_refuses_is_changed(code: str) -> None:
    assert safe_name(code) != code
    assert safe_name(code).split(".")[0].lower() not in {"con", "nul", "com1", "lpt9", "aux"}


def test_codes_that_look_alike_have_names_of_their_own() -> None:
    codes = ["Hồ sơ 1", "Ho so 1", "ho so 1", "Hồ sơ 1", "Hồ-sơ-1", "Hồ/sơ/1", "Hồ sơ 1 "]
    assert len({safe_name(code) for code in codes}) == len(set(codes))
    assert safe_name("H99.12.P01") == "H99.12.P01"


def test_where_a_package_lies() -> None:
    assert location("H99.P01", "HS.1", 12, "uuid-1") == "H99.P01/HS.1/v12/uuid-1"


@pytest.mark.parametrize(
    ("number", "extension", "total", "name"),
    [(1, ".TIF", 9, "0001.tif"), (12_345, ".jpg", 12_345, "12345.jpg"), (7, ".jpg", 12_345, "00007.jpg"),
     (1, "", 1, "0001"), (1, ".a b", 1, "0001"), (1, ".tiffff100", 1, "0001"), (1, "./x", 1, "0001")],
)  # fmt: skip
def test_names_of_page_files(number: int, extension: str, total: int, name: str) -> None:
    assert page_file_name(number, extension, total) == name
