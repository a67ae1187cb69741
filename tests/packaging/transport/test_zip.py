"""Every zip that must be refused is, under its own code and naming the member; what is honest comes out whole."""

from __future__ import annotations

import gzip
import io
import os
import struct
import zipfile
import zlib
from datetime import UTC, datetime
from pathlib import Path
from unicodedata import normalize

import pytest

from fonds.packaging.transport import Form, PackedRefusedError, Unpacked, is_packed, unpack
from tests.packaging.transport.crafting import Entry, errors, refused, tree, zip_bytes


def opened(folder: Path, content: bytes) -> Unpacked:
    archive = folder / "a.zip"
    archive.write_bytes(content)
    return unpack(archive, folder / "ra")


def unicode_path(raw: bytes, name: str) -> bytes:
    content = b"\1" + struct.pack("<L", zlib.crc32(raw)) + name.encode()
    return struct.pack("<2H", 0x7075, len(content)) + content


BAD_NAMES = [
    (b"../ngoai.txt", "PACKED_PATH_UNSAFE", "../ngoai.txt"),
    (b"g/../../ngoai.txt", "PACKED_PATH_UNSAFE", "g/../../ngoai.txt"),
    (b"g/..", "PACKED_PATH_UNSAFE", "g/.."),
    (b"/etc/passwd", "PACKED_PATH_UNSAFE", "/etc/passwd"),
    (b"//may-chu/o", "PACKED_PATH_UNSAFE", "//may-chu/o"),
    (b"C:/Windows/a.dll", "PACKED_PATH_UNSAFE", "C:/Windows/a.dll"),
    (b"c:a.dll", "PACKED_PATH_UNSAFE", "c:a.dll"),
    (b"..\\ngoai.txt", "PACKED_PATH_UNSAFE", "..\\ngoai.txt"),
    (b"g\\a.txt", "PACKED_PATH_UNSAFE", "g\\a.txt"),
    (b"", "PACKED_PATH_UNSAFE", "."),
    (b".", "PACKED_PATH_UNSAFE", "."),
    (b"g/a\nb.txt", "PACKED_NAME_CONTROL", "g/a\\nb.txt"),
    (b"g/a\x00.txt", "PACKED_NAME_CONTROL", "g/a\\x00.txt"),
    (b"g/\x1b[2J", "PACKED_NAME_CONTROL", "g/\\x1b[2J"),
    ("g/\x85".encode(), "PACKED_NAME_CONTROL", "g/\\x85"),
    (b"g/h\xf4 s\xbd", "PACKED_NAME_NOT_UTF8", "g/h\\xf4 s\\xbd"),
    (b"g/\xc0\xae\xc0\xae/a", "PACKED_NAME_NOT_UTF8", "g/\\xc0\\xae\\xc0\\xae/a"),
    (b"g/" + "ồ".encode() * 86, "PACKED_NAME_TOO_LONG", "g/" + "ồ" * 86),
    (b"g/" + b"d/" * 100 + b"a", "PACKED_PATH_TOO_LONG", "g/" + "d/" * 100 + "a"),
    (b"/".join([b"d" * 250] * 9), "PACKED_PATH_TOO_LONG", "/".join(["d" * 250] * 9)),
]


@pytest.mark.parametrize(("name", "code", "where"), BAD_NAMES, ids=lambda one: repr(one)[:30])
def test_a_name_that_cannot_be_believed(tmp_path: Path, name: bytes, code: str, where: str) -> None:
    content = zip_bytes([Entry(b"g/mot"), Entry(name), Entry(b"g/ba")])
    assert errors(tmp_path, content) == {(code, where)}


@pytest.mark.parametrize(("name", "_", "where"), BAD_NAMES[:12], ids=lambda one: repr(one)[:30])
def test_a_name_without_the_utf8_flag_is_judged_alike(tmp_path: Path, name: bytes, _: str, where: str) -> None:
    assert {place for _, place in errors(tmp_path, zip_bytes([Entry(name, flags=0)]))} == {where}


def test_a_unicode_path_in_an_extra_field_is_judged_too(tmp_path: Path) -> None:
    raw = b"g/a.txt"
    entry = Entry(raw, flags=0, extra=unicode_path(raw, "../ngoai"))
    assert errors(tmp_path, zip_bytes([entry])) == {("PACKED_PATH_UNSAFE", "../ngoai")}


MEMBERS = [
    (Entry(mode=0o120777, content=b"/etc/passwd"), "PACKED_LINK"),
    (Entry(mode=0o010644, content=b""), "PACKED_NOT_REGULAR"),
    (Entry(mode=0o020644, content=b""), "PACKED_NOT_REGULAR"),
    (Entry(mode=0o060644, content=b""), "PACKED_NOT_REGULAR"),
    (Entry(mode=0o140644, content=b""), "PACKED_NOT_REGULAR"),
    (Entry(flags=0x801), "PACKED_ENCRYPTED"),
    (Entry(flags=0x841), "PACKED_ENCRYPTED"),
    (Entry(flags=0x2800), "PACKED_ENCRYPTED"),
    (Entry(method=99), "PACKED_ENCRYPTED"),
    (Entry(method=9), "PACKED_COMPRESSION"),
    (Entry(method=12), "PACKED_COMPRESSION"),
    (Entry(method=14), "PACKED_COMPRESSION"),
    (Entry(method=93), "PACKED_COMPRESSION"),
    (Entry(method=4321), "PACKED_COMPRESSION"),
    (Entry(crc=1), "PACKED_CRC_WRONG"),
    (Entry(method=8, crc=1), "PACKED_CRC_WRONG"),
    (Entry(size=3), "PACKED_SIZE_WRONG"),
    (Entry(size=5), "PACKED_SIZE_WRONG"),
    (Entry(method=8, size=3), "PACKED_SIZE_WRONG"),
    (Entry(method=8, size=5), "PACKED_SIZE_WRONG"),
    (Entry(method=8, size=3, crc=zlib.crc32(b"mot")), "PACKED_SIZE_WRONG"),
    (Entry(method=8, data=b"\xff\xff\xff"), "PACKED_BROKEN"),
    (Entry(method=8, data=Entry(method=8).packed + b"x"), "PACKED_BROKEN"),
    (Entry(method=8, data=Entry(method=8).packed[:-1]), "PACKED_BROKEN"),
    (Entry(method=8, data=b""), "PACKED_BROKEN"),
    (Entry(local_name=b"g/b.txt"), "PACKED_HEADER_DIFFERS"),
    (Entry(local_name=b"../../b"), "PACKED_HEADER_DIFFERS"),
    (Entry(local_method=8), "PACKED_HEADER_DIFFERS"),
    (Entry(local_flags=0x801), "PACKED_HEADER_DIFFERS"),
    (Entry(local_flags=0), "PACKED_HEADER_DIFFERS"),
    (Entry(local_size=5), "PACKED_HEADER_DIFFERS"),
    (Entry(offset=7), "PACKED_BROKEN"),
    (Entry(size=0xFFFFFFFF), "PACKED_BROKEN"),
]


@pytest.mark.parametrize(("entry", "code"), MEMBERS, ids=lambda one: one if isinstance(one, str) else "")
def test_a_member_that_cannot_be_taken(tmp_path: Path, entry: Entry, code: str) -> None:
    assert (code, "g/a.txt") in errors(tmp_path, zip_bytes([entry, Entry(b"g/b")]))


def test_the_standard_library_says_nothing_about_a_size_that_is_too_small() -> None:
    """Why members are not read by ``zipfile``: it gives three bytes of four and is content."""
    content = zip_bytes([Entry(method=8, size=3, crc=zlib.crc32(b"mot"))])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.read("g/a.txt") == b"mot"


def test_places_beyond_any_disk(tmp_path: Path) -> None:
    for values in ((2**64 - 1,), (2**63,)):
        large = struct.pack(f"<{len(values)}Q", *values)
        extra = struct.pack("<2H", 1, len(large)) + large
        content = zip_bytes([Entry(extra=extra, offset=0xFFFFFFFF)])
        assert errors(tmp_path, content) == {("PACKED_BROKEN", "g/a.txt")}
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, 2**64 - 1, 1)
    content = zip_bytes([Entry()])
    assert errors(tmp_path, content[:-22] + locator + content[-22:]) == {("PACKED_BROKEN", ".")}


def test_a_folder_with_content(tmp_path: Path) -> None:
    assert errors(tmp_path, zip_bytes([Entry(b"g/")])) == {("PACKED_SIZE_WRONG", "g/")}


TWINS = [
    ([b"g/a", b"g/b", b"g/a"], "PACKED_NAME_TWICE", "g/a"),
    ([b"g/a", b"./g//a"], "PACKED_NAME_TWICE", "g/a"),
    ([b"g/a", b"g/a/"], "PACKED_NAME_TWICE", "g/a"),
    ([b"g/a", b"g/a/b"], "PACKED_NAME_TWICE", "g/a"),
    ([b"g/a/b", b"g/a"], "PACKED_NAME_TWICE", "g/a"),
    (["g/hồ".encode(), normalize("NFD", "g/hồ").encode()], "PACKED_NAMES_COLLIDE", "g/hồ"),
    (["hồ/1".encode(), normalize("NFD", "hồ/2").encode()], "PACKED_NAMES_COLLIDE", "hồ"),
]


@pytest.mark.parametrize(("names", "code", "where"), TWINS)
def test_two_members_of_one_name(tmp_path: Path, names: list[bytes], code: str, where: str) -> None:
    entries = [Entry(name, b"" if name.endswith(b"/") else b"mot\n") for name in names]
    assert errors(tmp_path, zip_bytes(entries)) == {(code, where)}


def test_case_twins_are_a_warning(tmp_path: Path) -> None:
    done = opened(tmp_path, zip_bytes([Entry("g/Hồ".encode()), Entry("g/hỒ".encode())]))
    assert [(one.code, one.severity.value) for one in done.findings] == [("PACKED_NAMES_DIFFER_IN_CASE", "warning")]
    assert done.files == 2


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    content = zip_bytes([Entry(b"../x"), Entry(flags=0x801), Entry(b"g/l", mode=0o120777), Entry(b"g/k", local_size=9)])
    assert errors(tmp_path, content) == {
        ("PACKED_PATH_UNSAFE", "../x"),
        ("PACKED_ENCRYPTED", "g/a.txt"),
        ("PACKED_LINK", "g/l"),
        ("PACKED_HEADER_DIFFERS", "g/k"),
    }


# --- the file as a whole ----------------------------------------------------------------------------------------------


@pytest.mark.unmeasured
def test_a_zip_that_is_cut_short_anywhere(tmp_path: Path) -> None:
    content = zip_bytes([Entry(), Entry(b"g/b", b"hai" * 100, method=8)], comment=b"ghi chu")
    for length in range(4, len(content)):
        assert errors(tmp_path, content[:length]) == {("PACKED_TRUNCATED", ".")}, length


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zip_bytes([Entry()], count=2), "directory"),
        (zip_bytes([Entry(), Entry(b"g/b")], count=1), "directory"),
        (zip_bytes([Entry()], disk=1), "split"),
        (b"PK\3\4 something in front " + zip_bytes([Entry()]), "directory"),
        (zip_bytes([Entry()], comment=zip_bytes([Entry(b"g/khac")])), "ambiguous"),
    ],
)
def test_a_structure_that_contradicts_itself(tmp_path: Path, content: bytes, reason: str) -> None:
    (found,) = refused(tmp_path, content)
    assert (found.code, found.where, found.data["reason"]) == ("PACKED_BROKEN", ".", reason)


def test_bytes_after_the_end_are_not_passed_over(tmp_path: Path) -> None:
    for more in (b"\n", bytes(512), zip_bytes([])[:-1]):
        (found,) = refused(tmp_path, zip_bytes([Entry()]) + more)
        assert (found.code, found.data["reason"]) == ("PACKED_BROKEN", "trailing")


def test_a_zip_that_holds_a_zip_and_is_cut_short(tmp_path: Path) -> None:
    content = zip_bytes([Entry(b"g/trong.zip", zip_bytes([Entry()]))])
    assert errors(tmp_path, content[:-30]) == {("PACKED_TRUNCATED", ".")}


def test_what_is_neither_zip_nor_tar(tmp_path: Path) -> None:
    for content in (b"", b"PK", b"%PDF-1.4", gzip.compress(b"no tar" * 200), os.urandom(2000), bytes(2048)):
        assert errors(tmp_path, content) == {("PACKED_UNKNOWN", ".")}


# --- what is honest ---------------------------------------------------------------------------------------------------


class Unseekable(io.BytesIO):
    """An output that only goes forward, as a pipe: sizes and check sums follow the data then."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: object) -> int:
        raise io.UnsupportedOperation


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("sink", [io.BytesIO, Unseekable])
@pytest.mark.parametrize("zip64", [False, True])
def test_zips_of_another_program(tmp_path: Path, method: int, sink: type[io.BytesIO], zip64: bool) -> None:
    out = sink()
    files = {"g/Đơn xin.txt": b"mot" * 1000, "g/rỗng": b"", "g/a/b/c.bin": os.urandom(300_000)}
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.comment = "Hồ sơ".encode()
        archive.mkdir("g/trống")
        for name, content in files.items():
            with archive.open(name, "w", force_zip64=zip64) as member:
                member.write(content)
    done = opened(tmp_path, out.getvalue())
    assert (done.form, done.files, done.bytes, done.findings) == (Form.ZIP, 3, sum(map(len, files.values())), ())
    assert tree(done.folder) == {**files, "g": None, "g/a": None, "g/a/b": None, "g/trống": None}


@pytest.mark.unmeasured
def test_more_members_than_a_zip_without_zip64_can_count(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(65_537):
            archive.writestr(zipfile.ZipInfo(f"g/{number // 1000}/{number}"), b"")
    assert opened(tmp_path, out.getvalue()).files == 65_537


def test_a_zip64_record_that_says_something_else(tmp_path: Path) -> None:
    body, listed = Entry().local(), Entry().central(0)
    for count in (1, 2):
        record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), len(body))
        locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(listed), 1)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(body), 0)
        content = body + listed + record + locator + end
        if count == 1:
            assert opened(tmp_path, content).files == 1
            (tmp_path / "ra/g/a.txt").unlink()
        else:
            (tmp_path / "ra/g").rmdir()
            (tmp_path / "ra").rmdir()
            (tmp_path / "a.zip").unlink()
            assert errors(tmp_path, content) == {("PACKED_BROKEN", ".")}


@pytest.mark.parametrize(
    ("raw", "flags", "extra", "name", "codes"),
    [
        ("Hồ sơ".encode(), 0x800, b"", "Hồ sơ", []),
        ("Hồ sơ".encode(), 0, b"", "Hồ sơ", ["PACKED_NAME_UTF8"]),
        (b"caf\x82", 0, b"", "café", ["PACKED_NAME_CP437"]),
        (b"plain", 0, b"", "plain", []),
        (b"Ho_so", 0, unicode_path(b"Ho_so", "Hồ sơ"), "Hồ sơ", []),
        (b"Ho_so", 0, unicode_path(b"renamed", "Hồ sơ"), "Ho_so", []),
    ],
)
def test_what_a_name_is_written_in(
    tmp_path: Path, raw: bytes, flags: int, extra: bytes, name: str, codes: list[str]
) -> None:
    done = opened(tmp_path, zip_bytes([Entry(raw, flags=flags, extra=extra)]))
    assert list(tree(done.folder)) == [name]
    assert [one.code for one in done.findings] == codes
    assert all(one.data["count"] == 1 for one in done.findings)


def test_rights_are_not_taken_over_and_times_are(tmp_path: Path) -> None:
    stamp = struct.pack("<2HBL", 0x5455, 5, 1, 1_000_000_000)
    entries = [
        Entry(b"g/a", mode=0o106777),
        Entry(b"g/b", extra=stamp),
        Entry(b"g/c", day=0),
        Entry(b"g/d/", b"", mode=0o47777),
    ]
    folder = opened(tmp_path, zip_bytes(entries)).folder
    modes = {path.name: path.stat().st_mode & 0o7777 for path in (folder / "g").iterdir()}
    assert modes == {"a": 0o644, "b": 0o644, "c": 0o644, "d": 0o755}
    assert folder.stat().st_mode & 0o7777 == 0o700
    # A DOS time is taken as Vietnam's.
    assert (folder / "g/a").stat().st_mtime == datetime(2025, 12, 31, 17, tzinfo=UTC).timestamp()
    assert (folder / "g/b").stat().st_mtime == 1_000_000_000
    assert (folder / "g/c").stat().st_mtime > 1_700_000_000


def test_is_packed_goes_by_the_content(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(zip_bytes([Entry()]))
    (tmp_path / "b.zip").write_bytes(b"%PDF-1.4")
    (tmp_path / "link").symlink_to("a.pdf")
    os.mkfifo(tmp_path / "pipe")
    assert {name for name in ("a.pdf", "b.zip", "link", "pipe", "none", ".") if is_packed(tmp_path / name)} == {
        "a.pdf",
        "link",
    }
    assert unpack(tmp_path / "link", tmp_path / "ra").files == 1


def test_an_empty_zip_is_an_empty_folder(tmp_path: Path) -> None:
    assert tree(opened(tmp_path, zip_bytes([])).folder) == {}


def test_progress_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_bytes([Entry(), Entry(b"g/b", bytes(600_000))]))
    seen: list[tuple[int, int, int]] = []
    unpack(
        tmp_path / "a.zip", tmp_path / "ra", progress=lambda now: seen.append((now.files, now.bytes, now.total_bytes))
    )
    assert seen == sorted(seen)
    assert seen[-1] == (1, 600_004, 600_004)


def test_what_stops_the_writing_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_bytes([Entry(), Entry(b"g/b", crc=1)]))

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        unpack(tmp_path / "a.zip", tmp_path / "ra", progress=stop)
    with pytest.raises(PackedRefusedError):
        unpack(tmp_path / "a.zip", tmp_path / "ra")
    assert [path.name for path in tmp_path.iterdir()] == ["a.zip"]
