"""A plot as an SVG file: curves below one another, each with a scale of its own that begins at 0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WIDTH, HEIGHT, LEFT, GAP = 720, 180, 70, 50
STYLE = "font-family:sans-serif;font-size:12px"


@dataclass(frozen=True)
class Curve:
    """What is shown, and its points."""

    title: str
    points: Sequence[tuple[float, float]]


def plot(path: Path, below: str, curves: Sequence[Curve]) -> None:
    """Write the curves; ``below`` names what all of them grow along."""
    high = len(curves) * (HEIGHT + GAP) + 20
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" style="{STYLE}">']
    parts.append(f'<rect width="{WIDTH}" height="{high}" fill="white"/>')
    for number, curve in enumerate(curves):
        parts += _curve(curve, 30 + number * (HEIGHT + GAP))
    parts.append(f'<text x="{WIDTH - 10}" y="{high - 8}" text-anchor="end">{below}</text></svg>\n')
    path.write_text("\n".join(parts), encoding="utf-8")


def _curve(curve: Curve, top: float) -> list[str]:
    right = max(x for x, _ in curve.points)
    highest = max(y for _, y in curve.points) * 1.1

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + x / right * (WIDTH - LEFT - 20), top + HEIGHT * (1 - y / highest)

    parts = [f'<text x="{LEFT}" y="{top - 8}" font-weight="bold">{curve.title}</text>']
    for share in (0.0, 0.5, 1.0):
        (x, y), (end, _) = at(0, highest * share), at(right, 0)
        parts.append(f'<path d="M{x:.0f} {y:.0f}H{end:.0f}" stroke="#ccc"/>')
        parts.append(f'<text x="{x - 6:.0f}" y="{y + 4:.0f}" text-anchor="end">{highest * share:.0f}</text>')
        x, y = at(right * share, 0)
        parts.append(f'<text x="{x:.0f}" y="{y + 16:.0f}" text-anchor="middle">{right * share:,.0f}</text>')
    points = " ".join("{:.1f},{:.1f}".format(*at(*point)) for point in curve.points)
    return [*parts, f'<polyline points="{points}" fill="none" stroke="#06c" stroke-width="1.5"/>']
