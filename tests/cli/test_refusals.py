"""What is refused: one message with what to do, the right exit code, both languages, and nothing half-made."""

from __future__ import annotations

import fcntl
import os
import pwd
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import load_workbook

from fonds.bootstrap import open_archive
from fonds.cli.context import account_name
from fonds.cli.main import main
from fonds.errors import FondsError
from fonds.schemas.messages import text
from tests.cli.running import Answered, Fonds, end_worker, unprivileged
from tests.disks import small_disk, use_up_bytes
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery
from tests.support import ROOT

OLE2 = bytes.fromhex("d0cf11e0a1b11ae1")


def refused(fonds: Fonds, code: str, exit_code: int, *arguments: object) -> str:
    """Run a command in both languages; one message and one hint, stdout empty. Returns the English."""
    said = ""
    for lang in ("vi", "en"):
        for form in ("text", "json"):
            answered = fonds("--lang", lang, "--format", form, *arguments)
            assert answered.code == exit_code, answered
            assert answered.out == ""
            one_message(answered, code, lang)
            said = answered.err
    return said


def one_message(answered: Answered, code: str, lang: str) -> None:
    """One message of this code with its hint, every placeholder filled; a slow machine tells of its progress before."""
    first, hint = answered.err.rstrip("\n").split("\n  → ")
    first = first[first.find(text(lang, "cli.error") + " ") :]
    assert re.fullmatch(_pattern(lang, f"error.{code}"), first.removeprefix(text(lang, "cli.error") + " ")), first
    assert re.fullmatch(_pattern(lang, f"error.{code}.hint"), hint), hint
    assert "\n" not in first + hint


def _pattern(lang: str, key: str) -> str:
    template = text(lang, key)
    assert template != key
    return "[^{}]+".join(map(re.escape, re.split(r"\{[a-z]+\}", template.replace("{{", "").replace("}}", ""))))


@dataclass(frozen=True)
class Left:
    """What is in a repository: packages and stages in the store, units and jobs in the catalogue, rows in the log."""

    files: frozenset[str]
    units: int
    jobs: int
    rows: int


def left(root: Path) -> Left:
    """What a repository holds now."""
    archive = open_archive(root)
    files = frozenset(str(path.relative_to(root)) for path in (root / "store").rglob("*") if path.is_file())
    assert archive.log.verify().broken_at == 0
    units = archive.holdings.by_level("file", limit=1).total
    return Left(files, units, archive.jobs.recent().total, archive.log.verify().rows)


@pytest.fixture
def made(repo: Path) -> Path:
    """An empty repository."""
    make_archive(repo)
    return repo


# --- the inventory ----------------------------------------------------------------------------------------------------


def _renamed_text(source: Path) -> None:
    (source / "MucLuc.xlsx").write_text("STT;Tiêu đề hồ sơ\n1;Báo cáo\n", "utf-8")


def _cut_short(source: Path) -> None:
    book = source / "MucLuc.xlsx"
    book.write_bytes(book.read_bytes()[:-200])


def _encrypted_part(source: Path) -> None:
    book = source / "MucLuc.xlsx"
    content = bytearray(book.read_bytes())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        at, flag = content.find(mark), 6 if mark == b"PK\x03\x04" else 8
        while at >= 0:
            content[at + flag] |= 1
            at = content.find(mark, at + 4)
    book.write_bytes(content)


def _no_workbook_inside(source: Path) -> None:
    with zipfile.ZipFile(source / "MucLuc.xlsx", "w") as book:
        book.writestr("word/document.xml", "<w/>")


def _old_excel(source: Path) -> None:
    (source / "MucLuc.xlsx").unlink()
    (source / "MucLuc.xls").write_bytes(OLE2 + bytes(2048))


def _locked_by_password(source: Path) -> None:
    # What Excel writes under a password: an OLE 2 container with a stream of this name, under the name .xlsx.
    (source / "MucLuc.xlsx").write_bytes(OLE2 + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2048))


def _gone(source: Path) -> None:
    (source / "MucLuc.xlsx").unlink()


def _two(source: Path) -> None:
    shutil.copy(source / "MucLuc.xlsx", source / "MucLuc2.xlsx")


INVENTORIES: list[tuple[Callable[[Path], None], str, int]] = [
    (_gone, "INVENTORY_MISSING", 2),
    (_two, "INVENTORY_AMBIGUOUS", 2),
    (_old_excel, "INVENTORY_OLD_EXCEL", 3),
    (_locked_by_password, "INVENTORY_LOCKED", 3),
    (_renamed_text, "INVENTORY_NOT_WORKBOOK", 3),
    (_cut_short, "INVENTORY_NOT_WORKBOOK", 3),
    (_encrypted_part, "INVENTORY_NOT_WORKBOOK", 3),
    (_no_workbook_inside, "INVENTORY_NOT_WORKBOOK", 3),
]


@pytest.mark.parametrize("command", ["check", "ingest"])
@pytest.mark.parametrize(("spoil", "code", "exit_code"), INVENTORIES, ids=lambda one: getattr(one, "__name__", None))
def test_an_inventory_that_is_none(
    fonds: Fonds, made: Path, tmp_path: Path, command: str, spoil: Callable[[Path], None], code: str, exit_code: int
) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    spoil(source)
    before = left(made)
    assert str(source) in refused(fonds, code, exit_code, "--repo", made, command, source)
    assert left(made) == before


def test_the_inventory_that_was_named_is_not_there(fonds: Fonds, made: Path, delivery: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "none.xlsx"
    options = ("--repo", made, "ingest", delivery, "--inventory", nowhere)
    assert str(nowhere) in refused(fonds, "INVENTORY_NOT_FOUND", 2, *options)
    refused(fonds, "MAPPING_UNREADABLE", 1, "--repo", made, "ingest", delivery, "--mapping", nowhere)


def test_an_unknown_column_is_a_finding(fonds: Fonds, made: Path, tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    book = load_workbook(source / "MucLuc.xlsx")
    sheet = book["MucLucHoSo"]
    sheet.cell(1, sheet.max_column + 1, "Người nhập liệu")
    sheet.cell(2, sheet.max_column, "Lò Thị Mai")
    book.save(source / "MucLuc.xlsx")
    checked = fonds("--repo", made, "--format", "json", "check", source)
    assert checked.code == 0
    assert "UNKNOWN_COLUMN" in {found["code"] for found in checked.document["findings"]}
    assert fonds("--repo", made, "ingest", source).code == 0
    shown = fonds("--repo", made, "--format", "json", "show", SAMPLE[0].code).document
    assert shown["extra"]["Người nhập liệu"] == "Lò Thị Mai"


# --- the source and the report ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "ingest"])
def test_a_source_that_is_none(fonds: Fonds, made: Path, tmp_path: Path, delivery: Path, command: str) -> None:
    before = left(made)
    refused(fonds, "SOURCE_MISSING", 2, "--repo", made, command, tmp_path / "nowhere")
    refused(fonds, "SOURCE_NOT_FOLDER", 2, "--repo", made, command, delivery / "MucLuc.xlsx")
    assert left(made) == before


def test_a_report_that_cannot_be_written_is_said_before_the_work(
    fonds: Fonds, library: Path, delivery: Path, tmp_path: Path
) -> None:
    before = left(library)
    check = ("--repo", library, "check", delivery, "--report")
    refused(fonds, "REPORT_FORMAT", 2, *check, tmp_path / "report.docx")
    refused(fonds, "OUTPUT_FAILED", 1, *check, tmp_path / "nowhere" / "report.html")
    (tmp_path / "folder.json").mkdir()
    refused(fonds, "OUTPUT_FAILED", 1, "--repo", library, "audit", "--report", tmp_path / "folder.json")
    assert left(library) == before


# --- the repository ---------------------------------------------------------------------------------------------------

ANY_COMMAND = [("status",), ("list",), ("search", "a"), ("audit",), ("rebuild",), ("log", "verify"), ("jobs", "run")]


@pytest.mark.parametrize("command", ANY_COMMAND, ids=" ".join)
def test_no_repository(fonds: Fonds, tmp_path: Path, command: tuple[str, ...]) -> None:
    refused(fonds, "REPOSITORY_MISSING", 2, "--repo", tmp_path / "none", *command)
    assert not (tmp_path / "none").exists()


def test_a_repository_is_not_made_over_something_else(fonds: Fonds, made: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").touch()
    refused(fonds, "NOT_EMPTY", 2, "init", tmp_path / "other")
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["letter.txt"]
    refused(fonds, "REPOSITORY_EXISTS", 2, "init", made)
    refused(fonds, "REPOSITORY_READ_ONLY", 1, "init", tmp_path / "other" / "letter.txt" / "repo")


SETTINGS = [
    ("format = 1", "format = 2", "REPOSITORY_VERSION"),
    ("workers = 0", "workerz = 0", "SETTINGS_UNKNOWN"),
    ("workers = 0", 'workers = "all"', "SETTINGS_VALUE"),
    ("workers = 0", "workers =", "SETTINGS_BROKEN"),
]


@pytest.mark.parametrize(("before", "after", "code"), SETTINGS)
def test_settings(fonds: Fonds, made: Path, delivery: Path, before: str, after: str, code: str) -> None:
    toml = made / "fonds.toml"
    toml.write_text(toml.read_text("utf-8").replace(before, after), "utf-8")
    for command in (("status",), ("ingest", delivery), ("check", delivery)):
        assert str(toml) in refused(fonds, code, 1, "--repo", made, *command)
    assert not any((made / "store").glob("H99*"))


def test_a_catalogue_of_a_newer_version(fonds: Fonds, made: Path, delivery: Path) -> None:
    with sqlite3.connect(made / "catalogue.sqlite3") as catalogue:
        catalogue.execute("UPDATE alembic_version SET version_num = '9999'")
    catalogue.close()
    said = refused(fonds, "REPOSITORY_VERSION", 1, "--repo", made, "ingest", delivery)
    assert "9999" in said


def test_a_catalogue_that_is_none(fonds: Fonds, made: Path) -> None:
    # Taken away and not written over: a connection that is still to be closed would write its pages into the new one.
    for name in ("catalogue.sqlite3", "catalogue.sqlite3-wal", "catalogue.sqlite3-shm"):
        (made / name).unlink(missing_ok=True)
    (made / "catalogue.sqlite3").write_bytes(b"not a database" * 1000)
    refused(fonds, "CATALOGUE_BROKEN", 1, "--repo", made, "status")


def test_a_locked_repository(fonds: Fonds, made: Path, delivery: Path) -> None:
    archive = open_archive(made)
    before = left(made)
    with archive.lock("rebuild"):
        for command in (("ingest", delivery), ("rebuild",)):
            said = refused(fonds, "REPOSITORY_LOCKED", 1, "--repo", made, *command)
            assert "a rebuild" in said
            assert f"process {os.getpid()}" in said
            assert re.search(r"since \d{4}-\d\d-\d\d \d\d:\d\d\)", said)
        assert fonds("--repo", made, "list").code == 0
    assert left(made) == before
    assert fonds("--repo", made, "ingest", delivery).code == 0


def test_a_second_worker(fonds: Fonds, made: Path) -> None:
    with (made / ".worker-lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused(fonds, "REPOSITORY_LOCKED", 1, "--repo", made, "jobs", "run")
        quiet = fonds("--repo", made, "jobs", "run", "--quiet")
        assert quiet == Answered(0, "", "")


# --- what is asked for ------------------------------------------------------------------------------------------------


def test_what_is_not_there(fonds: Fonds, library: Path) -> None:
    for command in (("show", "H00.1"), ("audit", "--package", "H00.1"), ("list", "--within", "H00.1")):
        assert "H00.1" in refused(fonds, "UNIT_MISSING", 2, "--repo", library, *command)
    refused(fonds, "NOT_FONDS", 2, "--repo", library, "search", "a", "--within", SAMPLE[0].code)
    refused(fonds, "COMMAND_UNKNOWN", 2, "--repo", library, "serch")
    refused(fonds, "COMMAND_UNKNOWN", 2, "--repo", library, "jobs", "stop")


@pytest.mark.parametrize("written", ["32/01/1962", "1962-13", "tháng 3", "62"])
def test_dates_that_are_none(fonds: Fonds, library: Path, written: str) -> None:
    for option in ("--from", "--to"):
        assert written in refused(fonds, "DATE_UNCLEAR", 2, "--repo", library, "search", "a", option, written)


def test_nothing_to_look_for(fonds: Fonds, library: Path) -> None:
    for query in ("", "   ", "-thủy"):
        refused(fonds, "QUERY_EMPTY", 2, "--repo", library, "search", "--", query)


USAGE = [
    (("list", "--level", "x"), "cli.usage.choice"),
    (("list", "--limit", "0"), "cli.usage.range"),
    (("list", "--limit", "ten"), "cli.usage.range"),
    (("serve", "--port", "70000"), "cli.usage.range"),
    (("list", "--colour"), "cli.usage.option"),
    (("audit", "--package"), "cli.usage.value_missing"),
    (("search",), "cli.usage.missing"),
    (("ingest",), "cli.usage.missing"),
    (("show", "a", "b"), "cli.usage.other"),
    (("audit", "--all", "--due"), "cli.usage.other"),
]


@pytest.mark.parametrize(("arguments", "key"), USAGE)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_wrong_usage(fonds: Fonds, library: Path, arguments: tuple[str, ...], key: str, lang: str) -> None:
    answered = fonds(f"--lang={lang}", "--repo", library, *arguments)
    assert (answered.code, answered.out) == (2, "")
    first, hint = answered.err.rstrip("\n").split("\n  → ")
    assert re.fullmatch(re.escape(text(lang, "cli.error")) + " " + _pattern(lang, key), first), first
    assert re.fullmatch(_pattern(lang, "cli.usage.hint"), hint)


def test_an_address_that_cannot_be_served(fonds: Fonds, library: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in refused(fonds, "PORT_TAKEN", 1, "--repo", library, "serve", "--port", port)
        # The demonstration says so before it begins.
        refused(fonds, "PORT_TAKEN", 1, "demo", "--port", port)
    refused(fonds, "ADDRESS_UNUSABLE", 1, "--repo", library, "serve", "--host", "192.0.2.1")


# --- what the system refuses ------------------------------------------------------------------------------------------


@pytest.fixture
def locked() -> Iterator[Callable[[Path, int], None]]:
    """Take permissions away, and give them back at the end."""
    changed: list[tuple[Path, int]] = []

    def lock(path: Path, mode: int) -> None:
        changed.append((path, path.stat().st_mode))
        path.chmod(mode)

    yield lock
    for path, mode in changed:
        path.chmod(mode)


def test_a_folder_without_read_permission(made: Path, tmp_path: Path, locked: Callable[[Path, int], None]) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:2])
    before, scans = left(made), source / SAMPLE[0].folder
    # Where a folder in it cannot be read, what that holds is not known, and nothing goes in before it is.
    for folder in (source, scans):
        locked(folder, 0)
        for lang in ("vi", "en"):
            answered = unprivileged("--lang", lang, "--repo", made, "ingest", source)
            assert answered.code == 1
            one_message(answered, "SOURCE_UNREADABLE", lang)
            assert str(folder) in answered.err
            assert left(made) == before
        folder.chmod(0o755)
    again = unprivileged("--format", "json", "--repo", made, "ingest", source)
    assert [one["code"] for one in again.document["ingested"]] == [row.code for row in SAMPLE[:2]]


def test_an_inventory_without_read_permission(tmp_path: Path, locked: Callable[[Path, int], None]) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    locked(source / "MucLuc.xlsx", 0)
    answered = unprivileged("check", source, cwd=tmp_path)
    assert answered.code == 1
    one_message(answered, "INVENTORY_UNREADABLE", "vi")


def test_a_page_without_read_permission(made: Path, tmp_path: Path, locked: Callable[[Path, int], None]) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:2])
    locked(source / SAMPLE[0].folder / "0001.jpg", 0)
    taken = unprivileged("--format", "json", "--repo", made, "ingest", source)
    assert taken.code == 3
    (blocked,) = taken.document["blocked"]
    assert blocked["code"] == SAMPLE[0].code
    assert "UNREADABLE_FILE" in {found["code"] for found in blocked["findings"]}


def test_a_repository_that_may_not_be_written(made: Path, delivery: Path, locked: Callable[[Path, int], None]) -> None:
    for path in (made / "store", made / "log", made):
        locked(path, 0o555)
    answered = unprivileged("--repo", made, "ingest", delivery)
    assert answered.code == 1
    assert answered.err.startswith("Lỗi: ")
    assert answered.err.count("→") == 1
    assert not any((made / "store").glob("H99*"))
    assert unprivileged("init", made / "inside").code == 1


def test_a_store_that_may_not_be_written(made: Path, delivery: Path, locked: Callable[[Path, int], None]) -> None:
    before = left(made)
    locked(made / "store", 0o555)
    answered = unprivileged("--repo", made, "--lang", "en", "ingest", delivery)
    assert answered.code == 1
    one_message(answered, "STORE_FAILED", "en")
    (made / "store").chmod(0o755)
    assert (left(made).files, left(made).units) == (before.files, before.units)
    assert unprivileged("--repo", made, "ingest", delivery).code == 0


def test_the_log_names_the_account_and_not_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody-else")
    assert account_name() == pwd.getpwuid(os.geteuid()).pw_name
    monkeypatch.setattr(os, "geteuid", lambda: 424_242)
    assert account_name() == "uid-424242"


# --- a full disk ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_disk_that_is_too_small_is_said_before_anything_is_written(fonds: Fonds, delivery: Path, lang: str) -> None:
    with small_disk(80, 9999) as disk:
        make_archive(disk / "repo")
        before = left(disk / "repo")
        (disk / "film.mov").write_bytes(bytes(30_000_000))
        answered = fonds("--lang", lang, "--repo", disk / "repo", "ingest", delivery)
        assert answered.code == 1
        one_message(answered, "STORE_FULL", lang)
        assert re.search(r"67[.,]\d MB", answered.err), answered.err
        after = left(disk / "repo")
        assert (after.files, after.units) == (before.files, before.units)
        (disk / "film.mov").unlink()
        assert fonds("--lang", lang, "--repo", disk / "repo", "ingest", delivery).code == 0
        assert left(disk / "repo").units == len(SAMPLE)
        end_worker(disk / "repo")


def test_a_disk_that_fills_up_in_mid_file(fonds: Fonds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else fills the store's disk after the room was measured: the write fails, and nothing of it stays."""
    photographs = [DossierRow(f"H99.12.P01.1962.{n:02}", f"Hồ sơ {n}", pages=6) for n in range(1, 9)]
    source, root = make_delivery(tmp_path / "source", photographs), tmp_path / "repo"
    monkeypatch.setattr("fonds.repository.storing._SPARE_BYTES", -(10**9))
    with small_disk(6, 9999) as disk:
        make_archive(root)
        toml = (root / "fonds.toml").read_text("utf-8")
        (root / "fonds.toml").write_text(toml.replace("file:store", f"file:{disk}/store"), "utf-8")
        (disk / "film.mov").write_bytes(bytes(free_bytes(disk) - 1_500_000))
        answered = fonds("--repo", root, "ingest", source)
        assert answered.code == 1, answered
        one_message(answered, "STORE_FULL", "vi")
        held = open_archive(root).holdings.by_level("file", limit=1).total
        assert 0 < held < len(photographs)
        assert len(list((disk / "store").glob("H99.12.P01/[!_]*/v1/*"))) == held
        assert not list((disk / "store").glob(".tmp-*"))
        (disk / "film.mov").unlink()
        again = fonds("--repo", root, "--format", "json", "ingest", source)
        assert again.code == 0, again
        assert len(again.document["unchanged"]) == held
        assert len(again.document["ingested"]) == len(photographs) - held
        assert fonds("--repo", root, "audit", "--all").code == 0
        end_worker(root)


def free_bytes(disk: Path) -> int:
    facts = os.statvfs(disk)
    return facts.f_bavail * facts.f_frsize


def test_a_disk_that_fills_up_under_everything(fonds: Fonds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is hit first - store, catalogue or log - says so, and the next run ends with each dossier once."""
    photographs = [DossierRow(f"H99.12.P01.1962.{n:02}", f"Hồ sơ {n}", pages=3) for n in range(1, 9)]
    source = make_delivery(tmp_path / "source", photographs)
    monkeypatch.setattr("fonds.repository.storing._SPARE_BYTES", -(10**9))
    with small_disk(8, 9999) as disk:
        root = disk / "repo"
        make_archive(root)
        for room in (100_000, 300_000, 700_000):
            (disk / "film.mov").write_bytes(bytes(free_bytes(disk) - room))
            answered = fonds("--repo", root, "ingest", source)
            assert answered.code == 1, answered
            assert answered.err.count("→") == 1
            assert re.search(r"(đĩa|nhật ký).*No space left on device|database or disk is full", answered.err)
            (disk / "film.mov").unlink()
            assert left(root).rows >= 1
        assert fonds("--repo", root, "ingest", source).code == 0
        assert left(root).units == len(photographs)
        assert len(list((root / "store").glob("H99.12.P01/[!_]*/v1/*"))) == len(photographs)
        assert not list((root / "store").glob(".tmp-*"))
        assert fonds("--repo", root, "audit", "--all").code == 0
        end_worker(root)


def test_a_disk_without_one_free_byte(fonds: Fonds, delivery: Path) -> None:
    with small_disk(6, 9999) as disk:
        make_archive(disk / "repo")
        use_up_bytes(disk)
        for command in (("ingest", delivery), ("rebuild",), ("audit", "--all")):
            answered = fonds("--repo", disk / "repo", *command)
            assert answered.code == 1, answered
            assert answered.err.count("→") == 1
        assert fonds("--repo", disk / "repo", "list").code == 0
        (disk / "ballast").unlink()
        assert fonds("--repo", disk / "repo", "audit", "--all").code == 0


def test_an_answer_that_cannot_be_written(library: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "fonds", "--repo", str(library), "list"], stdout=full, stderr=subprocess.PIPE,
            text=True, check=False, cwd=ROOT,
        )  # fmt: skip
    assert done.returncode == 1
    one_message(Answered(1, "", done.stderr), "SYSTEM_FAILED", "vi")


# --- what nobody foresaw ----------------------------------------------------------------------------------------------


def _break(*_: object, **__: object) -> object:
    raise ZeroDivisionError("nine parts of nothing")


def test_an_unexpected_error_is_one_message_and_a_file(
    fonds: Fonds, library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("fonds.repository.reading.Reading.by_level", _break)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    said = refused(fonds, "UNEXPECTED", 1, "--repo", library, "list")
    assert "ZeroDivisionError: nine parts of nothing" in said
    kept = list(tmp_path.glob("fonds-error-*.txt"))
    assert len(kept) == 4
    assert all("Traceback" in one.read_text() and "by_level" in one.read_text() for one in kept)
    assert any(str(one) in said for one in kept)


def test_a_traceback_is_printed_only_when_asked_for(
    capfd: pytest.CaptureFixture[str], library: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("fonds.repository.reading.Reading.by_level", _break)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("FONDS_DEBUG", "1")
    with pytest.raises(SystemExit) as ended:
        main(["--repo", str(library), "list"])
    assert ended.value.code == 1
    said = capfd.readouterr().err
    assert "Traceback" in said
    assert said.rstrip().splitlines()[-1].startswith("  → ")


def test_a_failure_of_the_background_work_fails_no_ingest(
    fonds: Fonds, made: Path, delivery: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> object:
        raise FondsError("CATALOGUE_LOCKED", path="x", reason="y")

    monkeypatch.setattr("fonds.cli.worker.needs_worker", refuse)
    answered = fonds("--repo", made, "ingest", delivery)
    assert answered.code == 0
    assert "fonds jobs run" in answered.err


def test_control_characters_of_a_delivery_reach_no_terminal(fonds: Fonds, made: Path, tmp_path: Path) -> None:
    source = make_delivery(tmp_path / "source", SAMPLE[:1])
    (source / "\x1b]0;owned\x07.jpg").write_bytes(b"")
    (source / os.fsdecode(b"\xe1nh.jpg")).write_bytes(b"")
    for command in ("check", "ingest"):
        answered = fonds("--repo", made, command, source)
        assert answered.code in {0, 3}
        assert "\x1b" not in answered.out + answered.err
        as_json = fonds("--repo", made, "--format", "json", command, source)
        assert as_json.document
