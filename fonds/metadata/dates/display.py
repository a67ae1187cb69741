"""Dates in words, in the language of the reader."""

from __future__ import annotations

from fonds.metadata.dates.edtf import parse_edtf
from fonds.metadata.dates.model import PartialDate
from fonds.schemas import messages


def display(date: PartialDate, lang: str) -> str:
    """Return the date for people in 'vi' or 'en': "tháng 2 năm 1962", "about 1972", "không rõ".

    An invalid date is shown as it was written. Raises KeyError for another language.
    """
    if date.kind == "unknown":
        return messages.text(lang, "date.unknown")
    if date.kind == "invalid":
        messages.catalogue(lang)  # the same KeyError as everywhere
        return date.written
    return _interval(date.edtf, lang) if "/" in date.edtf else _single(date.edtf, lang)


def _interval(edtf: str, lang: str) -> str:
    start, _, end = edtf.partition("/")
    if start == "..":
        return messages.text(lang, "date.until", {"date": _single(end, lang)})
    if end == "..":
        return messages.text(lang, "date.since", {"date": _single(start, lang)})
    sides = {"start": _short(start, lang), "end": _short(end, lang)}
    return messages.text(lang, "date.range", sides)


def _short(edtf: str, lang: str) -> str:
    """Return one end of a range, where "năm" and "tháng" would only repeat themselves."""
    if edtf == "":
        return messages.text(lang, "date.unknown")
    return _single(edtf, lang, form="short.")


def _single(edtf: str, lang: str, form: str = "") -> str:
    if edtf.endswith("X"):
        return _span(edtf, lang)
    plain = parse_edtf(edtf.rstrip("~?"))
    facts = _facts(plain, lang)
    said = messages.text(lang, f"date.{form}{plain.kind}", facts)
    qualifier = {"~": "about", "?": "uncertain"}.get(edtf[-1])
    return messages.text(lang, f"date.{qualifier}", {"date": said}) if qualifier else said


def _facts(plain: PartialDate, lang: str) -> dict[str, object]:
    first = plain.earliest
    if first is None:  # only when the EDTF was not ours
        return {}
    return {
        "day": first.day,
        "day2": f"{first.day:02d}",
        "month": first.month,
        "month2": f"{first.month:02d}",
        "month_name": messages.text(lang, f"date.month_name.{first.month}"),
        "year": f"{first.year:04d}",
    }


def _span(edtf: str, lang: str) -> str:
    key = "date.century" if edtf.endswith("XX") else "date.decade"
    return messages.text(lang, key, {"year": edtf.replace("X", "0"), "last": edtf.replace("X", "9")})
