"""The public conformance suite of BagIt: every case that Linux can express gets the verdict that the suite gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fonds.packaging.bag import validate_bag
from fonds.schemas.findings import Severity
from tests.packaging.bag.making import codes
from tests.support import SHARED, shared_file

SUITE = "conformance/bagit-conformance-suite"

WARNINGS = {
    "v0.97/warning/made-with-md5sum-tools": "BAG_ASTERISK",
    "v0.97/warning/relative-path": "BAG_PATH_NOT_PLAIN",
    "v0.97/warning/same-filename-listed-twice-with-the-same-hash": "BAG_LISTED_TWICE_OLD",
    "v0.97/warning/special-system-files": "BAG_SYSTEM_FILE",
}
"""What is wrong, but does not make the bag invalid."""

NOT_ON_LINUX = {
    "v0.97/warning/duplicate-file-with-different-case": (
        "lists hello.txt and HELLO.txt, with one file on the disk: one name elsewhere, a missing file on Linux",
        {"BAG_FILE_MISSING", "BAG_NAMES_DIFFER_IN_CASE"},
    ),
    "v0.97/warning/same-filename-listed-twice-with-different-normalization": (
        "lists a name in NFC and in NFD, with one file on the disk: one name elsewhere, two on Linux",
        {"BAG_NAMES_COLLIDE"},
    ),
}
"""Warnings of the suite that presuppose another file system; what we say of them here, and why."""

INVALID = {
    "v0.97/invalid/baginfo-missing-encoding": "BAG_DECLARATION_BROKEN",
    "v0.97/invalid/bom-in-bagit.txt": "BAG_BYTE_ORDER_MARK",
    "v0.97/invalid/corrupt-data-file": "BAG_DIGEST_WRONG",
    "v0.97/invalid/corrupt-tag-file": "BAG_DIGEST_WRONG",
    "v0.97/invalid/extra-file-in-bag": "BAG_FILE_NOT_LISTED",
    "v0.97/invalid/invalid-version-number": "BAG_DECLARATION_BROKEN",
    "v0.97/invalid/missing-baginfo": "BAG_FILE_MISSING",
    "v0.97/invalid/missing-bagit.txt": "BAG_NO_DECLARATION",
    "v0.97/invalid/same-filename-listed-twice-with-different-hashes": "BAG_LISTED_TWICE",
    "v1.0/invalid/bagit-with-invalid-whitespace": "BAG_DECLARATION_BROKEN",
    "v1.0/invalid/notAllManifestsListAllFiles": "BAG_FILE_NOT_LISTED",
    "v1.0/invalid/same-filename-listed-twice-with-different-hashes": "BAG_LISTED_TWICE",
    "v1.0/invalid/same-filename-listed-twice-with-the-same-hash": "BAG_LISTED_TWICE",
}
"""The fault that each case is about. All others lead out of the bag."""


def _cases(*kinds: str) -> list[str]:
    root = SHARED / SUITE
    found = (path for path in root.glob("v*/*/*") if path.is_dir() and path.parent.name in kinds)
    # Without the folder one case remains, so that the test is there to be skipped.
    return sorted(path.relative_to(root).as_posix() for path in found) or ["v1.0/valid/basicBag"]


@pytest.mark.parametrize("case", _cases("valid"))
def test_valid(case: str) -> None:
    report = validate_bag(shared_file(f"{SUITE}/{case}"))
    assert report.valid, report.findings
    harmless = {"BAG_ALGORITHM_WEAK", "BAG_PATH_NOT_PLAIN", "BAG_TAG_NOT_LISTED"}
    assert codes(report, Severity.WARNING) <= harmless


@pytest.mark.parametrize("case", _cases("invalid", "linux-only", "windows-only"))
def test_invalid(case: str) -> None:
    report = validate_bag(shared_file(f"{SUITE}/{case}"))
    assert not report.valid
    expected = INVALID.get(case)
    assert report.has(expected) if expected else codes(report) & {"BAG_PATH_UNSAFE", "BAG_PATH_OUT_OF_SCOPE"}


@pytest.mark.parametrize("case", WARNINGS)
def test_warning(case: str, tmp_path: Path) -> None:
    source = shared_file(f"{SUITE}/{case}")
    bag = tmp_path / "bag"
    shutil.copytree(source, bag)
    if case.endswith("special-system-files"):
        # Copies of the suite seldom keep the empty file that its manifest lists.
        bag.chmod(0o755)
        (bag / "data").chmod(0o755)
        (bag / "data" / ".DS_Store").touch()
    report = validate_bag(bag)
    assert report.valid, report.findings
    assert WARNINGS[case] in codes(report, Severity.WARNING)


@pytest.mark.parametrize("case", NOT_ON_LINUX)
def test_warnings_that_another_file_system_would_need(case: str) -> None:
    reason, expected = NOT_ON_LINUX[case]
    report = validate_bag(shared_file(f"{SUITE}/{case}"))
    assert not report.valid, reason
    assert expected <= codes(report)


def test_every_case_is_among_these() -> None:
    root = shared_file(SUITE)
    cases = {path.relative_to(root).as_posix() for path in root.glob("v*/*/*") if path.is_dir()}
    assert len(cases) == 60
    assert {case for case in cases if "/warning/" in case} == {*WARNINGS, *NOT_ON_LINUX}
