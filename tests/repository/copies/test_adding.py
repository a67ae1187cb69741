"""A copy says of itself that it is one: no empty, wrong or foreign disk is ever taken for it, or written to."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fonds.errors import EXIT_OPERATIONAL, EXIT_PROBLEMS, EXIT_USAGE, FondsError
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import add_copy, remove_copy
from fonds.repository.copies.place import MARKER, open_copy, repository_id
from fonds.repository.copies.sync import sync
from fonds.repository.ports.copies import Copy
from tests.disks import make_read_only, small_disk
from tests.factories import make_archive
from tests.repository.copies.conftest import opened

NAME = "Đĩa rời số 1"


def refused(archive: Archive, url: Path | str, name: str = NAME) -> FondsError:
    with pytest.raises(FondsError) as caught:
        add_copy(archive, str(url), name, "", "tester")
    return caught.value


def copy_of(archive: Archive, name: str = NAME) -> Copy:
    copy = archive.copies.copy(name)
    assert copy is not None
    return copy


def listed(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_copy_says_what_it_is(archive: Archive, tmp_path: Path) -> None:
    place = tmp_path / "ổ cứng"
    added = add_copy(archive, str(place), f"  {NAME} ", "đĩa rời", "lan")
    assert (added.copy.name, added.copy.url, added.copy.medium) == (NAME, f"file://{place}", "đĩa rời")
    assert archive.copies.copies() == [added.copy]
    assert listed(place) == ["README.txt", "_audit-log", MARKER]
    marker = json.loads((place / MARKER).read_text("utf-8"))
    assert (marker["repository"], marker["copy"]) == (repository_id(archive), NAME)
    row = list(archive.log.rows())[-1]
    assert (row.action, row.agent, row.subject, row.detail["url"]) == ("copy added", "lan", NAME, f"file://{place}")
    assert open_copy(archive, added.copy).exists("nothing/there/v1/x") is False


def test_a_copy_on_the_disk_of_the_store_is_said_to_be_one(archive: Archive, tmp_path: Path) -> None:
    assert add_copy(archive, str(tmp_path / "same"), "same", "", "tester").same_disk
    with small_disk() as disk:
        assert not add_copy(archive, str(disk), "other", "", "tester").same_disk


def test_adding_again_changes_nothing(archive: Archive, tmp_path: Path) -> None:
    first = add_copy(archive, str(tmp_path / "a"), NAME, "NAS", "tester")
    again = add_copy(archive, f"file://{tmp_path}/a", NAME, "", "tester")
    assert again.copy == first.copy
    assert len(archive.copies.copies()) == 1


@pytest.mark.parametrize("name", ["", "  ", "main", "x" * 61, "a\nb", "a\u202eb"])
def test_a_name_that_cannot_be(archive: Archive, tmp_path: Path, name: str) -> None:
    error = refused(archive, tmp_path / "a", name)
    assert (error.code, error.exit_code) == ("COPY_NAME", EXIT_USAGE)
    assert not (tmp_path / "a").exists()


def test_the_same_name_in_another_form_is_the_same(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), "Đĩa rời", "", "tester")
    assert (
        refused(archive, tmp_path / "b", "Đĩa rời".encode().decode().replace("ờ", "ơ\u0300")).code == "COPY_NAME_TAKEN"
    )
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("url", ["s3:bucket", "s3://bucket/x", "ftp://host/x"])
def test_a_place_that_this_version_does_not_know(archive: Archive, url: str) -> None:
    error = refused(archive, url)
    assert (error.code, error.exit_code) == ("COPY_URL", EXIT_USAGE)


def test_a_disk_that_is_not_mounted_has_no_folder_to_make_one_in(archive: Archive, tmp_path: Path) -> None:
    error = refused(archive, tmp_path / "not mounted" / "fonds")
    assert (error.code, error.exit_code, error.data["reason"]) == ("COPY_UNREACHABLE", EXIT_OPERATIONAL, "parent")
    assert not (tmp_path / "not mounted").exists()


@pytest.mark.parametrize("place", ["store/deep", "store", ".", "index", "copies", ".."])
def test_no_copy_lies_in_the_repository_or_around_it(archive: Archive, place: str) -> None:
    before = sorted(archive.root.rglob("*"))
    error = refused(archive, archive.root / place)
    assert (error.code, error.exit_code) == ("COPY_INSIDE", EXIT_PROBLEMS)
    assert [path for path in sorted(archive.root.rglob("*")) if path not in before] in (
        [], [archive.root / ".copies-lock"]
    )  # fmt: skip


def test_no_copy_lies_in_another(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), "one", "", "tester")
    assert refused(archive, tmp_path / "a" / "b").code == "COPY_INSIDE"
    assert refused(archive, tmp_path / "a").code == "COPY_INSIDE"


def test_a_folder_with_something_else_in_it(archive: Archive, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.doc").touch()
    error = refused(archive, tmp_path / "full")
    assert (error.code, error.exit_code) == ("COPY_NOT_EMPTY", EXIT_PROBLEMS)
    assert listed(tmp_path / "full") == ["thesis.doc"]


def test_a_disk_that_can_only_be_read(archive: Archive) -> None:
    with small_disk() as disk:
        make_read_only(disk)
        assert refused(archive, disk).code == "STORE_READ_ONLY"
    assert archive.copies.copies() == []


def test_a_copy_of_another_repository(archive: Archive, tmp_path: Path) -> None:
    make_archive(tmp_path / "other")
    add_copy(opened(tmp_path / "other"), str(tmp_path / "theirs"), NAME, "", "tester")
    before = (tmp_path / "theirs" / MARKER).read_bytes()
    error = refused(archive, tmp_path / "theirs")
    assert (error.code, error.exit_code) == ("COPY_FOREIGN", EXIT_PROBLEMS)
    assert (tmp_path / "theirs" / MARKER).read_bytes() == before


def test_another_copy_of_this_repository(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), "one", "", "tester")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    assert refused(archive, tmp_path / "b", "two").code == "COPY_FOREIGN"


def test_a_copy_that_was_moved(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), NAME, "NAS", "tester")
    sync(archive, [], agent="tester")
    (tmp_path / "a").rename(tmp_path / "b")
    moved = add_copy(archive, str(tmp_path / "b"), NAME, "", "tester").copy
    assert (moved.url, moved.medium) == (f"file://{tmp_path}/b", "NAS")
    assert archive.copies.summaries()[0].lacking == 0


def test_the_store_as_somebody_copied_it_becomes_a_copy(archive: Archive, tmp_path: Path) -> None:
    shutil.copytree(archive.root / "store", tmp_path / "by hand")
    add_copy(archive, str(tmp_path / "by hand"), NAME, "", "tester")
    held = archive.copies.summaries()[0].lacking
    (synced,) = sync(archive, [], agent="tester").copies
    assert (synced.packages, synced.failed, synced.error) == (held, [], None)


# --- later, at its place ----------------------------------------------------------------------------------------------


def unreachable(archive: Archive) -> FondsError:
    with pytest.raises(FondsError) as caught:
        open_copy(archive, copy_of(archive))
    assert caught.value.exit_code == EXIT_OPERATIONAL
    (synced,) = sync(archive, [], agent="tester").copies
    assert synced.error is not None
    assert synced.error.code == caught.value.code
    return caught.value


def test_an_empty_mount_point_is_no_empty_copy(archive: Archive, tmp_path: Path) -> None:
    place = tmp_path / "mnt"
    add_copy(archive, str(place), NAME, "", "tester")
    place.rename(tmp_path / "unplugged")
    assert unreachable(archive).data["reason"] == "missing"
    place.mkdir()
    assert unreachable(archive).data["reason"] == "unmarked"
    assert listed(place) == []
    assert refused(archive, place).code == "COPY_NAME_TAKEN"
    assert listed(place) == []
    place.rmdir()
    (tmp_path / "unplugged").rename(place)
    (synced,) = sync(archive, [], agent="tester").copies
    assert synced.error is None
    assert synced.packages > 0


def test_a_disk_that_was_really_unmounted(archive: Archive, tmp_path: Path) -> None:
    with small_disk(megabytes=32, inodes=1000) as disk:
        add_copy(archive, str(disk), NAME, "", "tester")
        assert sync(archive, [], agent="tester").complete
    assert unreachable(archive).data["reason"] == "missing"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b"\xff", b'{"repository": 1}'])
def test_a_mark_that_says_nothing(archive: Archive, tmp_path: Path, content: bytes) -> None:
    add_copy(archive, str(tmp_path / "a"), NAME, "", "tester")
    (tmp_path / "a" / MARKER).write_bytes(content)
    assert unreachable(archive).data["reason"] == "unmarked"


def test_the_disk_of_another_copy_in_its_place(archive: Archive, tmp_path: Path) -> None:
    for name in ("one", NAME):
        add_copy(archive, str(tmp_path / name), name, "", "tester")
    shutil.rmtree(tmp_path / NAME)
    (tmp_path / "one").rename(tmp_path / NAME)
    before = sorted((tmp_path / NAME).rglob("*"))
    with pytest.raises(FondsError) as caught:
        open_copy(archive, copy_of(archive))
    assert (caught.value.code, caught.value.data["found"]) == ("COPY_FOREIGN", "one")
    assert not sync(archive, [NAME], agent="tester").complete
    assert sorted((tmp_path / NAME).rglob("*")) == before


def test_a_file_or_a_pipe_in_its_place(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), NAME, "", "tester")
    shutil.rmtree(tmp_path / "a")
    (tmp_path / "a").touch()
    assert unreachable(archive).data["reason"] == "Not a directory"


# --- forgetting -------------------------------------------------------------------------------------------------------


def test_a_copy_is_forgotten_and_keeps_all_that_is_in_it(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), NAME, "", "tester")
    sync(archive, [], agent="tester")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")}
    remove_copy(archive, NAME, "đĩa đã cũ", "lan")
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "a").rglob("*")} == before
    assert archive.copies.copies() == []
    row = list(archive.log.rows())[-1]
    assert (row.action, row.subject, row.detail["reason"]) == ("copy removed", NAME, "đĩa đã cũ")
    with pytest.raises(FondsError) as caught:
        remove_copy(archive, NAME, "", "lan")
    assert (caught.value.code, caught.value.exit_code) == ("COPY_MISSING", EXIT_USAGE)


def test_one_that_comes_back_is_read_before_it_counts(archive: Archive, tmp_path: Path) -> None:
    add_copy(archive, str(tmp_path / "a"), NAME, "", "tester")
    sync(archive, [], agent="tester")
    remove_copy(archive, NAME, "x", "tester")
    page = next((tmp_path / "a").rglob("0001.jpg"))
    page.write_bytes(page.read_bytes()[:-1] + b"!")
    add_copy(archive, str(tmp_path / "a"), "another name", "", "tester")
    assert archive.copies.summaries()[0].packages == 0
    (synced,) = sync(archive, [], agent="tester").copies
    assert [error.code for _, error in synced.failed] == ["COPY_DIFFERS"]
    assert archive.copies.summaries()[0].lacking == 1


def test_a_copy_that_is_needed_is_not_given_up(archive: Archive, tmp_path: Path) -> None:
    strict = opened(archive.root, required=2)
    for name in ("one", "two"):
        add_copy(strict, str(tmp_path / name), name, "", "tester")
    sync(strict, ["one"], agent="tester")
    with pytest.raises(FondsError) as caught:
        remove_copy(strict, "one", "x", "tester")
    assert (caught.value.code, caught.value.exit_code) == ("COPY_NEEDED", EXIT_PROBLEMS)
    assert caught.value.data["packages"] == 4
    remove_copy(strict, "two", "it was never filled", "tester")
    with pytest.raises(FondsError):
        remove_copy(strict, "one", "x", "tester")
    assert [copy.name for copy in strict.copies.copies()] == ["one"]
