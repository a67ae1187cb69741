"""What a page file is and what its header says, from its own bytes: the extension is never asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fonds.repository.backends.imaging.chunk_tags import read_jp2, read_png, read_webp
from fonds.repository.backends.imaging.jpeg_tags import read_jpeg
from fonds.repository.backends.imaging.tiff_tags import read_pages
from fonds.repository.backends.imaging.window import BrokenHeaderError, Window
from fonds.repository.ports.imaging import FrameFacts

CORRUPT = "CORRUPT_IMAGE"
NOT_DECODABLE = "IMAGE_NOT_DECODABLE"

_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_JP2_STARTS = (b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")
_OTHER_IMAGES = {
    b"GIF8": "GIF", b"BM": "BMP", b"8BPS": "Photoshop", b"AT&TFORM": "DjVu", b"\xff\x0a": "JPEG XL",
    b"\0\0\0\x0cJXL ": "JPEG XL", b"\x97JB2\r\n\x1a\n": "JBIG2",
}  # fmt: skip
_HEIF_BRANDS = (b"heic", b"heix", b"mif1", b"avif", b"msf1", b"hevc")


@dataclass(frozen=True, slots=True)
class Header:
    """Facts of a page file. ``numbers``: for each frame, the number by which the decoder of the format knows it."""

    format: str
    frames: tuple[FrameFacts, ...] = ()
    numbers: tuple[int, ...] = ()
    problem: str = ""
    note: str = ""


def sniff(head: bytes) -> str:
    """Return tiff, jpeg, png, webp, jp2, pdf or '' from the first kilobyte of a file."""
    if head.startswith(_TIFF_STARTS):
        return "tiff"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return "webp"
    if head.startswith(_JP2_STARTS):
        return "jp2"
    # ISO 32000-1 annex H: readers accept bytes before the PDF header within the first kilobyte.
    return "pdf" if b"%PDF-" in head[:1024] else ""


def other_image(head: bytes) -> str:
    """Return the name of an image format that is known but not read here, or ''."""
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        return "HEIF"
    # "BM" alone would also catch text; a bitmap has four zero bytes after its size.
    if head.startswith(b"BM") and head[6:10] != b"\0\0\0\0":
        return ""
    return next((name for start, name in _OTHER_IMAGES.items() if head.startswith(start)), "")


def read_header(fd: int) -> Header:
    """Read the header of an open file. A PDF gets its format only (see ``pdf``); never raises for content."""
    window = Window.of(fd)
    head = window.up_to(0, 1024)
    kind = sniff(head)
    if not kind:
        other = other_image(head)
        return Header("", problem=NOT_DECODABLE if other else "", note=other)
    try:
        return _READERS[kind](window)
    except BrokenHeaderError as error:
        return Header(kind, problem=CORRUPT, note=str(error))


def _tiff(window: Window) -> Header:
    pages = read_pages(window)
    # Broken comes first: a page that cannot be found is lost, one in a foreign compression is only unread.
    problem = CORRUPT if pages.fault else NOT_DECODABLE if pages.undecodable else ""
    return Header("tiff", pages.frames, pages.numbers, problem, pages.fault or pages.undecodable)


def _jpeg(window: Window) -> Header:
    frame, foreign = read_jpeg(window)
    return Header("jpeg", (frame,), (0,), NOT_DECODABLE if foreign else "", foreign)


_READERS: dict[str, Callable[[Window], Header]] = {
    "tiff": _tiff,
    "jpeg": _jpeg,
    "png": lambda window: Header("png", (read_png(window),), (0,)),
    "webp": lambda window: Header("webp", (read_webp(window),), (0,)),
    "jp2": lambda window: Header("jp2", (read_jp2(window),), (0,)),
    "pdf": lambda _: Header("pdf"),
}
