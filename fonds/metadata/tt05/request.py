"""A reader's request slip, as it comes in a JSON file: the seven fields of the circular, and who asks on what terms.

Strict: an unknown key, a wrong date, a code of no list is an error that says what to write instead, because what stands
here is printed on the authentication sheet. Pure: ``packaging.dip`` reads the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from fonds.errors import UsageError
from fonds.metadata.tt05.fields import request_of
from fonds.metadata.tt05.model import PackageKind, ReaderRequest
from fonds.schemas import vocabulary
from fonds.schemas.vocabulary import FieldRule
from fonds.schemas.xml import replace_illegal

MOST_DAYS = 36_500
MOST_COPIES = 999
_TERMS: Mapping[str, int] = {"termDays": MOST_DAYS, "copies": MOST_COPIES}
_OWN: Mapping[str, int] = {"readerName": 200, "readerID": 50, "place": 100}
"""Texts of ours beside the circular's, with the greatest length in characters."""
_DAY = re.compile(r"[0-9]{2}/[0-9]{2}/[0-9]{4}")
EXAMPLE: Mapping[str, str | int] = MappingProxyType(
    {
        "requestID": "YC-2025-0012",
        "requestDate": "03/02/2025",
        "purpose": "01",
        "purposeContent": "Làm chế độ cho thân nhân liệt sĩ",
        "feeObjectType": "02",
        "researchTopic": "Hồ sơ liệt sĩ xã Cam Đường",
        "description": "",
        "readerName": "Nguyễn Thị Lan",
        "readerID": "010187001234",
        "termDays": 15,
        "copies": 1,
        "place": "Lào Cai",
    }
)


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the copies: name of the person or body, and its number (số định danh, mã số)."""

    name: str
    id: str


@dataclass(frozen=True, slots=True)
class RequestSlip:
    """A reader's request and the terms of its answer.

    ``term_days`` is how many days the copies may be used, None without limit; ``copies`` how many are made out;
    ``place`` is where the answer is issued.
    """

    request: ReaderRequest
    recipient: Recipient
    term_days: int | None
    copies: int
    place: str


def example() -> str:
    """Return a request file that is right, for people to start from."""
    return json.dumps(dict(EXAMPLE), ensure_ascii=False, indent=2)


def parse_request(values: Mapping[str, object], where: str) -> RequestSlip:
    """Return the slip that a JSON object describes; ``where`` names the file in errors.

    Raises UsageError REQUEST_FIELD_UNKNOWN, REQUEST_FIELD_MISSING, REQUEST_TEXT_UNUSABLE, REQUEST_TEXT_LONG,
    REQUEST_DATE_UNUSABLE, REQUEST_CODE_UNKNOWN or REQUEST_NUMBER_UNUSABLE, at the first that is wrong.
    """
    _check_keys(values, where)
    rules = vocabulary.package_fields(PackageKind.DIP.value, "package")
    said = tuple((key, _field(rule, values, where)) for key, rule in rules.items())
    own = {key: _text(key, values, most, where) for key, most in _OWN.items()}
    return RequestSlip(
        request_of(said),
        Recipient(own["readerName"], own["readerID"]),
        None if values["termDays"] is None else _number("termDays", values, where),
        _number("copies", values, where),
        own["place"],
    )


def _check_keys(values: Mapping[str, object], where: str) -> None:
    for key in values:
        if key not in EXAMPLE:
            known = ", ".join(EXAMPLE)
            raise UsageError("REQUEST_FIELD_UNKNOWN", path=where, field=key, known=known)
    rules = vocabulary.package_fields(PackageKind.DIP.value, "package")
    for key in EXAMPLE:
        needed = key not in rules or rules[key].need == "required"
        if needed and (key not in values or values[key] == ""):
            raise UsageError("REQUEST_FIELD_MISSING", path=where, field=key, example=f"\n{example()}")


def _field(rule: FieldRule, values: Mapping[str, object], where: str) -> str:
    text = _text(rule.key, values, rule.length, where)
    if rule.type == "date":
        _check_day(rule.key, text, where)
    return _code(rule, text, where) if rule.codes else text


def _text(key: str, values: Mapping[str, object], most: int, where: str) -> str:
    value = values.get(key, "")
    if not isinstance(value, str) or replace_illegal(value) != value or (value and not value.strip()):
        raise UsageError("REQUEST_TEXT_UNUSABLE", path=where, field=key, value=_said(value), example=EXAMPLE[key])
    if most and len(value) > most:
        raise UsageError("REQUEST_TEXT_LONG", path=where, field=key, length=len(value), most=most)
    return value.strip()


def _check_day(key: str, text: str, where: str) -> None:
    try:
        if _DAY.fullmatch(text):
            datetime.strptime(text, "%d/%m/%Y")  # noqa: DTZ007 - a day of the calendar has no zone
            return
    except ValueError:
        pass
    raise UsageError("REQUEST_DATE_UNUSABLE", path=where, field=key, value=_said(text))


def _code(rule: FieldRule, text: str, where: str) -> str:
    code = vocabulary.find_code(rule.codes, text)
    if not code:
        terms = vocabulary.code_list(rule.codes).values()
        known = "; ".join(f"{term.code} {term.labels['vi']}" for term in terms)
        raise UsageError("REQUEST_CODE_UNKNOWN", path=where, field=rule.key, value=_said(text), known=known)
    return code


def _number(key: str, values: Mapping[str, object], where: str) -> int:
    value, most = values[key], _TERMS[key]
    if type(value) is not int or not 1 <= value <= most:
        raise UsageError("REQUEST_NUMBER_UNUSABLE", path=where, field=key, value=_said(value), most=most)
    return value


def _said(value: object) -> str:
    """Return a value as it stands in the file, the beginning of a long one."""
    written = json.dumps(value, ensure_ascii=False)
    return written if len(written) <= 80 else f"{written[:80]}…"
