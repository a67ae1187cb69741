"""Facts from TIFF directories (TIFF 6.0, BigTIFF, and the EXIF block, which is a TIFF): nothing is decoded.

A decoder invents a resolution when the file gives none, hides reduced copies among the pages and notices a
strip outside the file only when it gets there; so these facts are read from the tags themselves.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from fonds.repository.backends.imaging.window import BrokenHeaderError, Window
from fonds.repository.ports.imaging import FrameFacts

NEW_SUBFILE, SUBFILE, WIDTH, HEIGHT, BITS, COMPRESSION, ORIENTATION, SAMPLES = (
    254, 255, 256, 257, 258, 259, 274, 277,
)  # fmt: skip
STRIP_OFFSETS, STRIP_COUNTS, TILE_OFFSETS, TILE_COUNTS = 273, 279, 324, 325
PHOTOMETRIC, SAMPLE_FORMAT = 262, 339
X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 282, 283, 296
INCH, CENTIMETRE = 2, 3
OLD_STYLE_JPEG = 6

COMPRESSIONS = {
    1: "none", 2: "ccitt-rle", 3: "ccitt-g3", 4: "ccitt-g4", 5: "lzw", OLD_STYLE_JPEG: "old-jpeg", 7: "jpeg",
    8: "deflate", 32773: "packbits", 32946: "deflate", 34661: "jbig", 34712: "jpeg2000", 34925: "lzma",
    50000: "zstd", 50001: "webp",
}  # fmt: skip
#: What the libtiff of pyvips[binary] was seen to decode; anything else is IMAGE_NOT_DECODABLE.
DECODABLE = frozenset({1, 2, 3, 4, 5, 7, 8, 32773, 32946})

#: Black or white is zero, RGB, palette, CMYK, YCbCr. Lab and raw sensor data are not shown.
_SHOWN_COLOURS = frozenset({0, 1, 2, 3, 5, 6})
_WHOLE_NUMBERS = frozenset({1, 4})

#: libtiff itself gives up long before; a chain this long is an attack or a loop we did not see.
MAX_PAGES = 20_000
_CHUNK = 8192

_FORMATS = {1: "B", 2: "c", 3: "H", 4: "I", 5: "II", 6: "b", 7: "B", 8: "h", 9: "i", 10: "ii",
            11: "f", 12: "d", 13: "I", 16: "Q", 17: "q", 18: "Q"}  # fmt: skip
_RATIONAL = {5, 10}
_INTEGERS = {1, 3, 4, 6, 8, 9, 13, 16, 17, 18}


@dataclass(frozen=True, slots=True)
class Field:
    """One directory entry: TIFF type, number of values, and where the values lie in the file."""

    kind: int
    count: int
    offset: int


@dataclass(frozen=True, slots=True)
class Directory:
    """One image file directory: its place in the chain from 0, and its fields by tag."""

    index: int
    fields: dict[int, Field]


@dataclass(frozen=True, slots=True)
class Tiff:
    """An opened TIFF: byte order ('<' or '>') and whether offsets have 8 bytes (BigTIFF)."""

    window: Window
    order: str
    big: bool
    first: int

    @classmethod
    def open(cls, window: Window) -> Tiff:
        """Read the header. Raises BrokenHeaderError when these are not the first bytes of a TIFF."""
        head = window.at(0, 8)
        order = {b"II": "<", b"MM": ">"}.get(head[:2])
        if order is None:
            raise BrokenHeaderError("no TIFF byte order mark")
        magic, first = struct.unpack(order + "HI", head[2:])
        if magic == 43:
            return cls(window, order, True, struct.unpack(order + "Q", window.at(8, 8))[0])
        if magic != 42:
            raise BrokenHeaderError("no TIFF version number")
        return cls(window, order, False, first)

    def directories(self) -> Iterator[Directory]:
        """Walk the chain. Raises BrokenHeaderError at a directory outside the file or met before."""
        seen: set[int] = set()
        offset = self.first
        while offset:
            if offset in seen or len(seen) >= MAX_PAGES:
                raise BrokenHeaderError("the directories go in circles")
            seen.add(offset)
            fields, following = self._directory(offset)
            yield Directory(len(seen) - 1, fields)
            offset = following

    def _directory(self, offset: int) -> tuple[dict[int, Field], int]:
        count_format, entry_size, offset_format = ("Q", 20, "Q") if self.big else ("H", 12, "I")
        width = struct.calcsize("=" + count_format)
        (count,) = struct.unpack(self.order + count_format, self.window.at(offset, width))
        body = offset + width
        if count > 65_535:
            raise BrokenHeaderError(f"a directory of {count} entries")
        entries = self.window.at(body, count * entry_size)
        fields: dict[int, Field] = {}
        for n in range(count):
            tag, field = self._field(entries[n * entry_size : (n + 1) * entry_size], body + n * entry_size)
            fields.setdefault(tag, field)
        tail = self.window.up_to(body + count * entry_size, struct.calcsize("=" + offset_format))
        # Some writers end the file without the four zero bytes that say "no more pages".
        following = struct.unpack(self.order + offset_format, tail)[0] if len(tail) in (4, 8) else 0
        return fields, following

    def _field(self, entry: bytes, place: int) -> tuple[int, Field]:
        layout, inline, at = ("HHQ", 8, 12) if self.big else ("HHI", 4, 8)
        tag, kind, count = struct.unpack(self.order + layout, entry[:at])
        size = struct.calcsize("=" + _FORMATS.get(kind, "B")) * count
        if size <= inline:
            return tag, Field(kind, count, place + at)
        return tag, Field(kind, count, struct.unpack(self.order + ("Q" if self.big else "I"), entry[at:])[0])

    def integers(self, field: Field, limit: int | None = None) -> Iterator[int]:
        """Yield the whole numbers of a field, at most ``limit``, in pieces: memory stays flat."""
        if field.kind not in _INTEGERS:
            raise BrokenHeaderError(f"a field of type {field.kind} where whole numbers are due")
        one = struct.calcsize("=" + _FORMATS[field.kind])
        total = field.count if limit is None else min(field.count, limit)
        for start in range(0, total, _CHUNK):
            number = min(_CHUNK, total - start)
            data = self.window.at(field.offset + start * one, number * one)
            yield from struct.unpack(f"{self.order}{number}{_FORMATS[field.kind]}", data)

    def integer(self, directory: Directory, tag: int, default: int) -> int:
        """Return the first value of a tag, or ``default`` when the tag is not in the directory."""
        field = directory.fields.get(tag)
        return default if field is None else next(self.integers(field, 1), default)

    def number(self, directory: Directory, tag: int) -> float:
        """Return a resolution-like value; 0.0 when it is absent, infinite or not a number."""
        field = directory.fields.get(tag)
        if field is None or field.count < 1 or field.kind in (2, 7) or field.kind not in _FORMATS:
            return 0.0
        layout = self.order + _FORMATS[field.kind]
        try:
            values = struct.unpack(layout, self.window.at(field.offset, struct.calcsize(layout)))
        except BrokenHeaderError:
            return 0.0  # a lost resolution is a missing one; the pixels may be fine
        value = values[0] / values[1] if len(values) == 2 and values[1] else float(values[0])
        return value if math.isfinite(value) and not (field.kind in _RATIONAL and not values[1]) else 0.0


@dataclass(frozen=True, slots=True)
class TiffPages:
    """The pages of a TIFF. ``numbers`` are their places in the directory chain (what a decoder counts).

    ``fault`` says what is broken, '' when nothing is; the pages before the break are still listed.
    """

    frames: tuple[FrameFacts, ...]
    numbers: tuple[int, ...]
    undecodable: str
    fault: str


def read_pages(window: Window, *, reduced: bool = False) -> TiffPages:
    """List the pages, leaving out reduced copies of other pages unless ``reduced`` (pyramid levels, thumbnails)."""
    found: list[tuple[int, bool, FrameFacts]] = []
    undecodable = fault = ""
    try:
        tiff = Tiff.open(window)
        for directory in tiff.directories():
            code = tiff.integer(directory, COMPRESSION, 1)
            frame = _frame(tiff, directory, code)
            small = bool(tiff.integer(directory, NEW_SUBFILE, 0) & 1) or tiff.integer(directory, SUBFILE, 0) == 2
            found.append((directory.index, small, frame))
            undecodable = undecodable or _foreign(tiff, directory, code, frame)
            if code in DECODABLE:
                _check_data(tiff, directory)
    except BrokenHeaderError as error:
        fault = str(error)
    pages = [one for one in found if reduced or not one[1]] or found
    return TiffPages(tuple(one[2] for one in pages), tuple(one[0] for one in pages), undecodable, _none(found, fault))


def _none(found: list[tuple[int, bool, FrameFacts]], fault: str) -> str:
    return fault or ("" if found else "no page in the file")


def _foreign(tiff: Tiff, directory: Directory, code: int, frame: FrameFacts) -> str:
    """Say why this page cannot be shown although nothing is wrong with it, '' when it can."""
    if code not in DECODABLE:
        return f"TIFF compression {code} ({frame.compression})"
    depth, kind = frame.bits // max(1, tiff.integer(directory, SAMPLES, 1)), tiff.integer(directory, SAMPLE_FORMAT, 1)
    if depth > 16 or kind not in _WHOLE_NUMBERS:
        return f"TIFF samples of {depth} bits, kind {kind}: measurements, not a picture"
    colours = tiff.integer(directory, PHOTOMETRIC, 1)
    return "" if colours in _SHOWN_COLOURS else f"TIFF colours of kind {colours}"


def _frame(tiff: Tiff, directory: Directory, code: int) -> FrameFacts:
    width, height = tiff.integer(directory, WIDTH, 0), tiff.integer(directory, HEIGHT, 0)
    if width < 1 or height < 1:
        raise BrokenHeaderError("a page without width or height")
    orientation = tiff.integer(directory, ORIENTATION, 1)
    return FrameFacts(
        width,
        height,
        _bits(tiff, directory),
        dpi(tiff, directory),
        COMPRESSIONS.get(code, f"tiff-{code}"),
        orientation if 1 <= orientation <= 8 else 1,
    )


def _bits(tiff: Tiff, directory: Directory) -> int:
    samples = max(1, tiff.integer(directory, SAMPLES, 1))
    field = directory.fields.get(BITS)
    listed = list(tiff.integers(field, 64)) if field else [1]
    # Some writers give one number for all samples.
    return sum(listed) if len(listed) >= samples else listed[0] * samples


def dpi(tiff: Tiff, directory: Directory) -> float:
    """Return dots an inch, the smaller of both axes; 0.0 without the tags or without an absolute unit."""
    per_inch = {INCH: 1.0, CENTIMETRE: 2.54}.get(tiff.integer(directory, RESOLUTION_UNIT, INCH), 0.0)
    given = [tiff.number(directory, X_RESOLUTION), tiff.number(directory, Y_RESOLUTION)]
    return smaller([value * per_inch for value in given])


def smaller(values: list[float]) -> float:
    """Return the smaller positive value, rounded to hundredths; 0.0 when there is none."""
    return round(min((value for value in values if value > 0), default=0.0), 2)


def _check_data(tiff: Tiff, directory: Directory) -> None:
    """Raise BrokenHeaderError when a strip or tile does not lie inside the file, or there is none."""
    fields = directory.fields
    offsets = fields.get(TILE_OFFSETS) or fields.get(STRIP_OFFSETS)
    counts = fields.get(TILE_COUNTS) or fields.get(STRIP_COUNTS)
    if offsets is None:
        raise BrokenHeaderError(f"page {directory.index + 1} has no image data")
    lengths = tiff.integers(counts) if counts else iter(())
    for offset in tiff.integers(offsets):
        if offset + max(next(lengths, 1), 1) > tiff.window.size:
            raise BrokenHeaderError(f"image data of page {directory.index + 1} lies outside the file")
