"""What the bytes of a file say.

UNREADABLE_FILE, READING_STOPPED, VIRUS_FOUND, ZERO_BYTE, CORRUPT_IMAGE, IMAGE_NOT_DECODABLE, EXT_MISMATCH, BLANK_PAGE,
MULTIPAGE_TIFF, EXIF_ROTATED, LOW_BIT_DEPTH, LOW_DPI, NO_DPI, UNSUPPORTED_FILE; those of PDF files stand in ``pdfs``.
"""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.gate.pdfs import check_pdf
from fonds.repository.intake.pages import PAGE_EXTENSIONS, split_name
from fonds.repository.intake.reading import FileReading
from fonds.repository.ports.imaging import FrameFacts, ImageFacts
from fonds.schemas.findings import Finding, finding

LEAST_BITS = 24
LEAST_DPI = 200
"""Thông tư 05/2025, Điều 8, by our reading: 24-bit colour and 200 dpi for paper."""

_FORMAT_OF = {
    "tif": "tiff", "tiff": "tiff", "jpg": "jpeg", "jpeg": "jpeg", "jpe": "jpeg", "jfif": "jpeg", "png": "png",
    "jp2": "jp2", "jpx": "jp2", "j2k": "jp2", "webp": "webp", "pdf": "pdf",
}  # fmt: skip


def check_content(where: str, reading: FileReading, *, photograph: bool) -> Iterator[Finding]:
    """Check one file; an unreadable, infected or empty file gets no other content finding."""
    if reading.infected:
        yield finding("VIRUS_FOUND", where, name=reading.scan.detail, scanner=reading.scan.scanner)
    elif reading.problem:
        yield finding(reading.problem, where, reason=reading.note)
    elif not reading.size:
        yield finding("ZERO_BYTE", where)
    else:
        yield from _check_format(where, reading)
        if reading.facts.format:
            yield from _check_pages(where, reading, photograph=photograph)


def _check_format(where: str, reading: FileReading) -> Iterator[Finding]:
    extension = split_name(where.rpartition("/")[2])[1].lower()
    said, is_format = _FORMAT_OF.get(extension, ""), reading.facts.format
    problem = reading.facts.problem or reading.decoded.problem
    known = bool(reading.format.puid) and not reading.format.by_extension
    if said != is_format and (is_format or known):
        name = is_format.upper() if is_format else reading.format.name
        yield finding("EXT_MISMATCH", where, format=name, extension=extension)
    elif said and not is_format and not problem:
        problem = "CORRUPT_IMAGE"
    if problem:
        yield finding(problem, where, reason=reading.facts.note or reading.decoded.note or "signature")
    elif not is_format and extension not in PAGE_EXTENSIONS:
        yield finding("UNSUPPORTED_FILE", where, format=reading.format.name or extension or "?")


def _check_pages(where: str, reading: FileReading, *, photograph: bool) -> Iterator[Finding]:
    facts = reading.facts
    if reading.decoded.blank:
        yield finding("BLANK_PAGE", where, pages=", ".join(str(frame + 1) for frame in reading.decoded.blank))
    if facts.format == "pdf":
        yield from check_pdf(where, reading)
        return
    if facts.format == "tiff" and len(facts.frames) > 1:
        yield finding("MULTIPAGE_TIFF", where, pages=len(facts.frames))
    rotated = [frame.orientation for frame in facts.frames if frame.orientation > 1]
    if rotated:
        yield finding("EXIF_ROTATED", where, orientation=rotated[0])
    yield from _check_quality(where, facts, photograph=photograph)


def _check_quality(where: str, facts: ImageFacts, *, photograph: bool) -> Iterator[Finding]:
    bits = min((frame.bits for frame in facts.frames if frame.bits), default=0)
    if 0 < bits < LEAST_BITS and not photograph:
        yield finding("LOW_BIT_DEPTH", where, bits=bits, limit=LEAST_BITS)
    if any(not frame.dpi for frame in facts.frames):
        yield finding("NO_DPI", where)
    low = [_rounded(frame) for frame in facts.frames if frame.dpi and _rounded(frame) < LEAST_DPI]
    if low:
        yield finding("LOW_DPI", where, dpi=min(low), limit=LEAST_DPI)


def _rounded(frame: FrameFacts) -> int:
    """Return whole dots an inch: resolutions kept in dots a centimetre come out as 199.9."""
    return round(frame.dpi)
