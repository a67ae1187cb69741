"""Pieces of landscape for the synthetic photographs: sky, hills, water, trees, people, stone."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

from .paper import RGB, clouds

W, H = 1360, 940


def mix(a: RGB, b: RGB, t: float) -> RGB:
    """The colour `t` (0..1) of the way from `a` to `b`."""
    return (
        round(a[0] + (b[0] - a[0]) * t),
        round(a[1] + (b[1] - a[1]) * t),
        round(a[2] + (b[2] - a[2]) * t),
    )


def gradient(size: tuple[int, int], top: RGB, bottom: RGB) -> Image.Image:
    """A vertical run from `top` to `bottom`."""
    ramp = Image.linear_gradient("L").resize(size, Image.Resampling.BICUBIC)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def sky(rng: random.Random, top: RGB, bottom: RGB) -> Image.Image:
    """A whole picture of sky with soft clouds."""
    scene = gradient((W, H), top, bottom)
    puffs = clouds((W, H), 5, rng).point([max(0, v - 130) for v in range(256)])
    scene.paste((250, 248, 242), (0, 0), puffs.filter(ImageFilter.GaussianBlur(8)))
    return scene


def ridge(rng: random.Random, base: float, height: float, rough: float) -> list[tuple[float, float]]:
    """A mountain line from left to right, closed along the bottom of the picture."""
    waves = [(rng.uniform(0.5, 1.6) * k, rng.uniform(0, 6.3), 1 / k) for k in (1, 2, 4, 9, 17)]
    line = []
    for x in range(0, W + 8, 8):
        y = sum(a * math.sin(f * x / W * 5 + p) * (rough if f > 4 else 1) for f, p, a in waves)
        line.append((float(x), base - height * (0.5 + 0.35 * y)))
    return [(0.0, float(H)), *line, (float(W), float(H))]


def hills(scene: Image.Image, rng: random.Random, base: int, far: RGB, near: RGB, count: int = 3) -> None:
    """Ranges one before the other, hazy at a distance."""
    draw = ImageDraw.Draw(scene)
    for i in range(count):
        t = i / max(1, count - 1)
        draw.polygon(ridge(rng, base + i * 34, 230 - 150 * t, 0.7), fill=mix(far, near, t))


def mirror(scene: Image.Image, shore: int, tint: RGB) -> None:
    """Water below `shore`: the upper picture upside down, tinted, drawn out in ripples."""
    depth = H - shore
    flipped = scene.crop((0, max(0, shore - depth), W, shore)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    flipped = flipped.resize((W, depth)).filter(ImageFilter.BoxBlur((9, 2)))
    scene.paste(Image.blend(flipped, Image.new("RGB", flipped.size, tint), 0.45), (0, shore))
    draw = ImageDraw.Draw(scene)
    for i in range(46):
        y = shore + depth * (i / 46) ** 1.6 + 3
        x, length = (i * 397) % W, 40 + i * 5
        draw.line((x - length, y, x + length, y), fill=mix(tint, (250, 250, 244), 0.45), width=1 + i // 18)


def tree(draw: ImageDraw.ImageDraw, rng: random.Random, x: float, y: float, size: float, leaf: RGB) -> None:
    """A broad tree standing at (x, y)."""
    draw.line((x, y, x, y - size), fill=(74, 60, 46), width=max(2, int(size / 12)))
    for i in range(16):
        dx, dy = rng.gauss(0, size * 0.25), rng.gauss(0, size * 0.16)
        r = size * rng.uniform(0.12, 0.24)
        shade = mix(leaf, (255, 255, 220), 0.05 + 0.012 * i if dy < 0 else 0)
        draw.ellipse((x + dx - r, y - size + dy - r, x + dx + r, y - size + dy + r), fill=shade)


def palm(draw: ImageDraw.ImageDraw, x: float, y: float, size: float, leaf: RGB) -> None:
    """An areca palm: slender trunk, feathers bent down."""
    draw.line((x, y, x + size * 0.05, y - size), fill=(96, 84, 68), width=max(3, int(size / 30)))
    for i in range(9):
        angle = math.pi * (1.04 + 0.92 * i / 8)
        points = []
        for k in range(9):
            t = k / 8
            px = x + size * 0.05 + math.cos(angle) * size * 0.36 * t
            points.append((px, y - size + math.sin(angle) * size * 0.26 * t + size * 0.2 * t * t))
        draw.line(points, fill=mix(leaf, (20, 30, 16), (i % 3) * 0.18), width=max(3, int(size / 34)), joint="curve")


def crowd(draw: ImageDraw.ImageDraw, rng: random.Random, top: int, rows: int) -> None:
    """People seen from behind: hats and shoulders, larger towards us."""
    for row in range(rows):
        y, r = top + row * row * 5 + row * 18, 9 + row * 3.2
        x = -r + rng.uniform(0, r)
        while x < W + r:
            shirt = rng.choice(((70, 66, 60), (96, 92, 84), (182, 178, 166), (120, 116, 106), (58, 54, 52)))
            draw.ellipse((x - 1.7 * r, y + r * 0.7, x + 1.7 * r, y + r * 5), fill=shirt)
            draw.ellipse((x - r * 0.75, y - r, x + r * 0.75, y + r), fill=(48, 42, 38))
            if rng.random() < 0.42:
                cone = [(x - 1.8 * r, y + r * 0.2), (x, y - 1.8 * r), (x + 1.8 * r, y + r * 0.2)]
                draw.polygon(cone, fill=(206, 194, 160))
                draw.polygon([cone[1], cone[2], (x + r * 0.3, y + r * 0.2)], fill=(176, 164, 130))
            x += r * rng.uniform(2.9, 3.7)


def star(draw: ImageDraw.ImageDraw, x: float, y: float, r: float, fill: RGB) -> None:
    """A five-pointed star."""
    turn = [-math.pi / 2 + i * math.pi / 5 for i in range(10)]
    draw.polygon(
        [(x + math.cos(a) * r * (1 if i % 2 == 0 else 0.4), y + math.sin(a) * r * (1 if i % 2 == 0 else 0.4))
         for i, a in enumerate(turn)],
        fill=fill,
    )  # fmt: skip


def grass(draw: ImageDraw.ImageDraw, rng: random.Random, top: int, colour: RGB) -> None:
    """Blades over the ground below `top`, longer towards us."""
    for _ in range(1500):
        y = top + (H - top) * rng.random() ** 0.8
        x, tall = rng.uniform(0, W), 5 + (y - top) * 0.06
        shade = mix(colour, rng.choice(((232, 236, 160), (20, 40, 16))), rng.uniform(0.05, 0.35))
        draw.line((x, y, x + rng.uniform(-4, 4), y - tall), fill=shade, width=2)
