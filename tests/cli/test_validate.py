"""`fonds validate` on bags and packages, as folders and as one file, in both languages, with every exit code."""

from __future__ import annotations

import io
import signal
import zipfile
from pathlib import Path

import pytest

from fonds.packaging.transport import pack_tar, pack_zip
from fonds.packaging.tt05 import PackageKind, write_package
from fonds.schemas.messages import LANGUAGES, text
from tests.cli.running import Fonds, as_process, eventually, under_way, unprivileged
from tests.disks import small_disk
from tests.packaging.bag.making import make
from tests.packaging.transport.crafting import Entry, info, tar_bytes, zip_bytes
from tests.packaging.tt05.building import FACTS, scanned


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of the state; its record is not complete, which its validation says."""
    place = tmp_path_factory.mktemp("tt05")
    record, files = scanned(place / "source", 2)
    return write_package(place / "out", PackageKind.SIP_DOSSIER, record, files, FACTS).folder


def test_a_bag_in_a_zip_and_in_a_tar(fonds: Fonds, tmp_path: Path) -> None:
    bag = make(tmp_path / "hồ sơ")
    paths = [bag, pack_zip(bag, tmp_path / "1 hồ sơ.zip").path, pack_tar(bag, tmp_path / "hồ sơ.tar").path]
    answered = fonds("--format", "json", "validate", *paths)
    assert answered.code == 0
    assert answered.document == [
        {
            "path": str(path),
            "kind": "bag",
            "valid": True,
            "counts": {"files": 3, "bytes": 8, "error": 0, "warning": 0, "info": 0},
            "findings": [],
        }
        for path in paths
    ]
    for lang, word in (("vi", "HỢP LỆ"), ("en", "VALID")):
        said = fonds("--lang", lang, "validate", *paths).out.splitlines()
        assert [line.startswith(f"{word}  {path}:") for line, path in zip(said, paths, strict=True)] == [True] * 3


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_package_of_the_state_in_a_zip(fonds: Fonds, package: Path, tmp_path: Path, lang: str) -> None:
    zipped = pack_zip(package, tmp_path / f"1{package.name}.zip").path
    bare, packed = (fonds("--lang", lang, "--format", "json", "validate", path) for path in (package, zipped))
    assert bare.code == packed.code == 3
    one, other = bare.document[0], packed.document[0]
    assert one["kind"] == other["kind"] == "SIP_hoso"
    assert one["counts"] == other["counts"]
    place = f"{zipped.name}!/{package.name}"
    assert {found["where"] for found in other["findings"]} == {f"{place}/{found['where']}" for found in one["findings"]}
    assert all(found["code"].startswith("TT05_") for found in other["findings"])
    said = fonds("--lang", lang, "validate", zipped)
    assert said.code == 3
    assert f"      {place}/metadata/descriptive/EAD.xml!" in said.out


REFUSED = {
    "PACKED_PATH_UNSAFE": zip_bytes([Entry(b"../../etc/passwd")]),
    "PACKED_LINK": tar_bytes([info("g/l", b"2", link="/etc/passwd")]),
    "PACKED_ENCRYPTED": zip_bytes([Entry(flags=0x801)]),
    "PACKED_CRC_WRONG": zip_bytes([Entry(crc=1)]),
    "PACKED_TRUNCATED": zip_bytes([Entry()])[:-1],
    "PACKED_BROKEN": zip_bytes([Entry()], count=2),
    "PACKED_HEADER_DIFFERS": zip_bytes([Entry(local_name=b"g/b.txt")]),
    "PACKED_NOT_REGULAR": tar_bytes([info("g/p", b"6")]),
    "PACKED_RATIO": zip_bytes([Entry(content=bytes(4_000_000), method=8)]),
    "PACKED_NO_PACKAGE": zip_bytes([Entry()]),
    "PACKED_UNKNOWN": b"%PDF-1.4",
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", REFUSED)
def test_what_is_wrong_is_told_in_words(fonds: Fonds, tmp_path: Path, code: str, lang: str) -> None:
    (tmp_path / "giao nộp.zip").write_bytes(REFUSED[code])
    answered = fonds("--lang", lang, "--format", "json", "validate", tmp_path / "giao nộp.zip")
    assert (answered.code, answered.err) == (3, "")
    ((found,),) = (one["findings"] for one in answered.document)
    assert (found["code"], found["severity"]) == (code, "error")
    assert found["where"].startswith("giao nộp.zip")
    assert found["message"] != text(lang, f"finding.{code}") or "{" not in found["message"]
    assert "{" not in found["message"] + found["action"]
    assert ".reason." not in found["message"]
    said = fonds("--lang", lang, "validate", tmp_path / "giao nộp.zip")
    assert said.code == 3
    assert code in said.out


def test_good_and_bad_side_by_side(fonds: Fonds, tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    good = pack_zip(bag, tmp_path / "good.zip").path
    (bag / "data/a.txt").write_bytes(b"MOT\n")
    bad = pack_zip(bag, tmp_path / "bad.zip").path
    answered = fonds("--format", "json", "validate", good, bad)
    assert answered.code == 3
    assert [one["valid"] for one in answered.document] == [True, False]
    (found,) = answered.document[1]["findings"]
    assert (found["code"], found["where"]) == ("BAG_DIGEST_WRONG", "bad.zip!/bag/data/a.txt")
    fast = fonds("--lang", "en", "validate", "--fast", bad)
    assert fast.code == 0
    assert fast.out.startswith(f"NO ERROR FOUND  {bad}")
    asked = fonds("--format", "json", "validate", "--second-opinion", good).document[0]
    assert [one["code"] for one in asked["findings"]] == ["BAG_SECOND_OPINION_SAME"]
    assert fonds("validate", good, tmp_path / "none").code == 2


# --- what is left in the temporary directory -------------------------------------------------------------------------


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A zip of a bag that takes a while: 600 MB of zeros, stored in blocks of which each is short."""
    target = tmp_path / "large.zip"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("bag/bagit.txt", "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n")
        with archive.open("bag/data/0", "w") as member:
            for _ in range(600):
                member.write(bytes(1_000_000))
    return target


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda one: one.name)
def test_an_interrupt_cleans_up_and_says_so(large: Path, tmp_path: Path, number: signal.Signals) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with under_way("--lang", "en", "validate", large, TMPDIR=str(temporary)) as command:
        command.until(lambda: any(temporary.rglob("0")))
        answered, _ = command.told(number)
    assert (answered.code, answered.out) == (130, "")
    assert "what was unpacked for the time being was removed" in answered.err
    assert list(temporary.iterdir()) == []


def test_what_a_killed_process_left_goes_with_the_next(large: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with under_way("validate", large, TMPDIR=str(temporary)) as command:
        command.until(lambda: any(temporary.rglob("0")))
        command.process.kill()
        command.process.communicate()
    assert list(temporary.iterdir()) != []
    bag = pack_zip(make(tmp_path / "bag"), tmp_path / "bag.zip").path
    assert as_process("validate", bag, TMPDIR=str(temporary)).code == 0
    assert list(temporary.iterdir()) == []


def test_two_at_once_leave_each_other_alone(large: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    bag = pack_zip(make(tmp_path / "bag"), tmp_path / "bag.zip").path
    with under_way("validate", large, TMPDIR=str(temporary)) as command:
        command.until(lambda: any(temporary.rglob("0")))
        command.process.send_signal(signal.SIGSTOP)
        assert as_process("validate", bag, TMPDIR=str(temporary)).code == 0
        assert list(temporary.iterdir()) != []
        command.process.send_signal(signal.SIGCONT)
        out, _ = command.process.communicate(timeout=120)
        assert command.process.returncode == 3
        assert "BAG_NO_MANIFEST" in out
    eventually(lambda: list(temporary.iterdir()) == [])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_temporary_directory_without_room(tmp_path: Path, lang: str) -> None:
    bag = pack_zip(make(tmp_path / "bag"), tmp_path / "bag.zip").path
    with small_disk(megabytes=2) as disk:
        answered = as_process("--lang", lang, "validate", bag, TMPDIR=str(disk))
        assert (answered.code, answered.out) == (1, "")
        first, hint = answered.err.rstrip("\n").split("\n  → ")
        assert str(disk) in first
        assert "{" not in first
        assert hint == text(lang, "error.PACKED_NO_ROOM.hint")
        assert "TMPDIR" in hint
        assert list(disk.iterdir()) == []


def test_a_file_that_nobody_may_read(tmp_path: Path) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(zip_bytes([Entry()]))
    target.chmod(0)
    answered = unprivileged("--lang", "en", "validate", target)
    assert (answered.code, answered.out) == (1, "")
    assert f"“{target}” cannot be read: no permission – Permission denied." in answered.err


def test_others_may_not_look_at_what_is_unpacked(large: Path, tmp_path: Path) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with under_way("validate", large, TMPDIR=str(temporary)) as command:
        command.until(lambda: any(temporary.rglob("0")))
        assert [path.stat().st_mode & 0o777 for path in temporary.iterdir()] == [0o700]
        command.told(signal.SIGINT)


def test_a_zip_that_is_read_only_and_a_link_to_it(fonds: Fonds, tmp_path: Path) -> None:
    out = io.BytesIO(pack_zip(make(tmp_path / "bag"), tmp_path / "bag.zip").path.read_bytes())
    (tmp_path / "bag.zip").chmod(0o400)
    (tmp_path / "link").symlink_to("bag.zip")
    before = (tmp_path / "bag.zip").stat()
    assert fonds("validate", tmp_path / "link").code == 0
    assert (tmp_path / "bag.zip").read_bytes() == out.getvalue()
    assert (tmp_path / "bag.zip").stat().st_mtime_ns == before.st_mtime_ns
