"""Wrapping a folder as a bag: whole or not at all, the source untouched, and good by other people's tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import fonds.packaging.bag.stage as staging
from fonds.errors import FondsError, RefusedError, UsageError
from fonds.packaging.bag import BagProgress, SourceRefusedError, validate_bag, write_bag
from fonds.packaging.bag.survey import Survey
from fonds.packaging.copying import Copier
from fonds.packaging.hashing import Told
from fonds.packaging.loc_bagit import Verdict, ask_bagit
from tests.packaging.bag.making import bytes_name, codes


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "nguồn"
    for name, content in {"a.txt": b"a", "hồ sơ/0001.tif": b"x" * 300_000, "hồ sơ/b/0.bin": b""}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "trống").mkdir()
    return folder


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mtime_ns,
            path.stat().st_mode,
            b"" if path.is_dir() else path.read_bytes(),
        )
        for path in sorted(folder.rglob("*"))
    }


@pytest.mark.parametrize("algorithms", [["sha256"], ["sha512"], ["sha512", "sha256"]])
@pytest.mark.parametrize("workers", [0, 2])
def test_what_is_written_is_a_bag_for_everybody(
    source: Path, tmp_path: Path, algorithms: list[str], workers: int
) -> None:
    before = tree(source)
    seen: list[BagProgress] = []
    made = write_bag(source, tmp_path / "bag", algorithms=algorithms, workers=workers, progress=seen.append)
    assert (made.files, made.bytes) == (3, 300_001)
    assert tree(source) == before
    report = validate_bag(made.bag)
    assert report.valid
    assert codes(report) == {"BAG_EMPTY_FOLDER"} == {found.code for found in made.findings}
    assert ask_bagit(made.bag).verdict is Verdict.VALID
    for manifest in made.bag.glob("*manifest-*.txt"):
        tool = f"{manifest.stem.partition('-')[2]}sum"
        check = [tool, "--check", "--strict", "--quiet", manifest.name]
        assert subprocess.run(check, cwd=made.bag, check=False).returncode == 0
    assert seen[-1] == BagProgress(3, 300_001, 3, 300_001)


def test_the_payload_is_the_source_byte_for_byte_with_its_times(source: Path, tmp_path: Path) -> None:
    os.utime(source / "a.txt", ns=(1, 86_400_000_000_123))
    bag = write_bag(source, tmp_path / "bag").bag
    copied, original = tree(bag / "data"), tree(source)
    assert {path: entry[2] for path, entry in copied.items()} == {path: entry[2] for path, entry in original.items()}
    assert (bag / "data/a.txt").stat().st_mtime_ns == 86_400_000_000_123
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


NAMES = st.text(st.characters(exclude_characters="\0/", exclude_categories=["Cs"]), min_size=1, max_size=20)


@settings(max_examples=30)
@given(st.sets(NAMES.filter(lambda name: name not in {".", ".."} and len(name.encode()) < 200), min_size=1, max_size=6))
def test_any_names_go_in_and_come_back(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    folder = tmp_path_factory.mktemp("names")
    (folder / "src").mkdir()
    for name in names:
        (folder / "src" / name).write_text(name)
    if len({unicodedata.normalize("NFC", name) for name in names}) < len(names):
        with pytest.raises(SourceRefusedError) as refused:
            write_bag(folder / "src", folder / "bag", workers=0)
        assert "BAG_NAMES_COLLIDE" in {found.code for found in refused.value.findings}
        return
    bag = write_bag(folder / "src", folder / "bag", workers=0).bag
    assert validate_bag(bag, workers=0).valid
    assert {path.name for path in (bag / "data").iterdir()} == names


def _not_utf8(folder: Path) -> None:
    os.close(os.open(bytes_name(folder, b"\xff.tif"), os.O_CREAT))


def _twins(folder: Path) -> None:
    for form in ("NFC", "NFD"):
        (folder / unicodedata.normalize(form, "ồ.txt")).touch()


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda folder: (folder / "l").symlink_to("a.txt"), "BAG_NOT_REGULAR"),
        (lambda folder: (folder / "l").symlink_to("/etc"), "BAG_NOT_REGULAR"),
        (lambda folder: os.mkfifo(folder / "p"), "BAG_NOT_REGULAR"),
        (_not_utf8, "BAG_NAME_NOT_UTF8"),
        (_twins, "BAG_NAMES_COLLIDE"),
    ],
)
def test_what_a_bag_cannot_hold_is_refused(
    source: Path, tmp_path: Path, spoil: Callable[[Path], None], code: str
) -> None:
    spoil(source)
    with pytest.raises(SourceRefusedError) as refused:
        write_bag(source, tmp_path / "bag")
    assert refused.value.exit_code == 3
    assert code in {found.code for found in refused.value.findings}
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_places_that_are_refused(source: Path, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "link").symlink_to(source)
    (tmp_path / "dangling").symlink_to("nowhere")
    for target, code, kind in [
        ("there", "BAG_TARGET_EXISTS", RefusedError),
        ("dangling", "BAG_TARGET_EXISTS", RefusedError),
        (f"{source.name}/bag", "BAG_TARGET_INSIDE", RefusedError),
        ("link/bag", "BAG_TARGET_INSIDE", RefusedError),
        ("none/bag", "BAG_TARGET_FOLDER", UsageError),
    ]:
        with pytest.raises(kind, match=code):
            write_bag(source, tmp_path / target)
    with pytest.raises(UsageError, match="BAG_NOT_THERE"):
        write_bag(source / "a.txt", tmp_path / "bag")
    assert not (tmp_path / "bag").exists()
    assert not (source / "bag").exists()


def test_an_interrupt_leaves_nothing(source: Path, tmp_path: Path) -> None:
    def stop(_: BagProgress) -> None:
        assert any(path.name.startswith(".fonds-bag-") for path in tmp_path.iterdir())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_bag(source, tmp_path / "bag", progress=stop)
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_what_a_killed_process_left_goes_with_the_next_one(source: Path, tmp_path: Path) -> None:
    dead = staging.Stage(tmp_path / "bag")
    (dead.path / "data").mkdir()
    os.close(dead.handle)
    living = staging.Stage(tmp_path / "bag")
    other = staging.Stage(tmp_path / "other")
    os.close(other.handle)
    write_bag(source, tmp_path / "bag")
    assert not dead.path.exists()
    assert living.path.exists(), "another process is at work in it"
    assert other.path.exists(), "it is not for this bag"
    living.close()


@pytest.mark.parametrize("change", ["grows", "goes"])
def test_a_source_that_changes_is_refused(
    source: Path, tmp_path: Path, change: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(Survey):
        def __init__(self, root: int) -> None:
            super().__init__(root)
            (source / "a.txt").unlink()

    if change == "goes":
        monkeypatch.setattr("fonds.packaging.bag.write.Survey", Late)
    else:
        monkeypatch.setattr("fonds.packaging.copying._changed", lambda *_: True)
    with pytest.raises(SourceRefusedError) as refused:
        write_bag(source, tmp_path / "bag")
    assert refused.value.findings[0].code == "BAG_SOURCE_CHANGED"
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_a_full_disk_is_told_before_anything_is_written(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=300_000))
    with pytest.raises(FondsError, match="BAG_TARGET_FULL"):
        write_bag(source, tmp_path / "bag")


def test_an_error_of_the_disk_names_the_file_and_leaves_nothing(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = Copier.copy

    def failing(copier: Copier, paths: Sequence[str], algorithms: Sequence[str], *, sync: bool) -> list[Told]:
        return [(0, (), 28, "target"), *copy(copier, paths, algorithms, sync=sync)[1:]]

    monkeypatch.setattr(Copier, "copy", failing)
    with pytest.raises(FondsError, match=r"BAG_TARGET_FAILED.*a\.txt.*No space left"):
        write_bag(source, tmp_path / "bag", workers=0)
    assert [path.name for path in tmp_path.iterdir()] == [source.name]


def test_everything_is_durable_before_the_name_is_given(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    for name in ("sync_file", "sync_folder", "rename_folder", "sync_made"):
        real = getattr(staging, name)

        def noted(*given: object, name: str = name, real: Callable[..., None] = real) -> None:
            done.append(name)
            real(*given)

        monkeypatch.setattr(staging, name, noted)
    write_bag(source, tmp_path / "few")
    assert done[-2:] == ["rename_folder", "sync_folder"]
    assert done.count("sync_file") == 4, "the tag files; each payload file was synced when it was copied"
    done.clear()
    for number in range(40):
        (source / f"{number}.txt").touch()
    write_bag(source, tmp_path / "many")
    assert done == ["sync_made", "rename_folder", "sync_folder"]
