"""What each command answers: the text for people, the JSON for programs, the exit code."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from fonds.bootstrap import open_archive
from fonds.repository.log_copies import log_copy
from tests.cli.running import Answered, Fonds
from tests.factories import SAMPLE, DossierRow, make_delivery
from tests.support import ROOT

CODES = [row.code for row in SAMPLE]
FINDING = {"code", "severity", "where", "message", "action"}
UNIT = {"id", "level", "kind", "code", "title", "dates", "earliest", "latest", "mode", "pages", "packaged"}
INGESTED = {"id", "objid", "code", "version", "files", "pages", "bytes"}


def document(answered: Answered, code: int = 0) -> Any:  # noqa: ANN401 - whatever the JSON is
    """The JSON of an answer: exactly one document and nothing else on stdout."""
    assert answered.code == code, answered.err
    assert answered.out.endswith("\n")
    return json.loads(answered.out)


@pytest.mark.parametrize(("lang", "word"), [("vi", "Đã tạo kho"), ("en", "Made a repository")])
def test_init(fonds: Fonds, repo: Path, lang: str, word: str) -> None:
    answered = fonds("--lang", lang, "init", repo)
    assert answered.code == 0
    assert word in answered.out
    assert answered.err == ""
    assert {"catalogue.sqlite3", "fonds.toml", "log", "store"} <= {path.name for path in repo.iterdir()}
    again = fonds("--lang", lang, "init", repo)
    assert (again.code, again.out) == (2, "")


def test_init_says_where_for_programs(fonds: Fonds, repo: Path) -> None:
    assert document(fonds("--format", "json", "init", repo, "--deployment", "isolated")) == {"repo": str(repo)}
    assert open_archive(repo).settings.deployment == "isolated"


def test_a_relative_path_is_told_whole(fonds: Fonds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert str(tmp_path / "repo") in fonds("init", "repo").out
    assert str(tmp_path / "fonds-data") in fonds("status").err


@pytest.mark.parametrize(("lang", "word"), [("vi", "3 hồ sơ"), ("en", "3 dossiers")])
def test_check(fonds: Fonds, tmp_path: Path, delivery: Path, lang: str, word: str) -> None:
    answered = fonds("--repo", tmp_path / "none", "--lang", lang, "check", delivery)
    # A repository that was named must be there; without a name a delivery is checked on its own.
    assert (answered.code, answered.out) == (2, "")


def test_check_needs_no_repository(
    fonds: Fonds, tmp_path: Path, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    vietnamese = fonds("check", delivery)
    assert (vietnamese.code, "3 hồ sơ" in vietnamese.out) == (0, True)
    found = document(fonds("--lang", "en", "--format", "json", "check", delivery))
    assert {"source", "dossiers", "documents", "pages", "counts", "findings"} <= set(found)
    assert (found["source"], found["dossiers"], found["documents"], found["pages"]) == (str(delivery), 3, 3, 7)
    assert set(found["counts"]) == {"error", "warning", "info"}
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("extension", [".json", ".html", ".xlsx"])
def test_check_writes_its_report(fonds: Fonds, tmp_path: Path, delivery: Path, library: Path, extension: str) -> None:
    report = tmp_path / f"report{extension}"
    answered = fonds("--repo", library, "check", delivery, "--report", report)
    assert answered.code == 0
    assert str(report) in answered.err
    assert report.stat().st_size > 100


def test_findings_are_told_with_what_to_do_and_end_with_three(fonds: Fonds, repo: Path, tmp_path: Path) -> None:
    broken = DossierRow("H99.12.P01.1965.04", "Ảnh hỏng", pages=1, extra={"0002.jpg": b"\xff\xd8\xff\xe0 cut short"})
    source = make_delivery(tmp_path / "source", [SAMPLE[0], broken])
    fonds("init", repo)
    checked = fonds("--repo", repo, "check", source)
    assert checked.code == 3
    assert re.search(r"^LỖI  CORRUPT_IMAGE$", checked.out, re.MULTILINE)
    found = document(fonds("--repo", repo, "--format", "json", "check", source), 3)
    assert found["counts"]["error"] >= 1
    assert all(set(one) == FINDING for one in found["findings"])
    taken = document(fonds("--repo", repo, "--format", "json", "ingest", source), 3)
    assert [one["code"] for one in taken["ingested"]] == [SAMPLE[0].code]
    (blocked,) = taken["blocked"]
    assert set(blocked) == {"code", "where", "findings"}
    assert blocked["code"] == broken.code
    assert all(set(one) == FINDING for one in blocked["findings"])
    text = fonds("--repo", repo, "--lang", "en", "ingest", source)
    assert text.code == 3
    assert f"Not ingested: {broken.code}" in text.out
    assert "ERROR  CORRUPT_IMAGE" in text.out


def test_ingest(fonds: Fonds, repo: Path, delivery: Path) -> None:
    fonds("init", repo)
    taken = document(fonds("--repo", repo, "--format", "json", "ingest", delivery))
    parts = {"job", "delivery", "source", "ingested", "updated", "unchanged", "waiting", "blocked"}
    assert set(taken) == parts | {"findings", "viruses"}
    assert (taken["source"], taken["updated"], taken["unchanged"], taken["blocked"]) == (str(delivery), [], [], [])
    assert [one["code"] for one in taken["ingested"]] == CODES
    assert all(set(one) == INGESTED for one in taken["ingested"])
    again = fonds("--repo", repo, "ingest", delivery)
    assert again.code == 0
    assert "3 hồ sơ đã có sẵn" in again.out


def test_of_several_sources_what_went_in_is_told_when_a_later_one_fails(
    fonds: Fonds, repo: Path, delivery: Path, tmp_path: Path
) -> None:
    fonds("init", repo)
    answered = fonds("--repo", repo, "--format", "json", "ingest", delivery, tmp_path / "nowhere")
    (taken,) = document(answered, 2)
    assert [one["code"] for one in taken["ingested"]] == CODES
    assert str(tmp_path / "nowhere") in answered.err
    both = document(fonds("--repo", repo, "--format", "json", "ingest", delivery, delivery))
    assert [len(one["unchanged"]) for one in both] == [3, 3]


def test_list(fonds: Fonds, library: Path) -> None:
    held = document(fonds("--repo", library, "--format", "json", "list"))
    assert set(held) == {"total", "offset", "units"}
    assert [unit["code"] for unit in held["units"]] == CODES
    assert all(set(unit) == UNIT for unit in held["units"])
    plain = fonds("--repo", library, "list", "--limit", "2")
    assert [line.split("\t")[0] for line in plain.out.splitlines()] == CODES[:2]
    assert all(line.count("\t") == 3 for line in plain.out.splitlines())
    assert "--offset 2" in plain.err
    rest = fonds("--repo", library, "list", "--offset", "2")
    assert ([line.split("\t")[0] for line in rest.out.splitlines()], rest.err) == (CODES[2:], "")


@pytest.mark.parametrize(("level", "count"), [("fonds", 1), ("file", 3), ("item", 3)])
def test_list_by_level_and_within(fonds: Fonds, library: Path, level: str, count: int) -> None:
    assert document(fonds("--repo", library, "--format", "json", "list", "--level", level))["total"] == count
    within = document(fonds("--repo", library, "--format", "json", "list", "--level", "item", "--within", CODES[2]))
    assert within["total"] == 2


def test_an_empty_repository_says_what_to_do(fonds: Fonds, repo: Path) -> None:
    fonds("init", repo)
    empty = fonds("--repo", repo, "list")
    assert (empty.code, empty.out) == (0, "")
    assert "fonds ingest" in empty.err
    assert document(fonds("--repo", repo, "--format", "json", "list")) == {"total": 0, "offset": 0, "units": []}
    assert fonds("--repo", repo, "jobs", "list").out == ""
    assert fonds("--repo", repo, "status").code == 0
    assert fonds("--repo", repo, "audit", "--all").code == 0


def test_show(fonds: Fonds, library: Path) -> None:
    shown = document(fonds("--repo", library, "--format", "json", "show", CODES[0]))
    assert set(shown) == UNIT | {
        "fields", "extra", "within", "version", "location", "files", "bytes", "stored", "checked", "check", "copies",
        "versions",
    }  # fmt: skip
    assert shown["copies"] == [{"name": "main", "state": "verified"}]
    assert (shown["code"], shown["title"], shown["check"]) == (CODES[0], SAMPLE[0].title, "never")
    assert document(fonds("--repo", library, "--format", "json", "show", shown["id"])) == shown
    text = fonds("--repo", library, "--lang", "en", "show", CODES[0])
    assert text.code == 0
    assert SAMPLE[0].title in text.out
    assert shown["location"] in text.out
    assert re.search(r"^Fixity +not checked yet$", text.out, re.MULTILINE)


@pytest.mark.parametrize(("lang", "word"), [("vi", "Vị trí trong kho"), ("en", "Place in the store")])
def test_a_fonds_shows_its_own_package(fonds: Fonds, library: Path, lang: str, word: str) -> None:
    shown = document(fonds("--repo", library, "--format", "json", "show", "H99.12.P01"))
    assert (shown["packaged"], shown["version"], shown["check"]) == (True, 1, "never")
    assert shown["location"] == f"H99.12.P01/_fonds/v1/{shown['id']}"
    assert [(one["version"], one["event"]) for one in shown["versions"]["items"]] == [
        (1, "information package creation"),
    ]  # fmt: skip
    first = document(fonds("--repo", library, "--format", "json", "show", "H99.12.P01", "--version", "1"))
    assert first["fields"] == shown["fields"]
    assert fonds("--repo", library, "show", "H99.12.P01", "--version", "2").code == 2
    text = fonds("--repo", library, "--lang", lang, "show", "H99.12.P01")
    assert re.search(rf"^{word} +{shown['location']}$", text.out, re.MULTILINE)
    checked = document(fonds("--format", "json", "validate", library / "store" / shown["location"]))
    assert [(one["kind"], one["valid"], one["findings"]) for one in checked] == [("AIP", True, [])]
    (series,) = document(fonds("--repo", library, "--format", "json", "list", "--level", "series"))["units"]
    alone = document(fonds("--repo", library, "--format", "json", "show", series["id"]))
    assert (alone["packaged"], "location" in alone) == (False, False)


def test_audit_finds_and_forgets(fonds: Fonds, repo: Path, delivery: Path) -> None:
    fonds("init", repo)
    assert "chưa có gói nào" in fonds("--repo", repo, "audit", "--all").out
    fonds("--repo", repo, "ingest", delivery)
    whole = document(fonds("--repo", repo, "--format", "json", "audit", "--all"))
    assert set(whole) == {
        "run", "complete", "packages", "files", "bytes", "ok", "problems", "unknown", "unreached", "oldest_check",
        "stopped", "left", "left_bytes", "elsewhere", "elsewhere_bad", "sampled",
    }  # fmt: skip
    assert (whole["complete"], whole["ok"], whole["packages"], whole["problems"]) == (True, True, 4, [])
    assert "Không có gói nào đến hạn" in fonds("--repo", repo, "audit").out
    victim = next((repo / "store").glob(f"H99.12.P01/{CODES[1]}/v1/*/data/representations/rep1/data/0001.jpg"))
    held = victim.read_bytes()
    victim.write_bytes(held[:-1] + b"x")
    report = repo / "found.json"
    found = fonds("--repo", repo, "--format", "json", "audit", "--all", "--report", report)
    (problem,) = document(found, 3)["problems"]
    assert set(problem) == {"package", "version", "copy", "path", "result", "expected", "actual"}
    assert (problem["version"], problem["copy"], problem["result"]) == (1, "main", "digest")
    assert json.loads(report.read_text()) == document(found, 3)
    text = fonds("--repo", repo, "audit", "--package", CODES[1])
    assert text.code == 3
    assert f"HỎNG  {CODES[1]}, phiên bản 1\n  {victim}\n" in text.out
    assert fonds("--repo", repo, "status").code == 3
    assert document(fonds("--repo", repo, "--format", "json", "status"), 3)["fixity"]["open_problems"] == 1
    victim.write_bytes(held)
    assert fonds("--repo", repo, "--lang", "en", "audit", "--package", CODES[1]).code == 0
    described = next((repo / "store").glob("H99.12.P01/_fonds/v1/*/data/metadata/descriptive/dc.xml"))
    described.write_bytes(described.read_bytes() + b" ")
    for lang, word in (("vi", "SAI DUNG LƯỢNG  H99.12.P01, phiên bản 1"), ("en", "WRONG SIZE  H99.12.P01, version 1")):
        assert word in fonds("--repo", repo, "--lang", lang, "audit", "--package", "H99.12.P01").out
    described.write_bytes(described.read_bytes()[:-1])
    assert fonds("--repo", repo, "audit", "--package", "H99.12.P01").code == 0
    assert fonds("--repo", repo, "status").code == 3, "mended by hand: the incidents are open until that is verified"
    assert fonds("--repo", repo, "repair", "--all").code == 0
    assert fonds("--repo", repo, "status").code == 0


def test_a_package_that_nobody_knows_is_found_and_taken_in(fonds: Fonds, repo: Path, delivery: Path) -> None:
    fonds("init", repo)
    fonds("--repo", repo, "ingest", delivery)
    (package,) = (repo / "store" / "H99.12.P01" / CODES[0] / "v1").iterdir()
    package.rename(package.parent.parent / "elsewhere")
    missing = document(fonds("--repo", repo, "--format", "json", "audit", "--all"), 3)
    assert [problem["result"] for problem in missing["problems"]] == ["missing"]
    assert "MISSING" in fonds("--repo", repo, "--lang", "en", "audit", "--package", CODES[0]).out


def test_search(fonds: Fonds, library: Path) -> None:
    found = document(fonds("--repo", library, "--format", "json", "search", "thuy loi"))
    assert set(found) == {"total", "hits", "facets"}
    assert found["total"] == len(found["hits"]) >= 1
    assert set(found["hits"][0]) == UNIT | {"score", "pages"}
    assert found["hits"][0]["code"] == CODES[0]
    plain = fonds("--repo", library, "search", "thủy lợi", "--kind", "dossier")
    assert plain.out.splitlines()[0].split("\t")[0] == CODES[0]
    none = fonds("--repo", library, "--lang", "en", "search", "khôngcótừnày")
    assert (none.code, none.out) == (0, "")
    assert "Nothing found" in none.err


def test_search_is_narrowed(fonds: Fonds, library: Path) -> None:
    def hits(*options: str) -> list[str]:
        found = document(fonds("--repo", library, "--format", "json", "search", "1962", *options))
        return [hit["code"] for hit in found["hits"] if hit["level"] == "file"]

    assert CODES[0] in hits()
    assert CODES[0] in hits("--within", "H99.12.P01", "--from", "1962-01", "--to", "31/12/1963")
    assert hits("--from", "1990") == []


def test_log(fonds: Fonds, library: Path) -> None:
    verdict = document(fonds("--repo", library, "--format", "json", "log", "verify"))
    more = {"first_wrong", "problems", "checkpoints", "last_checkpoint", "keys", "stamps", "behind", "unreachable"}
    assert set(verdict) == {"rows", "head", "broken_at", "reason", "ok"} | more
    assert verdict["ok"] is True
    rows = document(fonds("--repo", library, "--format", "json", "log", "export"))
    assert len(rows) == verdict["rows"]
    assert set(rows[0]) == {"number", "when", "action", "agent", "subject", "outcome", "detail", "prev", "hash"}
    after = fonds("--repo", library, "log", "export", "--after", "1")
    assert len(after.out.splitlines()) == verdict["rows"] - 1


@pytest.mark.parametrize(("lang", "word"), [("vi", "NHẬT KÝ BỊ ĐỔI"), ("en", "THE LOG WAS CHANGED")])
def test_a_log_that_was_changed_is_said_to_be(fonds: Fonds, repo: Path, lang: str, word: str) -> None:
    fonds("init", repo)
    log_copy(open_archive(repo))
    (rows,) = (repo / "log").glob("audit-*.jsonl")
    rows.write_text(rows.read_text().replace("networked", "isolated"))
    broken = fonds("--repo", repo, "--lang", lang, "log", "verify")
    assert broken.code == 3
    assert word in broken.out
    assert document(fonds("--repo", repo, "--format", "json", "log", "verify"), 3)["broken_at"] == 1


def test_rebuild(fonds: Fonds, repo: Path, delivery: Path) -> None:
    fonds("init", repo)
    fonds("--repo", repo, "ingest", delivery)
    before = document(fonds("--repo", repo, "--format", "json", "list"))
    made = document(fonds("--repo", repo, "--format", "json", "rebuild", "--catalogue", "--index"))
    assert set(made) == {"packages", "indexed", "access", "unreadable", "unseen_copies"}
    assert (made["packages"], made["access"], made["unreadable"]) == (4, 0, [])
    assert document(fonds("--repo", repo, "--format", "json", "list")) == before
    assert "4 packages" in fonds("--repo", repo, "--lang", "en", "rebuild").out


def test_status(fonds: Fonds, library: Path) -> None:
    state = document(fonds("--repo", library, "--format", "json", "status"))
    assert set(state) == {
        "repo", "deployment", "held", "copies", "fixity", "problems", "last_audit", "jobs", "running", "free",
        "incidents", "copies_required", "copies_below", "copies_waiting",
    }  # fmt: skip
    (main,) = state["copies"]
    assert main.items() >= {"name": "main", "packages": 4, "bytes": state["held"]["bytes"], "lacking": 0}.items()
    assert state["jobs"]["access"] == {"done": 3}
    assert state["running"] == []
    for lang, words in (("vi", ("Đang giữ", "Bản lưu", "main: 4 gói", "Ổ đĩa")), ("en", ("Holding", "Copies", "Disk"))):
        said = fonds("--repo", library, "--lang", lang, "status")
        assert said.code == 0
        assert all(word in said.out for word in words)
        assert re.search(r"(Sự cố +không có|Problems +none)", said.out)


def test_jobs(fonds: Fonds, library: Path) -> None:
    listed = document(fonds("--repo", library, "--format", "json", "jobs", "list", "--state", "done"))
    assert listed["total"] == len(listed["jobs"]) >= 10
    assert {job["kind"] for job in listed["jobs"]} == {"delivery", "ingest", "index", "access", "fonds"}
    text = fonds("--repo", library, "jobs", "list", "--limit", "3")
    assert len(text.out.splitlines()) == 3
    assert "--offset 3" in text.err
    assert document(fonds("--repo", library, "--format", "json", "jobs", "run")) == {"done": 0}
    assert fonds("--repo", library, "jobs", "run", "--quiet").code == 0


@pytest.mark.parametrize("arguments", [("--version",), ("bag", "source", "target")], ids=lambda one: one[0])
def test_what_needs_no_repository_loads_nothing_for_one(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "page").touch()
    program = "import sys; from fonds.cli.main import main\ntry: main()\nfinally: print(*sys.modules, file=sys.stderr)"
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stderr.splitlines()[-1].split())
    assert "fonds.cli.main" in loaded
    assert not loaded & {"sqlalchemy", "whoosh", "pyvips", "openpyxl", "lxml", "fonds.bootstrap"}


def test_help_is_short_and_fits(fonds: Fonds) -> None:
    shown = fonds("--help")
    assert (shown.code, shown.err) == (0, "")
    assert "..." not in shown.out.partition("Commands:")[2]
    assert all(len(line) <= 80 for line in shown.out.splitlines())
    for command in ("ingest", "audit", "jobs", "demo"):
        assert fonds(command, "--help").code == 0
    assert fonds("--version").out.startswith("fonds, version ")


def test_without_a_command_the_help_is_told_as_wrong_usage(fonds: Fonds) -> None:
    for arguments in ((), ("jobs",)):
        answered = fonds(*arguments)
        assert (answered.code, answered.out) == (2, "")
        assert "Usage:" in answered.err


def test_the_language_comes_from_the_environment_too(
    fonds: Fonds, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FONDS_LANG", "en")
    monkeypatch.setenv("FONDS_REPO", str(library))
    assert "Holding" in fonds("status").out
    assert "Đang giữ" in fonds("--lang=vi", "status").out


def test_a_reader_that_goes_away_is_no_error_message(library: Path) -> None:
    line = f"{sys.executable} -m fonds --repo {library} log export --after 0 | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() in {"0", "1"}
    assert done.stderr == ""
