"""The wheel alone is the program: in an empty environment, outside the checkout, it runs the demo."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import hatch_build
from tests.support import ROOT


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    foreign = ("PYTHON", "COV", "FONDS_")
    env = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder)]
    built = run(sys.executable, "-m", "pip", "wheel", *options, ROOT, cwd=folder)
    assert built.returncode == 0, built.stderr
    return next(folder.glob("fonds-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `bin` folder of an environment that holds the locked runtime packages and the wheel only."""
    venv = tmp_path_factory.mktemp("empty") / "venv"
    assert run(sys.executable, "-m", "venv", venv, cwd=venv.parent).returncode == 0
    # Compiled is what is used, when it is used: that is a small part of it.
    pip = [str(venv / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-compile"]
    for lock in ("build", "runtime"):
        file = ROOT / "requirements" / f"{lock}.txt"
        result = run(*pip, "--require-hashes", "--no-build-isolation", "-r", file, cwd=venv.parent)
        assert result.returncode == 0, result.stderr
    result = run(*pip, "--no-deps", wheel, cwd=venv.parent)
    assert result.returncode == 0, result.stderr
    return venv / "bin"


def test_the_wheel_carries_the_assets_the_examples_and_the_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    manifest = hatch_build.load_manifest(ROOT)
    assert {asset.target for package in manifest.packages for asset in package.assets} <= names
    assert "fonds/py.typed" in names
    assert any(name.startswith("fonds/_examples/") for name in names)
    top = {name.split("/")[0] for name in names}
    assert top == {"fonds", next(name for name in top if name.endswith(".dist-info"))}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".part"))]


def test_the_installation_is_whole(installed: Path, tmp_path: Path) -> None:
    check = run(installed / "python", "-m", "pip", "check", cwd=tmp_path)
    assert check.returncode == 0, check.stdout
    where = "import fonds, fonds.resources; print(fonds.__file__); print(fonds.resources.examples_path())"
    shown = run(installed / "python", "-c", where, cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    assert str(ROOT) not in shown.stdout
    assert "_examples" in shown.stdout


SHEET = """
import sys
from datetime import date
from fonds.metadata.model import Kind
from fonds.packaging.dip import AuthenticationSheet, DeliveredDocument, Recipient, write_sheet
document = DeliveredDocument(Kind.DOCUMENT, "H41.1", "1", "02", "Quyết định")
reader, day = Recipient("Lan", "1"), date(2025, 2, 5)
one = AuthenticationSheet("uuid-1", "Kho", reader, (document,), "01", "", day, 1, 1, "Hà Nội")
write_sheet(sys.stdout.buffer, one)
"""


def test_the_typeface_of_the_sheet_is_there(installed: Path, tmp_path: Path) -> None:
    written = subprocess.run([installed / "python", "-c", SHEET], cwd=tmp_path, capture_output=True, check=False)
    assert written.returncode == 0, written.stderr
    assert written.stdout.startswith(b"%PDF-1.7")


def test_the_demo_runs_from_the_wheel_alone(installed: Path, tmp_path: Path) -> None:
    before = files_in(installed.parent)
    demo = run(installed / "fonds", "demo", "--no-serve", cwd=tmp_path)
    assert demo.returncode == 0, demo.stdout + demo.stderr
    assert files_in(installed.parent) == before, "the demo writes nothing into the installation"
