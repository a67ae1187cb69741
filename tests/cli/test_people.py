"""Numbers, sizes, times, tables and progress as people read them."""

from __future__ import annotations

import ast
import io
import re
import time
from pathlib import Path

import pytest

from fonds.cli import people
from fonds.cli.context import Context
from fonds.cli.people import Words, clock, columns, cut, facts, folded, plain, width
from fonds.cli.progress import SIZE, Progress, progress_line
from fonds.schemas.messages import catalogue
from tests.cli.running import eventually

ROOM = Path(people.__file__).parent
VI, EN = Words("vi"), Words("en")


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a terminal of forty columns in the place of stdout."""
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr("sys.stdout", Terminal())


@pytest.mark.parametrize(
    ("count", "english", "vietnamese"),
    [
        (0, "0 B", "0 B"),
        (999, "999 B", "999 B"),
        (1000, "1.0 kB", "1,0 kB"),
        (999_949, "999.9 kB", "999,9 kB"),
        (999_960, "1.0 MB", "1,0 MB"),
        (67_108_864, "67.1 MB", "67,1 MB"),
        (5 * 10**15, "5,000.0 TB", "5.000,0 TB"),
    ],
)
def test_sizes(count: int, english: str, vietnamese: str) -> None:
    assert (EN.size(count), VI.size(count)) == (english, vietnamese)


def test_numbers_in_texts_are_grouped() -> None:
    assert (EN.number(9600), VI.number(9600)) == ("9,600", "9.600")
    assert VI.say("cli.jobs.done", {"count": 12345}) == "Đã làm xong 12.345 việc."


def test_times_are_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Ho_Chi_Minh")
    time.tzset()
    try:
        assert VI.time("2026-11-21T21:29:18.168+00:00") == "22/11/2026 04:29"
        assert EN.time("2026-11-21T21:29:18+00:00") == "2026-11-22 04:29"
        assert EN.time("") == "—"
        assert EN.time("?") == "?"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (42.4, "0:42"), (725, "12:05"), (12_000, "3:20:00")])
def test_spans(seconds: float, said: str) -> None:
    assert clock(seconds) == said


def test_a_table_for_a_program_has_tabs_and_whole_cells() -> None:
    assert columns([("a", 1, "x" * 200), ("bb", 22, "a\tb\nc")]) == ["a\t1\t" + "x" * 200, "bb\t22\ta b c"]
    assert columns([]) == []


def test_a_table_for_a_person_is_aligned_and_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow(monkeypatch)
    lines = columns([("H99.01", 4, "Báo cáo " * 9), ("H99", 12, "Thư")], right=frozenset({1}))
    assert lines == ["H99.01   4  Báo cáo Báo cáo Báo cáo Báo…", "H99     12  Thư"]
    assert all(width(line) <= 40 for line in lines)


def test_facts_go_on_below_their_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    narrow(monkeypatch)
    said = facts([("Tên", "Ủy ban hành chính tỉnh Lam Khê và các huyện"), ("Đường", "/a/" + "b" * 50)])
    assert said.splitlines() == [
        "Tên    Ủy ban hành chính tỉnh Lam Khê và",
        "       các huyện",
        "Đường  /a/" + "b" * 50,
    ]


def test_nothing_is_folded_for_a_program() -> None:
    assert folded("a " * 200, 0, io.StringIO()) == "a " * 200


def test_width_counts_columns_and_not_characters() -> None:
    assert width("Thủy lợi") == width("Thu\u0309y l\u01a1\u0323i") == 8
    assert width("文書") == 4
    assert cut("文書館", 4) == "文…"


def test_what_a_terminal_would_obey_is_written_out() -> None:
    assert plain("a\x1b[2Jb\u202ec\udce1\r\n\td") == "a\\x1b[2Jb\\u202ec\\udce1\\r\n\td"


def test_a_line_of_progress() -> None:
    line = progress_line(EN, "cli.check.label", "cli.files", 1000, 4000, (90, 60), "3 dossiers")
    assert line == "Checking  25 % · 1,000/4,000 files · 1:30 · 3:00 left · 3 dossiers"
    assert progress_line(VI, "cli.check.label", "cli.files", 0, 0, (2, 2)) == "Kiểm tra  0 tệp · 0:02"
    line = progress_line(EN, "cli.ingest.label", SIZE, 1_500_000, 4_500_000, (90, 10), "unpacking")
    assert line == "Ingesting  33 % · 1.5 MB/4.5 MB · 1:30 · 0:20 left · unpacking"
    assert progress_line(EN, "cli.ingest.label", SIZE, 0, 0, (3, 1), "storing") == "Ingesting  0:03 · storing"
    assert "100 %" in progress_line(VI, "cli.check.label", "cli.files", 9, 4, (2, 2))


def test_progress_on_a_terminal_stays_on_one_line_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setattr("fonds.cli.progress._LIVE_SECONDS", 0.0)
    stream = Terminal()
    with Progress(Context(Path(), "vi", json=False), "cli.ingest.label", "cli.files", stream) as bar:
        bar.update(5, 10, "x" * 100)
        bar.update(6, 10)
    shown = stream.getvalue()
    assert "\n" not in shown
    parts = shown.split("\r")
    assert all(width(part) < 30 for part in parts)
    assert parts[1].endswith("…")
    assert not parts[-2].strip()


def test_progress_elsewhere_is_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    context = Context(Path(), "en", json=False)
    with Progress(context, "cli.ingest.label", "cli.files", stream) as bar:
        bar.update(5, 10)
    assert stream.getvalue() == ""
    monkeypatch.setattr("fonds.cli.progress._LOG_SECONDS", 0.0)
    with Progress(context, "cli.ingest.label", "cli.files", stream) as bar:
        bar.update(5, 10)
    assert stream.getvalue().startswith("Ingesting  50 % · 5/10 files")


def test_the_clock_goes_on_between_updates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fonds.cli.progress._TICK_SECONDS", 0.01)
    monkeypatch.setattr("fonds.cli.progress._LIVE_SECONDS", 0.0)
    stream = Terminal()
    with Progress(Context(Path(), "en", json=False), "cli.ingest.label", "cli.files", stream):
        eventually(lambda: stream.getvalue().count("\r") > 3, 10)


def _keys() -> set[str]:
    """Every text that the command line names whole."""
    found = set()
    for path in ROOM.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found |= {node.value} if re.fullmatch(r"cli\.[a-z_.]+[a-z]", node.value) else set()
    return found


def test_every_text_is_there_in_both_languages_with_the_same_blanks() -> None:
    vietnamese, english = catalogue("vi"), catalogue("en")
    assert len(_keys()) > 40
    assert _keys() - vietnamese.keys() == set()
    ours = [key for key in vietnamese if key.startswith(("cli.", "error."))]
    assert {key for key in english if key.startswith(("cli.", "error."))} == set(ours)
    for key in ours:
        blanks = re.compile(r"\{[a-z_]+\}")
        assert set(blanks.findall(vietnamese[key])) == set(blanks.findall(english[key])), key
