"""Everything that needs libvips: strict decoding, blank pages, access copies, views. No other module imports it.

What comes in is an open file or plain pixels, what goes out is plain values: no libvips object outlives a call.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass
from pathlib import Path

# Before libvips is loaded, because it reads these once. Work is spread over processes (pool, server workers), so
# threads inside one image only compete; and its warnings (an unknown tag in a TIFF) would fill a server's log.
os.environ.setdefault("VIPS_CONCURRENCY", "1")
os.environ.setdefault("VIPS_WARNING", "0")

import pyvips

from fonds.repository.backends.imaging.fingerprint import Grid, fingerprint, steps
from fonds.repository.backends.imaging.pixels import Pixels
from fonds.repository.ports.imaging import ImageError, ImageRequest

# pyvips hands the same warnings to logging, whose last resort is standard error; failures reach us as exceptions.
logging.getLogger("pyvips").setLevel(logging.CRITICAL)
# A cached operation keeps its file open and would answer with the old pixels after a copy is made again.
pyvips.cache_set_max(0)

TILE = 256
QUALITY = 85
_WHITE = 255
_LOADERS = {
    "tiff": "tiffload_source",
    "jpeg": "jpegload_source",
    "png": "pngload_source",
    "webp": "webpload_source",
}
_RIGHT_ANGLES = {90.0: "d90", 180.0: "d180", 270.0: "d270"}
_BITONAL_LEVEL = 128

# Blank pages. The page is cut into about 300 columns of square cells (0.7 mm on A4, whatever the resolution); a
# cell is marked when its grey values spread more than the texture of this very paper does. Gradients and shadows
# spread little inside one cell. Values seen: paper 0 to 5; a page of text 2,500 marked cells or more, one line of
# text about 450, one printed digit 22 to 28. In doubt a page is not blank.
_COLUMNS = 300
_MIN_SPREAD = 10.0
_MIN_SPREAD_BITONAL = 48.0  # a speck of one or two black pixels in a cell of a one-bit scan is not a mark
_TEXTURE_FACTOR = 4.0
_MAX_TEXTURE = 8  # more than this all over is a photograph or a halftone, not paper
_MAX_SHADES = 25.0  # so are greys that differ this much from place to place, however softly
_MARGIN = 0.025  # the edge of a scan shows the scanner: shadows, lid, frayed paper
_MIN_MARKS = 10
_MIN_CELLS = 100  # below this (about 20 x 20 pixels) there is nothing to compare
# A page is plainly not blank when so many cells differ by so much grey from the cell to their right: more cells than
# any one fold or edge of a sheet can make, and more grey than any stain goes through in 0.7 mm. Values seen: pages of
# text 870 cells and up, photographs 1,400 and up. Only the others are measured as above.
_PLAIN_STEP = 48
_PLAIN_CELLS = 500
_LUMA = [0.299, 0.587, 0.114]

# What libvips, libjpeg and OpenJPEG say when they are refused memory: not the fault of the page.
_NO_MEMORY = re.compile(r"(out of|insufficient|not enough) memory", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StoredPage:
    """One page of an open file: the format, and the number by which its decoder knows the page."""

    fd: int
    format: str
    number: int = 0


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page looks like: whether it bears no marks, and its fingerprint (``b""`` when it has none)."""

    blank: bool
    fingerprint: bytes = b""


def _load(page: StoredPage | Pixels, *, access: str, fail_on: str = "error") -> pyvips.Image:
    """Open pixels lazily. Raises pyvips.Error, and OSError when the system has no further file to give."""
    if isinstance(page, Pixels):
        kind = "ushort" if page.deep else "uchar"
        image = pyvips.Image.new_from_memory(page.data, page.width, page.height, page.bands, kind)
        colours = ("grey16" if page.deep else "b-w") if page.bands < 3 else "srgb"
        return image.copy(interpretation=colours)
    source = _read_again(page.fd)
    options: dict[str, str | int] = {"access": access, "fail_on": fail_on}
    if page.format == "tiff":
        options["page"] = page.number
    if page.format in ("jpeg", "png"):
        options["unlimited"] = True  # sizes are bounded by our own limit, before this
    return pyvips.Operation.call(_LOADERS[page.format], source, **options)


def _read_again(fd: int) -> pyvips.Source:
    """Give libvips a descriptor of its own. Raises OSError when there is none to be had.

    libvips goes on without one, and then calls the page damaged: so whether there is one is tried before.
    """
    os.close(os.dup(fd))
    return pyvips.Source.new_from_descriptor(fd)


def look(page: StoredPage | Pixels, *, bits: int = 24, fail_on: str = "error") -> Seen:
    """Decode every row of the page, strictly and once, and tell what it looks like.

    Raises ImageError when anything cannot be decoded, MemoryError when there is not enough of it. Memory: a few rows
    (the whole picture for formats that need it). A page with few marks is decoded twice.
    """
    try:
        image = _load(page, access="sequential", fail_on=fail_on)
        grid = _means(image)
        if grid is None or steps(grid, _PLAIN_STEP) < _PLAIN_CELLS:
            mean, spread = _cells(image if grid is None else _load(page, access="sequential", fail_on=fail_on))
            if mean.width * mean.height < _MIN_CELLS:
                return Seen(blank=False)
            if _is_blank(mean, spread, _MIN_SPREAD_BITONAL if bits == 1 else _MIN_SPREAD):
                return Seen(blank=True)
            grid = _whole(mean)
        return Seen(False, fingerprint(grid))
    except pyvips.Error as error:
        words = _words(error)
        raise (MemoryError if _NO_MEMORY.search(words) else ImageError)(words) from error


def _means(image: pyvips.Image) -> Grid | None:
    """Return the mean grey of each cell but the edge; computes every pixel. None for what is not 8-bit grey or RGB.

    Averaging whole bytes is where libvips is fastest: this costs hardly more than the decoding. All of it is one
    pipeline, because starting one costs as much as decoding a small page.
    """
    if image.format != "uchar" or image.interpretation not in ("b-w", "srgb") or image.hasalpha():
        return None
    # The edge is cut off the answer and not in the pipeline: libvips computes, and so decodes, only what is asked for.
    return _whole(_grey(_shrunk(image, _cell(image)))).without_edge(_MARGIN)


def _whole(mean: pyvips.Image) -> Grid:
    """Return grey values without their fractions."""
    return Grid(bytes(mean.cast("uchar").write_to_memory()), mean.width, mean.height)


def _cells(image: pyvips.Image) -> tuple[pyvips.Image, pyvips.Image]:
    """Return mean and standard deviation of grey for each cell but the edge; computes every pixel of the page."""
    grey = _grey(image)
    small = _inner(_shrunk(grey.bandjoin(grey * grey), _cell(image)).copy_memory())
    variance = small[1] - small[0] * small[0]
    return small[0], (variance > 0).ifthenelse(variance, 0) ** 0.5


def _cell(image: pyvips.Image) -> int:
    """Return the side of a cell in pixels."""
    return max(2, round(min(int(image.width), int(image.height)) / _COLUMNS))


def _shrunk(image: pyvips.Image, cell: int) -> pyvips.Image:
    # ceil: without it the last rows, which do not fill a cell, would never be decoded.
    return image.shrink(cell, cell, ceil=True)


def _inner(small: pyvips.Image) -> pyvips.Image:
    x, y = int(small.width * _MARGIN), int(small.height * _MARGIN)
    return small.crop(x, y, small.width - 2 * x, small.height - 2 * y)


def _is_blank(mean: pyvips.Image, spread: pyvips.Image, least: float) -> bool:
    return mean.deviate() <= _MAX_SHADES and _marks(spread, least) < _MIN_MARKS


def _grey(image: pyvips.Image) -> pyvips.Image:
    """One float band of 0 to 255 for statistics: weighted like luma, so that red on blue is seen; no profile."""
    if image.coding != "none" or image.interpretation in ("cmyk", "lab"):
        image = image.colourspace("srgb")
    if image.hasalpha():
        image = image.flatten(background=65535 if image.format == "ushort" else _WHITE)
    if image.format == "ushort":
        image = image >> 8
    return image.recomb([_LUMA]) if image.bands == 3 else image[0].cast("float")


def _marks(spread: pyvips.Image, least: float) -> int:
    """Count the cells that bear marks; all of them when the page has no paper to compare with."""
    cells = int(spread.width) * int(spread.height)
    texture = spread.cast("uchar").percent(50)
    if texture > _MAX_TEXTURE:
        return cells
    marked = spread > max(least, _TEXTURE_FACTOR * texture)
    return round(float(marked.avg()) / _WHITE * cells)


def write_access(page: StoredPage | Pixels, orientation: int, target: Path) -> None:
    """Write the pyramid: tiles of 256, JPEG, upright, sRGB or grey of 8 bits, no profile, no EXIF, no place.

    ``target`` must not matter when this fails: it may hold half a file then. Raises ImageError.
    """
    try:
        # Turning a page reads it from its side, which a decoder that goes row by row cannot do.
        image = _load(page, access="sequential" if orientation in (1, 2) else "random")
        image = _screen_ready(_upright(image, orientation))
        image.tiffsave(
            str(target), tile=True, tile_width=TILE, tile_height=TILE, pyramid=True,
            compression="jpeg", Q=QUALITY, keep="none",
        )  # fmt: skip
    except pyvips.Error as error:
        raise ImageError(_words(error)) from error


def _upright(image: pyvips.Image, orientation: int) -> pyvips.Image:
    """Apply the orientation that the tags of the file give, whatever this decoder thinks of them."""
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    return image.autorot()


def _screen_ready(image: pyvips.Image) -> pyvips.Image:
    """Turn any colours into opaque 8-bit sRGB, or 8-bit grey when there were none."""
    grey = image.bands - int(image.hasalpha()) == 1
    image = _to_srgb(image, "b-w" if grey else "srgb")
    if image.hasalpha():
        image = image.flatten(background=_WHITE)
    return image.extract_band(0, n=1 if grey else 3).cast("uchar")


def _to_srgb(image: pyvips.Image, goal: str) -> pyvips.Image:
    profile = image.get("icc-profile-data") if image.get_typeof("icc-profile-data") else b""
    if profile and b"sRGB IEC61966" not in profile:
        try:
            return image.icc_transform("srgb", embedded=True, intent="relative", depth=8)
        except pyvips.Error:
            pass  # a profile that does not fit its own picture: the plain conversion below is what remains
    return image.colourspace(goal)


def render(access: int, request: ImageRequest, levels: tuple[tuple[int, int], ...]) -> bytes:
    """Return a view of an open access copy, encoded. ``levels`` are the sizes in the copy, largest first.

    Raises ImageError when the copy is damaged where the view needs it.
    """
    try:
        image = _scaled(access, request, levels)
        if request.mirror:
            image = image.fliphor()
        image = _rotated(_in_quality(image, request.quality), request)
        return _encoded(image, request)
    except pyvips.Error as error:
        raise ImageError(_words(error)) from error


def _scaled(access: int, request: ImageRequest, levels: tuple[tuple[int, int], ...]) -> pyvips.Image:
    """Cut the region from the smallest level that has all its pixels, and bring it to the size asked for."""
    number = _level(request, levels)
    image = _load(StoredPage(access, "tiff", number), access="random")
    x, y, width, height = request.region
    left, right = _on_level(x, x + width, levels[0][0], levels[number][0])
    top, bottom = _on_level(y, y + height, levels[0][1], levels[number][1])
    image = image.crop(left, top, right - left, bottom - top)
    wanted = request.size
    if (image.width, image.height) != wanted:
        image = image.thumbnail_image(wanted[0], height=wanted[1], size="force")
    return image


def _level(request: ImageRequest, levels: tuple[tuple[int, int], ...]) -> int:
    across, down = request.size[0] / request.region[2], request.size[1] / request.region[3]
    # One pixel of grace: libvips rounds the levels down, clients round the size of an edge tile up.
    enough = [
        number for number, (width, height) in enumerate(levels)
        if request.region[2] * width / levels[0][0] + 1 > request.region[2] * across
        and request.region[3] * height / levels[0][1] + 1 > request.region[3] * down
    ]  # fmt: skip
    return enough[-1] if enough else 0


def _on_level(start: int, end: int, full: int, level: int) -> tuple[int, int]:
    """Translate a stretch of the full image into pixels of a level, at least one."""
    first = min(round(start * level / full), level - 1)
    return first, max(first + 1, min(round(end * level / full), level))


def _in_quality(image: pyvips.Image, quality: str) -> pyvips.Image:
    if quality == "color":
        return image
    grey = image.colourspace("b-w")
    return grey if quality == "gray" else (grey >= _BITONAL_LEVEL).copy(interpretation="b-w")


def _rotated(image: pyvips.Image, request: ImageRequest) -> pyvips.Image:
    """Turn clockwise. The corners that appear are white in a JPEG and see-through in the other formats."""
    angle = request.rotation % 360
    if not angle:
        return image
    if angle in _RIGHT_ANGLES:
        return image.rot(_RIGHT_ANGLES[angle])
    if request.format == "jpg":
        return image.rotate(angle, background=[_WHITE] * image.bands)
    return image.addalpha().rotate(angle, background=[0] * (image.bands + 1))


def _encoded(image: pyvips.Image, request: ImageRequest) -> bytes:
    image = image.cast("uchar")
    if request.format == "png":
        one_bit = request.quality == "bitonal" and image.bands == 1
        return bytes(image.pngsave_buffer(keep="none", bitdepth=1 if one_bit else 8, compression=6))
    if request.format == "webp":
        return bytes(image.webpsave_buffer(Q=QUALITY, lossless=request.quality == "bitonal", keep="none"))
    return bytes(image.jpegsave_buffer(Q=QUALITY, keep="none"))


def _words(error: pyvips.Error) -> str:
    """The detail of a libvips error on one line; decoders repeat a message for every strip."""
    lines = str(error.detail or error.message).split("\n")
    return "; ".join(dict.fromkeys(line.strip() for line in lines if line.strip()))[:500]
