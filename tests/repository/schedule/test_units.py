"""Unit files that systemd understands, whatever the repository's folder is called."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fonds.repository.schedule.units import Wanted, copy_places, quoted, unit_files

NAMES = ["kho", "kho lưu trữ", 'k"h%o $HOME', "back\\slash"]


def wanted(root: Path, account: str = "", at: str = "20:00") -> Wanted:
    return Wanted(root, [root.parent / "bản sao"], at, account, sys.executable)


def value(unit: str, key: str) -> str:
    return next(line.removeprefix(f"{key}=") for line in unit.splitlines() if line.startswith(f"{key}="))


@pytest.mark.parametrize("account", ["", "root"])
@pytest.mark.parametrize("name", NAMES)
def test_the_command_survives_any_name(tmp_path: Path, name: str, account: str) -> None:
    service, timer = unit_files(wanted(tmp_path / name, account)).values()
    # systemd.service(5): %% is %, $$ is $; quotes and backslashes as a shell has them.
    words = [word.replace("%%", "%").replace("$$", "$") for word in shlex.split(value(service, "ExecStart"))]
    assert words == [sys.executable, "-m", "fonds", "--repo", str(tmp_path / name), "schedule", "run"]
    assert value(timer, "Persistent") == "true"
    assert value(timer, "OnCalendar") == "*-*-* 20:00:00"


@pytest.mark.parametrize("account", ["", "root"])
@pytest.mark.parametrize("name", NAMES)
def test_systemd_finds_nothing_wrong(tmp_path: Path, name: str, account: str) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (apt-get install systemd)")
    (tmp_path / name).mkdir()
    files = unit_files(wanted(tmp_path / name, account, at="06:30"))
    folder = tmp_path / "units"
    folder.mkdir()
    for unit, said in files.items():
        (folder / unit).write_text(said, "utf-8")
    manager = [] if account else ["--user"]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *manager, *(str(folder / unit) for unit in files)],
        capture_output=True, text=True, check=False, timeout=60,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)},
    )  # fmt: skip
    ours = [line for line in done.stderr.splitlines() if "fonds-audit" in line]
    assert not ours, done.stderr


def test_that_check_can_fail(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed (apt-get install systemd)")
    files = unit_files(wanted(tmp_path, at="99:99"))
    for unit, said in files.items():
        (tmp_path / unit).write_text(said, "utf-8")
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit) for unit in files)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "fonds-audit" in done.stderr


def test_a_service_of_the_machine_is_shut_in_and_writes_where_it_must(tmp_path: Path) -> None:
    service = next(iter(unit_files(wanted(tmp_path / "kho", "archivist")).values()))
    assert value(service, "User") == "archivist"
    assert value(service, "ProtectSystem") == "strict"
    writable = [line.partition("=")[2] for line in service.splitlines() if line.startswith("ReadWritePaths=")]
    assert writable == [quoted(str(tmp_path / "kho")), quoted(f"-{tmp_path}/bản sao")]


def test_a_repository_among_temporary_files_is_seen_by_the_service() -> None:
    def service(root: str, copy: str) -> str:
        return next(iter(unit_files(Wanted(Path(root), [Path(copy)], "20:00", "an")).values()))

    assert "PrivateTmp=yes" in service("/srv/kho", "/mnt/usb")
    assert "PrivateTmp" not in service("/tmp/kho", "/mnt/usb")
    assert "PrivateTmp" not in service("/srv/kho", "/var/tmp/usb")


def test_every_repository_has_units_of_its_own(tmp_path: Path) -> None:
    one, other = Wanted(tmp_path / "a" / "kho", [], "20:00"), Wanted(tmp_path / "b" / "kho", [], "20:00")
    assert one.name != other.name
    assert set(unit_files(one)).isdisjoint(unit_files(other))


def test_only_copies_on_disks_are_places() -> None:
    assert copy_places(["file:///srv/a", "s3://bucket", "file:/srv/b"]) == [Path("/srv/a"), Path("/srv/b")]
