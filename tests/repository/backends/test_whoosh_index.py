from __future__ import annotations

import json
import multiprocessing
import os
import signal
import stat
import sys
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.backends.whoosh_index import WhooshIndex
from fonds.repository.ports.index import RESTRICTED, Index, IndexDocument
from tests.contracts.index_contract import ANY, EVERYBODY, STAFF, IndexContract, SameAsReference, ask, document, ids

LUONG = document("a", "Sổ lương")
HO_TICH = document("b", "Sổ hộ tịch")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


class TestWhooshIndex(SameAsReference, IndexContract):
    @pytest.fixture
    def index(self, folder: Path) -> Index:
        return WhooshIndex(folder)


def generations(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.glob("g*"))


def test_the_folder_is_private(folder: Path) -> None:
    folder.mkdir(mode=0o755)
    WhooshIndex(folder).update([LUONG])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_the_two_classes_are_two_folders_that_share_no_bytes(folder: Path) -> None:
    WhooshIndex(folder).update([LUONG, document("r", "Vĩnhbiệt", access=RESTRICTED)])
    bytes_of_open = b"".join(one.read_bytes() for one in folder.glob("g*/open/*") if one.is_file())
    bytes_of_restricted = b"".join(one.read_bytes() for one in folder.glob("g*/restricted/*") if one.is_file())
    assert b"vinhbiet" not in bytes_of_open
    assert b"vinhbiet" in bytes_of_restricted


def test_what_is_written_is_there_for_another_reader_at_once(folder: Path) -> None:
    writer, reader = WhooshIndex(folder), WhooshIndex(folder)
    assert ask(reader, "sổ").total == 0
    writer.update([LUONG])
    assert ids(ask(reader, "sổ")) == ["a"]
    writer.replace_all([HO_TICH])
    assert ids(ask(reader, "sổ")) == ["b"]
    writer.update([LUONG], removed=["b"])
    assert ids(ask(reader, "sổ")) == ["a"]


def test_segments_are_merged_before_they_are_many(folder: Path) -> None:
    index = WhooshIndex(folder)
    for number in range(40):
        index.update([document(f"u{number:02}", "Sổ lương")], removed=[f"u{number - 20:02}"])
    assert len(list(folder.glob("g*/open/*.seg"))) <= 12
    assert ids(ask(index, "lương")) == [f"u{number:02}" for number in range(20, 40)]


def test_a_change_does_not_take_the_memory_of_all_that_is_held(folder: Path) -> None:
    index = WhooshIndex(folder)
    many = (document(f"d{one}", " ".join(f"w{one}x{word}" for word in range(100))) for one in range(150))
    index.replace_all(many)
    held = sum(one.stat().st_size for one in folder.glob("g*/open/*"))
    assert held > 1_000_000
    tracemalloc.start()
    index.update([document("d7", "Sổ lương")])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < held / 3


def test_a_second_writer_is_told_to_wait(folder: Path) -> None:
    index = WhooshIndex(folder, wait=0.1)

    def documents() -> Iterator[IndexDocument]:
        with pytest.raises(FondsError, match="INDEX_LOCKED"):
            WhooshIndex(folder, wait=0.1).update([HO_TICH])
        yield LUONG

    index.update([HO_TICH])
    assert index.replace_all(documents()) == 1
    assert ids(ask(index, "sổ")) == ["a"]


def test_a_rebuild_is_not_seen_before_it_is_done(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.update([LUONG])

    def documents() -> Iterator[IndexDocument]:
        yield HO_TICH
        assert ids(ask(index, "sổ")) == ["a"]

    index.replace_all(documents())
    assert ids(ask(index, "sổ")) == ["b"]
    assert generations(folder) == ["g000002"]


def _rebuild_and_die(folder: Path) -> None:
    def documents() -> Iterator[IndexDocument]:
        yield HO_TICH
        os.kill(os.getpid(), signal.SIGKILL)

    WhooshIndex(folder).replace_all(documents())


def _update_for_ever(folder: Path) -> None:
    index = WhooshIndex(folder)
    for number in range(sys.maxsize):
        index.update([document(f"u{number % 50:02}", f"Sổ lương {number}", text="tháng " * 50)])


def _in_a_process(work: Callable[[Path], None], folder: Path) -> multiprocessing.process.BaseProcess:
    process = multiprocessing.get_context("spawn").Process(target=work, args=(folder,))
    process.start()
    return process


def test_a_killed_rebuild_leaves_the_old_index_and_the_next_writer_cleans_up(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.update([LUONG])
    process = _in_a_process(_rebuild_and_die, folder)
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert generations(folder) == ["g000001", "g000002.new"]
    assert ids(ask(index, "sổ")) == ["a"]
    index.update([HO_TICH])
    assert generations(folder) == ["g000001"]
    assert ids(ask(index, "sổ")) == ["a", "b"]


def test_a_first_build_that_was_killed_is_as_if_it_had_never_been(folder: Path) -> None:
    _in_a_process(_rebuild_and_die, folder).join(60)
    index = WhooshIndex(folder)
    assert generations(folder) == ["g000001.new"]
    assert ask(index, "sổ").total == 0
    index.update([LUONG])
    assert ids(ask(index, "sổ")) == ["a"]
    assert generations(folder) == ["g000001"]


def test_updates_killed_at_any_moment_leave_an_index_that_answers_and_takes_more(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.update([document("first", "Sổ lương")])
    for delay in (0.0, 0.011, 0.023, 0.037):
        process = _in_a_process(_update_for_ever, folder)
        committed = ask(index, "tháng").total
        until = time.monotonic() + 60
        while ask(index, "tháng").total == committed and time.monotonic() < until:
            time.sleep(0.005)
            if committed == 50:
                break
        time.sleep(delay)
        process.kill()
        process.join()
        assert "first" in ids(ask(index, "sổ lương"))
        index.update([document("after", "Sổ hộ tịch")])
        assert ids(ask(index, "hộ tịch")) == ["after"]
    assert not list(folder.glob("g*/open/MAIN.tmp"))


def test_many_threads_read_while_one_writes(folder: Path) -> None:
    index = WhooshIndex(folder)
    index.replace_all(document(f"u{n:03}", "Sổ lương", text=f"tháng {n}") for n in range(200))
    problems: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            found = ask(index, '"sổ lương" thang')
            if found.total != 200:
                problems.append(found.total)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for number in range(10):
        index.update([document(f"u{number:03}", "Sổ lương", text="tháng nào đó")])
    index.replace_all(document(f"v{n:03}", "Sổ lương", text=f"tháng {n}") for n in range(200))
    stop.set()
    for thread in threads:
        thread.join()
    assert problems == []


def _cut_segments(folder: Path) -> None:
    for segment in folder.glob("g*/open/*.seg"):
        segment.write_bytes(segment.read_bytes()[:100])


def _zero_segments(folder: Path) -> None:
    for segment in folder.glob("g*/open/*.seg"):
        segment.write_bytes(bytes(segment.stat().st_size))


def _remove_segments(folder: Path) -> None:
    for segment in folder.glob("g*/open/*.seg"):
        segment.unlink()


def _cut_contents(folder: Path) -> None:
    for contents in folder.glob("g*/open/*.toc"):
        contents.write_bytes(contents.read_bytes()[:10])


def _remove_generation(folder: Path) -> None:
    next(folder.glob("g*")).rename(folder / "elsewhere")


def _remove_pointer(folder: Path) -> None:
    (folder / "current").unlink()


def _spoil_pointer(folder: Path) -> None:
    (folder / "current").write_text("[]", "utf-8")


def _lead_out(folder: Path) -> None:
    (folder / "current").write_text(json.dumps({"generation": "../elsewhere", "terms": "1"}), "utf-8")


def _other_terms(folder: Path) -> None:
    pointer = json.loads((folder / "current").read_text("utf-8"))
    (folder / "current").write_text(json.dumps(pointer | {"terms": "0"}), "utf-8")


@pytest.mark.parametrize(
    "damage",
    [
        _cut_segments,
        _zero_segments,
        _remove_segments,
        _cut_contents,
        _remove_generation,
        _remove_pointer,
        _spoil_pointer,
        _lead_out,
        _other_terms,
    ],
)
def test_a_broken_index_says_so_and_is_made_again(folder: Path, damage: Callable[[Path], None]) -> None:
    WhooshIndex(folder).update([LUONG])
    damage(folder)
    index = WhooshIndex(folder)
    with pytest.raises(FondsError, match="INDEX_BROKEN"):
        ask(index, "sổ")
    assert index.replace_all([LUONG]) == 1
    assert ids(ask(index, "sổ")) == ["a"]
    assert len(generations(folder)) == 1


def test_an_update_does_not_hide_that_the_index_is_broken(folder: Path) -> None:
    WhooshIndex(folder).update([LUONG])
    _cut_contents(folder)
    with pytest.raises(FondsError, match="INDEX_BROKEN"):
        WhooshIndex(folder).update([HO_TICH])


def test_a_disk_that_takes_no_more_leaves_the_old_index(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = WhooshIndex(folder)
    index.update([LUONG])

    def full(_descriptor: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(FondsError, match="INDEX_NOT_WRITTEN"):
            index.update([HO_TICH])
    assert ids(ask(index, "sổ")) == ["a"]
    index.update([HO_TICH])
    assert ids(ask(index, "sổ")) == ["a", "b"]


def test_a_query_that_takes_too_long_is_stopped(folder: Path) -> None:
    index = WhooshIndex(folder, time_limit=0.0)
    index.update([LUONG])
    with pytest.raises(FondsError, match="QUERY_TOO_SLOW") as caught:
        ask(index, '"sổ lương"')
    assert caught.value.data == {"seconds": 0.0}


def test_an_answer_beyond_the_last_page_is_empty(folder: Path) -> None:
    from fonds.repository.search.query import parse

    index = WhooshIndex(folder)
    index.update([LUONG])
    found = index.search(parse("sổ"), filters=ANY, access=STAFF | EVERYBODY, offset=10)
    assert (found.total, list(found.hits)) == (1, [])
