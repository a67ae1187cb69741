"""The imaging port on libvips, with Pillow for JPEG 2000 and PDFium for PDF."""

from __future__ import annotations

import os
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from fonds.repository.backends.imaging import jp2, pdf, tags, vips
from fonds.repository.backends.imaging.pixels import Pixels, pixel_limit
from fonds.repository.backends.imaging.tiff_tags import read_pages
from fonds.repository.backends.imaging.window import Window
from fonds.repository.limits import next_page, page_clock
from fonds.repository.ports.imaging import AccessFacts, Decoded, ImageError, ImageFacts, ImageRequest

# Warnings of libjpeg that mean wrong pixels; the others ("extraneous bytes before marker") do not.
_LOST_JPEG_DATA = re.compile(r"premature end|bad (Huffman|arithmetic) code|instead of RST", re.IGNORECASE)


@contextmanager
def _reading(path: Path) -> Iterator[int]:
    """Open by descriptor: names that are not UTF-8 work, and OSError comes from the operating system."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        yield fd
    finally:
        os.close(fd)


class VipsImaging:
    """Implements ``fonds.repository.ports.imaging.Imaging``. Holds nothing, so it travels to any process.

    In a pool, start workers by ``spawn`` or ``forkserver``: neither libvips nor PDFium promises to survive a fork.
    """

    def inspect(self, path: Path) -> ImageFacts:
        """See the port. Reads the directories and markers of the file only; for PDF the page tree."""
        with _reading(path) as fd:
            header = tags.read_header(fd)
            if header.format == "pdf":
                return _inspect_pdf(fd)
        return ImageFacts(header.format, header.frames, header.problem, header.note)

    def decode(self, path: Path) -> Decoded:
        """See the port. One pass over the pixels gives the verdict, the blank pages and the fingerprints."""
        with _reading(path) as fd, page_clock():
            header = tags.read_header(fd)
            if header.problem:
                return Decoded(header.problem, header.note)
            if not header.format:
                return Decoded(tags.NOT_DECODABLE, "not a page file")
            try:
                return _decode_pdf(fd) if header.format == "pdf" else _decode_frames(fd, header)
            except pdf.LockedPdfError as error:
                return Decoded(tags.NOT_DECODABLE, str(error))
            except ImageError as error:
                return Decoded(tags.CORRUPT, str(error))

    def make_access(self, path: Path, frame: int, target: Path) -> AccessFacts:
        """See the port. The copy appears under its name complete or not at all."""
        with _reading(path) as fd, page_clock():
            try:
                page, orientation = _page(fd, tags.read_header(fd), frame)
                return _write_whole(page, orientation, target)
            except MemoryError as error:
                raise ImageError("not enough memory") from error

    def render(self, access: Path, request: ImageRequest) -> bytes:
        """See the port. Reads only the tiles of the level that the view needs."""
        with _reading(access) as fd:
            status = os.fstat(fd)
            levels = _levels(str(access), status.st_ino, status.st_mtime_ns, status.st_size)
            return vips.render(fd, request, levels)


def _inspect_pdf(fd: int) -> ImageFacts:
    try:
        return ImageFacts("pdf", pdf.frames(fd), pdfa=pdf.pdfa(fd))
    except pdf.LockedPdfError as error:
        return ImageFacts("pdf", problem=tags.NOT_DECODABLE, note=str(error), pdfa=pdf.pdfa(fd))
    except ImageError as error:
        return ImageFacts("pdf", problem=tags.CORRUPT, note=str(error))


def _decode_pdf(fd: int) -> Decoded:
    seen: list[vips.Seen] = []
    textless: list[int] = []
    for number, (pixels, has_text) in enumerate(pdf.preview(fd)):
        seen.append(vips.look(pixels))
        textless += [] if has_text else [number]
        next_page()
    return Decoded(blank=_blank(seen), fingerprints=_fingerprints(seen), textless=tuple(textless))


def _decode_frames(fd: int, header: tags.Header) -> Decoded:
    seen: list[vips.Seen] = []
    notes: list[str] = []
    for number, frame in enumerate(header.frames):
        if frame.width * frame.height > pixel_limit(frame.compression):
            return Decoded(tags.NOT_DECODABLE, f"page {number + 1} has {frame.width} x {frame.height} pixels")
        next_page()
        page, note = _look(_source(fd, header, number), frame.bits)
        seen.append(page)
        notes += [note] if note else []
    return Decoded(note="; ".join(notes), blank=_blank(seen), fingerprints=_fingerprints(seen))


def _blank(seen: list[vips.Seen]) -> tuple[int, ...]:
    return tuple(number for number, page in enumerate(seen) if page.blank)


def _fingerprints(seen: list[vips.Seen]) -> tuple[bytes, ...]:
    return tuple(page.fingerprint for page in seen)


def _look(page: vips.StoredPage | Pixels, bits: int) -> tuple[vips.Seen, str]:
    """Decode a page strictly; return what it looks like and what the decoder remarked. Raises ImageError.

    A JPEG is first read with every warning fatal, because libjpeg calls lost data a warning. When the warning was
    of the harmless kind the page is read again, which only such files pay for.
    """
    if not isinstance(page, vips.StoredPage) or page.format != "jpeg":
        return vips.look(page, bits=bits), ""
    try:
        return vips.look(page, bits=bits, fail_on="warning"), ""
    except ImageError as error:
        if _LOST_JPEG_DATA.search(str(error)):
            raise
        return vips.look(page, bits=bits), str(error)


def _source(fd: int, header: tags.Header, frame: int) -> vips.StoredPage | Pixels:
    if header.format == "jp2":
        return jp2.decode(fd)
    return vips.StoredPage(fd, header.format, header.numbers[frame])


def _page(fd: int, header: tags.Header, frame: int) -> tuple[vips.StoredPage | Pixels, int]:
    """Return one page ready to be decoded, and its orientation. Raises ImageError."""
    if header.format == "pdf":
        return pdf.render(fd, frame), 1
    if not 0 <= frame < len(header.frames):
        raise ImageError(header.note or f"no page {frame} in the file")
    facts = header.frames[frame]
    if facts.width * facts.height > pixel_limit(facts.compression):
        raise ImageError(f"{facts.width} x {facts.height} pixels are more than this program decodes")
    return _source(fd, header, frame), facts.orientation


def _write_whole(page: vips.StoredPage | Pixels, orientation: int, target: Path) -> AccessFacts:
    """Write under a temporary name, sync, rename, sync the folder."""
    # Not by mkstemp, whose files only their owner can read: the reading room may be another user.
    part = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        vips.write_access(page, orientation, part)
        with _reading(part) as fd:
            os.fsync(fd)
            levels = _read_levels(fd)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    with _reading(target.parent) as folder:
        os.fsync(folder)
    return AccessFacts(*levels[0], levels)


def _read_levels(fd: int) -> tuple[tuple[int, int], ...]:
    pages = read_pages(Window.of(fd), reduced=True)
    if pages.fault or not pages.frames:
        raise ImageError(f"damaged access copy: {pages.fault}")
    return tuple((frame.width, frame.height) for frame in pages.frames)


@lru_cache(maxsize=2048)
def _levels(path: str, inode: int, modified: int, size: int) -> tuple[tuple[int, int], ...]:
    """Levels of an access copy; the arguments after the path notice that the copy was made again."""
    with _reading(Path(path)) as fd:
        return _read_levels(fd)
