"""The fingerprint of a page: where it gets lighter and where darker, from left to right, in a coarse grid.

A difference hash with three answers instead of two: lighter, darker, or neither. Without the third, the white of two
pages with little on them would count as likeness. Measured in ``fonds.repository.likeness``, which compares them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

COLUMNS, ROWS = 20, 28
SIZE = 2 * COLUMNS * ROWS // 8
"""Bytes of a fingerprint: a bit for lighter and one for darker at each place."""

_LEAST = 1.0  # grey values; less is grain
_SHARE = 0.3  # of the mean difference between neighbours, so that a pale copy has the fingerprint of a strong one


@dataclass(frozen=True, slots=True)
class Grid:
    """A page in cells: the mean grey of each, a byte a cell, rows from the top."""

    grey: bytes
    width: int
    height: int

    def without_edge(self, share: float) -> Grid:
        """Return the grid without so much of its width on the left and right, and of its height above and below."""
        x, y = int(self.width * share), int(self.height * share)
        starts = range(y * self.width, (self.height - y) * self.width, self.width)
        rows = b"".join(self.grey[start + x : start + self.width - x] for start in starts)
        return Grid(rows, self.width - 2 * x, self.height - 2 * y)


def fingerprint(grid: Grid) -> bytes:
    """Return the fingerprint of a page; ``b""`` when it is too small for one.

    The same values give the same bytes on any machine.
    """
    if grid.width <= COLUMNS or grid.height < ROWS:
        return b""
    slopes = [right - left for row in _fields(grid) for left, right in pairwise(row)]
    level = max(_LEAST, _SHARE * sum(map(abs, slopes)) / len(slopes))
    lighter, darker = _bits(slope > level for slope in slopes), _bits(slope < -level for slope in slopes)
    found = lighter << len(slopes) | darker
    return found.to_bytes(SIZE, "big") if found else b""


def steps(grid: Grid, least: int) -> int:
    """Count the cells whose grey differs by more than ``least`` (0 to 254) from that of the cell to their right."""
    if grid.width < 2 or not grid.height:
        return 0
    # All cells at once, each a lane of 16 bits in one large integer. To the difference of two lanes so much is added
    # that it reaches 1024, whose bit is counted, where it is larger than `least`; and it never falls below 0.
    left = _lanes(grid.grey, 2)
    right, level = left >> 16, int.from_bytes(b"\1\0" * len(grid.grey), "little") * (1023 - least)
    inner = int.from_bytes((b"\1\0" * (grid.width - 1) + b"\0\0") * grid.height, "little") << 10
    return sum((difference + level & inner).bit_count() for difference in (left - right, right - left))


def _lanes(grey: bytes, size: int) -> int:
    """Return values as the digits of one integer, the first the lowest, each of ``size`` bytes."""
    spread = bytearray(size * len(grey))
    spread[::size] = grey
    return int.from_bytes(spread, "little")


def _fields(grid: Grid) -> Iterator[list[float]]:
    """Yield the mean grey of each field, row by row; there is one more column than there are steps."""
    width = grid.width
    across = [width * n // (COLUMNS + 1) for n in range(COLUMNS + 2)]
    for top, bottom in pairwise(grid.height * n // ROWS for n in range(ROWS + 1)):
        added = sum(_lanes(grid.grey[y * width : (y + 1) * width], 4) for y in range(top, bottom))
        columns = struct.unpack(f"<{width}I", added.to_bytes(4 * width, "little"))
        upto = [0, *accumulate(columns)]
        yield [(upto[right] - upto[left]) / ((right - left) * (bottom - top)) for left, right in pairwise(across)]


def _bits(said: Iterator[bool]) -> int:
    return int("".join("1" if one else "0" for one in said), 2)
