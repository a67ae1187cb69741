"""M6: names that break other programs. Stored under safe names; what was on disk is kept byte for byte."""

from __future__ import annotations

import hashlib
import os
import unicodedata
from pathlib import Path

import pytest

from fonds.bootstrap import open_archive
from fonds.packaging.bag import validate_bag
from fonds.packaging.eark import PackageContent, rebuild_submission
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.holding import stored_content
from fonds.repository.ingest import ingest
from fonds.repository.outcome import IngestResult
from tests.factories import DossierRow, make_archive, make_delivery, page_image

CODE = "H99.12.P01.1962.01"
FOLDER = b"ML01/HS_01"

NAMES = {
    "newline": b"0003\n.jpg",
    "only a newline before the extension": b"\n.jpg",
    "carriage return and tab": b"0003\r\t.jpg",
    "control character": b"0003\x07.jpg",
    "escape sequence": b"\x1b[2J\x1b[31m0003.jpg",
    "delete and C1": "0003\x7f\x85.jpg".encode(),
    "not UTF-8": b"0003\xff\xfe.jpg",
    "TCVN3 bytes": b"t\xea s\xe8 3.jpg",
    "overlong UTF-8 of a slash": b"..\xc0\xaf0003.jpg",
    "a surrogate in UTF-8": b"0003\xed\xa0\x80.jpg",
    "decomposed": unicodedata.normalize("NFD", "Tờ số 3.jpg").encode(),
    "right-to-left override": "0003\u202egpj.jpg".encode(),
    "bidi isolates": "\u2066\u20670003\u2069.jpg".encode(),
    "zero width": "00\u200b03\ufeff.jpg".encode(),
    "line separator": "0003\u2028.jpg".encode(),
    "a character XML cannot carry": "0003\uffff.jpg".encode(),
    "beyond the first plane": "0003𠀋.jpg".encode(),
    "reserved by Windows": b"CON.jpg",
    "reserved, with a number": b"lpt9.jpg",
    "characters that Windows forbids": b'<0003>:"|?*.jpg',
    "a backslash": b"..\\..\\0003.jpg",
    "leading dash": b"-rf 0003.jpg",
    "a formula": b"=cmd|0003!A1.jpg",
    "markup": b"0003<script>alert(1)&amp;%2e%2e%00.jpg",
    "spaces at the ends": b" 0003 .jpg",
    "a dot at the end": b"0003.jpg.",
    "as long as a name can be": b"x" * 251 + b".jpg",
    "as long as a name can be, of three bytes each": "ố".encode() * 83 + b".jpg",
}


def _delivered(tmp_path: Path, *raws: bytes) -> Path:
    """Make a delivery with two good pages and one page a name, all of them different."""
    pages = 2 + len(raws)
    source = make_delivery(tmp_path / "source", [DossierRow(CODE, "Hồ sơ", pages=2, sheets=pages)])
    for number, raw in enumerate(raws, 3):
        page_image(tmp_path / "page.jpg", f"trang {number}")
        (tmp_path / "page.jpg").rename(source / os.fsdecode(FOLDER) / os.fsdecode(raw))
    return source


def _taken_in(tmp_path: Path, source: Path) -> tuple[Archive, IngestResult]:
    archive = open_archive(make_archive(tmp_path / "repo").root)  # with its workers, to which such names travel
    return archive, ingest(archive, source, agent="tester")


def _stored(archive: Archive) -> PackageContent:
    aip = archive.holdings.find_signature("H99.12.P01", CODE)
    assert aip is not None
    root = archive.root / "store" / aip.location
    assert validate_bag(root, workers=0).valid
    assert [entry for entry in root.rglob("*") if not entry.name.isascii() or not entry.name.isprintable()] == []
    return stored_content(archive, aip)


def _kept(content: PackageContent) -> dict[bytes, str]:
    submitted = rebuild_submission(content).items()
    return {path: file.sha256 for path, file in submitted if path.startswith(FOLDER)}


def _digests(source: Path) -> dict[bytes, str]:
    files = (source / os.fsdecode(FOLDER)).iterdir()
    return {FOLDER + b"/" + os.fsencode(file.name): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_every_name_is_kept_byte_for_byte(tmp_path: Path) -> None:
    source = _delivered(tmp_path, *NAMES.values())
    before = _digests(source)
    archive, result = _taken_in(tmp_path, source)
    assert (len(result.ingested), result.blocked, result.errors) == (1, [], 0), result
    assert _kept(_stored(archive)) == before
    assert _digests(source) == before, "what is delivered is not touched"
    done = audit(archive, agent="tester", scope="all")
    assert (done.problems, done.unknown) == ([], [])
    assert ingest(archive, source, agent="tester").unchanged, "and it is known again"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        *((name, "BAD_NAME") for name in ("newline", "control character", "escape sequence", "delete and C1")),
        *((name, "BAD_NAME") for name in ("right-to-left override", "bidi isolates", "line separator")),
        *((name, "BAD_NAME") for name in ("not UTF-8", "a backslash", "reserved by Windows", "a dot at the end")),
        ("decomposed", "NFD_NAME"),
    ],
)
def test_what_troubles_other_systems_is_told(tmp_path: Path, name: str, code: str) -> None:
    _, result = _taken_in(tmp_path, _delivered(tmp_path, NAMES[name]))
    assert code in {found.code for found in result.findings}
    assert len(result.ingested) == 1


def test_twins_are_two_pages(tmp_path: Path) -> None:
    """Names that differ in case, or only in how their accents are written, fall together on Windows and macOS."""
    composed = unicodedata.normalize("NFC", "Tờ 3.jpg")
    twins = (b"a.jpg", b"A.jpg", composed.encode(), unicodedata.normalize("NFD", composed).encode())
    archive, result = _taken_in(tmp_path, source := _delivered(tmp_path, *twins))
    assert (len(result.ingested), result.errors) == (1, 0), result
    content = _stored(archive)
    assert _kept(content) == _digests(source)
    assert len({file.path.lower() for file in content.representations[0].files}) == 6


def test_folders_that_are_twins_are_refused(tmp_path: Path) -> None:
    """One row of the inventory means both: which is meant is not for a program to guess."""
    source = make_delivery(tmp_path / "source", [DossierRow(CODE, "Hồ sơ", pages=2)])
    composed = source / unicodedata.normalize("NFC", "Hộp")
    composed.mkdir()
    (source / unicodedata.normalize("NFD", "Hộp")).mkdir()
    for number, folder in enumerate(sorted(source.glob("H*p")), 8):
        page_image(folder / "0001.jpg", f"trang {number}")
    _, result = _taken_in(tmp_path, source)
    assert "NFC_NFD_COLLISION" in {found.code for found in result.findings}


def test_a_name_over_255_bytes_cannot_be_delivered(tmp_path: Path) -> None:
    """No file system of Linux takes one; that a package of others holds one is for the tests of packed files."""
    with pytest.raises(OSError, match="File name too long"):
        (tmp_path / ("3" * 256)).touch()
