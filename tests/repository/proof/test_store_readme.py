"""The README of the store is enough: its own commands, taken out of it, tell a whole package from a damaged one."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import bagit
import pytest

from fonds.repository.archive import Archive
from tests.factories import dossier_packages

FOLDER = {"vi": "<thư mục gói>", "en": "<package folder>"}
DAMAGED = "data/representations/rep1/data/0001.jpg"


def commands(archive: Archive, lang: str) -> list[str]:
    """Return the command lines of the README in a language."""
    vietnamese, english = (
        (archive.root / "store/README.txt").read_text("utf-8").split("A DIGITAL ARCHIVE — READ ME FIRST")
    )
    text = vietnamese if lang == "vi" else english
    return re.findall(r"(?:^| )(?: )((?:sha256sum|grep|bagit\.py) .+)$", text, re.MULTILINE)


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a line as it stands, in a shell; ``bagit.py`` is the program of the package ``bagit``."""
    program = command.replace("bagit.py ", f"{sys.executable} {bagit.__file__} ", 1)
    return subprocess.run(["bash", "-c", program], cwd=folder, capture_output=True, text=True, check=False)


def judged(archive: Archive, lang: str, location: str) -> tuple[bool, bool, bool]:
    """Do what the README says; whether sha256sum, bagit.py and the seal find the package whole."""
    store = archive.root / "store"
    *checks, bag, digests, grep = [one.replace(FOLDER[lang], location) for one in _ordered(commands(archive, lang))]
    assert len(checks) == 2
    plain = all((done.returncode, done.stdout) == (0, "") for done in (run(one, store / location) for one in checks))
    codes = [line.split()[0] for line in run(digests, store).stdout.splitlines()]
    (row,) = run(grep, store).stdout.splitlines()
    sealed = [f'"{name}":"{code}"' for name, code in zip(("manifest", "tagmanifest"), codes, strict=True)]
    return plain, run(bag, store).returncode == 0, all(one in row for one in sealed)


def _ordered(found: list[str]) -> list[str]:
    """Return the two checks, then bagit.py, the digests of the manifests, and grep."""
    assert len(found) == 5
    checks = [one for one in found if "--check" in one]
    bag, digests, grep = (
        next(one for one in found if one.startswith(name) and "--check" not in one)
        for name in ("bagit.py", "sha256sum", "grep")
    )
    return [*checks, bag, digests, grep]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_auditor_needs_nothing_but_the_readme(archive: Archive, lang: str) -> None:
    # bagit.py writes nothing when it validates, and every package is read as it lies there.
    locations = list(archive.store.locations())
    assert len(locations) == 4, "the dossiers and the fonds"
    assert [judged(archive, lang, location) for location in locations] == [(True, True, True)] * len(locations)
    location = dossier_packages(archive)[0].location
    package = archive.root / "store" / location
    kept = Path(shutil.copytree(package, archive.root / "kept"))
    page = package / DAMAGED
    page.write_bytes(page.read_bytes()[:-1] + b"?")
    assert judged(archive, lang, location) == (False, False, True)
    # Whoever changes the manifests with it is found by the seal.
    for name, file in (("manifest-sha256.txt", DAMAGED), ("tagmanifest-sha256.txt", "manifest-sha256.txt")):
        old = run(f"sha256sum {kept / file}", package).stdout.split()[0]
        new = run(f"sha256sum {file}", package).stdout.split()[0]
        path = package / name
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    assert judged(archive, lang, location) == (True, True, False)
