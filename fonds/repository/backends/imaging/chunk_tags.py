"""Facts from formats made of labelled chunks or boxes: PNG, WebP, JPEG 2000. Nothing is decoded."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from fonds.repository.backends.imaging.jpeg_tags import read_exif
from fonds.repository.backends.imaging.tiff_tags import smaller
from fonds.repository.backends.imaging.window import BrokenHeaderError, Window
from fonds.repository.ports.imaging import FrameFacts

_METRES_AN_INCH = 0.0254
_PNG_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_SUPERBOXES = {b"jp2h", b"res "}
_MAX_BOXES = 10_000


def read_png(window: Window) -> FrameFacts:
    """Return the facts of a PNG (ISO 15948), having walked every chunk to IEND. Raises BrokenHeaderError."""
    head = (0, 0, 0, 0, 0)
    per_inch, exif = 0.0, (0.0, 1)
    for name, body in _png_chunks(window):
        if name == b"IHDR":
            head = struct.unpack(">IIBBxxB", body.at(0, 13))
        elif name == b"pHYs":
            x, y, unit = struct.unpack(">IIB", body.at(0, 9))
            per_inch = smaller([x * _METRES_AN_INCH, y * _METRES_AN_INCH]) if unit == 1 else 0.0
        elif name == b"eXIf":
            exif = read_exif(body)
    width, height, depth, colour, interlaced = head
    if not width or not height or colour not in _PNG_SAMPLES:
        raise BrokenHeaderError("a PNG without a usable IHDR")
    compression = "deflate-interlaced" if interlaced else "deflate"
    return FrameFacts(width, height, depth * _PNG_SAMPLES[colour], per_inch or exif[0], compression, exif[1])


def _png_chunks(window: Window) -> Iterator[tuple[bytes, Window]]:
    offset, name = 8, b""
    while name != b"IEND":
        length, name = struct.unpack(">I4s", window.at(offset, 8))
        body = window.part(offset + 8, length)
        window.at(offset + 8 + length, 4)  # the check sum, so that a file cut at the very end is seen
        yield name, body
        offset += 12 + length


def read_webp(window: Window) -> FrameFacts:
    """Return the facts of a WebP (its first picture). Raises BrokenHeaderError."""
    (length,) = struct.unpack("<I", window.at(4, 4))
    riff = window.part(8, length)
    size, bits, kind, exif, offset = None, 24, "", (0.0, 1), 4
    while offset + 8 <= riff.size:
        name, length = struct.unpack("<4sI", riff.at(offset, 8))
        body = riff.part(offset + 8, length)
        if name == b"VP8X":
            bits = 32 if body.at(0, 1)[0] & 0x10 else 24
        elif name == b"VP8 " and size is None:
            size, kind = tuple(n & 0x3FFF for n in struct.unpack("<HH", body.at(6, 4))), "webp"
        elif name == b"VP8L" and size is None:
            (packed,) = struct.unpack("<I", body.at(1, 4))
            size, kind = ((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1), "webp-lossless"
            bits = 32 if packed >> 28 & 1 else 24
        elif name == b"EXIF":
            skip = 6 if body.up_to(0, 6) == b"Exif\0\0" else 0
            exif = read_exif(body.part(skip, body.size - skip))
        offset += 8 + length + (length & 1)
    if size is None:
        raise BrokenHeaderError("a WebP without a still picture")
    return FrameFacts(size[0], size[1], bits, exif[0], kind, exif[1])


def read_jp2(window: Window) -> FrameFacts:
    """Return the facts of a JPEG 2000 file (ISO 15444-1 annex I) or bare codestream. Raises BrokenHeaderError."""
    if window.up_to(0, 4) == b"\xff\x4f\xff\x51":
        return _codestream(window)
    capture = display = 0.0
    frame: FrameFacts | None = None
    for name, body in _boxes(window):
        if name == b"resc":
            capture = _box_dpi(body)
        elif name == b"resd":
            display = _box_dpi(body)
        elif name == b"jp2c":
            frame = frame or _codestream(body)
    if frame is None:
        raise BrokenHeaderError("a JP2 without a codestream")
    return FrameFacts(frame.width, frame.height, frame.bits, capture or display, frame.compression)


def _boxes(window: Window) -> Iterator[tuple[bytes, Window]]:
    """Yield every box, and the boxes inside the header boxes."""
    offset = seen = 0
    while offset < window.size and seen < _MAX_BOXES:
        seen += 1
        length, name = struct.unpack(">I4s", window.at(offset, 8))
        head = 8
        if length == 1:
            head = 16
            (length,) = struct.unpack(">Q", window.at(offset + 8, 8))
        elif length == 0:
            length = window.size - offset
        if length < head:
            raise BrokenHeaderError(f"a box of {length} bytes")
        body = window.part(offset + head, length - head)
        if name in _SUPERBOXES:
            yield from _boxes(body)
        else:
            yield name, body
        offset += length


def _box_dpi(body: Window) -> float:
    vertical, below_v, horizontal, below_h, power_v, power_h = struct.unpack(">HHHHbb", body.at(0, 10))
    if not below_v or not below_h:
        return 0.0
    in_metres = (vertical / below_v * 10.0**power_v, horizontal / below_h * 10.0**power_h)
    return smaller([value * _METRES_AN_INCH for value in in_metres])


def _codestream(window: Window) -> FrameFacts:
    """Read the SIZ marker segment (ISO 15444-1 A.5.1)."""
    marker, right, bottom, left, top = struct.unpack(">H4xIIII", window.at(2, 22))
    if marker != 0xFF51:
        raise BrokenHeaderError("no SIZ segment at the start of the codestream")
    (components,) = struct.unpack(">H", window.at(40, 2))
    depths = window.at(42, components * 3)[::3]
    if right <= left or bottom <= top or not components:
        raise BrokenHeaderError("a codestream without a picture area")
    return FrameFacts(right - left, bottom - top, sum((d & 0x7F) + 1 for d in depths), 0.0, "jpeg2000")
