"""A proof for one file: made, verified, and checked by the stand-alone script; whatever is changed in it is refused."""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.repository.archive import Archive
from fonds.repository.logged import sealed_rows
from fonds.repository.proof import standalone
from fonds.repository.proof.inclusion import make_proof, verify_proof
from fonds.repository.proof.keys import grouped
from fonds.repository.proof.places import checkpoints, own_lines
from tests.factories import dossier_packages
from tests.repository.proof.conftest import Rewrite, opened

PAGE = "data/representations/rep1/data/0001.jpg"
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
"""RFC 8032, 7.1: public key, message, signature of tests 1 to 3."""


@pytest.fixture(scope="module")
def ready(signed_once: Path) -> Archive:
    return opened(signed_once)


@pytest.fixture(scope="module")
def proof(ready: Archive) -> dict[str, Any]:
    """A proof as it is read back from its file."""
    found: dict[str, Any] = json.loads(json.dumps(make_proof(ready, f"{dossier_packages(ready)[0].location}/{PAGE}")))
    return found


def leaves(said: object, path: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Yield the path of every value in a document that is no list or object."""
    if isinstance(said, dict | list):
        for key, value in said.items() if isinstance(said, dict) else enumerate(said):
            yield from leaves(value, (*path, key))
    else:
        yield path


def changed(proof: dict[str, Any], path: tuple[Any, ...]) -> dict[str, Any]:
    """Return a proof with one value other than it was."""
    made = copy.deepcopy(proof)
    inner: Any = made
    for key in path[:-1]:
        inner = inner[key]
    value = inner[path[-1]]
    if isinstance(value, str):
        inner[path[-1]] = (("1" if value[0] == "0" else "0") + value[1:]) if value else "0"
    else:
        inner[path[-1]] = value + 1
    return made


def script_in(folder: Path) -> Path:
    """Put the script into a folder of its own, as ``fonds proof script`` does."""
    folder.mkdir(exist_ok=True)
    return Path(shutil.copy(Path(standalone.__file__), folder / "verify_proof.py"))


def run(script: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", script.name, *map(str, arguments)]
    return subprocess.run(command, cwd=script.parent, capture_output=True, text=True, check=False, timeout=60)


def test_a_proof_is_small_and_holds(ready: Archive, proof: dict[str, Any], tmp_path: Path) -> None:
    aip = dossier_packages(ready)[0]
    stored = ready.root / "store" / aip.location / PAGE
    proven = verify_proof(proof, [], "")
    assert (proven.path, proven.location) == (PAGE, aip.location)
    assert proven.checkpoint == checkpoints(own_lines(ready))[0]
    assert verify_proof(proof, [proven.fingerprint], proven.sha256) == proven
    script = script_in(tmp_path / "alone")
    written = script.parent / "proof.json"
    written.write_text(json.dumps(proof), "utf-8")
    assert written.stat().st_size < 8_000
    for more in ([], [stored], ["--key", grouped(proven.fingerprint)], [stored, "--key", proven.fingerprint]):
        done = run(script, written, *more)
        assert (done.returncode, done.stdout[:6], done.stderr) == (0, "PROVEN", "")
        assert proven.sha256 in done.stdout
    for more in ([ready.root / "fonds.toml"], ["--key", "0" * 64], [tmp_path / "missing"]):
        done = run(script, written, *more)
        assert (done.returncode, done.stdout[:10], done.stderr) == (3, "NOT PROVEN", "")
    assert run(script).returncode == 2
    with pytest.raises(RefusedError, match=r"PROOF_REFUSED.*key"):
        verify_proof(proof, ["0" * 64], "")
    with pytest.raises(RefusedError, match=r"PROOF_REFUSED.*file"):
        verify_proof(proof, [], "0" * 64)


def test_every_value_that_is_changed_is_refused(proof: dict[str, Any]) -> None:
    paths = list(leaves(proof))
    assert len(paths) > 35
    for path in paths:
        with pytest.raises(RefusedError, match="PROOF_REFUSED"):
            verify_proof(changed(proof, path))


def test_the_script_refuses_every_value_that_is_changed(proof: dict[str, Any], tmp_path: Path) -> None:
    # In one process for all, and in its own folder without anything of ours: what is run is the script itself.
    script = script_in(tmp_path / "alone")
    paths = list(leaves(proof))
    for number, path in enumerate(paths):
        (script.parent / f"{number}.json").write_text(json.dumps(changed(proof, path)), "utf-8")
    (script.parent / "good.json").write_text(json.dumps(proof), "utf-8")
    (script.parent / "all.py").write_text(
        "import runpy, sys\n"
        "for name in sys.argv[1:]:\n"
        "    sys.argv = ['verify_proof.py', name + '.json']\n"
        "    try:\n"
        "        runpy.run_path('verify_proof.py', run_name='__main__')\n"
        "    except SystemExit as end:\n"
        "        print(end.code)\n",
        "utf-8",
    )
    done = run(script.parent / "all.py", "good", *range(len(paths)))
    good, *others = done.stdout.splitlines()
    assert (good, done.stderr) == ("PROVEN", "")
    assert [line for line in others if line.startswith("NOT PROVEN")] == others[-2 * len(paths) :: 2]
    assert others[-2 * len(paths) + 1 :: 2] == ["3"] * len(paths)


@pytest.mark.parametrize("key", ["file", "row", "checkpoint"])
@pytest.mark.parametrize("value", [None, [], {}, "x", 1])
def test_what_is_no_proof_is_refused(proof: dict[str, Any], key: str, value: object) -> None:
    for said in (value, {**proof, key: value}, {**proof, "more": value}):
        with pytest.raises(RefusedError, match=r"PROOF_REFUSED.*form"):
            verify_proof(said)


def test_the_script_tells_of_what_it_cannot_read(proof: dict[str, Any], tmp_path: Path) -> None:
    script = script_in(tmp_path / "alone")
    for name, written in {"empty": b"", "bytes": b"\xff", "list": b"[]", "deep": b"[" * 100_000}.items():
        (script.parent / name).write_bytes(written)
        done = run(script, name)
        assert (done.returncode, done.stdout[:10], done.stderr) == (3, "NOT PROVEN", ""), name


def test_the_script_is_short_and_uses_nothing_but_python() -> None:
    written = Path(standalone.__file__).read_text("utf-8")
    assert len(written.splitlines()) <= 100
    named = {line.split()[1] for line in written.splitlines() if line.startswith(("import ", "from "))}
    assert named <= sys.stdlib_module_names


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_ed25519_of_the_script_against_the_vectors_of_rfc_8032(key: str, message: str, signature: str) -> None:
    public, said, good = (bytes.fromhex(one) for one in (key, message, signature))
    assert standalone.is_signed(public, said, good)
    assert not standalone.is_signed(public, said + b"x", good)
    order = (int.from_bytes(good[32:], "little") + standalone.ORDER).to_bytes(32, "little")
    assert not standalone.is_signed(public, said, good[:32] + order), "5.1.7: S is below the order"
    with pytest.raises(ValueError, match="Ed25519"):
        standalone.is_signed((2**255 - 1).to_bytes(32, "little"), said, good)


def test_a_page_and_a_path_on_the_disk_name_the_same_file(ready: Archive, proof: dict[str, Any]) -> None:
    aip = dossier_packages(ready)[0]
    page = ready.holdings.pages(aip.objid).items[0]
    assert json.loads(json.dumps(make_proof(ready, page.id))) == proof
    assert json.loads(json.dumps(make_proof(ready, str(ready.root / "store" / aip.location / PAGE)))) == proof
    for other in (
        "x",
        f"{aip.location}/data/none",
        "a/b/v1/c/d",
        "../x/v1/../y",
        f"{aip.location}/manifest-sha256.txt",
    ):
        with pytest.raises(UsageError, match="PROOF_SUBJECT"):
            make_proof(ready, other)


def test_every_file_of_every_package_has_a_proof(ready: Archive) -> None:
    for aip in ready.holdings.aips():
        for path in ready.holdings.digests(aip.objid, aip.version):
            assert verify_proof(make_proof(ready, f"{aip.location}/{path}")).path == path


def test_the_day_of_a_checkpoint_can_be_chosen(archive: Archive) -> None:
    what = f"{dossier_packages(archive)[0].location}/{PAGE}"
    first, second = checkpoints(own_lines(archive))
    assert verify_proof(make_proof(archive, what)).checkpoint == first
    assert verify_proof(make_proof(archive, what, second.time[:10])).checkpoint == second
    with pytest.raises(UsageError, match="PROOF_CHECKPOINT"):
        make_proof(archive, what, "1999-01-01")
    archive.checkpoints_file.unlink()
    with pytest.raises(UsageError, match="PROOF_CHECKPOINT"):
        make_proof(archive, what)


def test_a_row_that_names_no_contents_and_a_log_that_was_changed_give_no_proof(
    archive: Archive, rewrite: Rewrite
) -> None:
    aip = dossier_packages(archive)[0]
    what, rows = f"{aip.location}/{PAGE}", list(archive.log.rows())
    at = sealed_rows(archive)[aip.objid, aip.version].number - 1
    rewrite([*rows[:at], replace(rows[at], agent="nobody"), *rows[at + 1 :]])
    with pytest.raises(RefusedError, match="LOG_CHANGED"):
        make_proof(archive, what)
    rewrite(rows[: at + 1])
    with pytest.raises(RefusedError, match="LOG_CHANGED"):
        make_proof(archive, what)
    detail = {key: value for key, value in rows[at].detail.items() if key != "contents"}
    rewrite([*rows[:at], replace(rows[at], detail=detail)])
    with pytest.raises(RefusedError, match="PROOF_ROW"):
        make_proof(archive, what)


def test_a_package_that_is_not_as_its_row_says_gives_no_proof(archive: Archive) -> None:
    location = dossier_packages(archive)[0].location
    manifest = archive.root / "store" / location / "manifest-sha256.txt"
    lines = manifest.read_text("utf-8").splitlines()
    manifest.write_text("".join(f"{'1' if line[0] == '0' else '0'}{line[1:]}\n" for line in lines), "utf-8")
    with pytest.raises(FondsError, match="PACKAGE_BROKEN"):
        make_proof(archive, f"{location}/{PAGE}")
    manifest.unlink()
    with pytest.raises(FondsError, match="PACKAGE_BROKEN"):
        make_proof(archive, f"{location}/{PAGE}")
