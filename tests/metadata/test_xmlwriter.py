"""The stream of XML: what its output raises reaches whoever writes."""

from __future__ import annotations

import errno
import io
from typing import Any

import pytest

from fonds.metadata.xmlwriter import document


class _Full(io.BytesIO):
    """An output that refuses one block, as a disk does that is full for a moment."""

    def __init__(self, refused: int) -> None:
        super().__init__()
        self._before = refused

    def write(self, block: Any) -> int:  # noqa: ANN401 - as in BytesIO
        self._before -= 1
        if self._before == 0:
            raise OSError(errno.ENOSPC, "full")
        return super().write(block)


@pytest.mark.parametrize("leaves", [1, 1000])
def test_a_refused_block_is_told_wherever_it_is(leaves: int) -> None:
    def write(out: io.BytesIO) -> None:
        with document(out, "a", {}) as xml:
            for number in range(leaves):
                xml.leaf("b", str(number))

    whole = _Full(0)
    write(whole)
    blocks = -whole._before
    assert blocks >= (1 if leaves == 1 else 3)
    for refused in range(1, blocks + 1):
        with pytest.raises(OSError, match="full"):
            write(_Full(refused))
