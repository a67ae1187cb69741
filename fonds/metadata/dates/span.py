"""From a first and a last date, as written, to what is shown and what is searched."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.metadata.dates.spellings import parse_date


@dataclass(frozen=True, slots=True)
class Span:
    """``written`` is what is shown; ``earliest`` and ``latest`` are ``YYYY-MM-DD``, '' where they are not known."""

    written: str
    earliest: str
    latest: str


def span(start: str, end: str = "") -> Span:
    """Return the span of two dates as written, or of one; either may be ''."""
    first, last = parse_date(start), parse_date(end or start)
    written = start if start == end or not end else f"{start} - {end}" if start else end
    earliest = first.earliest or last.earliest
    latest = last.latest or first.latest
    return Span(written, earliest.isoformat() if earliest else "", latest.isoformat() if latest else "")
