"""Old paper: tone, stains, folds, and ink laid on it.

Only smooth textures are used: fine noise would cost more bytes than the text it sits under.
"""

import random
from dataclasses import dataclass

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

RGB = tuple[int, int, int]
BED: RGB = (226, 223, 216)


@dataclass(frozen=True, slots=True)
class Tone:
    """The two colours between which a sheet's texture runs."""

    dark: RGB
    light: RGB


TONES = {
    "cream": Tone((176, 148, 104), (245, 234, 208)),
    "straw": Tone((172, 142, 98), (241, 227, 194)),
    "grey": Tone((150, 138, 120), (236, 230, 218)),
    "white": Tone((182, 170, 146), (247, 243, 232)),
}


def clouds(size: tuple[int, int], cells: int, rng: random.Random) -> Image.Image:
    """Smooth grey noise (mode L): `cells` random values along the short side, enlarged."""
    w, h = size
    cw, ch = max(2, cells * w // min(w, h)), max(2, cells * h // min(w, h))
    small = Image.frombytes("L", (cw, ch), rng.randbytes(cw * ch))
    return small.resize(size, Image.Resampling.BICUBIC)


def _edges(size: tuple[int, int]) -> Image.Image:
    """White in the middle, darker towards the rim, as paper browns from outside."""
    mask = Image.new("L", (size[0] // 8, size[1] // 8), 150)
    draw = ImageDraw.Draw(mask)
    m = 6
    draw.rounded_rectangle((m, m, mask.width - m, mask.height - m), 18, fill=255)
    return mask.filter(ImageFilter.GaussianBlur(9)).resize(size, Image.Resampling.BICUBIC)


def _stains(size: tuple[int, int], rng: random.Random) -> Image.Image:
    """A water ring or two and a few brown specks (mode L, white where clean)."""
    small = Image.new("L", (size[0] // 4, size[1] // 4), 255)
    draw = ImageDraw.Draw(small)
    w, h = small.size
    for _ in range(rng.randint(0, 2)):
        x, y, r = rng.choice((0, w)), rng.randint(0, h), rng.randint(w // 10, w // 4)
        draw.ellipse((x - r, y - r, x + r, int(y + r * 0.8)), fill=243, outline=222, width=2)
    for _ in range(rng.randint(6, 16)):
        x, y, r = rng.randint(0, w), rng.randint(0, h), rng.randint(1, 2)
        draw.ellipse((x, y, x + r, y + r), fill=215)
    return small.filter(ImageFilter.GaussianBlur(1.6)).resize(size, Image.Resampling.BICUBIC)


def _folds(texture: Image.Image, rng: random.Random, lines: list[tuple[bool, float]]) -> None:
    """Draw creases: a thin dark line with a light one beside it. (vertical?, place 0..1)."""
    draw = ImageDraw.Draw(texture)
    w, h = texture.size
    for vertical, place in lines:
        at = int((w if vertical else h) * place) + rng.randint(-6, 6)
        for shift, value in ((0, 196), (2, 252), (3, 252)):
            a = at + shift
            line = (a, 0, a + rng.randint(-4, 4), h) if vertical else (0, a, w, a + rng.randint(-4, 4))
            draw.line(line, fill=value, width=1)


def sheet(
    size: tuple[int, int], tone: str, rng: random.Random, folds: list[tuple[bool, float]] | None = None
) -> Image.Image:
    """An empty sheet of old paper (mode RGB, `size` in pixels)."""
    texture = clouds(size, 7, rng).point([200 + v * 44 // 255 for v in range(256)])
    texture = ImageChops.multiply(texture, _edges(size))
    texture = ImageChops.multiply(texture, _stains(size, rng))
    _folds(texture, rng, [(False, 0.5)] if folds is None else folds)
    texture = texture.filter(ImageFilter.GaussianBlur(0.7))
    texture = texture.point([min(255, v * 255 // 242) for v in range(256)])
    return ImageOps.colorize(texture, TONES[tone].dark, TONES[tone].light, blackpoint=90)


def punch(page: Image.Image, rng: random.Random) -> None:
    """Two filing holes in the left margin."""
    draw = ImageDraw.Draw(page)
    h, r = page.height, page.width // 70
    for y in (h // 2 - h // 9, h // 2 + h // 9):
        x = page.width // 22 + rng.randint(-4, 4)
        draw.ellipse((x - r, y - r, x + r, y + r), fill=BED, outline=(150, 130, 100), width=2)


def lay_ink(page: Image.Image, mask: Image.Image, colour: RGB, rng: random.Random, wear: int = 70) -> None:
    """Lay `colour` through `mask` (mode L); `wear` (0..255) is how far the ink fades in places."""
    fade = clouds(page.size, 24, rng).point([255 - (255 - v) * wear // 255 for v in range(256)])
    soft = ImageChops.multiply(mask.filter(ImageFilter.GaussianBlur(0.8)), fade)
    page.paste(colour, (0, 0), soft)


def skew(page: Image.Image, rng: random.Random, limit: float = 0.7) -> Image.Image:
    """The page as it lay on the scanner: turned by at most `limit` degrees, the lid showing."""
    angle = rng.uniform(0.15, limit) * rng.choice((-1, 1))
    return page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=BED)
