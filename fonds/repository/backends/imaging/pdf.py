"""PDF pages through PDFium: sizes, PDF/A identification, rendering. PDFium runs one call at a time in a process."""

from __future__ import annotations

import mmap
import os
import re
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pypdfium2 as pdfium

from fonds.repository.backends.imaging.pixels import Pixels
from fonds.repository.ports.imaging import FrameFacts, ImageError

#: A page becomes pixels at this resolution: what scans of paper are delivered in.
RENDER_DPI = 300
#: A larger page (A2 and up) is rendered at a lower resolution instead: 50 million pixels are 150 MB.
MAX_PAGE_PIXELS = 50_000_000
#: Enough to tell marks from paper.
CHECK_DPI = 100
_POINTS_AN_INCH = 72.0

_LOCK = threading.Lock()  # PDFium is not safe for threads
_TAIL = 4096
_METADATA = re.compile(rb"/Type\s*/Metadata\b")
_STREAM = re.compile(rb"stream\r?\n")
_PART = re.compile(rb"pdfaid:part(?:\s*=\s*[\"']|\s*>)\s*(\d)")
_LEVEL = re.compile(rb"pdfaid:conformance(?:\s*=\s*[\"']|\s*>)\s*([A-Za-z])")
_MAX_XMP = 1 << 20


class LockedPdfError(ImageError):
    """The PDF needs a password: intact as far as can be seen, not readable here."""


@contextmanager
def _opened(fd: int) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF for one piece of work. Raises LockedPdfError, or ImageError when it is no readable PDF."""
    if not _ends_well(fd):
        raise ImageError("no %%EOF at the end: the file was cut short")
    with _LOCK, os.fdopen(os.dup(fd), "rb") as file:
        file.seek(0)
        try:
            document = pdfium.PdfDocument(file)
        except pdfium.PdfiumError as error:
            locked = getattr(error, "err_code", None) == pdfium.raw.FPDF_ERR_PASSWORD
            raise (LockedPdfError if locked else ImageError)(str(error)) from error
        try:
            yield document
        except pdfium.PdfiumError as error:
            raise ImageError(str(error)) from error
        finally:
            document.close()


def _ends_well(fd: int) -> bool:
    """PDFium repairs a file that was cut, silently losing pages; ISO 32000-1 7.5.5 wants %%EOF as the last line."""
    size = os.fstat(fd).st_size
    return b"%%EOF" in os.pread(fd, _TAIL, max(0, size - _TAIL))


def frames(fd: int) -> tuple[FrameFacts, ...]:
    """Return each page as it will be rendered; resolution 0.0, because a PDF page has none. Raises ImageError."""
    with _opened(fd) as document:
        sizes = [document.get_page_size(number) for number in range(len(document))]
    if not sizes:
        raise ImageError("a PDF without pages")
    return tuple(FrameFacts(*_pixel_size(width, height, RENDER_DPI), bits=24) for width, height in sizes)


def render(fd: int, page: int, *, dpi: int = RENDER_DPI, grey: bool = False) -> Pixels:
    """Render a page (from 0) on white. Raises ImageError when PDFium cannot load it."""
    with _opened(fd) as document:
        if not 0 <= page < len(document):
            raise ImageError(f"no page {page} among {len(document)}")
        return _render(document, page, dpi, grey)


def preview(fd: int) -> Iterator[tuple[Pixels, bool]]:
    """Render every page, small and grey, one at a time, and say whether it has a text layer.

    Raises ImageError when one cannot be loaded.
    """
    with _opened(fd) as document:
        for number in range(len(document)):
            yield _render(document, number, CHECK_DPI, grey=True), _has_text(document, number)


def _has_text(document: pdfium.PdfDocument, number: int) -> bool:
    """Say whether anything of a page can be read or found by its letters; blanks alone are no text."""
    page = document[number]
    try:
        text = page.get_textpage()
        try:
            return bool(text.get_text_range().strip())
        finally:
            text.close()
    finally:
        page.close()


def _render(document: pdfium.PdfDocument, number: int, dpi: int, grey: bool) -> Pixels:
    page = document[number]
    try:
        width, height = _pixel_size(*_page_size(page), dpi)
        kind = pdfium.raw.FPDFBitmap_Gray if grey else pdfium.raw.FPDFBitmap_BGR
        bitmap = pdfium.PdfBitmap.new_native(width, height, kind, rev_byteorder=not grey)
        try:
            bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
            flags = pdfium.raw.FPDF_ANNOT | (pdfium.raw.FPDF_GRAYSCALE if grey else pdfium.raw.FPDF_REVERSE_BYTE_ORDER)
            pdfium.raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, flags)
            return Pixels(width, height, bitmap.n_channels, _packed(bitmap))
        finally:
            bitmap.close()
    finally:
        page.close()


def _page_size(page: pdfium.PdfPage) -> tuple[float, float]:
    """Width and height in points, with the page turned as it is shown."""
    width, height = page.get_size()
    return width, height


def _packed(bitmap: pdfium.PdfBitmap) -> bytes:
    """Return the pixels without the padding PDFium puts after each row."""
    row = bitmap.width * bitmap.n_channels
    data = memoryview(bitmap.buffer).cast("B")
    if row == bitmap.stride:
        return bytes(data)
    return b"".join(data[y * bitmap.stride : y * bitmap.stride + row] for y in range(bitmap.height))


def _pixel_size(width: float, height: float, dpi: int) -> tuple[int, int]:
    """Turn points into pixels at ``dpi``, or fewer when the page would have more than MAX_PAGE_PIXELS."""
    scale = dpi / _POINTS_AN_INCH
    area = width * height * scale * scale
    if area > MAX_PAGE_PIXELS:
        scale *= (MAX_PAGE_PIXELS / area) ** 0.5
    return max(1, round(width * scale)), max(1, round(height * scale))


def pdfa(fd: int) -> str:
    """Return the PDF/A identification in the XMP ("1a", "2b", "4"), '' when there is none.

    ISO 19005 clause 6.7.11 (part 1), 6.6.4 (2, 3), 6.7.3 (4). This is what the file says of itself, not a validation.
    PDFium does not give the XMP out, so the metadata streams, which are never inside object streams, are found in the
    bytes of the file.
    """
    if not os.fstat(fd).st_size:
        return ""
    found = ""
    with mmap.mmap(fd, 0, access=mmap.ACCESS_READ) as data:
        for match in _METADATA.finditer(data):
            xmp = _stream_after(data, match.end())
            part, level = _PART.search(xmp), _LEVEL.search(xmp)
            if part:
                found = part[1].decode() + (level[1].decode().lower() if level else "")
    return found


def _stream_after(data: mmap.mmap, offset: int) -> bytes:
    """Return the content of the stream whose dictionary is at ``offset``, unpacked when it is Flate."""
    start = _STREAM.search(data, offset, offset + 1024)
    if start is None:
        return b""
    end = data.find(b"endstream", start.end(), start.end() + _MAX_XMP)
    raw = data[start.end() : end if end >= 0 else start.end() + _MAX_XMP]
    if b"<x:xmpmeta" in raw or b"pdfaid" in raw:
        return raw
    try:
        return zlib.decompressobj().decompress(raw, _MAX_XMP)
    except zlib.error:
        return b""
