"""IIIF Image API 3.0: the words of a request turned into pixels, and the description of an image (info.json).

Pure: nothing is read, no image library is used. Level 2 plus mirroring, any rotation, upscaling, bitonal and WebP.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from fonds.repository.ports.imaging import AccessFacts, ImageRequest

TILE = 256
QUALITIES = ("color", "gray", "bitonal")
FORMATS = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}

# Nine digits: no image is larger, and longer numbers would only cost time.
_WHOLE = re.compile(r"\d{1,9}", re.ASCII)
_DECIMAL = re.compile(r"(?:\d{1,9}(?:\.\d{0,12})?|\.\d{1,12})", re.ASCII)


class IiifError(Exception):
    """A request that the API refuses: HTTP ``status`` (400) and the ``reason`` in English, for developers."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest answer: pixels across (and down), and pixels in all."""

    max_width: int
    max_area: int

    def allow(self, width: float, height: float) -> bool:
        """Tell whether an answer of this size may be sent."""
        return max(width, height) <= self.max_width and width * height <= self.max_area

    def largest_scale(self, width: int, height: int) -> float:
        """Return the factor that brings a region to the largest allowed answer."""
        return min(self.max_width / width, self.max_width / height, math.sqrt(self.max_area / (width * height)))


def parse_request(  # noqa: PLR0913, PLR0917  (the four parts of the URI, the image, the limits)
    region: str,
    size: str,
    rotation: str,
    quality_format: str,
    width: int,
    height: int,
    max_width: int,
    max_area: int,
) -> ImageRequest:
    """Resolve the four parts of an image request (Image API 3.0, clause 4) against an image of ``width`` x ``height``.

    The parts are already percent-decoded. Raises IiifError(400) for anything malformed, outside the image, larger than
    the limits, or upscaled without ``^``.
    """
    limits = Limits(max_width, max_area)
    box = _region(region, width, height)
    mirror, degrees = _rotation(rotation)
    quality, _, extension = quality_format.rpartition(".")
    if quality not in ("default", *QUALITIES):
        raise IiifError(400, "unknown quality")
    if extension not in FORMATS:
        raise IiifError(400, "unknown format")
    return ImageRequest(
        box,
        _size(size, box[2], box[3], limits),
        degrees,
        mirror,
        "color" if quality == "default" else quality,
        extension,
    )


def _region(text: str, width: int, height: int) -> tuple[int, int, int, int]:
    """Clause 4.1. What lies outside the image is cut off."""
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if text.startswith("pct:"):
        x, y, w, h = _numbers(text[4:], 4)
        left, top = _rounded(x * width / 100), _rounded(y * height / 100)
        right, bottom = _rounded((x + w) * width / 100), _rounded((y + h) * height / 100)
    else:
        left, top, w_pixels, h_pixels = _wholes(text, 4)
        right, bottom = left + w_pixels, top + h_pixels
    right, bottom = min(right, width), min(bottom, height)
    if right <= left or bottom <= top:
        raise IiifError(400, "the region is empty or outside the image")
    return left, top, right - left, bottom - top


def _size(text: str, width: int, height: int, limits: Limits) -> tuple[int, int]:
    """Clause 4.2, for a region of ``width`` x ``height``."""
    upscale = text.startswith("^")
    wanted = _wanted(text.removeprefix("^"), width, height, limits, upscale)
    if not upscale and (wanted[0] > width or wanted[1] > height):
        raise IiifError(400, "larger than the region: ask with ^")
    if min(wanted) < 1:
        raise IiifError(400, "less than one pixel")
    if not limits.allow(*wanted):
        raise IiifError(400, "larger than this server sends")
    return wanted


def _wanted(text: str, width: int, height: int, limits: Limits, upscale: bool) -> tuple[int, int]:
    if text == "max":
        scale = limits.largest_scale(width, height)
        return _inside(width, height, scale if upscale else min(1.0, scale))
    if text.startswith("pct:"):
        (percent,) = _numbers(text[4:], 1)
        return _rounded(width * percent / 100), _rounded(height * percent / 100)
    if text.startswith("!"):
        across, down = _wholes(text[1:], 2)
        scale = min(across / width, down / height, limits.largest_scale(width, height))
        return _inside(width, height, scale if upscale else min(1.0, scale))
    if text.endswith(","):
        (across,) = _wholes(text[:-1], 1)
        return across, _rounded(height * across / width)
    if text.startswith(","):
        (down,) = _wholes(text[1:], 1)
        return _rounded(width * down / height), down
    across, down = _wholes(text, 2)
    return across, down


def _inside(width: int, height: int, scale: float) -> tuple[int, int]:
    """Scale so that rounding never leaves the box that gave the scale; a thin strip keeps one pixel."""
    if not scale:
        return 0, 0
    # The tiny push keeps 300/1000*1000 at 300 where floating point has 299.99999.
    return max(1, int(width * scale + 1e-6)), max(1, int(height * scale + 1e-6))


def _rounded(value: float) -> int:
    return int(value + 0.5)


def _rotation(text: str) -> tuple[bool, float]:
    """Clause 4.3: degrees clockwise from 0 to 360, after mirroring when "!" comes first."""
    mirror = text.startswith("!")
    (degrees,) = _numbers(text.removeprefix("!"), 1)
    if degrees > 360:
        raise IiifError(400, "a rotation over 360 degrees")
    return mirror, degrees % 360


def _wholes(text: str, count: int) -> list[int]:
    parts = text.split(",")
    if len(parts) != count or not all(_WHOLE.fullmatch(part) for part in parts):
        raise IiifError(400, "whole numbers are wrong or missing")
    return [int(part) for part in parts]


def _numbers(text: str, count: int) -> list[float]:
    parts = text.split(",")
    if len(parts) != count or not all(_DECIMAL.fullmatch(part) for part in parts):
        raise IiifError(400, "numbers are wrong or missing")
    return [float(part) for part in parts]


def info(
    base_id: str,
    facts: AccessFacts,
    *,
    max_width: int,
    max_area: int,
    extra: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """Return info.json (clause 5) of the image whose URI is ``base_id``, without a slash at the end.

    ``sizes`` are the levels that the access copy really has and the limits allow. ``extra`` adds properties such as
    ``rights``, ``partOf``, ``service``; it cannot replace the technical ones.
    """
    limits = Limits(max_width, max_area)
    sizes = [{"width": w, "height": h} for w, h in reversed(facts.levels) if limits.allow(w, h)]
    return {
        **(extra or {}),
        "@context": "http://iiif.io/api/image/3/context.json",
        "id": base_id,
        "type": "ImageService3",
        "protocol": "http://iiif.io/api/image",
        "profile": "level2",
        "width": facts.width,
        "height": facts.height,
        "maxWidth": max_width,
        "maxArea": max_area,
        "sizes": sizes,
        "tiles": [{"width": TILE, "height": TILE, "scaleFactors": [1 << n for n in range(len(facts.levels))]}],
        "preferredFormats": ["jpg"],
        "extraFormats": ["webp"],
        "extraQualities": list(QUALITIES),
        "extraFeatures": ["mirroring", "rotationArbitrary", "sizeUpscaling"],
    }
