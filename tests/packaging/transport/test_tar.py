"""Every tar that must be refused is, however it is compressed; what is honest comes out whole."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import tarfile
from pathlib import Path

import pytest

from fonds.packaging.transport import Form, Limits, Unpacked, unpack
from tests.packaging.transport.crafting import COMPRESSED, errors, file, info, refused, tar_bytes, tree

FORMS = [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT]
Member = tarfile.TarInfo | tuple[tarfile.TarInfo, bytes]


def opened(folder: Path, content: bytes) -> Unpacked:
    archive = folder / "a.zip"  # the ending tells nothing
    archive.write_bytes(content)
    return unpack(archive, folder / "ra")


BAD: list[tuple[Member, str, str]] = [
    (file("../ngoai.txt"), "PACKED_PATH_UNSAFE", "../ngoai.txt"),
    (file("g/../../ngoai"), "PACKED_PATH_UNSAFE", "g/../../ngoai"),
    (file("/etc/passwd"), "PACKED_PATH_UNSAFE", "/etc/passwd"),
    (file("D:/a"), "PACKED_PATH_UNSAFE", "D:/a"),
    (file("g\\a"), "PACKED_PATH_UNSAFE", "g\\a"),
    (file("g/a\nb"), "PACKED_NAME_CONTROL", "g/a\\nb"),
    (file("g/h\udcf4"), "PACKED_NAME_NOT_UTF8", "g/h\\xf4"),
    (file("g/" + "ồ" * 86), "PACKED_NAME_TOO_LONG", "g/" + "ồ" * 86),
    (file("g/" + "d/" * 100 + "a"), "PACKED_PATH_TOO_LONG", "g/" + "d/" * 100 + "a"),
    (info("g/l", tarfile.SYMTYPE, link="/etc/passwd"), "PACKED_LINK", "g/l"),
    (info("g/l", tarfile.LNKTYPE, link="g/0"), "PACKED_LINK", "g/l"),
    (info("g/p", tarfile.FIFOTYPE), "PACKED_NOT_REGULAR", "g/p"),
    (info("g/c", tarfile.CHRTYPE), "PACKED_NOT_REGULAR", "g/c"),
    (info("g/b", tarfile.BLKTYPE), "PACKED_NOT_REGULAR", "g/b"),
    (info("g/v", b"V"), "PACKED_NOT_REGULAR", "g/v"),
    (info("../t", tarfile.DIRTYPE), "PACKED_PATH_UNSAFE", "../t"),
]


@pytest.mark.parametrize("form", FORMS, ids=["pax", "gnu"])
@pytest.mark.parametrize("kind", COMPRESSED)
@pytest.mark.parametrize(("member", "code", "where"), BAD, ids=lambda one: one if isinstance(one, str) else "")
def test_a_member_that_cannot_be_taken(
    tmp_path: Path, member: Member, code: str, where: str, kind: str, form: int
) -> None:
    content = tar_bytes([file("g/0"), member, file("g/1")], form)
    assert errors(tmp_path, COMPRESSED[kind](content)) == {(code, where)}


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    assert errors(tmp_path, tar_bytes([one for one, _, _ in BAD])) == {(code, where) for _, code, where in BAD}


def test_a_link_cannot_be_gone_through(tmp_path: Path) -> None:
    outside = tmp_path / "ngoai"
    content = tar_bytes([info("g/l", tarfile.SYMTYPE, link=str(outside)), file("g/l/a")])
    assert errors(tmp_path, content) == {("PACKED_LINK", "g/l")}
    assert not outside.exists()


@pytest.mark.parametrize("name", ["../../ngoai", "/tmp/ngoai"])
def test_a_pax_header_cannot_rename_a_member_out_of_the_folder(tmp_path: Path, name: str) -> None:
    member, content = file("g/a")
    member.pax_headers = {"path": name}
    assert errors(tmp_path, tar_bytes([(member, content)])) == {("PACKED_PATH_UNSAFE", name)}


TWINS = [
    (["g/a", "g/b", "g/a"], {("PACKED_NAME_TWICE", "g/a")}),
    (["g/a", "./g//a"], {("PACKED_NAME_TWICE", "g/a")}),
    (["g/a", "g/a/b"], {("PACKED_NAME_TWICE", "g/a/b")}),
    (["g/a/b", "g/a"], {("PACKED_NAME_TWICE", "g/a")}),
    (["g/\u1ed3", "g/o\u0302\u0300"], {("PACKED_NAMES_COLLIDE", "g/\u1ed3")}),
    (["\u1ed3/1", "o\u0302\u0300/2"], {("PACKED_NAMES_COLLIDE", "\u1ed3")}),
]


@pytest.mark.parametrize(("names", "expected"), TWINS)
def test_two_members_of_one_name(tmp_path: Path, names: list[str], expected: set[tuple[str, str]]) -> None:
    assert errors(tmp_path, tar_bytes([file(name) for name in names])) == expected


def test_case_twins_are_a_warning(tmp_path: Path) -> None:
    done = opened(tmp_path, tar_bytes([file("g/A"), file("g/a")]))
    assert [one.code for one in done.findings] == ["PACKED_NAMES_DIFFER_IN_CASE"]


# --- the file as a whole ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", COMPRESSED)
def test_a_tar_that_is_cut_short(tmp_path: Path, kind: str) -> None:
    content = COMPRESSED[kind](tar_bytes([file("g/a", os.urandom(3000)), file("g/b", os.urandom(2000))]))
    marks = 2 * 512 + 6 * 512 + 4 * 512  # headers and contents
    for length in range(1024, marks if kind == "tar" else len(content), 97):
        assert {code for code, _ in errors(tmp_path, content[:length])} == {"PACKED_TRUNCATED"}, length


def test_a_tar_without_its_end(tmp_path: Path) -> None:
    """What is left is whole members: only the missing mark tells that more may be missing."""
    content = tar_bytes([file("g/a", bytes(512)), file("g/b")])
    assert errors(tmp_path, content[:1024]) == {("PACKED_TRUNCATED", "g/a")}


@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2", "tar.xz"])
def test_one_bit_of_what_is_compressed(tmp_path: Path, kind: str) -> None:
    content = COMPRESSED[kind](tar_bytes([file("g/a", os.urandom(300_000))]))
    # What bzip2 gives for a damaged block may not even look like a tar any more.
    expected = {"PACKED_BROKEN", "PACKED_TRUNCATED", "PACKED_UNKNOWN" if kind == "tar.bz2" else ""}
    for at in (len(content) // 2, len(content) - 5):
        broken = bytearray(content)
        broken[at] ^= 0x10
        assert {code for code, _ in errors(tmp_path, bytes(broken))} <= expected


def test_a_damaged_header_is_not_taken_for_the_end(tmp_path: Path) -> None:
    content = bytearray(tar_bytes([file("g/a"), file("g/b"), file("g/c")]))
    content[1024 + 3] ^= 1
    (found,) = refused(tmp_path, bytes(content))
    assert (found.code, found.where, found.data["reason"]) == ("PACKED_BROKEN", "g/a", "header")


def test_a_second_tar_behind_the_first_is_not_passed_over(tmp_path: Path) -> None:
    (found,) = refused(tmp_path, tar_bytes([file("g/a")]) + tar_bytes([file("g/b")]))
    assert (found.code, found.data["reason"]) == ("PACKED_BROKEN", "trailing")


def test_rubbish_behind_what_is_compressed(tmp_path: Path) -> None:
    assert errors(tmp_path, gzip.compress(tar_bytes([file("g/a")])) + b"rubbish") == {("PACKED_BROKEN", "g/a")}


def test_xz_may_not_ask_for_all_the_memory(tmp_path: Path) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 512 * 1024 * 1024}]
    content = lzma.compress(tar_bytes([file("g/a")]), filters=filters)
    (found,) = refused(tmp_path, content)
    assert (found.code, found.data["reason"]) == ("PACKED_BROKEN", "memory")


def patched(content: bytes, size: bytes) -> bytes:
    """Write another size into the first header, and its check sum."""
    block = bytearray(content[:512])
    block[124:136] = size
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block) + content[512:]


@pytest.mark.parametrize("size", [b"\xff" * 12, b"\xff" * 11 + b"\0"], ids=["minus 1", "minus 256"])
def test_a_size_below_nothing(tmp_path: Path, size: bytes) -> None:
    found = errors(tmp_path, patched(tar_bytes([file("g/a"), file("g/b")]), size))
    assert ("PACKED_SIZE_WRONG", "g/a") in found


def test_a_size_beyond_the_end(tmp_path: Path) -> None:
    content = patched(tar_bytes([file("g/a", bytes(20_000))]), b"%011o\0" % 50_000)
    assert errors(tmp_path, content) == {("PACKED_TRUNCATED", "g/a")}


def test_headers_that_claim_to_be_enormous(tmp_path: Path) -> None:
    """tarfile would read a pax header of 200 MB into memory."""
    header = info("g/a", tarfile.XHDTYPE, size=200_000_000).tobuf(tarfile.USTAR_FORMAT)
    assert errors(tmp_path, header + bytes(4096)) == {("PACKED_BROKEN", ".")}


def test_headers_within_headers(tmp_path: Path) -> None:
    """Each is read inside the reading of the one before."""
    one = tar_bytes([file("x", b"10 a=bcd\n\n")])[:1024]
    block = bytearray(one[:512])
    block[156:157] = tarfile.XHDTYPE
    block[148:156] = b"        "
    block[148:156] = b"%06o\0 " % sum(block)
    chain = (bytes(block) + one[512:]) * 900 + tar_bytes([file("g/a")])
    assert {code for code, _ in errors(tmp_path, chain)} == {"PACKED_BROKEN"}


def test_global_headers_without_end(tmp_path: Path) -> None:
    parts = []
    for number in range(40):
        header = tarfile.TarInfo.create_pax_global_header({f"key{number}": "x" * 50_000})
        parts.append(header + tar_bytes([file(f"g/{number}")])[:1024])
    limits = Limits(ratio=1000)
    assert {code for code, _ in errors(tmp_path, b"".join(parts) + bytes(1024), limits)} == {"PACKED_BROKEN"}


# --- what is honest ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [*FORMS, tarfile.USTAR_FORMAT], ids=["pax", "gnu", "ustar"])
@pytest.mark.parametrize("kind", COMPRESSED)
def test_tars_of_another_program(tmp_path: Path, kind: str, form: int) -> None:
    long = "g/" + "thư mục/" * 4 + "tệp" * (20 if form == tarfile.USTAR_FORMAT else 40)
    files = {"g/Đơn xin.txt": b"mot" * 1000, "g/rỗng": b"", "g/c.bin": os.urandom(300_000), long: b"x"}
    members: list[Member] = [
        info("./", tarfile.DIRTYPE),
        info("./g", tarfile.DIRTYPE),
        info("g/trống", tarfile.DIRTYPE),
    ]
    members += [file(f"./{name}", content) for name, content in files.items()]
    done = opened(tmp_path, COMPRESSED[kind](tar_bytes(members, form)))
    assert (done.form, done.files, done.bytes, done.findings) == (Form(kind), 4, sum(map(len, files.values())), ())
    found = tree(done.folder)
    assert {path: found[path] for path in files} == files
    assert found["g/trống"] is None
    assert (done.folder / "g/c.bin").stat().st_mtime == 1_767_200_400


def test_rights_are_not_taken_over(tmp_path: Path) -> None:
    member, content = file("g/a")
    member.mode, member.uid, member.gid = 0o6777, 12345, 12345
    made = opened(tmp_path, tar_bytes([(member, content)])).folder / "g/a"
    assert (made.stat().st_mode & 0o7777, made.stat().st_uid) == (0o644, os.geteuid())


@pytest.mark.parametrize("stamp", ["nan", "inf", "-1", "1e300", "99999999999999999999"])
def test_times_that_are_none(tmp_path: Path, stamp: str) -> None:
    member, content = file("g/a")
    member.pax_headers = {"mtime": stamp}
    made = opened(tmp_path, tar_bytes([(member, content)])).folder / "g/a"
    assert made.stat().st_mtime > 1_700_000_000


@pytest.mark.parametrize("kind", ["tar.gz", "tar.bz2", "tar.xz"])
def test_what_parallel_compressors_write(tmp_path: Path, kind: str) -> None:
    """Several compressed streams one after the other, and zeros behind them."""
    content = tar_bytes([file("g/a", os.urandom(5000))])
    pieces = [COMPRESSED[kind](content[at : at + 1500]) for at in range(0, len(content), 1500)]
    assert opened(tmp_path, b"".join(pieces) + bytes(512)).bytes == 5000


def test_a_tar_that_ends_with_one_block_of_zeros(tmp_path: Path) -> None:
    assert opened(tmp_path, tar_bytes([file("g/a")])[: 1024 + 512]).files == 1


def test_a_sparse_file_is_written_out(tmp_path: Path) -> None:
    content = sparse(100_000, b"end")
    done = opened(tmp_path, content)
    assert (done.folder / "g/s").read_bytes() == bytes(99_997) + b"end"


def sparse(size: int, end: bytes) -> bytes:
    """A tar with one file in GNU's sparse form 1.0: a hole, then ``end``."""
    start = size - len(end)
    body = f"1\n{start}\n{len(end)}\n".encode().ljust(512, b"\0") + end
    member = info("g/GNUSparseFile.0/s", size=len(body))
    member.pax_headers = {
        "GNU.sparse.major": "1", "GNU.sparse.minor": "0", "GNU.sparse.name": "g/s", "GNU.sparse.realsize": str(size),
    }  # fmt: skip
    return tar_bytes([(member, body)])


def test_a_sparse_file_that_is_a_bomb(tmp_path: Path) -> None:
    assert errors(tmp_path, sparse(2**50, b"end")) == {("PACKED_RATIO", "g/s")}


def test_the_stream_goes_forward_only() -> None:
    from fonds.packaging.transport.limits import Ratio
    from fonds.packaging.transport.tar_stream import BackwardsError, TarStream

    stream = TarStream(iter([b"0123", b"4567"]), Ratio(Limits(), 100))
    assert stream.read(5) == b"01234"
    assert stream.seek(6) == 6
    for wrong in (lambda: stream.seek(5), lambda: stream.seek(0, io.SEEK_END), stream.read):
        with pytest.raises(BackwardsError):
            wrong()
    assert (stream.read(5), stream.tell(), stream.read(1)) == (b"67", 8, b"")
