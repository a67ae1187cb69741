"""``fonds ingest`` of packages: what it answers, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import Fonds
from tests.repository.received.making import EAD_WITH_FONDS, Foreign, zipped


@pytest.fixture
def repository(fonds: Fonds, tmp_path: Path) -> Path:
    place = tmp_path / "repository"
    assert fonds("init", place).code == 0
    return place


def test_packages_are_answered_like_deliveries(fonds: Fonds, repository: Path, tmp_path: Path) -> None:
    whole = Foreign(descriptive={"EAD.xml": ("EAD", EAD_WITH_FONDS)}, objid="whole").make(tmp_path / "in")
    broken = Foreign(objid="broken").make(tmp_path / "in")
    (broken / "representations/rep1/data/0002.jpg").write_bytes(b"x")
    answered = fonds("--repo", repository, "--format", "json", "ingest", zipped(whole, tmp_path / "a.zip"))
    assert answered.code == 0
    parts = {"job", "delivery", "source", "ingested", "updated", "unchanged", "waiting", "blocked"}
    assert set(answered.document) == parts | {"findings", "viruses"}
    (one,) = answered.document["ingested"]
    assert (one["code"], one["pages"], one["version"]) == ("P77.05", 2, 1)
    assert {found["severity"] for found in answered.document["findings"]} <= {"warning", "info"}
    again = fonds("--repo", repository, "--format", "json", "ingest", tmp_path / "in")
    assert again.code == 3
    assert [one["code"] for one in again.document["unchanged"]] == ["P77.05"]
    (left,) = again.document["blocked"]
    assert left["where"] == "broken"
    assert {"PKG_DIGEST_WRONG", "PKG_SIZE_WRONG"} == {found["code"] for found in left["findings"]}


def test_the_text_tells_form_from_what_matters(fonds: Fonds, repository: Path, tmp_path: Path) -> None:
    folder = Foreign(descriptive={}, label="Sổ", profile="https://example.org/x.xml").make(tmp_path)
    answered = fonds("--repo", repository, "--lang", "en", "ingest", folder, "--fonds", "P01")
    assert answered.code == 0
    assert "RECEIVED_CODE_FOUND" in answered.out
    assert "SIP2" not in answered.out
    assert "about the form of the packages" in answered.out


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_options_that_do_not_fit_are_a_matter_of_usage(
    fonds: Fonds, repository: Path, tmp_path: Path, lang: str
) -> None:
    folder = Foreign().make(tmp_path)
    for option in ("--inventory", "--mapping"):
        answered = fonds("--repo", repository, "--lang", lang, "ingest", folder, option, folder / "METS.xml")
        assert answered.code == 2
        assert folder.name in answered.err
    (tmp_path / "bare").mkdir()
    answered = fonds("--repo", repository, "--lang", lang, "ingest", tmp_path / "bare", "--fonds", "P01")
    assert answered.code == 2
    assert "--fonds" in answered.err
