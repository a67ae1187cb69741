"""``fonds copies`` as a person or a program meets it: answers, exit codes, Ctrl-C, and a kill in the middle."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.packaging.bag import validate_bag
from fonds.repository.copies.manage import add_copy
from fonds.repository.work import work
from tests.cli.running import Fonds, as_process, under_way
from tests.factories import DossierRow, ingest_sample, make_archive, make_delivery

SECONDS = 8
"""How soon a command ends. About two on a machine with nothing else to do; the tests run beside other things."""
MANY = 12


@pytest.fixture(scope="module")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with enough in it that copying takes a while; nobody changes it."""
    folder = tmp_path_factory.mktemp("stocked")
    rows = [DossierRow(f"H99.12.P01.1962.{number:02}", f"Hồ sơ số {number}", pages=3) for number in range(MANY)]
    archive, made = ingest_sample(folder / "repo", folder / "P01", rows)
    assert len(made.ingested) == MANY
    work(archive, stopped=lambda: False)  # nothing waits: no background worker is started where it is copied
    return archive.root


@pytest.fixture
def held(stocked: Path, repo: Path) -> Path:
    """The same, for one test to change."""
    shutil.copytree(stocked, repo)
    return repo


def stages(place: Path) -> list[Path]:
    return list(place.glob(".tmp-*"))


def packages(place: Path) -> list[Path]:
    # Not where a package is being made: that folder goes while one looks.
    return sorted(path.parent for path in place.glob("[!.]*/*/v*/*/bagit.txt"))


def test_the_whole_way(held: Path, tmp_path: Path, fonds: Fonds) -> None:
    place = tmp_path / "Ổ đĩa rời"
    added = fonds("--repo", held, "--format", "json", "copies", "add", place, "--name", "Đĩa 1", "--medium", "đĩa rời")
    assert added.code == 0
    assert added.document.items() >= {
        "name": "Đĩa 1", "url": f"file://{place}", "medium": "đĩa rời", "same_disk": True
    }.items()  # fmt: skip
    listed = fonds("--repo", held, "--format", "json", "copies", "list").document
    main, copy = listed["copies"]
    assert (main["name"], main["packages"], main["reachable"]) == ("main", MANY + 1, True)
    assert (copy["name"], copy["packages"], copy["lacking"], copy["reachable"]) == ("Đĩa 1", 0, MANY + 1, True)
    synced = fonds("--repo", held, "--format", "json", "copies", "sync", "Đĩa 1")
    assert (synced.code, synced.document["complete"]) == (0, True)
    assert synced.document["copies"][0]["packages"] == MANY + 1
    state = fonds("--repo", held, "--format", "json", "status").document
    assert [(one["name"], one["lacking"]) for one in state["copies"]] == [("main", 0), ("Đĩa 1", 0)]
    assert (state["copies_required"], state["copies_below"], state["copies_waiting"]) == (1, 0, [])
    shown = fonds("--repo", held, "--format", "json", "show", "H99.12.P01.1962.01").document
    assert [(one["name"], one["state"]) for one in shown["copies"]] == [("main", "verified"), ("Đĩa 1", "verified")]
    assert shown["copies"][1]["verified"]
    removed = fonds("--repo", held, "copies", "remove", "Đĩa 1", "--reason", "cũ")
    assert (removed.code, len(packages(place))) == (0, MANY + 1)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_people_read(held: Path, tmp_path: Path, fonds: Fonds, lang: str) -> None:
    def said(*arguments: object) -> str:
        answered = fonds("--repo", held, "--lang", lang, *arguments)
        assert "{" not in answered.out + answered.err
        return answered.out + answered.err

    assert "fonds copies sync" in said("copies", "add", tmp_path / "a", "--name", "nas")
    assert "fonds copies sync" in said("copies", "list")
    assert "nas" in said("copies", "sync")
    assert "nas" in said("show", "H99.12.P01.1962.01")
    (tmp_path / "a").rename(tmp_path / "b")
    (tmp_path / "a").mkdir()
    mark = {"vi": "có lẽ đĩa chưa được gắn", "en": "the disk is probably not mounted"}[lang]
    assert mark in said("copies", "list")
    assert mark in said("status")
    answered = fonds("--repo", held, "--lang", lang, "copies", "sync")
    assert answered.code == 1
    assert mark in answered.err
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_an_audit_reads_the_copies_too(held: Path, tmp_path: Path, fonds: Fonds, lang: str) -> None:
    place = tmp_path / "a"
    assert fonds("--repo", held, "copies", "add", place, "--name", "nas").code == 0
    assert fonds("--repo", held, "copies", "sync").code == 0
    read = fonds("--repo", held, "--format", "json", "audit", "--all").document
    assert (read["ok"], read["packages"], read["unreached"]) == (True, 2 * (MANY + 1), [])
    page = next(place.rglob("*.jpg"))
    page.write_bytes(b"x")
    answered = fonds("--repo", held, "--lang", lang, "audit", "--all")
    assert answered.code == 3
    assert f"file://{page}" in answered.out
    assert "{" not in answered.out + answered.err
    assert fonds("--repo", held, "audit", "--all", "--copy", "main").code == 0
    place.rename(tmp_path / "b")
    gone = fonds("--repo", held, "--lang", lang, "audit", "--all")
    assert gone.code == 3
    assert {"vi": "KHÔNG ĐỌC ĐƯỢC BẢN «nas»", "en": "COPY “nas” NOT READ"}[lang] in gone.out
    said = fonds("--repo", held, "--format", "json", "audit", "--copy", "nas", "--all").document
    assert said["unreached"] == [{"copy": "nas", "error": "COPY_UNREACHABLE", "packages": MANY + 1}]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["audit", "--copy", "unknown"], 2),
        (["copies", "add", "x"], 2),
        (["copies", "add", "s3:x", "--name", "n"], 2),
        (["copies", "add", "no/such/folder", "--name", "n"], 1),
        (["copies", "sync", "unknown"], 2),
        (["copies", "remove", "unknown", "--reason", "x"], 2),
        (["copies", "remove", "unknown"], 2),
        (["copies", "polish"], 2),
        (["copies", "sync"], 0),
    ],
    ids=lambda one: " ".join(one) if isinstance(one, list) else str(one),
)
def test_exit_codes(held: Path, fonds: Fonds, arguments: list[str], code: int) -> None:
    answered = fonds("--repo", held, *arguments)
    assert answered.code == code
    assert code == 0 or answered.err


def test_a_relative_path_is_made_absolute(held: Path, tmp_path: Path) -> None:
    made = as_process("--repo", held, "--format", "json", "copies", "add", "a", "--name", "n", cwd=tmp_path)
    assert made.document["url"] == f"file://{tmp_path}/a"


def test_a_dossier_that_waits_is_never_said_to_be_stored(repo: Path, tmp_path: Path, fonds: Fonds) -> None:
    make_archive(repo)
    toml = repo / "fonds.toml"
    toml.write_text(toml.read_text("utf-8").replace("copies_required = 1", "copies_required = 2"), "utf-8")
    source = make_delivery(tmp_path / "P01", [DossierRow("H99.12.P01.1962.01", "Hồ sơ", pages=1)])
    answered = fonds("--repo", repo, "--lang", "en", "ingest", source)
    assert answered.code == 1
    assert "WAITS H99.12.P01.1962.01: stored in 1 of 2 copies" in answered.out
    assert "Ingested 0 dossiers" in answered.out
    document = fonds("--repo", repo, "--format", "json", "ingest", source).document
    assert (document["ingested"], document["unchanged"], len(document["waiting"])) == ([], [], 1)
    state = fonds("--repo", repo, "--format", "json", "status")
    assert state.code == 3
    assert [one["code"] for one in state.document["copies_waiting"]] == ["H99.12.P01.1962.01"]
    assert state.document["held"]["dossiers"] == 0
    assert fonds("--repo", repo, "show", "H99.12.P01.1962.01").code == 2
    assert fonds("--repo", repo, "copies", "add", tmp_path / "a", "--name", "n").code == 0
    ended = fonds("--repo", repo, "--format", "json", "copies", "sync")
    assert (ended.code, ended.document["finished"], ended.document["waiting"]) == (0, 1, 0)
    assert fonds("--repo", repo, "status").code == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_stopped_in_the_middle(held: Path, tmp_path: Path, number: signal.Signals) -> None:
    place = tmp_path / "bản sao"
    archive = open_archive(held)
    add_copy(archive, str(place), "nas", "", "tester")
    with under_way("--repo", held, "copies", "sync") as command:
        command.until(lambda: len(packages(place)) >= 2)
        answered, seconds = command.told(number)
    assert seconds < SECONDS
    if number is not signal.SIGKILL:
        assert (answered.code, answered.out) == (130, "")
        assert f"fonds --repo {held} copies sync" in answered.err
        assert "giữ nguyên" in answered.err
        assert not stages(place)
    done = len(packages(place))
    assert 2 <= done < MANY + 1
    for package in packages(place):
        assert validate_bag(package, workers=0).valid
    again = as_process("--repo", held, "--format", "json", "copies", "sync")
    assert (again.code, again.document["complete"]) == (0, True)
    assert again.document["copies"][0]["packages"] >= MANY + 1 - done
    assert len(packages(place)) == MANY + 1
    assert not stages(place)
    assert archive.copies.summaries()[0].lacking == 0
    assert archive.log.verify().broken_at == 0
    jobs = [job.state for job in archive.jobs.recent(kind="copies").items]
    assert jobs == ["done", "failed"]
