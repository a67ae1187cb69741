"""Names: encoded and decoded byte for byte, and never believed when they lead out of the bag."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import FondsError
from fonds.packaging.bag import Entry, decode_path, encode_path, manifest_lines, read_manifest
from fonds.packaging.bag.names import plain_path, printable, unsafe_reason

NAME = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


@given(NAME)
def test_decoding_undoes_encoding(name: str) -> None:
    written = encode_path(name)
    assert decode_path(written) == name
    assert "\n" not in written
    assert "\r" not in written


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("100%25", "100%"),
        ("a%0Ab", "a\nb"),
        ("a%0ab", "a\nb"),
        ("a%0d%0Ab", "a\r\nb"),
        ("%2525", "%25"),  # one pass: what decoding made is not decoded again
        ("%250A", "%0A"),
        ("%20%7E%", "%20%7E%"),  # nothing else is encoded, so nothing else is decoded
    ],
)
def test_exactly_percent_cr_and_lf_are_decoded(written: str, name: str) -> None:
    assert decode_path(written) == name


@given(st.dictionaries(NAME.map(lambda name: f"data/{name}"), st.binary(min_size=32, max_size=32), max_size=20))
def test_a_manifest_comes_back_as_it_was_written(entries: dict[str, bytes]) -> None:
    written = [Entry(path, content.hex()) for path, content in entries.items() if not path.startswith("data/ ")]
    again = list(read_manifest(io.BytesIO(manifest_lines(written))))
    assert again == sorted(written, key=lambda entry: entry.path)


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_all_three_line_ends_are_read_and_no_other(ending: str) -> None:
    names = ["data/a\u2028b", "data/c\x0bd\x85e", "data/f "]
    content = "".join(f"{'0' * 64}  {name}{ending}" for name in names).encode()
    assert [entry.path for entry in read_manifest(io.BytesIO(content))] == names


@pytest.mark.parametrize("line", [b"zz", b"", b"0" * 63 + b"  data/a", b"0" * 64 + b"  data/\xff"])
def test_a_broken_line_of_our_own_manifest_is_refused(line: bytes) -> None:
    with pytest.raises(FondsError, match="MANIFEST_BROKEN"):
        list(read_manifest(io.BytesIO(b"0" * 64 + b"  data/a\n" + line + b"\n")))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/etc/passwd", "absolute"),
        ("\\\\server\\x", "absolute"),
        ("../x", "parent"),
        ("data/../../x", "parent"),
        ("data/a\\..\\..\\x", "parent"),
        ("data/..", "parent"),
        ("~/x", "home"),
        ("~root/x", "home"),
        ("C:\\x", "drive"),
        ("c:x", "drive"),
        ("data/~x", ""),
        ("data/a..b", ""),
        ("data/...", ""),
        ("data/%2e%2e/x", ""),
    ],
)
def test_paths_that_lead_out_are_known(path: str, reason: str) -> None:
    assert unsafe_reason(path) == reason


@given(NAME)
def test_a_plain_path_has_no_empty_parts(path: str) -> None:
    parts = plain_path(path).split("/")
    assert parts == [""] or not {"", "."} & set(parts)


@given(st.text())
def test_what_is_shown_can_be_printed(name: str) -> None:
    shown = printable(name.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape"))
    assert shown.isprintable()
    assert unicodedata.is_normalized("NFC", shown)
