"""Facts from the markers of a JPEG (ITU-T T.81), its JFIF density and its EXIF block; nothing is decoded."""

from __future__ import annotations

import struct

from fonds.repository.backends.imaging import tiff_tags
from fonds.repository.backends.imaging.window import BrokenHeaderError, Window
from fonds.repository.ports.imaging import FrameFacts

_APP0, _APP1, _SCAN, _END = 0xE0, 0xE1, 0xDA, 0xD9
_NOT_FRAMES = {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_DECODABLE = {0xC0, 0xC1, 0xC2, 0xC9, 0xCA}
_MAX_SEGMENTS = 10_000


def read_jpeg(window: Window) -> tuple[FrameFacts, str]:
    """Return the facts of a JPEG and why it cannot be decoded ('' when it can). Raises BrokenHeaderError."""
    density, exif, frame = 0.0, (0.0, 1), None
    for marker, body in _segments(window):
        if marker == _APP0:
            density = density or _jfif(body)
        elif marker == _APP1 and body.up_to(0, 6) == b"Exif\0\0":
            exif = read_exif(body.part(6, body.size - 6))
        elif 0xC0 <= marker <= 0xCF and marker not in _NOT_FRAMES:
            frame = frame or (marker, *struct.unpack(">BHHB", body.at(0, 6)))
    if frame is None:
        raise BrokenHeaderError("no frame before the image data")
    marker, precision, height, width, components = frame
    if not width or not height:
        raise BrokenHeaderError("a JPEG without width or height")
    name = "jpeg-progressive" if marker in _PROGRESSIVE else "jpeg"
    facts = FrameFacts(width, height, precision * components, density or exif[0], name, exif[1])
    known = marker in _DECODABLE and precision == 8
    return facts, "" if known else f"JPEG process SOF{marker - 0xC0}, {precision} bits a sample"


def _segments(window: Window) -> list[tuple[int, Window]]:
    """List (marker, body) up to the image data."""
    found: list[tuple[int, Window]] = []
    offset = 2
    while len(found) < _MAX_SEGMENTS:
        lead, marker = window.at(offset, 2)
        if lead != 0xFF:
            raise BrokenHeaderError(f"no marker at byte {offset}")
        if marker == 0xFF:
            offset += 1  # a fill byte before a marker
        elif 0xD0 <= marker <= 0xD8 or marker == 0x01:
            offset += 2
        elif marker in (_SCAN, _END):
            return found
        else:
            (length,) = struct.unpack(">H", window.at(offset + 2, 2))
            found.append((marker, window.part(offset + 4, length - 2)))
            offset += 2 + length
    raise BrokenHeaderError("too many segments before the image data")


def _jfif(body: Window) -> float:
    """Dots an inch of a JFIF header; unit 0 gives only the shape of the pixels."""
    if body.up_to(0, 5) != b"JFIF\0" or body.size < 12:
        return 0.0
    unit, x, y = struct.unpack(">BHH", body.at(7, 5))
    per_inch = {1: 1.0, 2: 2.54}.get(unit, 0.0)
    return tiff_tags.smaller([x * per_inch, y * per_inch])


def read_exif(window: Window) -> tuple[float, int]:
    """Return (dots an inch or 0.0, orientation 1-8) of an EXIF block; a broken block says nothing."""
    try:
        tiff = tiff_tags.Tiff.open(window)
        first = next(tiff.directories(), None)
        if first is None:
            return 0.0, 1
        orientation = tiff.integer(first, tiff_tags.ORIENTATION, 1)
        return tiff_tags.dpi(tiff, first), orientation if 1 <= orientation <= 8 else 1
    except BrokenHeaderError:
        return 0.0, 1
