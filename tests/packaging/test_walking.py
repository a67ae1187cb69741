"""Walking a tree: what cannot be listed is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from fonds.packaging.walking import walked


def test_every_folder_is_given_once_leaves_first_on_demand(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    (tmp_path / "a/b/page").touch()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    given = [(folder, sorted(names)) for folder, _, names in walked(tmp_path)]
    assert given == [(tmp_path, []), (tmp_path / "a", []), (tmp_path / "a/b", ["page"])]
    assert [folder for folder, _, _ in walked(tmp_path, leaves_first=True)] == [one for one, _ in reversed(given)]


def test_a_folder_that_cannot_be_listed_is_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    given = walked(tmp_path)
    next(given)
    (tmp_path / "a").rmdir()
    with pytest.raises(FileNotFoundError):
        next(given)
    with pytest.raises(FileNotFoundError):
        list(walked(tmp_path / "a"))
