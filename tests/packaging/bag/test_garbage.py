"""Whatever bytes stand in a bag: findings, never a traceback, and never a file from outside."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fonds.packaging.bag import BagReport, validate_bag
from fonds.packaging.bag.algorithms import ALGORITHMS, Manifest
from fonds.packaging.bag.declaration import CURRENT, read_declaration
from fonds.packaging.bag.facts import Layout, ManifestLine
from fonds.packaging.bag.fetch import is_remote, parse_fetch_line
from fonds.packaging.bag.info import read_info
from fonds.packaging.bag.lines import known_encoding, tag_lines
from fonds.packaging.bag.manifest import LineFault, Listing, parse_line, plain_lines
from fonds.packaging.bag.rules import registry
from tests.packaging.bag.making import make

TAGS = ["bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "fetch.txt"]
_HASH = b"0" * 64
_PIECES = st.sampled_from(
    [
        *(b"\n", b"\r", b"  ", b"\xff", b"\0", b"*", b"-", b"/", b"~", b":", b"../", b"%25", b"%0a", b"file://"),
        *(_HASH, b"data/", b"a.txt", b"Payload-Oxum: ", b"BagIt-Version: 1.0\n", b"Tag-File-Character-Encoding: "),
        *(b"UTF-16", b"utf-7"),
    ]
)
GARBAGE = st.one_of(st.binary(max_size=200), st.lists(_PIECES, max_size=15).map(b"".join))


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(TAGS), GARBAGE, min_size=1))
@example({"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n"})
@example({"bagit.txt": b"BagIt-Version: 1.0\nTag-File-Character-Encoding: idna\n"})
@example({"fetch.txt": b"http://[ - data/a\n", "bag-info.txt": b":\n"})
def test_tag_files_of_garbage(tags: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        bag = make(Path(folder) / "bag")
        for name, content in tags.items():
            (bag / name).write_bytes(content)
        report = validate_bag(bag, workers=0)
        assert isinstance(report, BagReport)
        assert report.valid == (report.counts["error"] == 0)


@given(GARBAGE, st.sampled_from(["UTF-8", "UTF-16", "ISO-8859-1", "cp1258", "gb18030", "ascii"]))
def test_lines_are_whatever_stands_between_line_ends(content: bytes, encoding: str) -> None:
    name = known_encoding(encoding)
    assert name is not None
    position = 0

    def one_byte(_: int) -> bytes:
        nonlocal position
        position += 1
        return content[position - 1 : position]

    try:
        lines = list(tag_lines(one_byte, name))
    except UnicodeError:
        return
    if encoding == "UTF-8":
        whole = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        assert lines == (whole[:-1] if whole.endswith(b"\n") else whole).split(b"\n" if whole else None)


@given(GARBAGE)
def test_parsers_never_raise(content: bytes) -> None:
    read_declaration(content)
    list(read_info(content.split(b"\n")))
    fetched = parse_fetch_line(content)
    if not isinstance(fetched, LineFault):
        is_remote(fetched.url)
    parse_line(content, 64)


LINES = st.builds(
    lambda digest, gap, folder, rest: f"{digest}{gap}{folder}{rest}".encode("utf-8", "surrogatepass"),
    st.sampled_from(["0" * 64, "ab" * 32, "AB" * 32, "0" * 63, "g" + "0" * 63]),
    st.sampled_from(["  ", " *", " ", "\t\t", "   "]),
    st.sampled_from(["data/", "data", "Data/", ""]),
    st.text() | st.text("ab/.%\\\0 \u2028\x85"),
).filter(lambda line: b"\n" not in line)


@given(st.lists(st.none() | LINES | LINES.filter(lambda line: bool(plain_lines([line], 64))), max_size=3))
def test_the_short_way_for_plain_lines_hides_nothing(lines: list[bytes | None]) -> None:
    plain = plain_lines(lines, 64)
    assert not plain or len(plain) == len(lines)
    manifest = Manifest("manifest-sha256.txt", False, ALGORITHMS["sha256"])
    layout = Layout(CURRENT, "utf-8", (manifest,), payload_folder=True)
    for line, short in zip(lines, plain, strict=False):
        listing = parse_line(line, 64)
        assert isinstance(listing, Listing)
        assert short == (listing.digest, listing.path)
        said = ManifestLine(manifest, 1, listing)
        assert [one for rule in (*registry.MANIFEST_LINE, *registry.MANIFEST_PATH) for one in rule(said, layout)] == []
