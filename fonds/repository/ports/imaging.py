"""Looking into page files and making what readers see."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """One page of a file as stored: pixels, bits a pixel, resolution in dots an inch (0.0: no tag in the file).

    ``dpi`` is the smaller of both axes. ``orientation`` is that of EXIF, 1 to 8. For a PDF page the pixels are those of
    its rendering at 300 dpi, and ``dpi`` is 0.0.
    """

    width: int
    height: int
    bits: int
    dpi: float = 0.0
    compression: str = ""
    orientation: int = 1

    @property
    def shown(self) -> tuple[int, int]:
        """Width and height as the page is read: EXIF orientations 5 to 8 lie on their side."""
        return (self.height, self.width) if self.orientation >= 5 else (self.width, self.height)


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What the header of a page file says, nothing decoded.

    ``format`` is tiff, jpeg, png, jp2, webp, pdf or '' (not a page file). ``problem`` is '' or a finding code
    (CORRUPT_IMAGE, IMAGE_NOT_DECODABLE); pages found before a fault are still in ``frames``. An image of a format that
    is never read here (GIF, HEIF) has format '' and problem IMAGE_NOT_DECODABLE. ``note`` is technical detail in
    English. ``pdfa`` is the PDF/A identification ("2b") for PDF, '' otherwise.

    Reduced copies inside a TIFF (thumbnails, pyramid levels) are not pages.
    """

    format: str
    frames: tuple[FrameFacts, ...] = ()
    problem: str = ""
    note: str = ""
    pdfa: str = ""


@dataclass(frozen=True, slots=True)
class Decoded:
    """The result of a complete, strict decode of every page of a file. ``blank`` lists blank frames, from 0.

    ``note`` without a ``problem`` is a remark of the decoder that does no harm to the picture. ``fingerprints`` has one
    entry a frame, by which ``fonds.repository.likeness`` tells pages that look alike, ``b""`` for a page without one
    (blank, or a few pixels only). ``textless`` lists the frames of a PDF that have no text layer.
    """

    problem: str = ""
    note: str = ""
    blank: tuple[int, ...] = ()
    fingerprints: tuple[bytes, ...] = ()
    textless: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """An access copy: size in pixels after EXIF rotation, and every level's size, largest first."""

    width: int
    height: int
    levels: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A IIIF Image 3 request with everything resolved to pixels of the full image.

    ``region`` is (x, y, width, height); ``size`` (width, height) of the answer before rotation; ``rotation`` degrees
    clockwise 0-360; ``mirror`` before rotating; ``quality`` color|gray|bitonal; ``format`` jpg|png|webp.
    """

    region: tuple[int, int, int, int]
    size: tuple[int, int]
    rotation: float = 0.0
    mirror: bool = False
    quality: str = "color"
    format: str = "jpg"


class Imaging(Protocol):
    """Reads page files. Files are opened read-only; a broken file is an answer, never an exception.

    Only errors of the operating system (no such file, no permission) are raised, as OSError. In a worker the clock of a
    page (``fonds.repository.limits``) is started for each one.
    """

    def inspect(self, path: Path) -> ImageFacts:
        """Read the header: cheap, constant memory."""

    def decode(self, path: Path) -> Decoded:
        """Decode every page completely and strictly. Raises MemoryError when this process may not have enough."""

    def make_access(self, path: Path, frame: int, target: Path) -> AccessFacts:
        """Write the pyramidal access copy of one page to ``target`` (a new file).

        Raises ImageError when the page cannot be decoded; nothing is left at ``target`` then.
        """

    def render(self, access: Path, request: ImageRequest) -> bytes:
        """Return the requested view of an access copy, encoded. Raises ImageError when the copy is damaged."""


class ImageError(Exception):
    """A page that cannot be decoded; the text says why."""
