"""What comes out is bounded by what goes in, by a count, and by the disk; and it takes no memory."""

from __future__ import annotations

import gzip
import io
import os
import struct
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.errors import FondsError
from fonds.packaging.transport import LIMITS, Limits, unpack
from tests.disks import small_disk
from tests.packaging.transport.crafting import COMPRESSED, Entry, errors, file, info, tar_bytes, zip_bytes
from tests.support import ROOT

MIB = 1024 * 1024


def deflated_zeros(megabytes: int) -> tuple[bytes, int]:
    """Return so many zeros, deflated, and their check sum; nothing large is held."""
    machine, crc, block = zlib.compressobj(9, zlib.DEFLATED, -15), 0, bytes(MIB)
    parts = []
    for _ in range(megabytes):
        parts.append(machine.compress(block))
        crc = zlib.crc32(block, crc)
    return b"".join([*parts, machine.flush()]), crc


def zeros(name: bytes, megabytes: int, size: int | None = None) -> Entry:
    data, crc = deflated_zeros(megabytes)
    return Entry(name, method=8, data=data, crc=crc, size=megabytes * MIB if size is None else size)


def test_a_member_that_shrinks_a_thousand_times(tmp_path: Path) -> None:
    assert errors(tmp_path, zip_bytes([zeros(b"g/0", 20)])) == {("PACKED_RATIO", "g/0")}


def test_sixteen_times_sixteen(tmp_path: Path) -> None:
    """As 42.zip is made: the first layer holds zips that are bombs themselves. They are files and are not opened."""
    inner = zip_bytes([zeros(b"0", 20)])
    layer = zip_bytes([Entry(b"g/%d.zip" % number, inner, method=8) for number in range(16)])
    assert len(layer) < 50_000
    (tmp_path / "42.zip").write_bytes(layer)
    assert unpack(tmp_path / "42.zip", tmp_path / "ra").bytes == 16 * len(inner)


def test_a_bomb_that_lies_about_its_size(tmp_path: Path) -> None:
    """Its sizes are sensible; how much comes out is seen as it comes out, and stops at the first byte too many."""
    content = zip_bytes([zeros(b"g/0", 200, size=1000)])
    assert errors(tmp_path, content) == {("PACKED_SIZE_WRONG", "g/0")}


@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2", "tar.xz"])
@pytest.mark.parametrize("where", ["content", "padding", "header"])
def test_a_compressed_tar_of_zeros(tmp_path: Path, kind: str, where: str) -> None:
    big = bytes(20 * MIB)
    content = {
        "content": lambda: tar_bytes([file("g/0", big)]),
        "padding": lambda: tar_bytes([file("g/0")]) + big,
        "header": lambda: tar_bytes([file("g/0"), (info("g/1", b"x", len(big)), big)]),
    }[where]()
    expected = {"content": "PACKED_RATIO", "padding": "PACKED_RATIO", "header": "PACKED_BROKEN"}[where]
    assert errors(tmp_path, COMPRESSED[kind](content)) == {(expected, "g/0")}


def test_a_blank_page_is_no_bomb(tmp_path: Path) -> None:
    """One white page without compression shrinks a thousand times; beside others the whole file does not."""
    blank, page = Entry(b"g/0002.tif", b"\xff" * 4 * MIB, method=8), Entry(b"g/0001.tif", os.urandom(100_000))
    content = zip_bytes([blank, page])
    assert len(blank.packed) * 500 < len(blank.content)
    (tmp_path / "a.zip").write_bytes(content)
    assert unpack(tmp_path / "a.zip", tmp_path / "ra").bytes == 4 * MIB + 100_000


def test_the_ratio_is_a_limit_that_can_be_set(tmp_path: Path) -> None:
    content = zip_bytes([Entry(b"g/0", b"ab" * MIB, method=8), Entry(b"g/1", os.urandom(200_000))])
    assert errors(tmp_path, content, Limits(ratio=10)) == {("PACKED_RATIO", "g/0")}
    (tmp_path / "a.zip").write_bytes(content)
    assert unpack(tmp_path / "a.zip", tmp_path / "ra", limits=Limits(ratio=12)).files == 2


# --- overlapping members ----------------------------------------------------------------------------------------------


def test_many_members_with_the_same_data(tmp_path: Path) -> None:
    content = zip_bytes([Entry(b"g/0", os.urandom(20_000)), *(Entry(b"g/%d" % n, b"", offset=0) for n in range(1, 5))])
    assert {code for code, _ in errors(tmp_path, content)} >= {"PACKED_OVERLAP"}


def test_members_inside_members(tmp_path: Path) -> None:
    """Each member's data are the next member, header and all, quoted by stored blocks; the last is the kernel."""
    kernel, crc = deflated_zeros(4)
    names = [b"g/%d" % number for number in range(30)]
    entry = Entry(names[-1], method=8, data=kernel, crc=crc, size=4 * MIB)
    body, offsets, entries = entry.local(), [0], [entry]
    for name in reversed(names[:-1]):
        head = len(Entry(entry.name, data=b"", method=8, size=0).local())
        quoted = struct.pack("<BHH", 0, head, head ^ 0xFFFF) + body[:head]
        outer = Entry(
            name, method=8, data=quoted + entry.packed, crc=zlib.crc32(entry_content(entry), zlib.crc32(body[:head])),
            size=head + len(entry_content(entry)),
        )  # fmt: skip
        header = outer.local()[: -len(outer.packed)]
        body = header + quoted + body
        shift = len(header) + len(quoted)
        offsets = [0, *(offset + shift for offset in offsets)]
        entry = outer
        entries.insert(0, outer)
        if len(entries) > 4:
            break
    listed = b"".join(one.central(offset) for one, offset in zip(entries, offsets, strict=True))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), len(listed), len(body), 0)
    found = errors(tmp_path, body + listed + end, Limits(ratio=10**6))
    assert {code for code, _ in found} == {"PACKED_OVERLAP"}
    with zipfile.ZipFile(io.BytesIO(body + listed + end)) as archive:
        assert archive.infolist()[0].file_size > 4 * MIB


def entry_content(entry: Entry) -> bytes:
    return zlib.decompress(entry.packed, -15)


def test_data_that_reach_into_the_list_of_contents(tmp_path: Path) -> None:
    entry = Entry(b"g/0", b"x" * 30)
    body, listed = entry.local()[:-20], entry.central(0)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(listed), len(body), 0)
    assert errors(tmp_path, body + listed + end) == {("PACKED_OVERLAP", "g/0")}


# --- numbers ----------------------------------------------------------------------------------------------------------


def members(count: int) -> Iterator[Entry]:
    return (Entry(b"g/%d" % number, b"") for number in range(count))


def large_zip(count: int) -> bytes:
    """A zip of so many empty members, with the ZIP64 record that they need."""
    body, listed = bytearray(), bytearray()
    for entry in members(count):
        listed += entry.central(len(body))
        body += entry.local()
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, count, count, len(listed), len(body))
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(body) + len(listed), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(listed), len(body), 0)
    return bytes(body + listed + record + locator + end)


@pytest.mark.unmeasured
def test_a_hundred_thousand_empty_members(tmp_path: Path) -> None:
    content = large_zip(100_000)
    assert errors(tmp_path, content, Limits(members=99_999)) == {("PACKED_TOO_MANY", ".")}


def test_a_list_that_claims_more_than_it_has(tmp_path: Path) -> None:
    content = bytearray(large_zip(3))
    at = content.index(b"PK\6\6")
    content[at + 24 : at + 40] = struct.pack("<2Q", 2**60, 2**60)
    assert errors(tmp_path, bytes(content)) == {("PACKED_TOO_MANY", ".")}
    content[at + 24 : at + 40] = struct.pack("<2Q", 900_000, 900_000)
    assert errors(tmp_path, bytes(content)) == {("PACKED_BROKEN", ".")}


@pytest.mark.unmeasured
@pytest.mark.parametrize("make", [lambda names: zip_bytes(Entry(name.encode(), b"") for name in names),
                                  lambda names: tar_bytes([file(name, b"") for name in names])])  # fmt: skip
def test_folders_count_too(tmp_path: Path, make: object) -> None:
    assert callable(make)
    content = make(f"{number}/{'d/' * 90}a" for number in range(20))
    assert {code for code, _ in errors(tmp_path, content, Limits(members=1000))} == {"PACKED_TOO_MANY"}


def test_a_tar_with_too_many_members(tmp_path: Path) -> None:
    content = gzip.compress(tar_bytes([file(f"g/{number}", b"") for number in range(1000)]))
    assert {code for code, _ in errors(tmp_path, content, Limits(members=900))} == {"PACKED_TOO_MANY"}


# --- the disk ---------------------------------------------------------------------------------------------------------

ON_A_DISK = {
    "zip": zip_bytes([Entry(b"g/%d" % number, os.urandom(MIB)) for number in range(6)]),
    "tar": tar_bytes([file(f"g/{number}", os.urandom(MIB)) for number in range(6)]),
    "tar.gz": gzip.compress(tar_bytes([file(f"g/{number}", os.urandom(MIB)) for number in range(6)]), 1),
}


@pytest.mark.parametrize("kind", ON_A_DISK)
def test_what_does_not_fit_with_the_reserve(tmp_path: Path, kind: str) -> None:
    (tmp_path / "a").write_bytes(ON_A_DISK[kind])
    with small_disk(megabytes=8) as disk:
        with pytest.raises(FondsError) as stopped:
            unpack(tmp_path / "a", disk / "ra", limits=Limits(reserve=3 * MIB))
        assert stopped.value.code == "PACKED_NO_ROOM"
        assert stopped.value.exit_code == 1
        assert stopped.value.data["path"] == disk
        assert list(disk.iterdir()) == []
        assert unpack(tmp_path / "a", disk / "ra", limits=Limits(reserve=MIB)).files == 6


def test_a_disk_without_room_for_so_many_files(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(zip_bytes(members(100)))
    with small_disk(inodes=64) as disk:
        with pytest.raises(FondsError, match="PACKED_NO_ROOM"):
            unpack(tmp_path / "a", disk / "ra", limits=Limits(reserve=0))
        assert list(disk.iterdir()) == []


def test_a_disk_that_fills_up_meanwhile(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(ON_A_DISK["zip"])
    with small_disk(megabytes=8) as disk:

        def others_write(_: object) -> None:
            (disk / "ballast").write_bytes(bytes(3 * MIB))

        with pytest.raises(FondsError, match="BAG_TARGET_FAILED"):
            unpack(tmp_path / "a", disk / "ra", limits=Limits(reserve=0), progress=others_write)
        assert [path.name for path in disk.iterdir()] == ["ballast"]


# --- memory -----------------------------------------------------------------------------------------------------------

_MEASURE = """
import re, sys
from pathlib import Path
from fonds.packaging.spool import Spool
from fonds.packaging.transport import Limits, unpack

def memory(key):
    return int(re.search(key + r":\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

Spool.__init__.__defaults__ = (int(sys.argv[4]),)
Path("/proc/self/clear_refs").write_text("5")  # the highest so far is forgotten
before = memory("VmRSS")
done = unpack(Path(sys.argv[1]), Path(sys.argv[2]), limits=Limits(ratio=int(sys.argv[3])))
print(done.bytes, done.files, memory("VmHWM") - before)
"""


def measured(archive: Path, ratio: int = 100, spooled: int = 60_000) -> tuple[int, int, int]:
    """Unpack in a process of its own; returns bytes and files, and by how many KiB its memory grew at most."""
    command = [sys.executable, "-c", _MEASURE, str(archive), str(archive.with_name("ra")), str(ratio), str(spooled)]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    size, files, grown = map(int, ran.stdout.split())
    return size, files, grown


@pytest.mark.unmeasured
def test_memory_does_not_grow_with_a_member(tmp_path: Path) -> None:
    """300 MB of zeros beside 4 MB that do not shrink: below the ratio, so every byte is really written."""
    (tmp_path / "a").write_bytes(zip_bytes([zeros(b"g/0", 300), Entry(b"g/1", os.urandom(4 * MIB))]))
    size, _, grown = measured(tmp_path / "a")
    assert size == 304 * MIB
    assert grown < 8_000


@pytest.mark.unmeasured
@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2", "tar.xz"])
def test_memory_does_not_grow_with_what_is_compressed(tmp_path: Path, kind: str) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{kind.partition('.')[2]}") as tar:  # type: ignore[call-overload]  # a variable
        tar.addfile(info("g/0", size=100 * MIB), Zeros(100 * MIB))
    (tmp_path / "a").write_bytes(out.getvalue())
    size, _, grown = measured(tmp_path / "a", 10**6)
    assert size == 100 * MIB
    assert grown < 24_000  # xz itself takes what its maker wished


class Zeros(io.RawIOBase):
    """A file of zeros that nobody has to hold."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._left = size

    def read(self, size: int | None = -1, /) -> bytes:
        count = self._left if size is None or size < 0 else min(size, self._left)
        self._left -= count
        return bytes(count)


@pytest.mark.unmeasured
def test_memory_does_not_grow_with_the_number_of_members(tmp_path: Path) -> None:
    """Records beyond a number go to the disk (a small one here, which takes less time): then no more is held."""
    (tmp_path / "a").write_bytes(large_zip(30_000))
    _, files, grown = measured(tmp_path / "a", spooled=1_000)
    assert files == 30_000
    assert grown < 12_000


def test_the_limits_are_those_of_the_documents() -> None:
    said = (ROOT / "docs" / "formats.md").read_text("utf-8")
    assert f"{LIMITS.ratio}:1" in said
    assert f"{LIMITS.members:,} files and folders" in said
    assert f"{LIMITS.reserve // MIB} MiB" in said
