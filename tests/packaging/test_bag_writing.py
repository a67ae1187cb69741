"""Manifests and tag files: names of every kind go there and back, and other people's reader accepts the bag."""

from __future__ import annotations

import hashlib
import unicodedata
from io import BytesIO
from pathlib import Path

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import FondsError
from fonds.packaging.bag import (
    MANIFEST,
    TAGMANIFEST,
    Entry,
    decode_path,
    encode_path,
    manifest_lines,
    read_manifest,
    write_tags,
)
from fonds.packaging.digest import digest_bytes, hash_file

SHA = "ab" * 32
NFC, NFD = "data/Hồ sơ.tif", unicodedata.normalize("NFD", "data/Hồ sơ.tif")
NAMES = [
    "data/plain.tif",
    "data/100%.tif",
    "data/%0A.tif",
    "data/%25.tif",
    "data/%250d.tif",
    "data/two\nlines.tif",
    "data/car\rriage.tif",
    "data/both\r\n.tif",
    "data/ space  inside .tif",
    "data/*star.tif",
    "data/\ttab.tif",
    "data/\u2028line\x85s\x0b.tif",
    "data/😀.tif",
    NFC,
    NFD,
]
PATHS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1).map(
    lambda text: f"data/{text}"
)


def test_the_two_forms_are_really_two() -> None:
    assert NFC != NFD
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("data/a b.tif", "data/a b.tif"),
        ("a%b", "a%25b"),
        ("a\nb", "a%0Ab"),
        ("a\rb", "a%0Db"),
        ("a\r\n%0A", "a%0D%0A%250A"),
        ("Tờ số 1", "Tờ số 1"),
        ("a&b#c?d+e", "a&b#c?d+e"),
    ],
)
def test_exactly_three_characters_are_encoded(path: str, encoded: str) -> None:
    assert encode_path(path) == encoded
    assert decode_path(encoded) == path


@pytest.mark.parametrize(
    ("encoded", "path"), [("a%0a%0d", "a\n\r"), ("a%20b", "a%20b"), ("%", "%"), ("%2525", "%25"), ("%250A", "%0A")]
)
def test_others_encode_otherwise(encoded: str, path: str) -> None:
    assert decode_path(encoded) == path


@given(st.text())
def test_encoding_goes_there_and_back(path: str) -> None:
    encoded = encode_path(path)
    assert decode_path(encoded) == path
    assert "\n" not in encoded
    assert "\r" not in encoded


@given(st.lists(PATHS, unique=True))
def test_a_manifest_goes_there_and_back(paths: list[str]) -> None:
    entries = [Entry(path, digest_bytes(path.encode())) for path in paths]
    written = manifest_lines(entries)
    assert list(read_manifest(BytesIO(written))) == sorted(entries, key=lambda entry: entry.path)
    assert manifest_lines(reversed(entries)) == written


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
@pytest.mark.parametrize("between", [" ", "  ", "\t", " *"])
def test_manifests_of_other_tools_are_read(between: str, end: str) -> None:
    line = f"{SHA.upper()}{between}data/Tờ 1.tif{end}".encode()
    assert list(read_manifest(BytesIO(line))) == [Entry("data/Tờ 1.tif", SHA)]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"not a line",
        SHA.encode() + b"data/x",
        SHA[:-1].encode() + b"  data/x",
        SHA.encode() + b"0  data/x",
        SHA.encode() + b"  data/\xff",
        b"\xef\xbb\xbf" + SHA.encode() + b"  data/x",
    ],
)
def test_what_is_no_line_is_named_by_its_number(line: bytes) -> None:
    good = f"{SHA}  data/good\n".encode()
    with pytest.raises(FondsError) as caught:
        list(read_manifest(BytesIO(good + line + b"\n" + good)))
    assert (caught.value.code, caught.value.data) == ("MANIFEST_BROKEN", {"line": 2})


def bag(root: Path, names: list[str]) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(name.encode())
    entries = [Entry(name, digest_bytes(name.encode())) for name in names]
    seal = write_tags(root, entries, {"External-Identifier": "uuid-1", "Title": "Một\ndòng\u2028 hai  "})
    assert seal.manifest == hash_file(root / MANIFEST)[1]
    assert seal.tagmanifest == hash_file(root / TAGMANIFEST)[1]
    return root


# What the library reads otherwise than RFC 8493 says: it does not decode %25, and ends lines where Unicode does.
MISREAD = ["data/100%.tif", "data/%0A.tif", "data/%25.tif", "data/%250d.tif", "data/\u2028line\x85s\x0b.tif"]


@pytest.mark.parametrize("form", [NFC, NFD])
def test_a_bag_is_accepted_by_the_library_of_congress(tmp_path: Path, form: str) -> None:
    # One form at a time: the library takes the two for one and the same file.
    root = bag(tmp_path / "bag", [form, *(name for name in NAMES if name not in {NFC, NFD, *MISREAD})])
    found = bagit.Bag(str(root))
    found.validate()
    assert found.info == {"External-Identifier": "uuid-1", "Title": "Một dòng hai"}


@pytest.mark.parametrize("name", MISREAD)
def test_what_the_library_of_congress_misreads(tmp_path: Path, name: str) -> None:
    # When a new release reads these too, they belong in the test above.
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(bag(tmp_path / "bag", [name]))).validate()


def test_the_library_of_congress_sees_damage(tmp_path: Path) -> None:
    root = bag(tmp_path / "bag", ["data/a.tif", "data/b.tif"])
    (root / "data" / "a.tif").write_bytes(b"data/A.tif")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(root)).validate()


def test_a_bag_with_every_kind_of_name_is_read_back(tmp_path: Path) -> None:
    root = bag(tmp_path / "bag", NAMES)
    with (root / MANIFEST).open("rb") as source:
        found = {entry.path: entry.sha256 for entry in read_manifest(source)}
    assert found.keys() == set(NAMES)
    assert all(hash_file(root / path)[1] == sha256 for path, sha256 in found.items())


def test_the_tagmanifest_names_every_other_tag_file(tmp_path: Path) -> None:
    root = bag(tmp_path / "bag", ["data/a.tif"])
    with (root / TAGMANIFEST).open("rb") as source:
        found = {entry.path: entry.sha256 for entry in read_manifest(source)}
    assert found == {
        name: hashlib.sha256((root / name).read_bytes()).hexdigest() for name in ("bag-info.txt", "bagit.txt", MANIFEST)
    }
