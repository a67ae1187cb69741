"""Synthetic photographs: scenes put together, then printed as an old print and scanned."""

import random
from collections.abc import Callable

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .canvas import Page
from .data import PhotoData
from .marks import font
from .paper import clouds
from .scenes import H, W, crowd, gradient, grass, hills, mirror, mix, palm, ridge, sky, star, tree

Scene = Callable[[random.Random, list[str]], Image.Image]


def _bridge(rng: random.Random, _: list[str]) -> Image.Image:
    scene = sky(rng, (150, 168, 184), (232, 228, 214))
    hills(scene, rng, 520, (176, 182, 184), (104, 112, 102))
    draw = ImageDraw.Draw(scene)
    iron, stone = (62, 58, 56), (150, 144, 132)
    draw.rectangle((0, 500, W, 518), fill=iron)
    for i in range(5):
        x = 30 + i * 300
        draw.arc((x - 150, 390, x + 150, 630), 180, 360, fill=iron, width=9)
        for k in range(-4, 5):
            draw.line((x + k * 32, 505, x + k * 32, 510 - (1 - (k / 4.6) ** 2) ** 0.5 * 116), fill=iron, width=4)
        draw.polygon(((x + 132, 518), (x + 168, 518), (x + 178, 640), (x + 122, 640)), fill=stone)
        draw.polygon(((x + 156, 518), (x + 168, 518), (x + 178, 640), (x + 162, 640)), fill=(116, 110, 100))
    for x in range(0, W, 26):
        draw.line((x, 478, x, 500), fill=iron, width=3)
    draw.line((0, 478, W, 478), fill=iron, width=4)
    mirror(scene, 640, (132, 142, 142))
    draw = ImageDraw.Draw(scene)
    draw.polygon(((420, 800), (720, 800), (690, 828), (452, 828)), fill=(52, 46, 40))
    draw.polygon(((500, 800), (520, 764), (620, 764), (644, 800)), fill=(120, 100, 70))
    draw.line((700, 810, 770, 700), fill=(52, 46, 40), width=4)
    palm(draw, 1240, 830, 330, (70, 84, 58))
    palm(draw, 1310, 860, 260, (62, 76, 50))
    return scene


def _meeting(rng: random.Random, _: list[str]) -> Image.Image:
    scene = sky(rng, (176, 186, 192), (236, 232, 220))
    hills(scene, rng, 470, (186, 190, 188), (138, 144, 132), 2)
    draw = ImageDraw.Draw(scene)
    draw.rectangle((0, 470, W, H), fill=(168, 156, 132))
    draw.rectangle((330, 230, 1030, 520), fill=(196, 186, 164))
    draw.rectangle((330, 230, 1030, 292), fill=(120, 40, 36))
    face = font("print", 40, 700)
    draw.text((680, 260), "LỄ KHÁNH THÀNH CẦU ĐÁ BẠC", font=face, fill=(240, 230, 200), anchor="mm")
    draw.rectangle((310, 220, 334, 560), fill=(92, 80, 66))
    draw.rectangle((1026, 220, 1050, 560), fill=(92, 80, 66))
    draw.rectangle((300, 500, 1060, 566), fill=(140, 124, 98))
    for x in (480, 580, 680, 780, 880):
        draw.ellipse((x - 15, 396, x + 15, 430), fill=(70, 58, 50))
        draw.rounded_rectangle((x - 28, 430, x + 28, 505), 12, fill=(214, 208, 194) if x == 680 else (92, 90, 84))
    for x in (150, 230, 1130, 1210):
        draw.line((x, 570, x, 190), fill=(96, 84, 70), width=6)
        draw.polygon(((x + 3, 194), (x + 66, 206), (x + 60, 250), (x + 3, 244)), fill=(150, 50, 44))
    tree(draw, rng, 70, 560, 260, (84, 96, 70))
    tree(draw, rng, 1310, 560, 240, (80, 92, 66))
    crowd(draw, rng, 570, 7)
    return scene


def _terraces(rng: random.Random, _: list[str]) -> Image.Image:
    scene = sky(rng, (164, 178, 190), (238, 234, 222))
    hills(scene, rng, 430, (188, 192, 192), (130, 140, 126), 4)
    draw = ImageDraw.Draw(scene)
    for i in range(17):
        y = 470 + i * i * 1.75
        same = random.Random(5 + i // 6)  # noqa: S311 - repeatable, not secret: six terraces share a slope
        line = ridge(same, y, 46 + i * 2.4, 0.12)
        bright = (208, 210, 194) if i % 2 else (158, 168, 138)
        draw.polygon(line, fill=mix(bright, (92, 102, 76), i / 26))
        draw.line(line[1:-1], fill=(80, 84, 62), width=2 + i // 4)
    draw.polygon(((850, 620), (940, 560), (1030, 620)), fill=(110, 92, 66))
    draw.rectangle((872, 620, 1010, 672), fill=(146, 126, 96))
    draw.rectangle((928, 634, 956, 672), fill=(60, 50, 40))
    tree(draw, rng, 1070, 680, 130, (78, 92, 64))
    palm(draw, 150, 900, 420, (66, 80, 54))
    return scene


def _school(rng: random.Random, _: list[str]) -> Image.Image:
    scene = sky(rng, (160, 176, 190), (240, 236, 224))
    hills(scene, rng, 470, (190, 194, 192), (150, 158, 144), 2)
    draw = ImageDraw.Draw(scene)
    scene.paste(gradient((W, H - 600), (196, 184, 158), (150, 136, 108)), (0, 600))
    draw.polygon(((150, 400), (260, 290), (1110, 290), (1220, 400)), fill=(128, 84, 66))
    for x in range(190, 1190, 22):
        draw.line((x, 400, 680 + (x - 680) * 0.86, 290), fill=(106, 66, 52), width=2)
    draw.rectangle((190, 400, 1180, 620), fill=(222, 212, 186))
    draw.rectangle((190, 590, 1180, 620), fill=(150, 142, 126))
    for i in range(7):
        x = 230 + i * 136
        door = i % 3 == 1
        draw.rectangle((x, 446, x + 80, 620 if door else 550), fill=(84, 74, 60))
        draw.line((x + 40, 446, x + 40, 620 if door else 550), fill=(200, 190, 164), width=4)
    draw.text((440, 424), "TRƯỜNG CẤP MỘT TÂN HÒA", font=font("print", 34, 700), fill=(96, 40, 34), anchor="mm")
    draw.line((680, 780, 680, 190), fill=(110, 100, 86), width=7)
    draw.polygon(((684, 194), (790, 206), (782, 268), (684, 258)), fill=(150, 46, 40))
    star(draw, 734, 232, 19, (238, 214, 120))
    for x, size in ((90, 300), (1290, 330), (1210, 210)):
        tree(draw, rng, x, 690, size, (86, 100, 70))
    for i in range(11):
        x, y = 300 + i * 74 + rng.randint(-10, 10), 740 + rng.randint(-8, 30)
        draw.ellipse((x - 11, y - 66, x + 11, y - 42), fill=(52, 44, 38))
        draw.rounded_rectangle((x - 18, y - 42, x + 18, y + 6), 8, fill=(226, 222, 208))
        draw.rectangle((x - 13, y + 4, x + 13, y + 44), fill=(64, 62, 66))
    return scene


def _grave(rng: random.Random, stone: list[str]) -> Image.Image:
    scene = sky(rng, (128, 172, 206), (226, 234, 226))
    hills(scene, rng, 420, (150, 178, 180), (92, 130, 88), 3)
    draw = ImageDraw.Draw(scene)
    scene.paste(gradient((W, H - 480), (128, 156, 84), (74, 108, 54)), (0, 480))
    grass(draw, rng, 500, (104, 138, 66))
    for i in (-2, -1, 1, 2):
        x = 680 + i * 300
        draw.rounded_rectangle((x - 60, 420, x + 60, 560), 16, fill=(196, 198, 188))
        star(draw, x, 460, 18, (176, 60, 48))
    draw.polygon(((330, 860), (1030, 860), (960, 760), (400, 760)), fill=(168, 168, 158))
    draw.rectangle((330, 860, 1030, 900), fill=(134, 134, 126))
    draw.rounded_rectangle((444, 216, 932, 800), 44, fill=(128, 130, 124))
    draw.rounded_rectangle((430, 206, 916, 800), 44, fill=(214, 214, 204))
    draw.rounded_rectangle((452, 228, 894, 780), 34, outline=(150, 150, 140), width=5)
    star(draw, 673, 306, 50, (196, 44, 36))
    for i, line in enumerate(stone):
        face = font("print", 41 if i < 2 else 38, 700 if i < 2 else 500)
        draw.text((673, 396 + i * 66), line, font=face, fill=(110, 24, 20) if i < 2 else (52, 52, 48), anchor="mm")
    _flowers(draw, rng)
    return scene


def _flowers(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    draw.polygon(((620, 790), (726, 790), (712, 852), (634, 852)), fill=(164, 120, 70))
    for i in range(7):
        draw.line((673, 800, 646 + i * 9, 726 - i % 3 * 8), fill=(150, 60, 50), width=3)
    for _ in range(70):
        x, y, r = rng.gauss(800, 48), rng.gauss(814, 17), rng.uniform(6, 12)
        colour = rng.choice(((236, 196, 60), (244, 240, 226), (206, 66, 80), (86, 130, 60)))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def _cemetery(rng: random.Random, _: list[str]) -> Image.Image:
    scene = sky(rng, (120, 168, 208), (230, 236, 228))
    hills(scene, rng, 420, (156, 182, 190), (98, 134, 96), 3)
    draw = ImageDraw.Draw(scene)
    scene.paste(gradient((W, H - 470), (140, 166, 94), (84, 118, 58)), (0, 470))
    grass(draw, rng, 490, (112, 144, 72))
    draw.polygon(((640, 480), (720, 480), (900, H), (460, H)), fill=(204, 196, 172))
    draw.polygon(((628, 480), (656, 150), (704, 150), (732, 480)), fill=(226, 220, 204))
    draw.polygon(((704, 150), (732, 480), (696, 480), (684, 150)), fill=(184, 178, 162))
    star(draw, 680, 130, 34, (206, 52, 40))
    draw.rectangle((560, 440, 800, 500), fill=(206, 198, 180))
    draw.text((680, 470), "TỔ QUỐC GHI CÔNG", font=font("print", 25, 800), fill=(150, 30, 24), anchor="mm")
    for row in range(6):
        y, s = 540 + row * row * 11 + row * 18, 20 + row * 11
        for k in range(1, 9):
            for side in (-1, 1):
                x = 680 + side * (70 + row * 34 + k * s * 2.5)
                draw.rounded_rectangle((x - s * 0.6, y - s * 1.5, x + s * 0.6, y), int(s * 0.2), fill=(222, 222, 212))
                draw.rectangle((x - s * 0.8, y, x + s * 0.8, y + s * 0.4), fill=(164, 164, 152))
                star(draw, x, y - s, s * 0.28, (190, 52, 44))
    for x in (60, 180, 1180, 1300):
        tree(draw, rng, x, 505, 150, (64, 104, 58))
    return scene


SCENES: dict[str, Scene] = {
    "bridge": _bridge, "meeting": _meeting, "terraces": _terraces,
    "school": _school, "grave": _grave, "cemetery": _cemetery,
}  # fmt: skip


def photograph(photo: PhotoData, rng: random.Random) -> Page:
    """The scene of `photo` as a 9 x 12 cm print, scanned at 300 dpi (mode RGB)."""
    scene = SCENES[photo["scene"]](rng, photo.get("stone", []))
    scene = scene.filter(ImageFilter.GaussianBlur(1.1))
    grain = clouds(scene.size, 300, rng).point([241 + v * 14 // 255 for v in range(256)])
    scene = ImageChops.multiply(scene, Image.merge("RGB", (grain,) * 3))
    shade = Image.radial_gradient("L").resize(scene.size, Image.Resampling.BICUBIC)
    shade = shade.point([255 - max(0, v - 90) * 90 // 165 for v in range(256)])
    scene = ImageChops.multiply(scene, Image.merge("RGB", (shade,) * 3))
    if photo["tone"] == "sepia":
        scene = ImageOps.colorize(ImageOps.autocontrast(scene.convert("L"), 1), (44, 34, 26), (244, 234, 212))
    else:
        scene = Image.blend(scene, Image.new("RGB", scene.size, (214, 170, 120)), 0.14)
    print_ = ImageOps.expand(scene, 34, (240, 234, 218))
    return Page(print_, 300, "\n".join(photo.get("stone", [])))
