"""`fonds bag` and `fonds validate`, as people and programs use them, and the second opinion."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fonds.cli.main import main
from fonds.packaging.bag import validate_bag
from fonds.packaging.loc_bagit import Opinion, Verdict, compare, second_opinion
from fonds.schemas.messages import LANGUAGES, text
from tests.packaging.bag.making import add_line, make

Run = Callable[..., tuple[int, Any, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: exit code, answer, messages."""

    def call(*arguments: str | Path, form: str = "json") -> tuple[int, Any, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--lang", "en", "--format", form, *map(str, arguments)])
        shown = capsys.readouterr()
        answer = json.loads(shown.out) if form == "json" and shown.out else shown.out
        return int(ended.value.code or 0), answer, shown.err

    return call


def test_a_folder_becomes_a_bag_and_is_valid(run: Run, tmp_path: Path) -> None:
    source, target = make(tmp_path / "src"), tmp_path / "bag"
    code, answer, _ = run("bag", source, target, "--algorithm", "sha512", "--algorithm", "sha256")
    assert (code, answer) == (0, {"bag": str(target), "files": 7, "bytes": sum(_sizes(source))})
    code, answer, _ = run("validate", target, "--second-opinion")
    assert code == 0
    assert answer[0] | {"findings": []} == {
        "path": str(target),
        "kind": "bag",
        "valid": True,
        "counts": {"files": 7, "bytes": sum(_sizes(source)), "error": 0, "warning": 0, "info": 1},
        "findings": [],
    }
    assert [one["code"] for one in answer[0]["findings"]] == ["BAG_SECOND_OPINION_SAME"]


def _sizes(folder: Path) -> list[int]:
    return [path.stat().st_size for path in folder.rglob("*") if path.is_file()]


def test_a_refusal_lists_what_is_wrong(run: Run, tmp_path: Path) -> None:
    source = make(tmp_path / "src")
    os.mkfifo(source / "pipe")
    code, answer, error = run("bag", source, tmp_path / "bag")
    assert code == 3
    assert answer["bag"] is None
    assert [(one["code"], one["where"]) for one in answer["findings"]] == [("BAG_NOT_REGULAR", "pipe")]
    assert "No bag can be made" in error
    assert run("bag", source, source / "x")[0] == 3
    assert run("bag", source, tmp_path)[0] == 3
    assert run("bag", tmp_path / "none", tmp_path / "bag")[0] == 2


def test_one_answer_for_each_path(run: Run, tmp_path: Path) -> None:
    good, bad = make(tmp_path / "good"), make(tmp_path / "bad")
    (bad / "data/a.txt").write_bytes(b"MOT\n")
    (tmp_path / "file.zip").touch()
    code, answer, _ = run("validate", good, bad, tmp_path / "file.zip")
    assert code == 3
    assert [(one["kind"], one["valid"]) for one in answer] == [("bag", True), ("bag", False), ("unknown", False)]
    code, shown, _ = run("validate", "--fast", bad, form="text")
    assert code == 0
    assert shown.startswith(f"NO ERROR FOUND  {bad}")
    assert run("validate", tmp_path / "none")[0] == 2
    assert run("validate")[0] == 2


def test_an_interrupt_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    source = tmp_path / "src"
    source.mkdir()
    with (source / "big").open("wb") as big:
        big.truncate(3_000_000_000)
    command = [sys.executable, "-m", "fonds", "--lang", "en", "bag", str(source), str(tmp_path / "bag")]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while len(list(tmp_path.iterdir())) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=30)
    assert process.returncode == 130, error
    assert "There is no bag" in error
    assert [path.name for path in tmp_path.iterdir()] == ["src"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_disagreement_is_explained(lang: str, tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    add_line(bag, "rubbish")
    found = second_opinion(bag, validate_bag(bag))
    assert found.code == "BAG_SECOND_OPINION_OTHER"
    assert found.data["codes"] == "BAG_MANIFEST_LINE"
    for reason in ("stricter", "form", "percent", "asterisk", "names"):
        assert text(lang, f"finding.{found.code}.reason.{reason}") != f"finding.{found.code}.reason.{reason}"


def test_a_tool_that_gives_no_answer_changes_nothing(tmp_path: Path) -> None:
    report = validate_bag(make(tmp_path / "bag"))
    found = compare(report, Opinion(Verdict.TIMEOUT, "60 s"))
    assert found.code == "BAG_SECOND_OPINION_NONE"
    assert compare(report, Opinion(Verdict.INVALID, "no")).data["reason"] == "names"
