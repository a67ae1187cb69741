"""Numbers, sizes, days and times as printed papers write them, the same on any machine's screen."""

from __future__ import annotations

from datetime import date, datetime

from fonds.schemas.messages import text

Cell = str | int | float | None
"""The value of a cell of a table."""
_VIETNAMESE = str.maketrans(",.", ".,")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def number(value: int, lang: str) -> str:
    """Return a whole number with its thousands apart: 9.600 or 9,600."""
    return _marks(f"{value:,}", lang)


def rate(value: float | None, lang: str, digits: int = 1) -> str:
    """Return a number with decimals, a dash for one that is not known."""
    return "—" if value is None else _marks(f"{value:,.{digits}f}", lang)


def percent(part: float | None, lang: str) -> str:
    """Return a share as per cent, a dash for one that is not known."""
    return "—" if part is None else f"{rate(100 * part, lang, 0 if part in (0, 1) else 1)} %"


def size(count: int, lang: str) -> str:
    """Return bytes for people, powers of 1000: ``812 B``, ``3.4 MB``."""
    amount, units = float(count), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 999.95 and len(units) > 1:
        amount, units = amount / 1000, units[1:]
    return f"{count} B" if units[0] == "B" else f"{_marks(f'{amount:,.1f}', lang)} {units[0]}"


def moment(written: str, lang: str) -> str:
    """Return an ISO 8601 time as local time to the minute, '' as a dash."""
    return datetime.fromisoformat(written).astimezone().strftime(text(lang, "paper.time")) if written else "—"


def day_facts(day: date, lang: str) -> dict[str, object]:
    """Return the parts of a day as documents of the state write them.

    Nghị định 30/2020, Annex I: days below 10 and the months 1 and 2 are written with a nought.
    """
    month = f"{day.month:02}" if day.month < 3 else day.month
    return {
        "day2": f"{day.day:02}",
        "day": day.day,
        "month2": month,
        "month_name": text(lang, f"date.month_name.{day.month}"),
        "year": day.year,
    }


def harmless(value: Cell) -> Cell:
    """Return a cell of a CSV table so that Excel takes no text for a formula."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _marks(written: str, lang: str) -> str:
    return written.translate(_VIETNAMESE) if lang == "vi" else written
