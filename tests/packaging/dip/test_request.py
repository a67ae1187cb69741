"""A reader's request slip from a file: read exactly, or refused with what, where and what to do."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from fonds.cli.errors import describe_error
from fonds.errors import EXIT_USAGE, UsageError
from fonds.metadata.tt05 import ReaderRequest
from fonds.metadata.tt05.request import EXAMPLE, Recipient, example
from fonds.packaging.dip import read_request
from fonds.schemas import vocabulary
from tests.support import ROOT

ABSENT = object()
NO_DAYS = ("2025-02-03", "3/2/2025", "31/02/2025", "02/2025", "00/00/0000", "٠٣/٠٢/٢٠٢٥")


def written(folder: Path, content: bytes | str) -> Path:
    path = folder / "request.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def changed(**values: object) -> str:
    fields = {**EXAMPLE, **values}
    return json.dumps({key: value for key, value in fields.items() if value is not ABSENT})


def refused(folder: Path, content: bytes | str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        read_request(written(folder, content))
    return caught.value


def test_the_example_is_right(tmp_path: Path) -> None:
    slip = read_request(written(tmp_path, example()))
    assert slip.request == ReaderRequest(
        "YC-2025-0012",
        "03/02/2025",
        "01",
        "Làm chế độ cho thân nhân liệt sĩ",
        "02",
        "Hồ sơ liệt sĩ xã Cam Đường",
    )
    assert slip.recipient == Recipient("Nguyễn Thị Lan", "010187001234")
    assert (slip.term_days, slip.copies, slip.place) == (15, 1, "Lào Cai")


def test_the_example_holds_every_field_of_the_circular() -> None:
    rules = vocabulary.package_fields("DIP", "package")
    assert [key for key in EXAMPLE if key in rules] == list(rules)


def test_what_may_be_left_out_and_what_has_no_limit(tmp_path: Path) -> None:
    slip = read_request(written(tmp_path, changed(description=ABSENT, termDays=None)))
    assert (slip.request.description, slip.term_days) == ("", None)


@pytest.mark.parametrize("purpose", ["02", "2", "Công vụ", " công vụ "])
def test_a_code_may_be_given_by_its_label(tmp_path: Path, purpose: str) -> None:
    assert read_request(written(tmp_path, changed(purpose=purpose))).request.purpose == "02"


def test_a_file_from_an_editor_of_windows(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + example().replace("\n", "\r\n").encode()
    assert read_request(written(tmp_path, content)).recipient.name == "Nguyễn Thị Lan"


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"reader_id": "1"}, "REQUEST_FIELD_UNKNOWN", "reader_id"),
        ({"requestId": "1"}, "REQUEST_FIELD_UNKNOWN", "requestId"),
        *(({key: ABSENT}, "REQUEST_FIELD_MISSING", key) for key in EXAMPLE if key != "description"),
        ({"readerName": ""}, "REQUEST_FIELD_MISSING", "readerName"),
        ({"readerName": "  "}, "REQUEST_TEXT_UNUSABLE", "readerName"),
        ({"readerName": None}, "REQUEST_TEXT_UNUSABLE", "readerName"),
        ({"readerID": 10187001234}, "REQUEST_TEXT_UNUSABLE", "readerID"),
        ({"description": ["x"]}, "REQUEST_TEXT_UNUSABLE", "description"),
        ({"place": "Lào\x00Cai"}, "REQUEST_TEXT_UNUSABLE", "place"),
        ({"place": "\ud800"}, "REQUEST_TEXT_UNUSABLE", "place"),
        ({"researchTopic": "x" * 251}, "REQUEST_TEXT_LONG", "researchTopic"),
        ({"readerName": "x" * 201}, "REQUEST_TEXT_LONG", "readerName"),
        *(({"requestDate": day}, "REQUEST_DATE_UNUSABLE", "requestDate") for day in NO_DAYS),
        ({"purpose": "09"}, "REQUEST_CODE_UNKNOWN", "purpose"),
        ({"feeObjectType": "thân nhân"}, "REQUEST_CODE_UNKNOWN", "feeObjectType"),
        *(({"copies": count}, "REQUEST_NUMBER_UNUSABLE", "copies") for count in (0, -1, 1000, 1.5, "1", True, None)),
        *(({"termDays": days}, "REQUEST_NUMBER_UNUSABLE", "termDays") for days in (0, 40_000, "15")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(tmp_path: Path, change: dict[str, Any], code: str, field: str) -> None:
    error = refused(tmp_path, changed(**change))
    assert (error.code, error.data["field"], error.exit_code) == (code, field, EXIT_USAGE)
    for lang in ("vi", "en"):
        said = describe_error(error, lang)
        assert field in said.split("→")[0]
        assert str(tmp_path / "request.json") in said
        assert "{" not in said.replace(example(), "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "syntax"),
        ('{"copies": 1,\n}', "syntax"),
        ('{"copies": 1, "copies": 2}', "twice"),
        ("[]", "content"),
        ('"x"', "content"),
        ("[" * 60_000, "content"),
        ('{"copies": ' + "1" * 5_000 + "}", "content"),
        (example().encode("utf-16"), "encoding"),
        ('{"place": "Lào Cai"}'.encode("cp1258"), "encoding"),
    ],
)
def test_a_file_that_is_no_request(tmp_path: Path, content: bytes | str, reason: str) -> None:
    error = refused(tmp_path, content)
    assert (error.code, error.data["reason"]) == ("REQUEST_MALFORMED", reason)
    for lang in ("vi", "en"):
        said, _, advice = describe_error(error, lang).partition("→")
        assert f": {reason}." not in said, "in words, not by its key"
        # What the advice shows can be saved as it is.
        assert json.loads(advice[advice.index("{") :]) == dict(EXAMPLE)


def test_where_the_syntax_is_wrong(tmp_path: Path) -> None:
    said = describe_error(refused(tmp_path, '{\n "copies": 1\n "place": "x"}'), "vi")
    assert "dòng 3, cột 2" in said


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(written(tmp_path, example()))
    (tmp_path / "large").write_bytes(b" " * 65_537)
    for name in ("none", "pipe", "link", "large", "."):
        with pytest.raises(UsageError, match="REQUEST_UNREADABLE") as caught:
            read_request(tmp_path / name)
        assert "large" not in describe_error(caught.value, "vi").replace(str(tmp_path / name), "")


def test_the_documentation_shows_the_example() -> None:
    assert example() in (ROOT / "docs" / "formats.md").read_text("utf-8")
