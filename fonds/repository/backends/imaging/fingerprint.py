"""The fingerprint of a page: where it gets lighter and where darker, from left to right, in a coarse grid.

A difference hash with three answers instead of two: lighter, darker, or neither. Without the third, the white of two
pages with little on them would count as likeness. Measured in ``fonds.repository.likeness``, which compares them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

COLUMNS, ROWS = 20, 28
SIZE = 2 * COLUMNS * ROWS // 8
"""Bytes of a fingerprint: a bit for lighter and one for darker at each place."""

_LEAST = 1.0  # grey values; less is grain
_SHARE = 0.3  # of the mean difference between neighbours, so that a pale copy has the fingerprint of a strong one


def fingerprint(grey: bytes, width: int, height: int) -> bytes:
    """Return the fingerprint of a page from its grey values, rows from the top; ``b""`` when it is too small for one.

    The same values give the same bytes on any machine.
    """
    if width <= COLUMNS or height < ROWS:
        return b""
    steps = [right - left for row in _grid(grey, width, height) for left, right in pairwise(row)]
    level = max(_LEAST, _SHARE * sum(map(abs, steps)) / len(steps))
    lighter, darker = _bits(step > level for step in steps), _bits(step < -level for step in steps)
    found = lighter << len(steps) | darker
    return found.to_bytes(SIZE, "big") if found else b""


def _grid(grey: bytes, width: int, height: int) -> Iterator[list[float]]:
    """Yield the mean grey of each field, row by row; there is one more column than there are steps."""
    across = [width * n // (COLUMNS + 1) for n in range(COLUMNS + 2)]
    for top, bottom in pairwise(height * n // ROWS for n in range(ROWS + 1)):
        column = list(map(sum, zip(*(grey[y * width : (y + 1) * width] for y in range(top, bottom)), strict=True)))
        yield [sum(column[left:right]) / ((right - left) * (bottom - top)) for left, right in pairwise(across)]


def _bits(said: Iterator[bool]) -> int:
    found = 0
    for one in said:
        found = found << 1 | one
    return found
