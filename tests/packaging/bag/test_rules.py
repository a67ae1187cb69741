"""Every rule: a bag that is right but for one thing gets just the code of that thing."""

from __future__ import annotations

import os
import re
import socket
import unicodedata
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

from fonds.errors import UsageError
from fonds.packaging.bag import rules, validate_bag
from fonds.packaging.bag.rules import registry
from fonds.schemas.findings import Severity, severities
from fonds.schemas.messages import LANGUAGES, text
from tests.packaging.bag.making import FILES, add_line, bytes_name, codes, digest, make, seal, write

NFC, NFD = (unicodedata.normalize(form, "data/hồ sơ/0001.tif") for form in ("NFC", "NFD"))
ZERO = "0" * 64
HELLO = digest(FILES["a.txt"])


def _fetch(line: str) -> Callable[[Path], None]:
    return lambda bag: write(bag, "fetch.txt", line + "\n")


def _declare(content: bytes) -> Callable[[Path], None]:
    return lambda bag: write(bag, "bagit.txt", content)


def _info(content: bytes) -> Callable[[Path], None]:
    return lambda bag: write(bag, "bag-info.txt", content)


def _line(line: bytes | str) -> Callable[[Path], None]:
    return lambda bag: add_line(bag, line)


def _file(name: str, content: bytes = b"x") -> Callable[[Path], None]:
    def add(bag: Path) -> None:
        path = bag / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        (bag / "bag-info.txt").unlink()
        escaped = name.replace("%", "%25").replace("\n", "%0A")
        add_line(bag, f"{digest(content)}  data/{escaped}")

    return add


def _nfd_twin(bag: Path) -> None:
    _file(NFD.removeprefix("data/"))(bag)


def _manifest_in_nfd(bag: Path) -> None:
    manifest = bag / "manifest-sha256.txt"
    write(bag, manifest.name, manifest.read_bytes().replace(NFC.encode(), NFD.encode()))


def _percent_as_it_is(bag: Path) -> None:
    _file("a%25b")(bag)
    manifest = bag / "manifest-sha256.txt"
    write(bag, manifest.name, manifest.read_text().replace("%2525", "%25"))


def _unlisted(bag: Path) -> None:
    (bag / "data/e").touch()
    (bag / "bag-info.txt").unlink()
    seal(bag)


def _second_manifest_omits(bag: Path) -> None:
    write(bag, "manifest-sha512.txt", f"{digest(FILES['a.txt'], 'sha512')}  data/a.txt\n")


def _old(change: Callable[[Path], object]) -> Callable[[Path], None]:
    def both(bag: Path) -> None:
        write(bag, "bagit.txt", "BagIt-Version: 0.97\nTag-File-Character-Encoding: UTF-8\n")
        change(bag)

    return both


def _socket(bag: Path) -> None:
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(str(bag / "data" / "s"))


def _hole(bag: Path) -> None:
    _fetch("https://example.org/a - data/a.txt")(bag)
    (bag / "data" / "a.txt").unlink()
    (bag / "bag-info.txt").unlink()
    seal(bag)


def _seal_without_manifest(bag: Path) -> None:
    tags = bag / "tagmanifest-sha256.txt"
    kept = [line for line in tags.read_text().splitlines(keepends=True) if " manifest-" not in line]
    tags.write_text("".join(kept))


def _long_path(bag: Path) -> None:
    handle = os.open(bag / "data", os.O_RDONLY)
    for _ in range(17):
        os.mkdir("x" * 250, dir_fd=handle)
        inner = os.open("x" * 250, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)


CASES: dict[str, Callable[[Path], object]] = {
    "BAG_NO_DECLARATION": lambda bag: (bag / "bagit.txt").unlink(),
    "BAG_DECLARATION_BROKEN": _declare(b"BagIt-Version : 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    "BAG_DECLARATION_BROKEN-lines": _declare(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\nmore\n"),
    "BAG_DECLARATION_BROKEN-empty": _declare(b""),
    "BAG_DECLARATION_BROKEN-text": _declare(b"\xff\xfe"),
    "BAG_DECLARATION_SPACES": _declare(b"BagIt-Version: 1.0 \nTag-File-Character-Encoding: UTF-8\n"),
    "BAG_BYTE_ORDER_MARK": _declare(b"\xef\xbb\xbfBagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"),
    "BAG_BYTE_ORDER_MARK-info": _info(b"\xef\xbb\xbfPayload-Oxum: 8.3\n"),
    "BAG_VERSION_UNKNOWN": _declare(b"BagIt-Version: 2.0\nTag-File-Character-Encoding: UTF-8\n"),
    "BAG_VERSION_OLD": _old(seal),
    "BAG_ENCODING_UNKNOWN": _declare(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: rot13\n"),
    "BAG_ENCODING_OTHER": _declare(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: ISO-8859-1\n"),
    "BAG_NO_PAYLOAD_FOLDER": lambda bag: (bag / "data").rename(bag / "dât"),
    "BAG_NO_MANIFEST": lambda bag: (bag / "manifest-sha256.txt").unlink(),
    "BAG_NO_TAGMANIFEST": lambda bag: (bag / "tagmanifest-sha256.txt").unlink(),
    "BAG_ALGORITHM_UNKNOWN": lambda bag: write(bag, "manifest-crc32.txt", "00000000  data/a.txt\n"),
    "BAG_NOT_TEXT": _declare(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-16\n"),
    "BAG_UNREADABLE": lambda bag: (bag / "fetch.txt").symlink_to("/etc/passwd"),
    "BAG_INFO_LINE": _info(b"no colon\n"),
    "BAG_INFO_LINE-text": _info(b"Contact-Name: \xff\n"),
    "BAG_INFO_LINE-continuation": _info(b"  of nothing\n"),
    "BAG_INFO_SPACES": _info(b"Contact-Name :  Lan\n"),
    "BAG_OXUM_BROKEN": _info(b"Payload-Oxum: eight.three\n"),
    "BAG_OXUM_BROKEN-huge": _info(b"Payload-Oxum: " + b"9" * 5000 + b".3\n"),
    "BAG_OXUM_REPEATED": _info(b"Payload-Oxum: 8.3\nPayload-Oxum: 8.3\n"),
    "BAG_OXUM_WRONG": _info(b"payload-oxum: 8.4\n"),
    "BAG_MANIFEST_LINE": _line("zzz"),
    "BAG_MANIFEST_LINE-digest": _line("abc  data/a.txt"),
    "BAG_MANIFEST_LINE-text": _line(ZERO.encode() + b"  data/\xff"),
    "BAG_MANIFEST_LINE-nul": _line(ZERO.encode() + b"  data/a\0b"),
    "BAG_MANIFEST_LINE-long": _line(ZERO.encode() + b"  data/" + b"x" * 300_000),
    "BAG_MANIFEST_LINE-comment": _line("# a comment"),
    "BAG_BLANK_LINE": _line(" "),
    "BAG_PATH_UNSAFE": _line(f"{ZERO}  data/../../secret"),
    "BAG_PATH_UNSAFE-absolute": _line(f"{ZERO}  /etc/passwd"),
    "BAG_PATH_UNSAFE-fetch": _fetch("https://example.org/a - ~/x"),
    "BAG_PATH_OUT_OF_SCOPE": _line(f"{ZERO}  bagit.txt"),
    "BAG_PATH_OUT_OF_SCOPE-fetch": _fetch("https://example.org/a - bag-info.txt"),
    "BAG_PATH_NOT_PLAIN": lambda bag: write(
        bag, "manifest-sha256.txt", (bag / "manifest-sha256.txt").read_text().replace("  data/a", "  ./data//a")
    ),
    "BAG_ASTERISK": lambda bag: write(
        bag, "manifest-sha256.txt", (bag / "manifest-sha256.txt").read_text().replace("  data/a", " *data/a")
    ),
    "BAG_NAME_NOT_ENCODED": _percent_as_it_is,
    "BAG_FETCH_LINE": _fetch("one two"),
    "BAG_FETCH_LINE-size": _fetch("https://example.org/a 1e9 data/a.txt"),
    "BAG_FETCH_URL": _fetch("file:///etc/passwd - data/a.txt"),
    "BAG_FETCH_URL-odd": _fetch("http://[::1 - data/a.txt"),
    "BAG_FETCH_URL-relative": _fetch("a.txt - data/a.txt"),
    "BAG_FETCH_PRESENT": _fetch("https://example.org/a 4 data/a.txt"),
    "BAG_FETCH_NOT_LISTED": _fetch("https://example.org/a 4 data/e.txt"),
    "BAG_FILE_MISSING": _line(f"{ZERO}  data/e.txt"),
    "BAG_FILE_NOT_FETCHED": _hole,
    "BAG_FILE_NOT_LISTED": _unlisted,
    "BAG_NOT_IN_EVERY_MANIFEST": _second_manifest_omits,
    "BAG_NOT_IN_EVERY_MANIFEST_OLD": _old(_second_manifest_omits),
    "BAG_LISTED_TWICE": _line(f"{HELLO}  data/a.txt"),
    "BAG_LISTED_TWICE_OLD": _old(_line(f"{HELLO}  data/a.txt")),
    "BAG_NAMES_COLLIDE": _nfd_twin,
    "BAG_NAME_OTHER_FORM": _manifest_in_nfd,
    "BAG_NAMES_DIFFER_IN_CASE": _file("A.TXT"),
    "BAG_NAME_NOT_PORTABLE": _file("aux.txt"),
    "BAG_NAME_NOT_PORTABLE-control": _file("a\nb\x1b"),
    "BAG_NAME_NOT_PORTABLE-rtl": _file("a\u202egpj.exe"),
    "BAG_DIGEST_WRONG": lambda bag: (bag / "data/a.txt").write_bytes(b"MOT\n"),
    "BAG_TAG_NOT_LISTED": lambda bag: (bag / "notes.txt").touch(),
    "BAG_MANIFEST_NOT_SEALED": _seal_without_manifest,
    "BAG_SYSTEM_FILE": _file("x/Thumbs.db"),
    "BAG_NOT_REGULAR": lambda bag: os.mkfifo(bag / "data" / "p"),
    "BAG_NOT_REGULAR-link": lambda bag: (bag / "data" / "l").symlink_to("a.txt"),
    "BAG_NOT_REGULAR-folder-link": lambda bag: (bag / "tags").symlink_to("/etc"),
    "BAG_NOT_REGULAR-socket": _socket,
    "BAG_NAME_NOT_UTF8": lambda bag: os.close(os.open(bytes_name(bag / "data", b"\xe1\xbb.tif"), os.O_CREAT)),
    "BAG_PATH_TOO_LONG": _long_path,
    "BAG_EMPTY_FOLDER": lambda bag: (bag / "data" / "e").mkdir(),
}
ALONE = {
    "BAG_NO_DECLARATION": {"BAG_FILE_MISSING"},
    "BAG_NO_PAYLOAD_FOLDER": {"BAG_FILE_MISSING", "BAG_OXUM_WRONG", "BAG_TAG_NOT_LISTED"},
    "BAG_NO_MANIFEST": {"BAG_FILE_MISSING", "BAG_FILE_NOT_LISTED"},
    "BAG_NOT_TEXT": {
        *("BAG_ENCODING_OTHER", "BAG_FILE_NOT_LISTED", "BAG_FILE_MISSING", "BAG_TAG_NOT_LISTED"),
        *("BAG_MANIFEST_NOT_SEALED", "BAG_MANIFEST_LINE"),
    },
    "BAG_UNREADABLE": {"BAG_NOT_REGULAR", "BAG_FETCH_PRESENT"},
    "BAG_ALGORITHM_UNKNOWN": {"BAG_TAG_NOT_LISTED"},
    "BAG_FILE_NOT_FETCHED": {"BAG_FETCH_PRESENT"},
    "BAG_NAMES_COLLIDE": {"BAG_NAME_OTHER_FORM"},
    "BAG_NAME_NOT_ENCODED": {"BAG_OXUM_WRONG"},
    "BAG_ENCODING_OTHER": {"BAG_FILE_MISSING", "BAG_FILE_NOT_LISTED", "BAG_NAME_NOT_PORTABLE"},
    "BAG_DECLARATION_BROKEN": set(),
}
"""What else has to be said of a case, because it follows from it."""
FOLLOWS = {"BAG_FETCH_PRESENT", "BAG_VERSION_OLD"}
ELSEWHERE = {
    "BAG_ALGORITHM_WEAK",
    "BAG_MORE",
    "BAG_NOT_HASHED",
    "BAG_SECOND_OPINION_NONE",
    "BAG_SECOND_OPINION_OTHER",
    "BAG_SECOND_OPINION_SAME",
    "BAG_SOURCE_CHANGED",
}
"""Codes whose cases stand in tests of their own."""


@pytest.mark.parametrize("name", CASES)
def test_a_broken_bag_gets_the_code_of_what_is_broken(name: str, tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    CASES[name](bag)
    code = name.partition("-")[0]
    report = validate_bag(bag, workers=0)
    assert code in codes(report)
    assert codes(report) - {code} <= ALONE.get(code, set()) | FOLLOWS
    assert report.valid == (not codes(report, Severity.ERROR))
    assert report.counts["error"] == sum(one.severity is Severity.ERROR for one in report.findings)


def test_every_code_has_a_broken_bag() -> None:
    ours = {code for code in severities() if code.startswith("BAG_")}
    assert {name.partition("-")[0] for name in CASES} == ours - ELSEWHERE


def test_every_rule_is_registered_once_and_says_its_clause() -> None:
    listed = [
        rule
        for name, rules_of in vars(registry).items()
        if name.isupper() and isinstance(rules_of, tuple) and name != "SOURCE_NAME"
        for rule in rules_of
    ]
    modules = {info.name for info in iter_modules(rules.__path__)} - {"registry"}
    assert sorted(rule.__module__.rpartition(".")[2] for rule in listed) == sorted(modules)
    for name in modules:
        assert re.match(r"RFC 8493, \d", import_module(f"{rules.__name__}.{name}").__doc__ or ""), name


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_the_texts_of_real_findings_are_complete(name: str, lang: str, tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    CASES[name](bag)
    for found in validate_bag(bag, workers=0).findings:
        reason = text(lang, f"finding.{found.code}.reason.{found.data.get('reason')}")
        assert not reason.startswith("finding.") or found.code == "BAG_UNREADABLE" or "reason" not in found.data
        for part in ("", ".action"):
            shown = text(lang, f"finding.{found.code}{part}", found.data)
            assert "{" not in shown
            assert not shown.startswith("finding.")


def test_a_good_bag_has_no_findings(tmp_path: Path) -> None:
    report = validate_bag(make(tmp_path / "bag", algorithms=["sha256", "sha512"]))
    assert report.valid
    assert report.findings == ()
    assert report.version == "1.0"
    assert report.counts == {"files": 3, "bytes": 8, "error": 0, "warning": 0, "info": 0}


@pytest.mark.parametrize("algorithm", ["md5", "sha1", "sha224", "sha384", "sha3_256"])
def test_bags_of_others_are_read_and_weak_digests_are_told(algorithm: str, tmp_path: Path) -> None:
    bag = make(tmp_path / "bag", algorithms=[algorithm])
    for path in bag.glob(f"*manifest-{algorithm}.txt"):
        path.rename(bag / path.name.replace("_", ""))
    report = validate_bag(bag)
    assert not codes(report, Severity.ERROR) or algorithm == "sha3_256"
    assert report.has("BAG_ALGORITHM_WEAK") == (algorithm in {"md5", "sha1"})
    (bag / "data/a.txt").write_bytes(b"MOT\n")
    assert validate_bag(bag).has("BAG_DIGEST_WRONG")


def test_fast_leaves_the_payload_unread_and_says_so(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    (bag / "data/a.txt").write_bytes(b"MOT\n")
    report = validate_bag(bag, fast=True)
    assert report.valid
    assert codes(report) == {"BAG_NOT_HASHED"}
    (bag / "bagit.txt").write_bytes(b"BagIt-Version: 1.0\nTag-File-Character-Encoding: utf-8\n")
    assert validate_bag(bag, fast=True).has("BAG_DIGEST_WRONG"), "tag files are small and always read"


def test_thousands_of_faults_are_counted_and_the_first_are_shown(tmp_path: Path) -> None:
    bag = make(tmp_path / "bag")
    add_line(bag, "\n".join(["rubbish"] * 2000))
    report = validate_bag(bag)
    assert report.counts["error"] == 2000
    assert report.has("BAG_MORE")
    assert len(report.findings) == 501


@pytest.mark.parametrize("kind", ["missing", "file"])
def test_what_is_no_folder_is_refused(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    if kind == "file":
        path.touch()
    with pytest.raises(UsageError, match="BAG_NOT_THERE"):
        validate_bag(path)
