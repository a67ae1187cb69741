"""The options of ``fonds audit``: parts, pace and limits, and what is said of what was left."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.running import Fonds
from tests.factories import SAMPLE, ingest_sample

PACKAGES = len(SAMPLE) + 1


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audited")
    return ingest_sample(folder / "repo", folder / "source")[0].root


@pytest.fixture
def held(stocked: Path, tmp_path: Path) -> Path:
    """A repository that was never audited."""
    return Path(shutil.copytree(stocked, tmp_path / "held"))


def set_to(root: Path, key: str, value: str) -> None:
    path = root / "fonds.toml"
    lines = path.read_text("utf-8").splitlines()
    assert f'{key} = ""' in lines
    path.write_text("\n".join(f'{key} = "{value}"' if line == f'{key} = ""' else line for line in lines), "utf-8")


WRONG = [
    (("--subset", "8/7"), "3/7"),
    (("--subset", "seven"), "3/7"),
    (("--rate", "fast"), "20MB"),
    (("--rate", "0"), "20MB"),
    (("--max-duration", "2"), "1h30m"),
    (("--max-duration", "soon"), "1h30m"),
    (("--package", "H99.12.P01", "--subset", "1/2"), "--package"),
]


@pytest.mark.parametrize(("options", "said"), WRONG, ids=[" ".join(options) for options, _ in WRONG])
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_cannot_be_understood(stocked: Path, fonds: Fonds, lang: str, options: tuple[str, ...], said: str) -> None:
    answered = fonds("--repo", stocked, "--lang", lang, "audit", *options)
    assert (answered.code, answered.out) == (2, "")
    assert said in answered.err
    assert "{" not in answered.err


def test_the_parts_of_a_subset(held: Path, fonds: Fonds) -> None:
    read = [fonds("--repo", held, "--format", "json", "audit", "--all", "--subset", f"{n}/3") for n in (1, 2, 3)]
    assert [one.code for one in read] == [0, 0, 0]
    assert sum(one.document["packages"] for one in read) == PACKAGES
    assert fonds("--repo", held, "--format", "json", "audit").document["packages"] == 0


def test_a_rate_and_a_time(held: Path, fonds: Fonds) -> None:
    answered = fonds("--repo", held, "--format", "json", "audit", "--rate", "500MB", "--max-duration", "1h")
    assert (answered.code, answered.document["packages"], answered.document["stopped"]) == (0, PACKAGES, "")


@pytest.mark.parametrize(
    ("lang", "said"), [("vi", "Đủ mức của hôm nay"), ("en", "That is enough for today")], ids=["vi", "en"]
)
def test_what_a_quota_left_is_told(held: Path, fonds: Fonds, lang: str, said: str) -> None:
    set_to(held, "audit_quota", "1B")
    first = fonds("--repo", held, "--lang", lang, "audit")
    assert first.code == 0
    assert said in first.out
    again = fonds("--repo", held, "--lang", lang, "audit")
    assert (again.code, said in again.out, "{" in again.out) == (0, True, False)
    document = fonds("--repo", held, "--format", "json", "audit").document
    assert (document["stopped"], document["packages"], document["ok"]) == ("quota", 0, True)
    assert 0 < document["left"] < PACKAGES
    assert document["left_bytes"] > 0
    assert fonds("--repo", held, "--format", "json", "audit", "--all").document["packages"] == PACKAGES


@pytest.mark.parametrize(("lang", "said"), [("vi", "SAI DUNG LƯỢNG"), ("en", "WRONG SIZE")], ids=["vi", "en"])
def test_a_truncated_file(held: Path, fonds: Fonds, lang: str, said: str) -> None:
    page = next((held / "store").rglob("0001.jpg"))
    size = page.stat().st_size
    page.write_bytes(page.read_bytes()[:-7])
    answered = fonds("--repo", held, "--lang", lang, "audit")
    assert answered.code == 3
    assert said in answered.out
    assert f"{size} byte" in answered.out
    assert f"{size - 7} byte" in answered.out
    assert "{" not in answered.out
