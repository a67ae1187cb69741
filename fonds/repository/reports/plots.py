"""Curves over time as SVG inside a page: one below the other, each with a scale of its own that begins at 0.

Looks are classes and attributes and no styles: the reading room, which allows none in its pages, shows them too.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from fonds.repository.deliveries.writing import percent, size
from fonds.repository.deliveries.writing import rate as decimal
from fonds.repository.reports.model import Curve, Kind
from fonds.schemas.messages import text

WIDTH, HEIGHT = 460, 170
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 26, 14, 24
_LINES = 4
_DATES = 4


def plot(curve: Curve, since: str, until: str, lang: str) -> str:
    """Return one curve over the days ``since`` to ``until`` (ISO) as an ``svg`` element."""
    first, last = date.fromisoformat(since).toordinal(), date.fromisoformat(until).toordinal() + 1
    highest = _ceiling(curve)
    said = escape(text(lang, f"fixity.plot.{curve.name}"), quote=True)
    lines = [f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}">']
    lines += _scale(curve, highest, lang)
    lines += _dates(first, last, lang)
    draw = _bars if curve.bars else _line
    lines += draw(curve.points, first, last, highest)
    return "\n".join([*lines, "</svg>"])


def _ceiling(curve: Curve) -> float:
    """Return the top of the scale: 1 for a share, else a round number not below any value."""
    if curve.kind is Kind.SHARE:
        return 1.0
    most = max((value for _, value in curve.points), default=0.0)
    if curve.kind is Kind.COUNT:
        most = max(most, float(_LINES))
    step = 1.0
    while step * 10 < most:
        step *= 10
    return next(step * tenth for tenth in (1, 2, 4, 6, 8, 10) if step * tenth >= most)


def _x(at: float, first: int, last: int) -> float:
    return _LEFT + (at - first) / (last - first) * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, highest: float) -> float:
    return _TOP + (1 - value / highest) * (HEIGHT - _TOP - _BOTTOM)


def _scale(curve: Curve, highest: float, lang: str) -> list[str]:
    lines = []
    for part in range(_LINES + 1):
        value = highest * part / _LINES
        y = _y(value, highest)
        lines.append(f'<line class="grid" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}"></line>')
        lines.append(
            f'<text class="left" x="{_LEFT - 6}" y="{y + 4:.1f}">{escape(_said(value, curve.kind, lang))}</text>'
        )
    return lines


def _said(value: float, kind: Kind, lang: str) -> str:
    if kind is Kind.SHARE:
        return percent(value, lang).replace(",0", "").replace(".0", "")
    if kind is Kind.RATE:
        return size(round(value), lang).replace(",0 ", " ").replace(".0 ", " ")
    return decimal(value, lang, 0 if value == int(value) else 1)


def _dates(first: int, last: int, lang: str) -> list[str]:
    step = max(1, -(-(last - first) // _DATES))
    lines = []
    for day in range(first, last, step):
        x = _x(day, first, last)
        said = date.fromordinal(day).strftime(text(lang, "fixity.day.short"))
        lines.append(f'<line class="grid" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{HEIGHT - _BOTTOM}"></line>')
        lines.append(f'<text class="below" x="{x:.1f}" y="{HEIGHT - 6}">{said}</text>')
    return lines


def _line(points: Sequence[tuple[float, float]], first: int, last: int, highest: float) -> list[str]:
    where = [(_x(at, first, last), _y(value, highest)) for at, value in points]
    drawn = " ".join(f"{x:.1f},{y:.1f}" for x, y in where)
    dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2"></circle>' for x, y in where] if len(where) <= 60 else []
    return [f'<polyline points="{drawn}"></polyline>', *dots] if where else []


def _bars(points: Sequence[tuple[float, float]], first: int, last: int, highest: float) -> list[str]:
    wide = max(1.0, 0.8 * (WIDTH - _LEFT - _RIGHT) / (last - first))
    return [
        f'<rect x="{_x(at + 0.1, first, last):.1f}" y="{_y(value, highest):.1f}" width="{wide:.1f}" '
        f'height="{HEIGHT - _BOTTOM - _y(value, highest):.1f}"></rect>'
        for at, value in points
        if value
    ]
