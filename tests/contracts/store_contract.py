"""What every store must do. A back end's test inherits from ``StoreContract`` and says how to make an empty one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.repository.ports.store import QUARANTINE, Store

OBJID = "uuid-00000000-0000-4000-8000-000000000001"
PLACE = f"H99.P01/HS.1/v1/{OBJID}"
FILES = {"bagit.txt": b"BagIt-Version: 1.0\n", "data/METS.xml": b"<mets/>", "data/rep1/0001.tif": b"II*\0" * 100}


def fill(stage: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def publish(store: Store, place: str, files: Mapping[str, bytes] = FILES) -> None:
    stage = store.stage()
    fill(stage, files)
    store.publish(stage, place)


class StoreContract:
    """Inherit, and give a fixture ``store`` with an empty store."""

    def test_an_empty_store_holds_nothing(self, store: Store) -> None:
        assert list(store.locations()) == []
        assert not store.exists(PLACE)
        with pytest.raises(FileNotFoundError):
            list(store.files(PLACE))

    def test_a_stage_is_new_empty_and_not_seen(self, store: Store) -> None:
        one, other = store.stage(), store.stage()
        assert one != other
        assert list(one.iterdir()) == []
        fill(one, FILES)
        assert list(store.locations()) == []
        store.discard(one)
        store.discard(other)
        assert not one.exists()

    def test_discarding_twice_is_the_same(self, store: Store) -> None:
        stage = store.stage()
        store.discard(stage)
        store.discard(stage)
        assert not stage.exists()

    def test_only_stages_can_be_discarded_or_published(self, store: Store, tmp_path: Path) -> None:
        precious = tmp_path / "precious" / "content"
        precious.mkdir(parents=True)
        with pytest.raises(ValueError, match="precious"):
            store.discard(precious)
        with pytest.raises(ValueError, match="precious"):
            store.publish(precious, PLACE)
        assert precious.exists()
        assert not store.exists(PLACE)

    def test_a_stage_may_be_settled_first(self, store: Store, tmp_path: Path) -> None:
        stage = store.stage()
        fill(stage, FILES)
        store.settle(stage)
        assert not store.exists(PLACE)
        assert (stage / "bagit.txt").read_bytes() == FILES["bagit.txt"], "it can be read back"
        store.publish(stage, PLACE)
        assert {file.path for file in store.files(PLACE)} == FILES.keys()
        with pytest.raises(ValueError, match="precious"):
            store.settle(tmp_path / "precious" / "content")

    def test_what_was_published_is_there_as_it_was_written(self, store: Store) -> None:
        publish(store, PLACE)
        assert store.exists(PLACE)
        assert list(store.locations()) == [PLACE]
        assert {file.path: file.size for file in store.files(PLACE)} == {
            name: len(content) for name, content in FILES.items()
        }
        for name, content in FILES.items():
            with store.open(PLACE, name) as source:
                assert source.read() == content
            with store.local(PLACE, name) as path:
                assert path.read_bytes() == content

    def test_publishing_takes_the_stage_away(self, store: Store) -> None:
        stage = store.stage()
        fill(stage, FILES)
        store.publish(stage, PLACE)
        store.discard(stage)
        assert not stage.exists()
        assert store.clean() == 0
        assert store.exists(PLACE)

    def test_a_taken_location_is_refused_and_nothing_changes(self, store: Store) -> None:
        publish(store, PLACE)
        stage = store.stage()
        fill(stage, {"bagit.txt": b"another"})
        with pytest.raises(FondsError) as caught:
            store.publish(stage, PLACE)
        assert caught.value.code == "LOCATION_TAKEN"
        with store.open(PLACE, "bagit.txt") as source:
            assert source.read() == FILES["bagit.txt"]
        store.discard(stage)
        assert list(store.locations()) == [PLACE]

    def test_locations_come_in_order_of_versions(self, store: Store) -> None:
        places = [f"H99.P01/HS.1/v{number}/{OBJID}" for number in (1, 2, 10)] + [f"H99.P02/HS.1/v1/{OBJID}"]
        for place in reversed(places):
            publish(store, place, {"bagit.txt": b"x"})
        assert list(store.locations()) == places

    def test_the_package_of_a_fonds_comes_after_those_of_its_dossiers(self, store: Store) -> None:
        places = [f"{place}/{OBJID}" for place in ("a/x/v1", "a/_fonds/v1", "a/_fonds/v2", "b/X/v1", "b/_fonds/v1")]
        for place in reversed(places):
            publish(store, place, {"bagit.txt": b"x"})
        store.put_note("a/_other/note.txt", b"a note")
        store.put_note("a/_fonds.txt", b"a note")
        assert list(store.locations()) == places

    @pytest.mark.parametrize("place", ["", "../out/v1/x", "/etc/v1/x", "a/../../b", "a/.hidden/v1/x"])
    def test_a_location_leads_nowhere_else(self, store: Store, place: str) -> None:
        stage = store.stage()
        with pytest.raises(ValueError, match="^" + re.escape(place)):
            store.publish(stage, place)
        store.discard(stage)

    @pytest.mark.parametrize("path", ["../bagit.txt", "data/../../../x", "/etc/passwd", "", ".", "a\0b", "absent"])
    def test_a_path_leads_nowhere_else(self, store: Store, path: str) -> None:
        publish(store, PLACE)
        with pytest.raises(FileNotFoundError):
            store.open(PLACE, path)

    @pytest.mark.parametrize("path", ["../bagit.txt", "data/../../../x", "/etc/passwd", "", "a\0b"])
    def test_no_local_file_lies_outside_a_package(self, store: Store, path: str) -> None:
        publish(store, PLACE)
        with pytest.raises(FileNotFoundError), store.local(PLACE, path):
            pass

    def test_a_folder_cannot_be_opened(self, store: Store) -> None:
        publish(store, PLACE)
        with pytest.raises(OSError, match="regular file"):
            store.open(PLACE, "data")

    def test_names_may_hold_anything_that_a_name_can(self, store: Store) -> None:
        names = {"data/Hồ sơ 1 %\n\r.tif": b"1", "data/Hồ sơ".encode().decode() + "\u0301": b"2"}
        publish(store, PLACE, names)
        assert {file.path for file in store.files(PLACE)} == set(names)
        for name, content in names.items():
            with store.open(PLACE, name) as source:
                assert source.read() == content

    def test_names_that_share_their_bytes_say_so(self, store: Store) -> None:
        publish(store, PLACE)
        stage, name = store.stage(), "data/rep1/0001.tif"
        (stage / "data/rep1").mkdir(parents=True)
        linked = store.link(PLACE, name, stage / name)
        (stage / "bagit.txt").write_bytes(b"x")
        second = PLACE.replace("/v1/", "/v2/")
        store.publish(stage, second)
        shared, again = ({file.path: file.shared for file in store.files(place)} for place in (PLACE, second))
        assert shared[name] == again[name]
        assert (shared[name] is not None) is linked
        assert shared["bagit.txt"] is again["bagit.txt"] is None

    def test_notes_are_written_over_and_are_no_packages(self, store: Store) -> None:
        store.put_note("README.txt", b"one")
        store.put_note("README.txt", b"two")
        store.put_note("_audit-log/audit.jsonl", b"rows")
        assert list(store.locations()) == []
        assert store.clean() == 0

    def test_notes_can_be_read(self, store: Store) -> None:
        with pytest.raises(FileNotFoundError):
            store.note("_mark.json")
        store.put_note("_mark.json", "dấu".encode())
        with store.note("_mark.json") as source:
            assert source.read() == "dấu".encode()

    def test_notes_can_be_added_to(self, store: Store) -> None:
        assert store.extend_note("_audit-log/audit.jsonl", 0, [b"one\n", b"two\n"])
        assert store.extend_note("_audit-log/audit.jsonl", 8, iter([b"three\n"]))
        assert not store.extend_note("_audit-log/audit.jsonl", 8, [b"late\n"]), "somebody else was quicker"
        with store.note("_audit-log/audit.jsonl") as source:
            assert source.read() == b"one\ntwo\nthree\n"

    def test_a_note_is_as_it_was_when_adding_to_it_fails(self, store: Store) -> None:
        def failing() -> Iterator[bytes]:
            yield b"x" * 100_000
            raise LookupError

        store.put_note("a.txt", b"one\n")
        with pytest.raises(LookupError):
            store.extend_note("a.txt", 4, failing())
        with store.note("a.txt") as source:
            assert source.read() == b"one\n"

    def test_a_store_is_bare_until_something_is_in_it(self, store: Store) -> None:
        assert store.is_bare()
        store.put_note("README.txt", b"words")
        assert not store.is_bare()

    def test_a_store_knows_its_disk(self, store: Store) -> None:
        store.put_note("README.txt", b"words")
        assert store.device() == store.device()

    def test_there_is_room(self, store: Store) -> None:
        assert store.free() > 0

    def test_a_file_is_put_back_and_what_was_there_is_kept(self, store: Store) -> None:
        publish(store, PLACE)
        with staged(store, b"sealed") as ready:
            store.put_back(ready, PLACE, "data/METS.xml", f"7/{PLACE}/data/METS.xml")
            assert ready.read_bytes() == b"sealed"
        assert content(store, PLACE, "data/METS.xml") == b"sealed"
        assert content(store, PLACE, "bagit.txt") == FILES["bagit.txt"]
        with store.note(f"{QUARANTINE}/7/{PLACE}/data/METS.xml") as kept:
            assert kept.read() == FILES["data/METS.xml"]
        assert list(store.locations()) == [PLACE]
        assert {file.path for file in store.files(PLACE)} == FILES.keys()

    def test_a_file_is_put_back_where_nothing_is_and_under_several_names(self, store: Store) -> None:
        publish(store, PLACE)
        with staged(store, b"sealed") as ready:
            for path in ("new/deep/1.tif", "new/deep/2.tif"):
                store.put_back(ready, PLACE, path, f"8/{path}")
        assert content(store, PLACE, "new/deep/1.tif") == content(store, PLACE, "new/deep/2.tif") == b"sealed"
        shared = {file.path: file.shared for file in store.files(PLACE)}
        assert shared["new/deep/1.tif"] == shared["new/deep/2.tif"]

    def test_a_file_takes_the_place_of_a_folder(self, store: Store) -> None:
        publish(store, PLACE, {"bagit.txt": b"", "data/METS.xml/odd": b"odd", "data/METS.xml/more/odd": b"odd"})
        with staged(store, b"sealed") as ready:
            store.put_back(ready, PLACE, "data/METS.xml", "9/METS.xml")
        assert content(store, PLACE, "data/METS.xml") == b"sealed"
        with store.note(f"{QUARANTINE}/9/METS.xml/more/odd") as kept:
            assert kept.read() == b"odd"

    def test_what_does_not_belong_is_set_aside(self, store: Store) -> None:
        publish(store, PLACE, {**FILES, ".hidden/stray": b"stray"})
        store.set_aside(PLACE, ".hidden/stray", f"7/{PLACE}/.hidden/stray")
        assert {file.path for file in store.files(PLACE)} == FILES.keys()
        with store.note(f"{QUARANTINE}/7/{PLACE}/.hidden/stray") as kept:
            assert kept.read() == b"stray"

    def test_a_whole_package_is_set_aside_and_its_place_is_free(self, store: Store) -> None:
        publish(store, PLACE)
        store.set_aside(PLACE, "", f"7/{PLACE}")
        assert not store.exists(PLACE)
        assert list(store.locations()) == []
        publish(store, PLACE)
        with store.note(f"{QUARANTINE}/7/{PLACE}/bagit.txt") as kept:
            assert kept.read() == FILES["bagit.txt"]

    def test_nothing_is_put_back_or_set_aside_outside_a_package(self, store: Store) -> None:
        publish(store, PLACE)
        with staged(store, b"sealed") as ready:
            with pytest.raises(FileNotFoundError):
                store.put_back(ready, PLACE, "../../stray", "7/stray")
            with pytest.raises(ValueError, match="stray"):
                store.put_back(ready, PLACE, "data/METS.xml", "../stray")
        with pytest.raises(FileNotFoundError):
            store.set_aside(PLACE, "../../stray", "7/stray")
        assert content(store, PLACE, "data/METS.xml") == FILES["data/METS.xml"]


@contextmanager
def staged(store: Store, written: bytes) -> Iterator[Path]:
    """A settled file in a stage."""
    stage = store.stage()
    fill(stage, {"ready": written})
    store.settle(stage)
    try:
        yield stage / "ready"
    finally:
        store.discard(stage)


def content(store: Store, place: str, path: str) -> bytes:
    with store.open(place, path) as source:
        return source.read()
