"""The zip of a package: its name, its content, and the same bytes every time."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.packaging.transport import PackingRefusedError
from fonds.packaging.transport.pack import Method
from fonds.packaging.tt05 import PackageKind, read_package, validate_package, write_package, zip_package
from tests.packaging.tt05.building import FACTS, scanned


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    record, files = scanned(tmp_path / "source")
    return write_package(tmp_path / "out", PackageKind.SIP_DOSSIER, record, files, FACTS).folder


@pytest.mark.parametrize("method", ["stored", "deflate"])
def test_a_zip_gives_the_package_back(tmp_path: Path, folder: Path, method: Method) -> None:
    path = zip_package(folder, tmp_path, 3, method)
    assert path.name == f"3{folder.name}.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert all(name.startswith(f"{folder.name}/") for name in archive.namelist())
        archive.extractall(tmp_path / "again")
    again = tmp_path / "again" / folder.name
    assert read_package(again).record == read_package(folder).record
    assert "TT05_DIGEST_WRONG" not in {one.code for one in validate_package(again).findings}
    assert {p.relative_to(again) for p in again.rglob("*")} == {p.relative_to(folder) for p in folder.rglob("*")}


def test_the_same_package_gives_the_same_zip(tmp_path: Path, folder: Path) -> None:
    one = zip_package(folder, tmp_path).read_bytes()
    for path in folder.rglob("*"):
        os.utime(path, (1, 1))
    (tmp_path / "2").mkdir()
    again = zip_package(folder, tmp_path / "2")
    assert again.name == f"{folder.name}.zip"
    assert again.read_bytes() == one


def test_nothing_is_overwritten_and_nothing_half_made_is_left(tmp_path: Path, folder: Path) -> None:
    zip_package(folder, tmp_path, 1)
    with pytest.raises(UsageError, match="TT05_TARGET_EXISTS"):
        zip_package(folder, tmp_path, 1)
    before = sorted(tmp_path.iterdir())
    (folder / "link").symlink_to("METS.xml")
    # A link is not left out without a word: what the package says is in it would not arrive.
    with pytest.raises(PackingRefusedError, match="PACKING_REFUSED"):
        zip_package(folder, tmp_path, 2)
    assert sorted(tmp_path.iterdir()) == before
