"""``fonds log checkpoint``, ``log verify`` and ``fonds proof`` as a person runs them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.repository.chain import row_line
from tests.cli.running import Fonds, as_process
from tests.factories import dossier_packages
from tests.repository.tsa import NAME, make_authority, serving
from tests.support import ROOT, require_or_skip

PAGE = "data/representations/rep1/data/0001.jpg"


@pytest.fixture
def own(library: Path, tmp_path: Path) -> Path:
    """A repository of this test's own."""
    return Path(shutil.copytree(library, tmp_path / "repo"))


def test_a_checkpoint_is_told_printed_and_verified(fonds: Fonds, own: Path, tmp_path: Path) -> None:
    out = tmp_path / "checkpoint.html"
    made = fonds("--repo", own, "--format", "json", "log", "checkpoint", "--print", out).document
    assert (own / "store/_audit-log/checkpoints.jsonl").read_text().count(made["signature"]) == 1
    page = out.read_text("utf-8")
    for value in (made["head"], made["fingerprint"], made["signature"]):
        assert " ".join(value[at : at + 4] for at in range(0, len(value), 4)) in page
    assert "ĐIỂM CHỐT" in page
    grouped = " ".join(made["fingerprint"][at : at + 4] for at in range(0, 64, 4))
    good = fonds("--repo", own, "--lang", "en", "log", "verify", "--key", grouped)
    assert good.code == 0
    assert "The log is whole" in good.out
    assert grouped.split()[0] in good.out
    assert fonds("--repo", own, "log", "verify", "--key", "0" * 64).code == 3
    assert fonds("--repo", own, "log", "verify", "--key", "abc").code == 2
    said = fonds("--repo", own, "--lang", "en", "log", "checkpoint")
    assert (said.code, "Fingerprint of the key" in said.out) == (0, True)


def test_a_checkpoint_is_stamped_by_the_authority_of_the_settings(fonds: Fonds, own: Path, tmp_path: Path) -> None:
    settings = own / "fonds.toml"
    with serving(make_authority(tmp_path / "tsa", require_or_skip("openssl"))) as authority:
        named = settings.read_text("utf-8").replace('stamp_url = ""', f'stamp_url = "{authority.url}"')
        settings.write_text(named, "utf-8")
        made = fonds("--repo", own, "--lang", "en", "log", "checkpoint")
        assert (made.code, made.err) == (0, "")
        said = fonds("--repo", own, "--lang", "en", "log", "verify")
        assert (said.code, "the certificate was not checked" in said.out) == (0, True)
        settings.write_text(named.replace('stamp_roots = ""', f'stamp_roots = "{authority.roots}"'), "utf-8")
        said = fonds("--repo", own, "log", "verify")
        assert (said.code, f"do CN={NAME} cấp" in said.out) == (0, True)
    away = fonds("--repo", own, "--lang", "en", "log", "checkpoint")
    assert (away.code, "has no time stamp" in away.err) == (0, True)
    authority.roots.unlink()
    lost = fonds("--repo", own, "--lang", "en", "log", "verify")
    assert (lost.code, "root certificates" in lost.err) == (1, True)


def test_openssl_checks_a_stamp_as_the_description_of_the_formats_says(fonds: Fonds, own: Path, tmp_path: Path) -> None:
    with serving(make_authority(tmp_path / "tsa", require_or_skip("openssl"))) as authority:
        settings = own / "fonds.toml"
        named = settings.read_text("utf-8").replace('stamp_url = ""', f'stamp_url = "{authority.url}"')
        settings.write_text(named, "utf-8")
        assert fonds("--repo", own, "log", "checkpoint").code == 0
    place = tmp_path / "auditor"
    place.mkdir()
    shutil.copy(own / "store/_audit-log/checkpoints.jsonl", place)
    shutil.copy(authority.roots, place / "roots.pem")
    page = (ROOT / "docs/formats.md").read_text("utf-8")
    (commands,) = (part for part in page.split("```") if "openssl ts -verify" in part)
    done = subprocess.run(["/bin/sh", "-e", "-c", commands], cwd=place, capture_output=True, check=False)
    assert (done.returncode, b"Verification: OK" in done.stdout) == (0, True)


@pytest.mark.parametrize(("lang", "word"), [("vi", "NHẬT KÝ BỊ CẮT"), ("en", "THE LOG WAS CUT OFF")])
def test_a_log_that_was_cut_is_told(fonds: Fonds, own: Path, lang: str, word: str) -> None:
    rows = list(open_archive(own).log.rows())
    (file,) = (own / "log").glob("audit-*.jsonl")
    file.write_bytes(b"".join(row_line(row) for row in rows[:-2]))
    found = fonds("--repo", own, "--lang", lang, "log", "verify")
    assert (found.code, word in found.out) == (3, True)
    told = fonds("--repo", own, "--format", "json", "log", "verify").document
    assert (told["ok"], told["broken_at"], told["first_wrong"]) == (False, 0, len(rows) - 1)
    assert fonds("--repo", own, "log", "checkpoint").code == 3
    file.write_bytes(b"?\n")
    found = fonds("--repo", own, "--lang", lang, "log", "verify")
    assert (found.code, found.err) == (3, "")


def test_a_proof_is_made_verified_and_checked_by_the_script(fonds: Fonds, library: Path, tmp_path: Path) -> None:
    archive = open_archive(library)
    location = dossier_packages(archive)[0].location
    stored = library / "store" / location / PAGE
    out, script = tmp_path / "proof.json", tmp_path / "verify_proof.py"
    made = fonds("--repo", library, "--format", "json", "proof", "make", stored, "--out", out).document
    assert (made["file"], made["location"]) == (PAGE, location)
    assert fonds("--repo", library, "proof", "make", stored).document == json.loads(out.read_text("utf-8"))
    assert fonds("proof", "script", "--out", script).code == 0
    assert fonds("proof", "script").out == script.read_text("utf-8")
    good = fonds("--lang", "en", "proof", "verify", out, stored, "--key", made["fingerprint"])
    assert (good.code, "PROVEN" in good.out, good.err) == (0, True, "")
    assert "--key" in fonds("--lang", "en", "proof", "verify", out).err
    other = fonds("--lang", "en", "proof", "verify", out, library / "fonds.toml")
    assert (other.code, "NOT PROVEN (file)" in other.err) == (3, True)
    out.write_text(out.read_text("utf-8").replace(made["sha256"], "0" * 64), "utf-8")
    assert fonds("proof", "verify", out).code == 3
    script.write_text("{", "utf-8")
    assert fonds("proof", "verify", script).code == 3
    for arguments in (("verify", tmp_path / "none"), ("verify", out, tmp_path)):
        assert fonds("proof", *arguments).code in {1, 3}
    assert fonds("--repo", library, "proof", "make", "none").code == 2
    assert fonds("proof", "script", "--out", tmp_path / "no" / "where").code == 1


def test_proofs_are_verified_where_there_is_no_repository(library: Path, tmp_path: Path) -> None:
    location = dossier_packages(open_archive(library))[0].location
    made = as_process("--repo", library, "proof", "make", f"{location}/{PAGE}", "--out", tmp_path / "proof.json")
    assert made.code == 0
    assert as_process("proof", "verify", "proof.json", cwd=tmp_path).code == 0
