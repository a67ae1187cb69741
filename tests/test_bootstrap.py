"""A repository is made whole or can be made again, and nothing that is there already is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.bootstrap import init_archive, open_archive
from fonds.config import FILE_NAME
from fonds.errors import EXIT_USAGE, FondsError
from tests.disks import make_read_only, small_disk


def refused(root: Path, deployment: str = "networked") -> FondsError:
    with pytest.raises(FondsError) as caught:
        init_archive(root, deployment, "tester")
    return caught.value


@pytest.mark.parametrize("deployment", ["networked", "isolated"])
def test_a_new_repository_can_be_opened(tmp_path: Path, deployment: str) -> None:
    root = tmp_path / "a" / "kho lưu trữ"
    init_archive(root, deployment, "tester")
    archive = open_archive(root)
    assert archive.settings.deployment == deployment
    assert [(row.action, row.agent) for row in archive.log.rows()] == [("init", "tester")]
    assert archive.log.verify().broken_at == 0
    assert (root / "store" / "README.txt").read_text("utf-8")
    assert archive.holdings.totals()["fonds"] == 0


def test_an_unknown_deployment(tmp_path: Path) -> None:
    error = refused(tmp_path / "repo", "cloud")
    assert (error.code, error.exit_code, error.data["key"]) == ("SETTINGS_VALUE", EXIT_USAGE, "deployment")
    assert not (tmp_path / "repo").exists()


def test_a_folder_with_something_in_it(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").touch()
    error = refused(tmp_path)
    assert (error.code, error.exit_code) == ("NOT_EMPTY", EXIT_USAGE)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_a_repository_is_not_made_twice(tmp_path: Path) -> None:
    init_archive(tmp_path / "repo", "networked", "tester")
    assert refused(tmp_path / "repo").code == "REPOSITORY_EXISTS"
    assert len(list(open_archive(tmp_path / "repo").log.rows())) == 1


def test_one_that_was_cut_short_can_be_made_again(tmp_path: Path) -> None:
    init_archive(tmp_path / "repo", "networked", "tester")
    (tmp_path / "repo" / FILE_NAME).unlink()
    init_archive(tmp_path / "repo", "networked", "tester")
    assert open_archive(tmp_path / "repo").log.verify().rows == 2


def test_a_file_in_its_place(tmp_path: Path) -> None:
    (tmp_path / "repo").touch()
    assert refused(tmp_path / "repo").code == "REPOSITORY_READ_ONLY"


def test_a_disk_that_can_only_be_read() -> None:
    with small_disk() as disk:
        make_read_only(disk)
        error = refused(disk / "repo")
        assert error.code == "REPOSITORY_READ_ONLY"
        assert list(disk.iterdir()) == []
