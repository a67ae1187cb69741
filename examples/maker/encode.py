"""Writes pages in the kinds of file a scanning room delivers; the same bytes on each run."""

import time
from pathlib import Path

from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from .canvas import Page

QUALITY = {"colour": 30, "photo": 40, "map": 42}
ORIENTATION = 274
SOFTWARE = 305
WHEN = time.gmtime(0)


def jpeg(page: Page, path: Path, kind: str, *, phone: bool = False) -> None:
    """A colour JPEG with its resolution; `phone`: stored on its side with EXIF orientation 6."""
    exif = Image.Exif()
    image = page.image
    if phone:
        image = image.transpose(Image.Transpose.ROTATE_90)
        exif[ORIENTATION] = 6
    image.save(
        path, "JPEG", quality=QUALITY[kind], progressive=True, optimize=True,
        dpi=(page.dpi, page.dpi), exif=exif,
    )  # fmt: skip


def _tags() -> ImageFileDirectory_v2:
    tags = ImageFileDirectory_v2()
    tags[SOFTWARE] = "Fonds examples (synthetic)"
    return tags


def bilevel_tiff(page: Page, path: Path) -> None:
    """A 1-bit TIFF, CCITT group 4."""
    bits = page.image.convert("L").point(lambda v: 255 * (v > 138)).convert("1")
    bits.save(path, "TIFF", compression="group4", dpi=(page.dpi, page.dpi), tiffinfo=_tags())


def _grey(page: Page, step: int) -> Image.Image:
    """Eight bits of grey in few levels, paper nearly white: what an office scanner made of it."""
    bright = [min(1.0, max(0, v - 30) / 185) ** 1.3 for v in range(256)]
    levels = [round(share * 255 / step) * step for share in bright]
    return page.image.convert("L").point(levels)


def grey_tiff(page: Page, path: Path) -> None:
    """An 8-bit grey TIFF, LZW."""
    _grey(page, 17).save(path, "TIFF", compression="tiff_lzw", dpi=(page.dpi, page.dpi), tiffinfo=_tags())


def book_tiff(pages: list[Page], path: Path) -> None:
    """All `pages` as frames of one 8-bit grey TIFF, deflate."""
    frames = [_grey(page, 51) for page in pages]
    frames[0].save(
        path, "TIFF", save_all=True, append_images=frames[1:], compression="tiff_adobe_deflate",
        dpi=(pages[0].dpi, pages[0].dpi), tiffinfo=_tags(),
    )  # fmt: skip


def pdf(pages: list[Page], path: Path, title: str) -> None:
    """All `pages` as one plain PDF (not PDF/A)."""
    images = [page.image for page in pages]
    images[0].save(
        path, "PDF", save_all=True, append_images=images[1:], resolution=pages[0].dpi,
        quality=QUALITY["colour"], title=title, creationDate=WHEN, modDate=WHEN,
    )  # fmt: skip
