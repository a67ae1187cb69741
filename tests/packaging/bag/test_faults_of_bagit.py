"""Where bagit-python 1.9.0 goes wrong: a bag for each fault, on which we are right.

Each test says what bagit does with the same bag, so that a release which mends it is noticed here.
"""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from fonds.packaging.bag import validate_bag, write_bag
from fonds.packaging.loc_bagit import Verdict, ask_bagit
from fonds.schemas.findings import Severity
from tests.packaging.bag.making import FILES, add_line, codes, digest, errors, make, write

ZERO = "0" * 64
NAME = "data/hồ sơ/0001.tif"


def test_a_manifest_in_nfd_over_names_in_nfc(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    manifest = bag / "manifest-sha256.txt"
    nfd = unicodedata.normalize("NFD", NAME)
    write(bag, manifest.name, manifest.read_text().replace(NAME, nfd))
    report = validate_bag(bag)
    assert report.valid
    assert codes(report) == {"BAG_NAME_OTHER_FORM"}
    assert ask_bagit(bag).verdict is not Verdict.VALID


def test_two_files_whose_names_differ_in_their_form_only(tmp_path: Path) -> None:
    files = {unicodedata.normalize(form, "hồ.txt"): b"x" for form in ("NFC", "NFD")}
    bag = make(tmp_path / "bag", files)
    assert errors(bag) == {"BAG_NAMES_COLLIDE"}
    assert ask_bagit(bag).verdict is Verdict.VALID


def test_a_file_that_one_of_two_manifests_omits(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag", algorithms=["sha256", "sha512"])
    manifest = bag / "manifest-sha512.txt"
    write(bag, manifest.name, "".join(manifest.read_text().splitlines(keepends=True)[1:]))
    assert errors(bag) == {"BAG_NOT_IN_EVERY_MANIFEST"}
    assert ask_bagit(bag).verdict is Verdict.VALID


def test_a_line_that_is_rubbish(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    add_line(bag, "rubbish")
    assert errors(bag) == {"BAG_MANIFEST_LINE"}
    assert ask_bagit(bag).verdict is Verdict.VALID


def test_a_payload_manifest_that_lists_a_file_outside_data(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    add_line(bag, f"{digest(b'n')}  notes.txt")
    (bag / "notes.txt").write_bytes(b"n")
    assert errors(bag) == {"BAG_PATH_OUT_OF_SCOPE"}
    assert ask_bagit(bag).verdict is Verdict.VALID


def test_a_path_into_the_folder_beside_whose_name_begins_alike(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    (tmp_path / "bag2").mkdir()
    (tmp_path / "bag2" / "secret").write_bytes(b"s")
    add_line(bag, f"{digest(b's')}  ../bag2/secret")
    assert errors(bag) == {"BAG_PATH_UNSAFE"}
    assert ask_bagit(bag).verdict is Verdict.VALID


def test_a_fetch_file_that_asks_for_a_file_of_this_machine(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    write(bag, "fetch.txt", "file:///etc/passwd - data/a.txt\n")
    assert errors(bag) == {"BAG_FETCH_URL"}
    assert ask_bagit(bag).verdict is Verdict.VALID


def test_a_percent_sign_in_a_name(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "100%.txt").write_bytes(b"x")
    bag = write_bag(tmp_path / "src", tmp_path / "bag").bag
    assert "data/100%25.txt" in (bag / "manifest-sha256.txt").read_text()
    assert validate_bag(bag).findings == ()
    assert ask_bagit(bag).verdict is Verdict.INVALID


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("fetch.txt", b"one two\n", "BAG_FETCH_LINE"),
        ("bag-info.txt", b"Payload-Oxum: 8\n", "BAG_OXUM_BROKEN"),
        ("manifest-sha256.txt", b"%s  data/\xff\n" % ZERO.encode(), "BAG_MANIFEST_LINE"),
    ],
)
def test_tag_files_that_make_it_crash(name: str, content: bytes, code: str, tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    write(bag, name, content)
    assert code in errors(bag)
    assert ask_bagit(bag).verdict is not Verdict.VALID


def test_a_named_pipe_that_it_waits_for_without_end(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    os.mkfifo(bag / "data" / "pipe")
    manifest = (bag / "manifest-sha256.txt").read_text() + f"{ZERO}  data/pipe\n"
    (bag / "bag-info.txt").unlink()
    write(bag, "manifest-sha256.txt", manifest)
    assert errors(bag) == {"BAG_NOT_REGULAR", "BAG_FILE_MISSING"}
    assert ask_bagit(bag, timeout=2).verdict is Verdict.TIMEOUT


def test_version_1_0_is_written_and_the_working_directory_stays(tmp_path: Path) -> None:
    source = tmp_path / "src"
    make(source)
    here = Path.cwd()
    bag = write_bag(source / "data", tmp_path / "bag").bag
    assert Path.cwd() == here
    assert (bag / "bagit.txt").read_text().startswith("BagIt-Version: 1.0\n")
    assert ask_bagit(bag).verdict is Verdict.VALID
    report = validate_bag(bag)
    assert not codes(report, Severity.ERROR, Severity.WARNING)
    assert report.counts["files"] == len(FILES)
