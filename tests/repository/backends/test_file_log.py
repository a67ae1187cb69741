"""The log in files: its contract, several writers at once, crashes, and every kind of tampering."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, tzinfo
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.backends import file_log
from fonds.repository.backends.file_log import FileLog
from fonds.repository.chain import row_line
from fonds.repository.ports.log import AuditLog
from tests.contracts.log_contract import LogContract
from tests.disks import make_read_only, small_disk, use_up_bytes
from tests.repository.backends.processes import kill, run_together, running

APPENDING = """
import sys
from pathlib import Path
from fonds.repository.backends.file_log import FileLog
log, name = FileLog(Path(sys.argv[1])), sys.argv[2]
print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    log.append("x", agent=name, subject=str(number))
"""

ENDLESS = """
import sys
from pathlib import Path
from fonds.repository.backends.file_log import FileLog
log = FileLog(Path(sys.argv[1]))
log.append("x", agent="a")
print("ready", flush=True)
while True:
    print(log.append("x", agent="a", detail={"long": "x" * 5000}).number, flush=True)
"""


class TestFileLog(LogContract):
    @pytest.fixture
    def log(self, tmp_path: Path) -> AuditLog:
        return FileLog(tmp_path / "nhật ký")


@pytest.fixture
def log(tmp_path: Path) -> FileLog:
    made = FileLog(tmp_path / "log")
    for subject in "abcd":
        made.append("ingest", agent="Ánh", subject=subject, detail={"n": 1})
    return made


def the_file(log: FileLog) -> Path:
    (path,) = log.folder.glob("audit-*.jsonl")
    return path


def edit(log: FileLog, change: Callable[[list[bytes]], list[bytes]]) -> None:
    path = the_file(log)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))


def test_two_writers_make_one_chain_without_gaps(tmp_path: Path) -> None:
    run_together(APPENDING, [(tmp_path, "one"), (tmp_path, "other")])
    rows = list(FileLog(tmp_path).rows())
    assert [row.number for row in rows] == list(range(1, 201))
    for agent in ("one", "other"):
        assert [row.subject for row in rows if row.agent == agent] == [str(number) for number in range(100)]
    assert FileLog(tmp_path).verify().broken_at == 0


def test_what_a_killed_writer_was_told_is_there(tmp_path: Path) -> None:
    with running(ENDLESS, tmp_path) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(20)]
        kill(process)
    row = FileLog(tmp_path).append("x", agent="b")
    assert row.number > told[-1]
    assert FileLog(tmp_path).verify().rows == row.number


@pytest.mark.parametrize("torn", [b"{", b'{"number":5', b"\0" * 70_000, "Ố".encode()[:1], b"x" * 200_000])
def test_a_line_that_was_cut_short_is_removed_by_the_next_append(log: FileLog, torn: bytes) -> None:
    whole = the_file(log).read_bytes()
    with the_file(log).open("ab") as file:
        file.write(torn)
    assert [row.number for row in log.rows()] == [1, 2, 3, 4]
    assert log.verify().rows == 4
    assert log.verify().broken_at == 0
    row = FileLog(log.folder).append("x", agent="b")
    assert row.number == 5
    assert the_file(log).read_bytes() == whole + row_line(row)
    assert log.verify().rows == 5


def test_only_a_torn_line_in_a_new_file(tmp_path: Path) -> None:
    (tmp_path / "audit-2025.jsonl").write_bytes(b'{"num')
    assert FileLog(tmp_path).append("x", agent="a").number == 1
    assert FileLog(tmp_path).verify().rows == 1


def replaced(number: int, old: bytes, new: bytes) -> Callable[[list[bytes]], list[bytes]]:
    def change(lines: list[bytes]) -> list[bytes]:
        assert old in lines[number - 1]
        return [*lines[: number - 1], lines[number - 1].replace(old, new), *lines[number:]]

    return change


TAMPERINGS: dict[str, tuple[Callable[[list[bytes]], list[bytes]], int, str]] = {
    "edited": (replaced(2, b'"subject":"b"', b'"subject":"B"'), 2, "hash"),
    "outcome edited": (replaced(3, b"success", b"failure"), 3, "hash"),
    "detail edited": (replaced(1, b'"n":1', b'"n":2'), 1, "hash"),
    "removed": (lambda lines: [lines[0], *lines[2:]], 2, "number"),
    "first removed": (lambda lines: lines[1:], 1, "number"),
    "reordered": (lambda lines: [lines[0], lines[2], lines[1], lines[3]], 2, "number"),
    "doubled": (lambda lines: [lines[0], *lines], 2, "number"),
    "not JSON": (lambda lines: [*lines[:2], b"\xff\xfe\n", *lines[2:]], 3, "LOG_BROKEN"),
    "an empty line": (lambda lines: [*lines[:2], b"\n", *lines[2:]], 3, "LOG_BROKEN"),
    "another thing": (lambda lines: [*lines[:2], b"[1]\n", *lines[2:]], 3, "LOG_BROKEN"),
    "very deep": (lambda lines: [*lines[:2], b"[" * 100_000 + b"\n", *lines[2:]], 3, "LOG_BROKEN"),
    "a field more": (replaced(2, b'"action"', b'"else":1,"action"'), 2, "LOG_BROKEN"),
    "number as text": (replaced(2, b'"number":2', b'"number":"2"'), 2, "LOG_BROKEN"),
    "number is null": (replaced(2, b'"number":2', b'"number":null'), 2, "LOG_BROKEN"),
    "a field twice": (replaced(2, b'"action"', b'"agent":"another","action"'), 2, "line"),
    "spaces": (replaced(4, b'"n":1', b'"n": 1'), 4, "line"),
    "newline lost": (replaced(2, b"\n", b""), 2, "LOG_BROKEN"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_found_and_the_row_named(log: FileLog, name: str) -> None:
    change, broken_at, reason = TAMPERINGS[name]
    assert log.verify().broken_at == 0
    edit(log, change)
    verdict = log.verify()
    assert (verdict.broken_at, verdict.reason, verdict.rows) == (broken_at, reason, broken_at - 1)


def test_a_row_put_in_with_a_right_hash_of_its_own_breaks_the_link(log: FileLog) -> None:
    def forge(lines: list[bytes]) -> list[bytes]:
        other = FileLog(log.folder.parent / "other")
        rows = [other.append("ingest", agent="Ánh", subject=subject + "!") for subject in "abcd"]
        return [*lines[:3], row_line(rows[3])]

    edit(log, forge)
    assert (log.verify().broken_at, log.verify().reason) == (4, "prev")


def test_nothing_is_appended_to_what_cannot_be_read(log: FileLog) -> None:
    edit(log, lambda lines: [*lines[:3], b"not a row\n"])
    before = the_file(log).read_bytes()
    with pytest.raises(FondsError) as caught:
        log.append("x", agent="a")
    assert caught.value.code == "LOG_BROKEN"
    assert the_file(log).read_bytes() == before


class _Clock(datetime):
    year_now = 2026

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]  # a plain datetime is enough here
        return datetime(cls.year_now, 1, 1, tzinfo=tz or UTC)


def test_the_chain_goes_on_from_year_to_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_log, "datetime", _Clock)
    log = FileLog(tmp_path)
    for year in (2026, 2026, 2027):
        monkeypatch.setattr(_Clock, "year_now", year)
        log.append("x", agent="a", subject=str(year))
    assert sorted(path.name for path in tmp_path.glob("audit*")) == ["audit-2026.jsonl", "audit-2027.jsonl"]
    assert [(row.number, row.subject) for row in log.rows()] == [(1, "2026"), (2, "2026"), (3, "2027")]
    assert log.verify().rows == 3
    (tmp_path / "audit-2026.jsonl").unlink()
    assert (log.verify().broken_at, log.verify().reason) == (1, "number")


def test_a_clock_put_back_over_new_year_does_not_break_the_chain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_log, "datetime", _Clock)
    log = FileLog(tmp_path)
    for year in (2031, 2026, 2026):
        monkeypatch.setattr(_Clock, "year_now", year)
        log.append("x", agent="a", subject=str(year))
    assert [row.subject for row in log.rows()] == ["2031", "2026", "2026"]
    assert log.verify().rows == 3
    assert log.verify().broken_at == 0


def test_other_files_in_the_folder_do_no_harm(log: FileLog) -> None:
    (log.folder / "audit-2020 (copy).jsonl").write_bytes(the_file(log).read_bytes())
    assert log.verify().rows == 4


def test_a_folder_that_cannot_be_listed_is_not_an_empty_log(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    with pytest.raises(NotADirectoryError):
        FileLog(tmp_path / "log").verify()
    assert FileLog(tmp_path / "none").verify().rows == 0


def test_a_write_that_the_system_cuts_short_is_gone_on_with(log: FileLog, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, block: write(handle, bytes(block)[:7]))
    assert log.append("x", agent="a", detail={"long": "x" * 100}).number == 5
    monkeypatch.undo()
    assert log.verify().rows == 5


def test_a_full_disk_is_told_and_leaves_the_log_whole() -> None:
    with small_disk() as disk:
        log = FileLog(disk / "log")
        log.append("x", agent="a", detail={"long": "x" * 3000})
        use_up_bytes(disk)
        before = the_file(log).read_bytes()
        with pytest.raises(FondsError) as caught:
            # Half of it still fits into the last block: that half must not stay.
            log.append("x", agent="a", detail={"long": "x" * 3000})
        assert caught.value.code == "LOG_FAILED"
        assert the_file(log).read_bytes() == before
        (disk / "ballast").unlink()
        assert log.append("x", agent="a").number == 2
        assert log.verify().rows == 2


def test_a_log_that_can_only_be_read_can_be_verified() -> None:
    with small_disk() as disk:
        log = FileLog(disk / "log")
        log.append("x", agent="a")
        make_read_only(disk)
        assert log.verify().rows == 1
        with pytest.raises(FondsError) as caught:
            log.append("x", agent="a")
        assert caught.value.code == "LOG_FAILED"


def test_a_line_is_plain_json_that_anybody_can_read(log: FileLog) -> None:
    for number, line in enumerate(the_file(log).read_text("utf-8").splitlines(), 1):
        row = json.loads(line)
        assert (row["number"], row["agent"]) == (number, "Ánh")
        assert "Ánh" in line
