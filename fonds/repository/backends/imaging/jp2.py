"""JPEG 2000 through Pillow (OpenJPEG): the libvips of pyvips[binary] has no decoder for it."""

from __future__ import annotations

import os

from PIL import Image

from fonds.repository.backends.imaging.pixels import MAX_WHOLE_PIXELS, Pixels
from fonds.repository.ports.imaging import ImageError

# Our own limit is checked on the header before Pillow opens the file; its default would warn about a map sheet.
Image.MAX_IMAGE_PIXELS = MAX_WHOLE_PIXELS

_DIRECT = {"L": 1, "RGB": 3, "RGBA": 4, "LA": 2}


def decode(fd: int) -> Pixels:
    """Decode a whole JPEG 2000 image. Raises ImageError when any of it cannot be decoded."""
    try:
        with os.fdopen(os.dup(fd), "rb") as file:
            file.seek(0)
            with Image.open(file, formats=["JPEG2000"]) as image:
                return _pixels(image)
    # OpenJPEG reports broken data as OSError, SyntaxError or ValueError, depending on where it stopped.
    except (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError) as error:
        raise ImageError(f"JPEG 2000: {error}") from error


def _pixels(image: Image.Image) -> Pixels:
    if image.mode == "I;16":
        return Pixels(image.width, image.height, 1, image.tobytes(), deep=True)
    plain = image if image.mode in _DIRECT else image.convert("RGB")
    return Pixels(plain.width, plain.height, _DIRECT[plain.mode], plain.tobytes())
