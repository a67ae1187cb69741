"""Decoded pixels as plain bytes: what the decoders outside libvips hand to it."""

from __future__ import annotations

from dataclasses import dataclass

#: No page is decoded above this: a 200 x 127 cm sheet at 300 dpi has 350 million pixels.
MAX_PIXELS = 1_000_000_000
#: The limit for decoders that hold the whole picture in memory (JP2, WebP, progressive JPEG, interlaced PNG). OpenJPEG
#: needs 20 bytes a pixel, so this takes 3.6 GB: less than a worker may have (``page_memory`` in fonds.toml).
MAX_WHOLE_PIXELS = 180_000_000
_WHOLE = {"jpeg2000", "jpeg-progressive", "deflate-interlaced", "webp", "webp-lossless"}


@dataclass(frozen=True, slots=True)
class Pixels:
    """``data``: rows from the top, bands interleaved; a byte a band, or two in the order of the machine if ``deep``."""

    width: int
    height: int
    bands: int
    data: bytes
    deep: bool = False


def pixel_limit(compression: str) -> int:
    """Return how many pixels a page in this compression may have to be decoded here."""
    return MAX_WHOLE_PIXELS if compression in _WHOLE else MAX_PIXELS
