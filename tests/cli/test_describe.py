"""``fonds describe`` as people and programs meet it: both languages, JSON, exit codes, progress, interrupts."""

from __future__ import annotations

import re
import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from fonds.bootstrap import open_archive
from fonds.repository.archive import Archive
from fonds.repository.work import work
from tests.cli.running import Fonds, as_process, under_way
from tests.factories import SAMPLE, DocumentRow, DossierRow, ingest_sample
from tests.repository.describe.tables import read_csv, typed

ONE, TWO, THREE = (row.code for row in SAMPLE)
FORMS = pytest.mark.parametrize("form", [".xlsx", ".csv"])


@pytest.fixture
def stocked(library: Path, tmp_path: Path, repo: Path) -> Path:
    """A copy of the sample repository; the background worker of a test ends with it."""
    shutil.copytree(library, repo)
    return repo


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, in which the command is called."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@FORMS
@pytest.mark.parametrize(
    ("lang", "written", "next_"),
    [
        ("vi", "3 hồ sơ, 3 văn bản", "Sửa trong bảng"),
        ("en", "3 dossiers, 3 documents", "Change the table"),
    ],
)
def test_export(fonds: Fonds, library: Path, tmp_path: Path, form: str, lang: str, written: str, next_: str) -> None:
    path = tmp_path / f"mo ta{form}"
    answered = fonds("--repo", library, "--lang", lang, "describe", "export", path)
    assert answered.code == 0
    assert str(path) in answered.out
    assert written in answered.out
    assert next_ in answered.err
    assert f"fonds describe import '{path}'" in answered.err
    assert path.exists()


@FORMS
def test_export_for_programs(fonds: Fonds, library: Path, tmp_path: Path, form: str) -> None:
    path = tmp_path / f"t{form}"
    command = ("--repo", library, "--format", "json", "describe", "export", path)
    assert fonds(*command, ONE).document == {"path": str(path), "rows": {"dossier": 1, "document": 1}}
    path.unlink()
    assert fonds(*command, "--within", "H99.12.P01", "--level", "item").document["rows"] == {"document": 3}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["t.ods"], 2, ".xlsx, .csv"),
        (["t.csv", "KHONG.CO"], 2, "KHONG.CO"),
        (["t.csv", ONE, "--within", TWO], 2, "--within"),
        (["t.csv", "--level", "fonds"], 2, "file, item"),
        (["there.csv"], 2, "there.csv"),
        (["no/folder/t.csv"], 1, "no/folder/t.csv"),
        ([], 2, "FILE"),
    ],
)
def test_refused_exports(fonds: Fonds, library: Path, here: Path, arguments: list[str], code: int, said: str) -> None:
    Path("there.csv").write_text("")
    answered = fonds("--repo", library, "describe", "export", *arguments)
    assert (answered.code, answered.out) == (code, "")
    assert said in answered.err
    assert [path.name for path in here.iterdir()] == ["there.csv"]


PREVIEWS = {
    "vi": ("Sẽ đổi 2 trường của 2 đơn vị, trong 2 hồ sơ.", "cũ:", "mới:", "chưa ghi gì"),
    "en": ("2 fields of 2 units would change, in 2 dossiers.", "old:", "new:", "nothing was written"),
}


@pytest.mark.parametrize("lang", PREVIEWS)
def test_a_preview(fonds: Fonds, library: Path, tmp_path: Path, lang: str) -> None:
    preview, now, then, dry = PREVIEWS[lang]
    path = tmp_path / "t.csv"
    fonds("--repo", library, "describe", "export", path)
    typed(path, {(ONE, "title"): "Một\nhai", (TWO, "keyword"): "mới"})
    answered = fonds("--repo", library, "--lang", lang, "describe", "import", path)
    assert answered.code == 0
    lines = answered.out.splitlines()
    assert f"    {now}" in answered.out
    assert re.search(rf"^    {now} +{SAMPLE[0].title}$", answered.out, re.MULTILINE)
    assert re.search(rf"^    {then} +Một ⏎ hai$", answered.out, re.MULTILINE)
    assert preview in lines
    assert dry in lines[-1]
    assert open_archive(library).jobs.recent(kind="describe").total == 0


@pytest.mark.parametrize(("lang", "nothing"), [("vi", "Không có gì để sửa."), ("en", "Nothing to change.")])
@FORMS
def test_nothing_to_change(fonds: Fonds, library: Path, tmp_path: Path, form: str, lang: str, nothing: str) -> None:
    path = tmp_path / f"t{form}"
    fonds("--repo", library, "describe", "export", path)
    for more in ((), ("--apply",)):
        answered = fonds("--repo", library, "--lang", lang, "describe", "import", path, *more)
        assert (answered.code, answered.out.splitlines()[0]) == (0, nothing)


WORDS = {
    "vi": ("Đã ghi bản mới của 1 hồ sơ: 1 trường của 1 đơn vị.", r"lượt (\d+)", "BỎ LẠI 1 dòng", "hoàn lại lượt"),
    "en": ("Stored a new version of 1 dossier: 1 field of 1 unit.", r"run (\d+)", "LEFT OUT: 1", "undoes run"),
}


@pytest.mark.parametrize("lang", WORDS)
def test_there_and_back(fonds: Fonds, stocked: Path, tmp_path: Path, lang: str) -> None:
    done, run, left_out, undone = WORDS[lang]

    def said(*arguments: object) -> tuple[int, str]:
        answered = fonds("--repo", stocked, "--lang", lang, "describe", *arguments)
        return answered.code, answered.out

    path = tmp_path / "t.xlsx"
    said("export", path)
    typed(path, {(ONE, "title"): "Một", (TWO, "startDate"): "31/02/1963"})
    code, out = said("import", path, "--apply", "--reason", "sửa tên")
    assert code == 3
    assert done in out
    assert left_out in out
    assert "EDIT_INVALID_DATE" in out
    assert "Hồ sơ!J3" in out or "Dossier!J3" in out
    found = re.search(run, out)
    assert found is not None
    number = found[1]
    code, out = said("undo", number)
    assert code == 0
    assert "Một" in out
    assert said("undo", number, "--apply")[0] == 0
    code, out = said("runs")
    assert code == 0
    assert [line.split("\t")[0] for line in out.splitlines()][1] == number
    assert f"{undone} {number}" in out.splitlines()[0]
    assert "sửa tên" in out.splitlines()[1]
    assert fonds("--repo", stocked, "show", ONE).out.startswith(f"{ONE}  {SAMPLE[0].title}")
    assert fonds("--repo", stocked, "audit", "--all").code == 0


def test_answers_for_programs(fonds: Fonds, stocked: Path, tmp_path: Path) -> None:
    def asked(*arguments: object, code: int = 0) -> Any:  # noqa: ANN401 - whatever the JSON is
        answered = fonds("--repo", stocked, "--lang", "en", "--format", "json", "describe", *arguments)
        assert answered.code == code, answered.err
        return answered.document

    path = tmp_path / "t.csv"
    asked("export", path)
    typed(path, {(ONE, "title"): "Một", (TWO, "maintenance"): "Mãi mãi"})
    preview = asked("import", path, code=3)
    assert set(preview) == {"path", "applied", "run", "counts", "changes", "versions", "findings", "index_error"}
    assert (preview["path"], preview["applied"], preview["run"], preview["versions"]) == (str(path), False, 0, [])
    assert preview["counts"] == {"dossiers": 1, "units": 1, "fields": 1, "unchanged": 4, "left_out": 1}
    (change,) = preview["changes"]
    assert (change["code"], change["kind"], change["where"]) == (ONE, "dossier", "t.csv!A2")
    assert change["fields"] == [{"field": "title", "label": "Title", "old": SAMPLE[0].title, "new": "Một"}]
    (found,) = preview["findings"]
    assert (found["code"], found["severity"]) == ("EDIT_UNKNOWN_CODE", "error")
    assert found["message"] == "“Retention”: “Mãi mãi” is not in the code list."
    done = asked("import", path, "--apply", code=3)
    assert done["applied"] is True
    assert done["versions"] == [{"id": change["id"], "code": ONE, "from": 1, "to": 2}]
    undone = asked("undo", done["run"], "--apply")
    assert (undone["undoes"], undone["counts"]["dossiers"]) == (done["run"], 1)
    runs = asked("runs")
    assert runs["total"] == 2
    assert [(one["number"], one["undoes"], one["dossiers"]) for one in runs["runs"]] == [
        (undone["run"], done["run"], 1), (done["run"], 0, 1),
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_no_runs_yet(fonds: Fonds, library: Path, lang: str) -> None:
    answered = fonds("--repo", library, "--lang", lang, "describe", "runs")
    assert (answered.code, answered.out) == (0, "")
    assert len(answered.err.splitlines()) == 1


def test_many_runs_come_page_by_page(fonds: Fonds, stocked: Path) -> None:
    jobs = open_archive(stocked).jobs
    for number in range(3):
        jobs.finish(jobs.start("describe", f"{number}.csv", detail={"agent": "lan"}))
    answered = fonds("--repo", stocked, "describe", "runs", "--limit", 2)
    assert [line.split("\t")[5] for line in answered.out.splitlines()] == ["2.csv", "1.csv"]
    assert "--offset 2" in answered.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["import", "none.csv"], 2, "none.csv"),
        (["import", "none.doc"], 2, ".xlsx, .csv"),
        (["import", "other.csv"], 3, "[@id]"),
        (["import", "other.xlsx"], 3, "other.xlsx"),
        (["import"], 2, "FILE"),
        (["undo", "12345"], 2, "12345"),
        (["undo", "0"], 2, "RUN"),
        (["polish"], 2, "export, import, undo, runs"),
    ],
)
def test_refusals(fonds: Fonds, library: Path, here: Path, arguments: list[str], code: int, said: str) -> None:
    Path("other.csv").write_text("a,b\n1,2\n")
    Path("other.xlsx").write_text("no workbook")
    answered = fonds("--repo", library, "describe", *arguments)
    assert (answered.code, answered.out) == (code, "")
    assert said in answered.err
    assert "→" in answered.err


def test_while_something_else_is_at_work(fonds: Fonds, stocked: Path, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    fonds("--repo", stocked, "describe", "export", path)
    typed(path, {(ONE, "title"): "Một"})
    with open_archive(stocked).lock("rebuild"):
        assert fonds("--repo", stocked, "describe", "import", path).code == 0
        answered = fonds("--repo", stocked, "describe", "import", path, "--apply")
    assert answered.code == 1
    assert "dựng lại" in answered.err


# --- interrupted ------------------------------------------------------------------------------------------------------

MANY = [
    DossierRow(f"H99.12.P01.1962.{n:02}", f"Hồ sơ số {n}", pages=1, documents=(DocumentRow(f"Văn bản {n}", 1, 1),))
    for n in range(1, 41)
]


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("forty")
    archive, _ = ingest_sample(folder / "repo", folder / "source", MANY)
    work(archive, stopped=lambda: False)
    return archive.root


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_an_interrupt_leaves_a_true_record(forty: Path, repo: Path, tmp_path: Path, number: signal.Signals) -> None:
    shutil.copytree(forty, repo)
    archive, path = open_archive(repo), tmp_path / "t.csv"
    assert as_process("--repo", repo, "describe", "export", path).code == 0
    typed(path, {(row.code, "title"): f"{row.title} sửa" for row in MANY})
    with under_way("--repo", repo, "describe", "import", path, "--apply") as command:
        command.until(lambda: _second_versions(archive) > 2)
        if number is signal.SIGKILL:
            command.process.kill()
            command.process.communicate()
        else:
            answered, _ = command.told(number)
            assert (answered.code, answered.out) == (130, "")
            assert f"fonds --repo {repo} describe import {path} --apply" in answered.err
            assert "giữ nguyên" in answered.err
    rest = as_process("--repo", repo, "--format", "json", "describe", "import", path, "--apply")
    assert rest.code == 0, rest.err
    later, first = as_process("--repo", repo, "--format", "json", "describe", "runs").document["runs"]
    assert (first["state"], first["failed"]) == ("failed", "INTERRUPTED")
    assert 2 < first["dossiers"] < len(MANY)
    assert later["dossiers"] == len(rest.document["versions"]) == len(MANY) - first["dossiers"]
    assert {one["to"] for one in rest.document["versions"]} == {2}
    assert _second_versions(archive) == len(MANY)
    assert not list((repo / "store").glob(".tmp-*"))
    assert archive.log.verify().broken_at == 0
    undone = as_process("--repo", repo, "--format", "json", "describe", "undo", first["number"])
    assert undone.document["counts"]["dossiers"] == first["dossiers"]


def _second_versions(archive: Archive) -> int:
    return len(list((archive.root / "store").glob("H99.12.P01/H99.12.P01.*/v2/*")))


def test_progress_is_on_stderr(forty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fonds: Fonds) -> None:
    monkeypatch.setattr("fonds.cli.progress._LOG_SECONDS", 0.0)
    answered = fonds("--repo", forty, "--lang", "en", "describe", "export", tmp_path / "t.csv")
    told = re.compile(r"^(.+)  50 % · (\d+/\d+ \w+) · 0:\d\d · 0:\d\d left$", re.MULTILINE)
    assert told.findall(answered.err) == [
        ("Reading descriptions", "20/40 dossiers"),
        ("Writing the table", "40/80 rows"),
    ]
    assert len(read_csv(tmp_path / "t.csv")) == 81
