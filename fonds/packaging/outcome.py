"""What became of a file that was read or copied."""

from __future__ import annotations

from typing import NamedTuple


class Outcome(NamedTuple):
    """What became of one file: its size and its digests (hex, in the order asked for).

    ``error`` is the number of the system's error, 0 when there is none; ``side`` says then whether reading ('source')
    or writing ('target') failed. ESTALE means that the source changed while it was being read.
    """

    size: int
    digests: tuple[str, ...]
    error: int = 0
    side: str = ""
