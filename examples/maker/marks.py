"""Fonts, and what people add to a page by hand: signatures, seals, stamps, notes."""

import math
import random
from functools import cache
from importlib.resources import as_file, files
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

FILES = {
    "typed": ("fontpkg_ibm_plex_mono", "IBMPlexMono-Regular.ttf"),
    "typed-bold": ("fontpkg_ibm_plex_mono", "IBMPlexMono-SemiBold.ttf"),
    "print": ("fontpkg_eb_garamond", "EBGaramond[wght].ttf"),
    "print-italic": ("fontpkg_eb_garamond", "EBGaramond-Italic[wght].ttf"),
    "hand": ("fontpkg_dancing_script", "DancingScript[wght].ttf"),
}


@cache
def font(name: str, size: int, weight: int = 0) -> ImageFont.FreeTypeFont:
    """A font by role; `size` in pixels; `weight` only for the variable fonts (print, hand)."""
    package, file = FILES[name]
    with as_file(files(package) / "files" / file) as path:
        loaded = ImageFont.truetype(str(path), size)
    if weight:
        loaded.set_variation_by_axes([weight])
    return loaded


def scribble(draw: ImageDraw.ImageDraw, x: int, y: int, width: int, rng: random.Random) -> None:
    """A signature: loops that run to the right and end in a flourish."""
    loops, lean = rng.randint(4, 7), rng.uniform(0.3, 0.8)
    high, low = width * rng.uniform(0.13, 0.2), rng.uniform(0, math.tau)
    points: list[tuple[float, float]] = []
    for i in range(221):
        t = i / 220
        swing = math.tau * loops * t + low
        tall = high * (1.1 - 0.7 * t) * (0.6 + 0.4 * math.sin(3.1 * t * math.pi + low))
        px = x + width * (0.08 + 0.74 * t) + width * 0.055 * math.cos(swing) + lean * tall * math.sin(swing)
        points.append((px, y - tall * math.sin(swing)))
    for i, (start, end) in enumerate(pairwise(points)):
        draw.line((*start, *end), fill=235, width=3 if i % 26 < 15 else 4)
    end_x, end_y = points[-1]
    curve = [(end_x - width * 0.85 * s, end_y + width * (0.12 + 0.1 * math.sin(s * 3))) for s in _steps(20)]
    draw.line([points[-1], *curve], fill=225, width=3, joint="curve")


def _steps(count: int) -> list[float]:
    return [i / count for i in range(count + 1)]


def seal(diameter: int, ring: str) -> Image.Image:
    """A round seal as a mask (mode L): two rings, a star, the office along the rim."""
    big = Image.new("L", (diameter * 2, diameter * 2), 0)
    draw = ImageDraw.Draw(big)
    c = diameter
    draw.ellipse((6, 6, 2 * c - 6, 2 * c - 6), outline=255, width=9)
    inner = int(c * 0.62)
    draw.ellipse((c - inner, c - inner, c + inner, c + inner), outline=255, width=5)
    _star(draw, c, c - c // 12, int(c * 0.34))
    draw.text((c, c + int(c * 0.42)), "MẪU", font=font("print", int(c * 0.2), 700), fill=255, anchor="mm")
    _rim(big, f"{ring} ★ DỮ LIỆU TỔNG HỢP ★ ")
    return big.resize((diameter, diameter), Image.Resampling.LANCZOS)


def _star(draw: ImageDraw.ImageDraw, x: int, y: int, r: int) -> None:
    points = []
    for i in range(10):
        radius = r if i % 2 == 0 else r * 0.4
        angle = -math.pi / 2 + i * math.pi / 5
        points.append((x + radius * math.cos(angle), y + radius * math.sin(angle)))
    draw.polygon(points, fill=255)


def _rim(big: Image.Image, text: str) -> None:
    c, size = big.width // 2, int(big.width * 0.088)
    face = font("print", size, 700)
    for i, letter in enumerate(text):
        turn = 360 * i / len(text) - 110
        tile = Image.new("L", (size * 2, size * 2), 0)
        if letter == "★":
            _star(ImageDraw.Draw(tile), size, size, size // 3)
        else:
            ImageDraw.Draw(tile).text((size, size), letter, font=face, fill=255, anchor="mm")
        turned = tile.rotate(-turn - 90, Image.Resampling.BICUBIC)
        radius = c * 0.795
        at = (c + radius * math.cos(math.radians(turn)), c + radius * math.sin(math.radians(turn)))
        big.paste(255, (int(at[0] - size), int(at[1] - size)), turned)


def incoming(size: int, number: str, date: str) -> tuple[Image.Image, list[str]]:
    """The rubber stamp of a registry as a mask (mode L), and its lines; `size` is the width."""
    lines = ["CÔNG VĂN ĐẾN", f"Số: {number}", f"Ngày: {date}"]
    mask = Image.new("L", (size, int(size * 0.48)), 0)
    draw = ImageDraw.Draw(mask)
    draw.rectangle((2, 2, mask.width - 3, mask.height - 3), outline=255, width=4)
    draw.line((2, mask.height * 0.36, mask.width - 3, mask.height * 0.36), fill=255, width=3)
    draw.text((size / 2, size * 0.09), lines[0], font=font("print", size // 9, 700), fill=255, anchor="mm")
    for i, label in enumerate(("Số:", "Ngày:")):
        y = size * (0.25 + 0.13 * i)
        draw.text((size * 0.06, y), label, font=font("print", size // 10, 600), fill=255, anchor="lm")
        value = (number, date)[i]
        draw.text((size * 0.32, y), value, font=font("hand", size // 8, 600), fill=255, anchor="lm")
    return mask.rotate(4, Image.Resampling.BICUBIC, expand=True), lines


def note(text: str, size: int, turn: float) -> Image.Image:
    """A handwritten remark as a mask (mode L), turned by `turn` degrees."""
    face = font("hand", size, 600)
    box = face.getbbox(text)
    mask = Image.new("L", (int(box[2]) + 20, int(box[3]) + 20), 0)
    ImageDraw.Draw(mask).text((10, 5), text, font=face, fill=245)
    return mask.rotate(turn, Image.Resampling.BICUBIC, expand=True)
