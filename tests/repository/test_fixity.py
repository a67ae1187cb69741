"""Every kind of damage to a stored package is reported: which file, what was expected, what was found."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import pytest

from fonds.packaging.bag import MANIFEST, TAGMANIFEST, Entry, manifest_lines, read_manifest, write_tags
from fonds.packaging.digest import digest_bytes, hash_file
from fonds.repository.backends.filesystem_store import FilesystemStore
from fonds.repository.fixity import MAIN_COPY, PackageCheck, check_package
from fonds.repository.ports.catalogue import Aip, Problem

OBJID = "uuid-00000000-0000-4000-8000-000000000001"
PLACE = f"H99.P01/HS.1/v1/{OBJID}"
PAYLOAD = {
    "data/METS.xml": b"<mets/>" * 50,
    "data/empty.txt": b"",
    "data/representations/rep1/data/0001.tif": bytes(range(256)) * 2000,
    "data/representations/rep1/data/0002.tif": b"II*\0" * 1000,
}
FILES = sorted([*PAYLOAD, "bagit.txt", "bag-info.txt", MANIFEST, TAGMANIFEST])
PAGE = "data/representations/rep1/data/0001.tif"


@dataclass(frozen=True)
class Stored:
    """A package in a store, with what was sealed when it was stored."""

    store: FilesystemStore
    aip: Aip
    digests: dict[str, str]

    @property
    def root(self) -> Path:
        return self.store.root / PLACE

    def expected(self, path: str) -> str:
        return {**self.digests, MANIFEST: self.aip.manifest, TAGMANIFEST: self.aip.tagmanifest}[path]

    def check(self) -> PackageCheck:
        return check_package(self.store, self.aip, self.digests)

    def problem(self, path: str, result: str, expected: str = "", actual: str = "") -> Problem:
        return Problem(OBJID, 1, MAIN_COPY, path, result, expected, actual)


@pytest.fixture
def stored(tmp_path: Path) -> Stored:
    store = FilesystemStore(tmp_path / "store")
    stage = store.stage()
    for name, content in PAYLOAD.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_bytes(content)
    seal = write_tags(stage, [Entry(name, digest_bytes(content)) for name, content in PAYLOAD.items()], {"A": "b"})
    digests = {name: hash_file(stage / name)[1] for name in (*PAYLOAD, "bagit.txt", "bag-info.txt")}
    store.publish(stage, PLACE)
    aip = Aip(
        OBJID, 1, PLACE, "H99.P01", "HS.1", len(FILES), 1, 2, "s", seal.manifest, seal.tagmanifest, "2025-01-01"
    )  # fmt: skip
    return Stored(store, aip, digests)


def test_a_whole_package_is_whole(stored: Stored) -> None:
    found = stored.check()
    assert found.ok
    assert found.problems == ()
    assert found.files == len(FILES)
    assert found.bytes == sum(path.stat().st_size for path in stored.root.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", [path for path in FILES if path != "data/empty.txt"])
@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_one_flipped_bit(stored: Stored, path: str, place: str) -> None:
    content = bytearray((stored.root / path).read_bytes())
    at = {"first": 0, "middle": len(content) // 2, "last": len(content) - 1}[place]
    content[at] ^= 1 << at % 8
    (stored.root / path).write_bytes(content)
    assert stored.check().problems == (
        stored.problem(path, "digest", stored.expected(path), digest_bytes(bytes(content))),
    )


@pytest.mark.parametrize("path", FILES)
def test_a_file_more_by_a_byte(stored: Stored, path: str) -> None:
    with (stored.root / path).open("ab") as file:
        file.write(b"\0")
    (found,) = stored.check().problems
    assert (found.path, found.result, found.expected) == (path, "digest", stored.expected(path))


@pytest.mark.parametrize("path", [path for path in FILES if path != "data/empty.txt"])
@pytest.mark.parametrize("left", [0, -1])
def test_a_truncated_file(stored: Stored, path: str, left: int) -> None:
    size = (stored.root / path).stat().st_size
    os.truncate(stored.root / path, size - 1 if left else 0)
    (found,) = stored.check().problems
    assert (found.path, found.result) == (path, "digest")
    assert found.actual == hash_file(stored.root / path)[1] != found.expected


@pytest.mark.parametrize("path", FILES)
def test_a_deleted_file(stored: Stored, path: str) -> None:
    (stored.root / path).unlink()
    assert stored.check().problems == (stored.problem(path, "missing", stored.expected(path)),)


@pytest.mark.parametrize(
    "path", ["stray", "data/representations/rep1/data/0003.tif", ".hidden", "data/Thư mục/Tờ 1%\n"]
)
def test_a_file_that_does_not_belong(stored: Stored, path: str) -> None:
    (stored.root / path).parent.mkdir(exist_ok=True)
    (stored.root / path).write_bytes(b"")
    found = stored.check()
    assert found.problems == (stored.problem(path, "extra"),)
    assert found.files == len(FILES)


def test_a_name_that_is_not_utf_8_can_be_written_down(stored: Stored) -> None:
    (stored.root / os.fsdecode(b"data/H\xf4 s\xa1")).write_bytes(b"")
    (found,) = stored.check().problems
    assert found.result == "extra"
    assert found.path.encode() == rb"data/H\udcf4 s\udca1"


def symlink(stored: Stored, path: Path) -> None:
    path.symlink_to(stored.root / "bagit.txt")


def broken_symlink(_: Stored, path: Path) -> None:
    path.symlink_to("nowhere")


def folder_symlink(stored: Stored, path: Path) -> None:
    path.symlink_to(stored.root / "data")


def pipe(_: Stored, path: Path) -> None:
    os.mkfifo(path)


ODD = [symlink, broken_symlink, folder_symlink, pipe]


@pytest.mark.parametrize("make", ODD)
def test_a_link_or_pipe_that_does_not_belong(stored: Stored, make: Callable[[Stored, Path], None]) -> None:
    make(stored, stored.root / "data" / "odd")
    assert stored.check().problems == (stored.problem("data/odd", "extra"),)


@pytest.mark.parametrize("make", ODD)
def test_a_link_or_pipe_in_place_of_a_file_is_not_followed(
    stored: Stored, make: Callable[[Stored, Path], None]
) -> None:
    (stored.root / PAGE).unlink()
    make(stored, stored.root / PAGE)
    (found,) = stored.check().problems
    assert (found.path, found.result, found.expected) == (PAGE, "unreadable", stored.expected(PAGE))
    assert found.actual in {os.strerror(errno.ELOOP), "not a regular file"}


def test_a_link_to_the_very_same_bytes_is_no_file(stored: Stored, tmp_path: Path) -> None:
    shutil.move(stored.root / PAGE, tmp_path / "elsewhere.tif")
    (stored.root / PAGE).symlink_to(tmp_path / "elsewhere.tif")
    assert [(found.path, found.result) for found in stored.check().problems] == [(PAGE, "unreadable")]


def test_a_folder_that_became_a_link(stored: Stored, tmp_path: Path) -> None:
    folder = stored.root / "data" / "representations"
    shutil.move(folder, tmp_path / "elsewhere")
    folder.symlink_to(tmp_path / "elsewhere")
    results = {found.path: found.result for found in stored.check().problems}
    assert results == {
        "data/representations": "extra",
        **{path: "missing" for path in FILES if path.startswith("data/representations/")},
    }


def test_a_folder_in_place_of_a_file(stored: Stored) -> None:
    (stored.root / PAGE).unlink()
    (stored.root / PAGE).mkdir()
    assert stored.check().problems == (stored.problem(PAGE, "missing", stored.expected(PAGE)),)


def test_two_files_changed_places(stored: Stored) -> None:
    one, other = PAGE, PAGE.replace("0001", "0002")
    shutil.move(stored.root / one, stored.root / "x")
    shutil.move(stored.root / other, stored.root / one)
    shutil.move(stored.root / "x", stored.root / other)
    assert stored.check().problems == (
        stored.problem(one, "digest", stored.expected(one), stored.expected(other)),
        stored.problem(other, "digest", stored.expected(other), stored.expected(one)),
    )


def forge(stored: Stored) -> dict[str, str]:
    """Change a page and make every manifest agree with it; returns the digests as the bag now gives them."""
    (stored.root / PAGE).write_bytes(b"forged")
    for manifest, changed in ((MANIFEST, PAGE), (TAGMANIFEST, MANIFEST)):
        with (stored.root / manifest).open("rb") as source:
            entries = list(read_manifest(source))
        again = [replace(one, sha256=hash_file(stored.root / one.path)[1]) for one in entries if one.path == changed]
        kept = [one for one in entries if one.path != changed]
        (stored.root / manifest).write_bytes(manifest_lines([*kept, *again]))
    return {path: hash_file(stored.root / path)[1] for path in stored.digests}


def test_a_consistent_forgery_is_found(stored: Stored) -> None:
    forge(stored)
    assert [(found.path, found.result) for found in stored.check().problems] == [
        (PAGE, "digest"),
        (MANIFEST, "digest"),
        (TAGMANIFEST, "digest"),
    ]


def test_a_consistent_forgery_is_found_by_the_seal_alone(stored: Stored) -> None:
    # As after a rebuild: the digests come from the forged manifest, only the seal is from outside the bag.
    found = check_package(stored.store, stored.aip, forge(stored)).problems
    assert [(one.path, one.result, one.expected) for one in found] == [
        (MANIFEST, "digest", stored.aip.manifest),
        (TAGMANIFEST, "digest", stored.aip.tagmanifest),
    ]


def test_a_package_without_a_seal_is_never_whole(stored: Stored) -> None:
    (stored.root / TAGMANIFEST).unlink()
    found = check_package(stored.store, replace(stored.aip, tagmanifest=""), stored.digests)
    assert [(one.path, one.result) for one in found.problems] == [(TAGMANIFEST, "missing")]


def test_a_package_that_is_gone(stored: Stored) -> None:
    shutil.rmtree(stored.root)
    found = stored.check()
    assert (found.files, found.bytes, found.ok) == (0, 0, False)
    assert found.problems == (stored.problem("", "missing"),)


def test_a_file_in_place_of_the_package(stored: Stored) -> None:
    shutil.rmtree(stored.root)
    stored.root.write_bytes(b"")
    assert stored.check().problems == (stored.problem("", "unreadable", actual=os.strerror(errno.ENOTDIR)),)


def test_everything_at_once_is_told_once_each(stored: Stored) -> None:
    for path in FILES:
        (stored.root / path).write_bytes(b"!")
    (stored.root / "stray").touch()
    found = [(one.path, one.result) for one in stored.check().problems]
    assert found == [("stray", "extra"), *((path, "digest") for path in FILES)]


class FlakyStore(FilesystemStore):
    """A disk that misreads one file the first time: with an error, or with wrong bytes."""

    def __init__(self, root: Path, wrong: Callable[[], BinaryIO]) -> None:
        super().__init__(root)
        self._wrong, self.readings = wrong, 0

    def open(self, location: str, path: str) -> BinaryIO:
        if path == PAGE:
            self.readings += 1
            if self.readings == 1:
                return self._wrong()
        return super().open(location, path)


def input_output_error() -> BinaryIO:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


@contextmanager
def wrong_bytes(folder: Path) -> Iterator[Callable[[], BinaryIO]]:
    (folder / "wrong").write_bytes(b"wrong")
    yield lambda: (folder / "wrong").open("rb")


def test_a_passing_read_error_is_no_rot(stored: Stored) -> None:
    store = FlakyStore(stored.store.root, input_output_error)
    found = check_package(store, stored.aip, stored.digests)
    assert store.readings == 2
    assert found.problems == (stored.problem(PAGE, "unstable", stored.expected(PAGE), os.strerror(errno.EIO)),)
    assert found.files == len(FILES)


def test_two_readings_that_differ_are_no_rot(stored: Stored, tmp_path: Path) -> None:
    with wrong_bytes(tmp_path) as wrong:
        store = FlakyStore(stored.store.root, wrong)
        found = check_package(store, stored.aip, stored.digests)
    assert found.problems == (stored.problem(PAGE, "unstable", stored.expected(PAGE), digest_bytes(b"wrong")),)


def test_a_lasting_read_error_names_the_file(stored: Stored) -> None:
    class Broken(FlakyStore):
        def open(self, location: str, path: str) -> BinaryIO:
            return self._wrong() if path == PAGE else super().open(location, path)

    found = check_package(Broken(stored.store.root, input_output_error), stored.aip, stored.digests)
    assert found.problems == (stored.problem(PAGE, "unreadable", stored.expected(PAGE), os.strerror(errno.EIO)),)
    assert found.files == len(FILES) - 1
