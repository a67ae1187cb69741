"""``fonds repair``, ``incidents`` and ``drill`` as commands: what they say, and with which exit code they end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from fonds.repository.work import work
from tests.cli.running import Fonds
from tests.factories import SAMPLE, ingest_sample

CODE = SAMPLE[0].code


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two dossiers; nobody changes it."""
    folder = tmp_path_factory.mktemp("stocked")
    archive, _ = ingest_sample(folder / "repo", folder / "P01", SAMPLE[:2])
    work(archive, stopped=lambda: False)
    return archive.root


@pytest.fixture
def held(stocked: Path, repo: Path) -> Path:
    """The same, for one test to change."""
    shutil.copytree(stocked, repo)
    return repo


def page(held: Path) -> Path:
    return next((held / "store").glob(f"*/{CODE}/v1/*/data/representations/rep1/data/0001.jpg"))


def spoil(path: Path) -> bytes:
    """Flip a bit; returns what the file was."""
    before = path.read_bytes()
    path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
    return before


def test_the_whole_way(held: Path, tmp_path: Path, fonds: Fonds) -> None:
    asked = ("--repo", held, "--lang", "en")
    assert fonds(*asked, "copies", "add", tmp_path / "nas", "--name", "nas").code == 0
    assert fonds(*asked, "copies", "sync").code == 0
    before = spoil(page(held))
    assert fonds(*asked, "audit", "--all").code == 3
    listed = fonds(*asked, "--format", "json", "incidents")
    assert (listed.code, listed.document["total"]) == (3, 1)
    (one,) = listed.document["incidents"]
    assert (one["name"], one["copy"], one["open"], one["count"]) == (CODE, "main", True, 1)
    shown = fonds(*asked, "incidents", "show", str(one["number"]))
    assert (shown.code, "0001.jpg: other bytes" in shown.out, f"fonds repair {one['package']}" in shown.out) == (
        0,
        True,
        True,
    )
    status = fonds(*asked, "--format", "json", "status")
    assert (status.code, status.document["incidents"]) == (3, 1)
    planned = fonds(*asked, "repair", "--all", "--dry-run")
    assert (planned.code, "TO RESTORE" in planned.out) == (3, True)
    assert page(held).read_bytes() != before
    done = fonds(*asked, "--format", "json", "repair", "--all")
    assert (done.code, done.document["ok"]) == (0, True)
    (package,) = done.document["packages"]
    assert (package["name"], package["verified"], package["incidents_closed"]) == (CODE, True, [one["number"]])
    assert [(step["did"], step["copy"], step["source"]) for step in package["done"]] == [("restored", "main", "nas")]
    assert page(held).read_bytes() == before
    assert fonds(*asked, "status").code == 0
    none = fonds(*asked, "incidents", "list")
    assert (none.code, none.out.strip()) == (0, "No incident is open.")
    assert fonds(*asked, "--format", "json", "incidents", "list", "--all").document["incidents"][0]["how"] == "repair"
    assert "No package is known to be wrong." in fonds(*asked, "repair", "--all").out


def test_without_a_good_copy_a_person_decides(held: Path, fonds: Fonds) -> None:
    asked = ("--repo", held, "--lang", "en")
    spoil(page(held))
    assert fonds(*asked, "audit", "--all").code == 3
    done = fonds(*asked, "repair", CODE)
    assert (done.code, "NO GOOD COPY" in done.out, "main" in done.out) == (3, True, True)
    (one,) = fonds(*asked, "--format", "json", "incidents").document["incidents"]
    refused = fonds(*asked, "incidents", "resolve", str(one["number"]), "--reason", " ")
    assert (refused.code, "No reason is given." in refused.err) == (2, True)
    assert fonds(*asked, "incidents", "resolve", "9999", "--reason", "x").code == 2
    resolved = fonds(*asked, "incidents", "resolve", str(one["number"]), "--reason", "The paper is kept")
    assert (resolved.code, CODE in resolved.out) == (0, True)
    shown = fonds(*asked, "incidents", "show", str(one["number"]))
    assert "The paper is kept" in shown.out
    assert fonds(*asked, "incidents", "resolve", str(one["number"]), "--reason", "x").code == 2


def test_which_packages_must_be_said(held: Path, fonds: Fonds) -> None:
    for arguments in ((), ("--all", CODE)):
        refused = fonds("--repo", held, "--lang", "en", "repair", *arguments)
        assert (refused.code, "--all" in refused.err) == (2, True)
    assert fonds("--repo", held, "repair", "xyz").code == 2
    sound = fonds("--repo", held, "--lang", "en", "repair", CODE, "--dry-run")
    assert (sound.code, "nothing is wrong" in sound.out) == (0, True)


def test_a_drill(held: Path, tmp_path: Path, fonds: Fonds) -> None:
    assert fonds("--repo", held, "copies", "add", tmp_path / "nas", "--name", "nas").code == 0
    assert fonds("--repo", held, "copies", "sync").code == 0
    asked = ("drill", "--packages", "1", "--flips", "3", "--seed", "7")
    held_drill = fonds("--repo", held, "--format", "json", *asked)
    said = held_drill.document
    assert (held_drill.code, said["ok"], said["seed"], said["missed"], said["false"]) == (0, True, 7, 0, 0)
    assert said["planted"] == said["found"] >= 20
    text = fonds("--repo", held, "--lang", "en", *asked, "--keep")
    assert (text.code, "PASSED" in text.out, "--seed 7" in text.out) == (0, True, True)
    kept = Path(text.out.splitlines()[-1].rpartition(" ")[2])
    assert (kept / "repository" / "fonds.toml").exists()
    shutil.rmtree(kept)
    assert fonds("--repo", held, "log", "verify").code == 0
