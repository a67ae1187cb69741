"""What is packed comes out the same; whatever names and bytes there are, nothing is ever written outside the folder."""

from __future__ import annotations

import io
import os
import shutil
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from fonds.errors import FondsError
from fonds.packaging.transport import PackedRefusedError, PackingRefusedError, WrittenFile, pack_tar, pack_zip, unpack
from fonds.schemas.findings import Finding
from tests.packaging.transport.crafting import COMPRESSED, Entry, file, tar_bytes, tree, zip_bytes
from tests.packaging.tt05.building import quick_folder

Pack = Callable[[Path, Path], WrittenFile]
PACKS: dict[str, Pack] = {
    "zip": pack_zip,
    "deflate": lambda folder, target: pack_zip(folder, target, method="deflate"),
    "tar": pack_tar,
}
HERE = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])

VIETNAMESE = "aăâbcdđeêghiklmnoôơpqrstuưvxyàảãáạằẳẵắặỳỷỹýỵỒỂỄẾỆ .-_(),'%~$"
NAMES = st.text(st.sampled_from(VIETNAMESE), min_size=1, max_size=12).filter(lambda name: name.strip(". ") != "")
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join)
TREES = st.dictionaries(PATHS, st.binary(max_size=300), max_size=12)
WILD = st.text(st.sampled_from("ab./\\:~\0\n\u1ed3o\u0302\u0300AB\ud800\udcf4C"), max_size=9) | st.sampled_from(
    ["..", "../x", "/x", "a/../../x", "C:\\x", "a/./b", "a//b", "/", "//", "./", "a/", "..\\x", "~/x", "\\\\s\\x"]
)


def fill(folder: Path, files: dict[str, bytes]) -> None:
    """Write files, as many of them as do not stand in each other's way."""
    folder.mkdir()
    for path, content in files.items():
        try:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        except OSError:
            continue


@pytest.mark.unmeasured
@HERE
@given(files=TREES, kind=st.sampled_from(sorted(PACKS)))
def test_there_and_back(files: dict[str, bytes], kind: str) -> None:
    # Names that are one in NFC are refused, which is shown elsewhere.
    assume(len({normalize("NFC", path) for path in files}) == len(files))
    with quick_folder() as place:
        fill(place / "Hồ sơ 12", files)
        written = PACKS[kind](place / "Hồ sơ 12", place / "gói")
        done = unpack(place / "gói", place / "ra")
        assert tree(place / "ra" / "Hồ sơ 12") == tree(place / "Hồ sơ 12")
        assert [path.name for path in (place / "ra").iterdir()] == ["Hồ sơ 12"]
        assert (written.files, written.bytes) == (done.files, done.bytes)


def escaped(place: Path) -> list[str]:
    """What lies in a folder besides what a test put there."""
    return sorted(path.name for path in place.iterdir() if path.name not in {"a", "ra"})


def unpacked_or_refused(place: Path, content: bytes) -> bool:
    """Unpack; returns whether that was done. Anything but that and a refusal fails, and so does a trace outside."""
    (place / "a").write_bytes(content)
    findings: tuple[Finding, ...] = ()
    try:
        unpack(place / "a", place / "ra")
    except PackedRefusedError as error:
        findings = error.findings
    done = (place / "ra").exists()
    assert done is not bool(findings)
    assert escaped(place) == []
    for path in (place / "ra").rglob("*"):
        assert not path.is_symlink()
        assert path.is_file() or path.is_dir()
    return done


@settings(HERE, max_examples=300)
@given(names=st.lists(WILD, min_size=1, max_size=5), kind=st.sampled_from(["zip", "cp437", *COMPRESSED]))
def test_no_name_leads_outside(names: list[str], kind: str) -> None:
    with quick_folder() as outer:
        place = outer / "trong"
        place.mkdir()
        raws = [name.encode("utf-8", "surrogatepass") for name in names]
        if kind in COMPRESSED:
            members = [file(raw.decode("utf-8", "surrogateescape")) for raw in raws]
            content = COMPRESSED[kind](tar_bytes(members, tarfile.GNU_FORMAT))
        else:
            content = zip_bytes([Entry(raw, flags=0x800 if kind == "zip" else 0) for raw in raws])
        good = unpacked_or_refused(place, content)
        if good:
            assert len([one for one in tree(place / "ra").values() if one is not None]) == len(names)
        assert list(outer.iterdir()) == [place]
        assert not Path("/x").exists()


@pytest.fixture(scope="module")
def honest() -> dict[str, bytes]:
    """Small package files of every kind, made by others."""
    files = {"g/METS.xml": b"<mets/>" * 50, "g/Đơn.txt": b"", "g/a/b": os.urandom(600)}
    deflated, streamed = io.BytesIO(), _Forward()
    for out in (deflated, streamed):
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
    members = [file(name, content) for name, content in files.items()]
    made = {"zip": deflated.getvalue(), "streamed": streamed.getvalue()}
    for kind, compress in COMPRESSED.items():
        made[kind] = compress(tar_bytes(members))
    made["gnu"] = tar_bytes([file("g/" + "d/" * 80 + "x"), *members], tarfile.GNU_FORMAT)
    return made


class _Forward(io.BytesIO):
    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation


CHANGES = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["flip", "put", "cut", "grow", "drop", "swap"]), st.integers(0, 255)),
    min_size=1,
    max_size=4,
)


def changed(content: bytes, changes: list[tuple[float, str, int]]) -> bytes:
    for share, how, value in changes:
        at = int(share * (len(content) - 1))
        head, one, tail = content[:at], content[at : at + 1], content[at + 1 :]
        match how:
            case "flip":
                content = head + bytes([one[0] ^ 1 << value % 8] if one else []) + tail
            case "put":
                content = head + bytes([value]) * min(4, len(tail)) + tail[3:]
            case "cut":
                content = head
            case "grow":
                content = head + bytes([value]) * (value + 1) + one + tail
            case "drop":
                content = head + tail[value:]
            case _:
                content = tail + head
    return content


@pytest.mark.unmeasured
@settings(HERE, max_examples=500)
@given(kind=st.sampled_from(["zip", "streamed", "gnu", *COMPRESSED]), changes=CHANGES)
def test_damage_of_any_kind_is_a_refusal(
    honest: dict[str, bytes], kind: str, changes: list[tuple[float, str, int]]
) -> None:
    with quick_folder() as place:
        unpacked_or_refused(place, changed(honest[kind], changes))


NUMBERS = st.integers(0, 2**32 - 1) | st.sampled_from([0, 1, 2**31, 2**32 - 1])
SHORTS = st.integers(0, 0xFFFF) | st.sampled_from([0, 1, 8, 9, 0x800, 0x808, 0xFFFF])
EXTRAS = st.lists(st.tuples(st.sampled_from([1, 0x5455, 0x7075, 0x9901, 7]), st.binary(max_size=30)), max_size=3).map(
    lambda parts: b"".join(struct.pack("<2H", kind, len(content)) + content for kind, content in parts)
)
ENTRIES = st.builds(
    Entry,
    name=st.binary(max_size=12) | st.sampled_from([b"g/a", b"g/", b"g"]),
    content=st.binary(max_size=40),
    method=st.sampled_from([0, 8, 8, 12]),
    flags=st.sampled_from([0, 0x800, 8, 0x808]) | SHORTS,
    mode=st.sampled_from([0, 0o100644, 0o040755]) | SHORTS,
    crc=st.none() | NUMBERS,
    size=st.none() | NUMBERS,
    extra=EXTRAS,
    offset=st.none() | NUMBERS,
    day=SHORTS,
    local_size=st.none() | NUMBERS,
    local_extra=EXTRAS,
    after=st.binary(max_size=20),
)


@pytest.mark.unmeasured
@settings(HERE, max_examples=500)
@given(parts=st.lists(ENTRIES, max_size=4), comment=st.binary(max_size=30))
def test_fields_of_any_value_are_judged(parts: list[Entry], comment: bytes) -> None:
    with quick_folder() as place:
        unpacked_or_refused(place, zip_bytes(parts, comment=comment))


@settings(HERE, max_examples=200)
@given(
    head=st.sampled_from([b"PK\3\4", b"PK\5\6", b"\x1f\x8b\x08", b"BZh9", b"\xfd7zXZ\0", b""]),
    rest=st.binary(max_size=800),
)
def test_rubbish_is_a_refusal(head: bytes, rest: bytes) -> None:
    with quick_folder() as place:
        assert not unpacked_or_refused(place, head + rest)


@settings(HERE, max_examples=100)
@given(files=st.dictionaries(PATHS, st.binary(max_size=3000), max_size=8), level=st.integers(0, 9))
def test_what_the_standard_library_writes_is_read_alike(files: dict[str, bytes], level: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED if level else zipfile.ZIP_STORED, compresslevel=level
    ) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    with quick_folder() as place:
        if unpacked_or_refused(place, out.getvalue()):
            with zipfile.ZipFile(out) as archive:
                for name in archive.namelist():
                    assert (place / "ra" / name).read_bytes() == archive.read(name)


# --- packing ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "uuid-1"
    fill(made, {"METS.xml": b"<mets/>", "data/hồ sơ/0001.tif": os.urandom(5000), "data/a-b/c": b"", "data/a/c": b"1"})
    (made / "trống").mkdir()
    return made


@pytest.mark.parametrize("kind", PACKS)
def test_the_same_folder_gives_the_same_bytes(tmp_path: Path, folder: Path, kind: str) -> None:
    first = PACKS[kind](folder, tmp_path / "1").path.read_bytes()
    other = tmp_path / "khác" / folder.name
    other.parent.mkdir()
    other.mkdir()
    for name in sorted((path.name for path in folder.iterdir()), reverse=True):
        source = folder / name
        shutil.copytree(source, other / name) if source.is_dir() else shutil.copy(source, other / name)
    for number, path in enumerate(other.rglob("*")):
        path.chmod(0o700)
        os.utime(path, (number, number))
    assert PACKS[kind](other, tmp_path / "2").path.read_bytes() == first


@pytest.mark.parametrize("kind", PACKS)
def test_other_programs_read_it(tmp_path: Path, folder: Path, kind: str) -> None:
    path = PACKS[kind](folder, tmp_path / "gói").path
    expected = [f"uuid-1/{name}" for name in ("METS.xml", "data/a-b/c", "data/a/c", "data/hồ sơ/0001.tif")]
    if kind == "tar":
        with tarfile.open(path) as tar:
            infos = tar.getmembers()
            assert [one.name for one in infos] == [*expected, "uuid-1/trống"]
            assert {(one.uid, one.gid, one.uname, one.mode) for one in infos} == {(0, 0, "", 0o644), (0, 0, "", 0o755)}
            assert len({one.mtime for one in infos}) == 1
        assert path.stat().st_size % tarfile.RECORDSIZE == 0
        return
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [*expected, "uuid-1/trống/"]
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {one.compress_type for one in archive.infolist()[:-1]} == {
            zipfile.ZIP_DEFLATED if kind == "deflate" else 0
        }


@pytest.mark.parametrize("kind", PACKS)
def test_an_empty_folder(tmp_path: Path, kind: str) -> None:
    (tmp_path / "rỗng").mkdir()
    PACKS[kind](tmp_path / "rỗng", tmp_path / "gói")
    unpack(tmp_path / "gói", tmp_path / "ra")
    assert tree(tmp_path / "ra") == {"rỗng": None}


def spoil(folder: Path) -> dict[str, Callable[[], object]]:
    return {
        "PACKED_LINK": lambda: (folder / "x").symlink_to("METS.xml"),
        "PACKED_NOT_REGULAR": lambda: os.mkfifo(folder / "x"),
        "PACKED_NAME_CONTROL": (folder / "a\nb").touch,
        "PACKED_NAME_NOT_UTF8": lambda: Path(os.fsdecode(os.fsencode(folder) + b"/\xff")).touch(),
        "PACKED_PATH_UNSAFE": (folder / "a\\b").touch,
        "PACKED_NAMES_COLLIDE": lambda: list(
            map(Path.touch, (folder / normalize(form, "hồ") for form in ("NFC", "NFD")))
        ),
    }


@pytest.mark.parametrize("code", spoil(Path()))
@pytest.mark.parametrize("kind", PACKS)
def test_what_would_not_come_out_again_is_not_packed(tmp_path: Path, folder: Path, kind: str, code: str) -> None:
    spoil(folder)[code]()
    with pytest.raises(PackingRefusedError) as stopped:
        PACKS[kind](folder, tmp_path / "gói")
    assert {one.code for one in stopped.value.findings} == {code}
    assert [path.name for path in tmp_path.iterdir()] == ["uuid-1"]


def test_a_file_that_changes_meanwhile(tmp_path: Path, folder: Path) -> None:
    for kind, pack in (("zip", pack_zip), ("tar", pack_tar)):
        for size in (4999, 5001, 700_000):

            def meddle(_: object, size: int = size) -> None:
                with (folder / "data/hồ sơ/0001.tif").open("r+b") as out:
                    out.truncate(size)

            with pytest.raises(PackingRefusedError) as stopped:
                pack(folder, tmp_path / kind, progress=meddle)
            assert [(one.code, one.where) for one in stopped.value.findings] == [
                ("BAG_SOURCE_CHANGED", "data/hồ sơ/0001.tif")
            ]
            assert [path.name for path in tmp_path.iterdir()] == ["uuid-1"]
            (folder / "data/hồ sơ/0001.tif").write_bytes(bytes(5000))


def test_case_twins_are_packed_and_told(tmp_path: Path, folder: Path) -> None:
    (folder / "mets.xml").touch()
    assert [one.code for one in pack_zip(folder, tmp_path / "gói").findings] == ["PACKED_NAMES_DIFFER_IN_CASE"]


@pytest.mark.parametrize("pack", [pack_zip, pack_tar])
def test_nothing_is_overwritten_and_nothing_half_made_is_left(tmp_path: Path, folder: Path, pack: Pack) -> None:
    (tmp_path / "gói").write_bytes(b"old")
    for target, source, code in (
        (tmp_path / "gói", folder, "BAG_TARGET_EXISTS"),
        (folder / "data" / "gói", folder, "BAG_TARGET_INSIDE"),
        (tmp_path / "none" / "gói", folder, "BAG_TARGET_FOLDER"),
        (tmp_path / "mới", tmp_path / "none", "BAG_NOT_THERE"),
        (tmp_path / "mới", tmp_path / "gói", "BAG_NOT_THERE"),
    ):
        with pytest.raises(FondsError) as stopped:
            pack(source, target)
        assert stopped.value.code == code
    assert (tmp_path / "gói").read_bytes() == b"old"

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        (pack_zip if pack is pack_zip else pack_tar)(folder, tmp_path / "mới", progress=stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["gói", "uuid-1"]


def test_unpacking_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(zip_bytes([Entry()]))
    (tmp_path / "there").mkdir()
    (tmp_path / "dangling").symlink_to("nowhere")
    for target, code in (
        ("there", "BAG_TARGET_EXISTS"),
        ("dangling", "BAG_TARGET_EXISTS"),
        ("no/ra", "BAG_TARGET_FOLDER"),
    ):
        with pytest.raises(FondsError) as stopped:
            unpack(tmp_path / "a", tmp_path / target)
        assert stopped.value.code == code
    with pytest.raises(FondsError) as stopped:
        unpack(tmp_path / "none", tmp_path / "ra")
    assert stopped.value.code == "BAG_SOURCE_UNREADABLE"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "dangling", "there"]
