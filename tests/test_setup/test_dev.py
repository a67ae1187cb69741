"""The set-up as a newcomer meets it: a copy of dev.py with a project of its own, and the real pip."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests.support import ROOT

PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "fonds"
version = "0"
[tool.hatch.build]
dev-mode-dirs = ["."]
[tool.hatch.build.targets.wheel]
packages = ["fonds"]
[tool.hatch.build.targets.wheel.hooks.custom]
path = "hatch_build.py"
"""


def pinned(name: str) -> str:
    """The lines of requirements/lock.txt that pin one package, hashes included."""
    lines = (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").splitlines()
    start = next(index for index, line in enumerate(lines) if line.startswith(f"{name}=="))
    hashes = [line for line in lines[start + 1 : start + 400] if line.startswith((" ", "#"))]
    end = next(index for index, line in enumerate(hashes) if not line.rstrip().endswith("\\"))
    return "\n".join([lines[start], *hashes[: end + 1]]) + "\n"


def make_project(root: Path) -> Path:
    """A small project below `root` that is set up by the real dev.py, build hook and build lock."""
    (root / "requirements").mkdir(parents=True)
    (root / "fonds").mkdir()
    (root / "fonds" / "__init__.py").write_text("", encoding="utf-8")
    (root / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    for name in ("dev.py", "hatch_build.py", "requirements/build.txt", "requirements/node.txt"):
        shutil.copyfile(ROOT / name, root / name)
    (root / "requirements" / "lock.txt").write_text(pinned("iniconfig") + pinned("mdurl"), encoding="utf-8")
    (root / "requirements" / "assets.json").write_text(
        '{"folders": [], "tools": {"npm": "", "pip": ""}, "packages": []}', encoding="utf-8"
    )
    return root


def run_dev(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "dev.py", *arguments], cwd=root, capture_output=True, text=True, check=False)


def can_import(root: Path, module: str) -> bool:
    python = root / ".venv" / "bin" / "python"
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


def test_setup_is_made_once_updated_when_a_lock_changes_and_made_anew_after_a_cut(tmp_path: Path) -> None:
    root = make_project(tmp_path / "checkout")
    first = run_dev(root, "setup")
    assert first.returncode == 0, first.stderr
    assert "making .venv/" in first.stderr
    assert can_import(root, "fonds")
    assert can_import(root, "mdurl")

    again = run_dev(root, "setup")
    assert again.returncode == 0
    assert "installing" not in again.stderr

    (root / "requirements" / "lock.txt").write_text(pinned("iniconfig"), encoding="utf-8")
    changed = run_dev(root, "setup")
    assert changed.returncode == 0, changed.stderr
    assert "making .venv/" not in changed.stderr
    assert not can_import(root, "mdurl"), "a package that the lock no longer names must go"
    assert can_import(root, "iniconfig")

    # What a kill in the middle of an installation leaves behind.
    venv = root / ".venv"
    (venv / "fonds-unfinished").touch()
    (venv / "fonds-stamp").unlink()
    shutil.rmtree(next(venv.glob("lib/python*/site-packages/iniconfig")))
    recovered = run_dev(root, "setup")
    assert recovered.returncode == 0, recovered.stderr
    assert "making .venv/" in recovered.stderr
    assert can_import(root, "iniconfig")


def test_setup_refuses_a_package_with_another_hash_and_says_so(tmp_path: Path) -> None:
    root = make_project(tmp_path / "checkout")
    lock = root / "requirements" / "lock.txt"
    lock.write_text("iniconfig==2.3.1 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    result = run_dev(root, "setup")
    assert result.returncode == 1
    assert "DO NOT MATCH THE HASHES" in result.stderr
    assert "dev.py: this failed:" in result.stderr
    assert not (root / ".venv" / "fonds-stamp").exists()


PEERS = "import dev; dev.setup_peers(); print(dev.peers_python() or 'none')"


def run_peers(root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", PEERS], cwd=root, capture_output=True, text=True, check=False)


def test_programs_of_others_get_an_environment_of_their_own_that_follows_its_lock(tmp_path: Path) -> None:
    root = make_project(tmp_path / "checkout")
    lock = root / "requirements" / "peers.txt"
    lock.write_text(pinned("iniconfig"), encoding="utf-8")
    first = run_peers(root)
    python = first.stdout.strip()
    assert python == str(root / ".tools" / "peers" / "bin" / "python"), first.stderr
    assert subprocess.run([python, "-c", "import iniconfig"], check=False).returncode == 0
    assert not (root / ".venv").exists()

    assert "making" not in run_peers(root).stderr
    lock.write_text("mdurl==0.1.2 --hash=sha256:" + "0" * 64 + "\n", encoding="utf-8")
    refused = run_peers(root)
    assert refused.returncode == 0, "the tests of our own code go on"
    assert refused.stdout.strip() == "none"
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert "going on without" in refused.stderr

    assert run_dev(root, "clean").returncode == 0
    assert not (root / ".tools").exists()


def test_every_input_of_the_setup_changes_the_fingerprint(tmp_path: Path) -> None:
    for name in dev.INPUTS:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("a", encoding="utf-8")
    seen = {dev.fingerprint(tmp_path)}
    for name in dev.INPUTS:
        (tmp_path / name).write_text("b", encoding="utf-8")
        seen.add(dev.fingerprint(tmp_path))
    assert len(seen) == len(dev.INPUTS) + 1


def test_a_missing_asset_makes_the_setup_stale(tmp_path: Path) -> None:
    (tmp_path / "requirements").mkdir()
    shutil.copyfile(dev.ASSETS, tmp_path / "requirements" / "assets.json")
    assert not dev.has_assets(tmp_path)
    assert dev.has_assets(ROOT)


def without_ensurepip(monkeypatch: pytest.MonkeyPatch) -> None:
    # How a Debian system without the package python3-venv looks to the import system.
    monkeypatch.setitem(sys.modules, "ensurepip", None)


def test_without_the_venv_module_a_user_is_told_the_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    without_ensurepip(monkeypatch)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(dev.TaskError) as error:
        dev.ensure_venv_module()
    package = f"python3.{sys.version_info.minor}-venv"
    assert f"apt-get install --yes --no-install-recommends {package}" in str(error.value)


def test_without_the_venv_module_root_gets_it_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_ensurepip(monkeypatch)
    record = tmp_path / "record"
    apt = tmp_path / "apt-get"
    apt.write_text(f'#!/bin/sh\necho "$@" >>{record}\n', encoding="ascii")
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("os.geteuid", lambda: 0)
    dev.ensure_venv_module()
    package = f"python3.{sys.version_info.minor}-venv"
    assert record.read_text(encoding="ascii").splitlines() == [
        "update",
        f"install --yes --no-install-recommends {package}",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        ((), 2, "python3 dev.py demo"),
        (("--help",), 0, "python3 dev.py demo"),
        (("dmeo",), 2, "no task 'dmeo'"),
    ],
)
def test_usage(arguments: tuple[str, ...], code: int, text: str) -> None:
    result = run_dev(ROOT, *arguments)
    assert result.returncode == code
    assert text in result.stdout + result.stderr


def test_the_help_and_the_makefile_know_every_task() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = next(line for line in makefile.splitlines() if line.startswith(".PHONY:"))
    assert set(phony.split()[1:]) == {"help", *dev.TASKS}
    assert [task for task in dev.TASKS if f"python3 dev.py {task}" not in str(dev.__doc__)] == []


def test_clean_removes_what_was_made_and_nothing_else(tmp_path: Path) -> None:
    root = make_project(tmp_path / "checkout")
    for name in (".venv/bin/x", ".mypy_cache/x", "fonds/__pycache__/x.pyc", "dist/x.whl", "notes.txt"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("", encoding="utf-8")
    before = {"dev.py", "fonds", "hatch_build.py", "notes.txt", "pyproject.toml", "requirements"}
    assert run_dev(root, "clean").returncode == 0
    assert {path.name for path in root.iterdir()} == before
    assert [path.name for path in (root / "fonds").iterdir()] == ["__init__.py"]
