"""``fonds describe import FINDINGAID.xml`` and taking it back, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from fonds.metadata.ids import dossier_id
from tests.cli.running import Answered, Fonds
from tests.repository.finding_aid.aids import CODE, write_aid

LATER = "H99.12.P01.1970.11"


@pytest.fixture
def aid(tmp_path: Path) -> Path:
    return write_aid(tmp_path / "aid.xml")


def document(answered: Answered, code: int = 0) -> Any:  # noqa: ANN401 - whatever the JSON is
    assert answered.code == code, answered
    return json.loads(answered.out)


def test_preview_write_again_and_back(fonds: Fonds, repo: Path, aid: Path) -> None:
    fonds("init", repo)
    command = ("--repo", repo, "--format", "json", "describe")
    shown = document(fonds(*command, "import", aid))
    assert (shown["applied"], shown["run"], shown["fonds"], shown["version"]) == (False, 0, CODE, 0)
    assert shown["counts"] == {"fonds": {"new": 1}, "series": {"new": 3}, "file": {"new": 6}, "item": {"new": 2}}
    assert set(shown["preview"][0]) == {"depth", "level", "code", "title", "verdict"}
    assert document(fonds("--repo", repo, "--format", "json", "list"))["total"] == 0
    done = document(fonds(*command, "import", aid, "--mode", "01", "--reason", "từ kho cũ", "--apply"))
    assert (done["applied"], done["version"], bool(done["run"])) == (True, 1, True)
    assert done["location"].startswith(f"{CODE}/_fonds/v1/")
    held = document(fonds("--repo", repo, "--format", "json", "list"))
    assert (held["total"], {unit["packaged"] for unit in held["units"]}) == (6, {False})
    found = document(fonds("--repo", repo, "--format", "json", "search", "ban do le"))
    assert [hit["id"] for hit in found["hits"]] == [dossier_id(CODE, LATER)]
    state = document(fonds("--repo", repo, "--format", "json", "status"))
    assert (state["held"]["dossiers"], state["held"]["undigitised"]) == (6, 6)
    again = document(fonds(*command, "import", aid, "--mode", "01", "--apply"))
    assert (again["run"], again["version"]) == (0, 0)
    (run,) = document(fonds(*command, "runs"))["runs"]
    assert (run["number"], run["reason"], run["subject"]) == (done["run"], "từ kho cũ", str(aid))
    assert document(fonds(*command, "undo", str(done["run"])))["counts"]["file"] == {"gone": 6}
    undone = document(fonds(*command, "undo", str(done["run"]), "--apply"))
    assert undone["version"] == 2
    assert document(fonds("--repo", repo, "--format", "json", "list"))["total"] == 0
    assert fonds("--repo", repo, "audit", "--all").code == 0


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("vi", ("nếu ghi thì:", "Hồ sơ: 6 mới", "Mục lục, nhóm: 3 mới", "Trùng mã", "--apply")),
        ("en", ("would change so:", "Dossiers: 6 new", "Series: 3 new", "FINDING_AID_CLOSED", "--apply")),
    ],
)
def test_a_preview_is_told_in_words(fonds: Fonds, repo: Path, aid: Path, lang: str, words: tuple[str, ...]) -> None:
    fonds("init", repo)
    said = fonds("--repo", repo, "--lang", lang, "describe", "import", aid)
    assert said.code == 0
    assert all(word in said.out for word in words), said.out
    assert re.search(r"^  (mới|new) {6}H99.12.P01.1962.01  Báo cáo năm 1962$", said.out, re.MULTILINE)


@pytest.mark.parametrize(
    ("lang", "show", "status", "undone"),
    [
        ("vi", "chưa số hóa", "trong đó 6 hồ sơ mới có mô tả", "Đã hoàn lại mô tả của phông"),
        ("en", "not digitised yet", "6 dossiers are described and not digitised", "Took back the description of fonds"),
    ],
)
def test_what_is_not_digitised_is_said_to_be(
    fonds: Fonds, repo: Path, aid: Path, lang: str, show: str, status: str, undone: str
) -> None:
    fonds("init", repo)
    said = fonds("--repo", repo, "--lang", lang, "describe", "import", aid, "--apply")
    number = re.search(r"describe undo (\d+)", said.out)
    assert number
    assert show in fonds("--repo", repo, "--lang", lang, "show", LATER).out
    assert status in fonds("--repo", repo, "--lang", lang, "status").out
    assert undone in fonds("--repo", repo, "--lang", lang, "describe", "undo", number[1], "--apply").out


def test_the_fonds_can_be_named(fonds: Fonds, repo: Path, tmp_path: Path) -> None:
    fonds("init", repo)
    nameless = write_aid(tmp_path / "nameless.XML", code="")
    refused = fonds("--repo", repo, "describe", "import", nameless)
    assert (refused.code, "--fonds" in refused.err) == (2, True)
    done = document(fonds("--repo", repo, "--format", "json", "describe", "import", nameless, "--fonds", CODE))
    assert done["fonds"] == CODE


REFUSED = [
    ("none.xml", None, (), 2, ("Không có tệp mục lục", "There is no finding aid")),
    ("a.xml", b"<ead><archdesc>", (), 3, ("Tệp XML hỏng", "The XML file is broken")),
    ("a.xml", b"<html/>", (), 3, ("không phải là EAD", "is not EAD")),
    ("a.xml", b'<!DOCTYPE ead [<!ENTITY a "b">]><ead/>', (), 3, ("DOCTYPE", "DOCTYPE declares entities")),
    ("a.csv", b"x", ("--fonds", CODE), 2, ("chỉ dùng với tệp mục lục", "go with a finding aid")),
    ("a.csv", b"x", ("--mode", "01"), 2, ("chỉ dùng với tệp mục lục", "go with a finding aid")),
    ("a.xml", b"<ead/>", ("--mode", "03"), 2, ("--mode", "--mode")),
]


@pytest.mark.parametrize("case", REFUSED, ids=[f"{name} {code}" for name, _, _, code, _ in REFUSED])
def test_what_is_refused(
    fonds: Fonds, repo: Path, tmp_path: Path, case: tuple[str, bytes | None, tuple[str, ...], int, tuple[str, str]]
) -> None:
    name, content, options, code, words = case
    fonds("init", repo)
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for lang, word in zip(("vi", "en"), words, strict=True):
        answered = fonds("--repo", repo, "--lang", lang, "describe", "import", tmp_path / name, *options, "--apply")
        assert (answered.code, answered.out) == (code, "")
        assert word in answered.err
        assert answered.err.count("→") <= 1
