"""Helpers that tests of several rooms share: optional system parts and the sample data beside the project."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"


def _first_on_path(*names: str) -> Callable[[], str | None]:
    return lambda: next((found for found in map(shutil.which, names) if found), None)


# Each optional part of the system: how it is found, and how to get it.
_PARTS: dict[str, tuple[Callable[[], str | None], str]] = {
    "cc": (_first_on_path("cc", "gcc", "clang"), "apt-get install gcc libc6-dev"),
    "chromium": (
        _first_on_path("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
        "apt-get install chromium",
    ),
    "clamd": (_first_on_path("clamd", "/usr/sbin/clamd"), "apt-get install clamav-daemon"),
    "openssl": (_first_on_path("openssl"), "apt-get install openssl"),
    "peers": (dev.peers_python, "python3 dev.py test, where packages can be installed"),
    "git": (_first_on_path("git"), "apt-get install git"),
    "java": (_first_on_path("javac"), "apt-get install default-jdk-headless"),
    "mkfs.ext4": (_first_on_path("mkfs.ext4"), "apt-get install e2fsprogs mount"),
    "strace": (_first_on_path("strace"), "apt-get install strace"),
    "xmllint": (_first_on_path("xmllint"), "apt-get install libxml2-utils"),
}


def require_or_skip(part: str) -> str:
    """The path of an optional program, named as in `_PARTS`; "peers" is the Python beside programs of others.

    Missing, the test is skipped with the way to install it; with FONDS_REQUIRE_ALL=1 (continuous integration)
    it fails instead, so that a check cannot fall away unseen.
    """
    find, remedy = _PARTS[part]
    found = find()
    if found:
        return found
    reason = f"{part} is not installed ({remedy})"
    if os.environ.get("FONDS_REQUIRE_ALL") == "1":
        pytest.fail(f"{reason}, and FONDS_REQUIRE_ALL=1 asks for every part")
    pytest.skip(reason)


def shared_sample(name: str) -> Path:
    """A sample below `../shared/samples`, for example "fonds_A_clean"."""
    return _shared("samples", name)


def shared_file(name: str) -> Path:
    """A file or folder below `../shared`, for example "conformance/xsd"."""
    return _shared(name)


def _shared(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if path.exists():
        return path
    reason = f"{'/'.join(parts)} is not in {SHARED}"
    # Without the folder the samples cannot be had; with it, a name that leads nowhere is a mistake.
    if SHARED.is_dir() and os.environ.get("FONDS_REQUIRE_ALL") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
