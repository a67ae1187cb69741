"""The map of the invented province: an A3 sheet at 300 dpi, inks over folded paper."""

import math
import random
from itertools import pairwise

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from .canvas import Page
from .marks import font
from .paper import RGB, sheet

Point = tuple[float, float]
SIZE = (4961, 3508)
SCALE = 4.0
SHIFT = (330, 420)

OUTLINE: list[Point] = [
    (90, 200), (180, 90), (330, 60), (450, 110), (560, 50), (720, 80), (840, 160), (930, 250),
    (900, 380), (950, 480), (860, 590), (720, 640), (600, 600), (480, 670), (340, 640), (220, 660),
    (130, 560), (150, 440), (60, 330),
]  # fmt: skip
SEEDS: list[tuple[str, Point, RGB]] = [
    ("MƯỜNG ĐĂNG", (270, 190), (232, 214, 168)),
    ("QUÝ LÂM", (690, 200), (206, 222, 178)),
    ("PHÚ HÒA", (320, 500), (238, 200, 182)),
    ("ĐÔNG THỦY", (740, 470), (196, 214, 220)),
]
RIVER: list[Point] = [
    (60, 270),
    (190, 300),
    (290, 350),
    (420, 360),
    (510, 420),
    (600, 430),
    (690, 520),
    (760, 640),
]
BROOK: list[Point] = [(800, 240), (740, 320), (690, 370), (616, 462)]
ROAD: list[Point] = [(130, 610), (260, 540), (390, 470), (480, 390), (620, 360), (780, 420), (960, 440)]
TRACK: list[Point] = [(480, 390), (420, 290), (350, 220), (300, 120)]
PEAKS: list[tuple[Point, int, str]] = [
    ((210, 150), 6, "Núi Voi 1124"), ((400, 160), 4, ""), ((610, 130), 5, "Pù Lam 986"),
    ((820, 260), 4, ""), ((180, 420), 3, ""), ((660, 600), 2, "Đồi Sim 312"),
]  # fmt: skip
TOWNS: list[tuple[Point, str, bool]] = [
    ((480, 390), "LAM KHÊ", True), ((320, 505), "Phú Hòa", True), ((760, 424), "Đông Thủy", True),
    ((650, 215), "Quý Lâm", True), ((330, 200), "Mường Đăng", True), ((405, 540), "Tân Hòa", False),
    ((250, 590), "Bình Lãng", False), ((690, 392), "Đức Thủy", False),
    ((560, 240), "Yên Quý (Yên Quí)", False),
    ((210, 500), "Đại Nghĩa", False), ((500, 560), "Xuân Đồng", False), ((800, 482), "Mỹ Đường", False),
    ((150, 222), "Nà Đon", False), ((712, 150), "Phúc Khánh", False), ((410, 610), "Thanh Kỳ", False),
]  # fmt: skip
BROWN: RGB = (166, 122, 78)
WATER: RGB = (74, 126, 170)
ROAD_RED: RGB = (182, 62, 48)
INK: RGB = (46, 40, 40)


def _at(p: Point) -> Point:
    return (p[0] * SCALE + SHIFT[0], p[1] * SCALE + SHIFT[1])


def smooth(points: list[Point], closed: bool, rounds: int = 4) -> list[Point]:
    """Cut corners (Chaikin) until the line looks drawn by hand."""
    for _ in range(rounds):
        pairs = list(zip(points, points[1:] + points[:1] if closed else points[1:], strict=False))
        cut = [(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t) for a, b in pairs for t in (0.25, 0.75)]
        points = cut if closed else [points[0], *cut, points[-1]]
    return points


def _wobble(points: list[Point], rng: random.Random, by: float) -> list[Point]:
    return [(x + rng.uniform(-by, by), y + rng.uniform(-by, by)) for x, y in points]


def _district_masks(rng: random.Random) -> list[Image.Image]:
    """One mask (mode L, full size) a district: nearest seat, borders bent by slow waves."""
    w, h = 496, 350
    rows = [bytearray(w * h) for _ in SEEDS]
    phase = [rng.uniform(0, 6) for _ in range(4)]
    for y in range(h):
        for x in range(w):
            px, py = (x * 10 - SHIFT[0]) / SCALE, (y * 10 - SHIFT[1]) / SCALE
            bx = px + 34 * math.sin(py / 47 + phase[0]) + 14 * math.sin(py / 17 + phase[1])
            by = py + 34 * math.sin(px / 53 + phase[2]) + 14 * math.sin(px / 19 + phase[3])
            near = min(range(4), key=lambda i: (bx - SEEDS[i][1][0]) ** 2 + (by - SEEDS[i][1][1]) ** 2)
            rows[near][y * w + x] = 255
    smalls = [Image.frombytes("L", (w, h), bytes(r)).filter(ImageFilter.GaussianBlur(1.5)) for r in rows]
    half = (SIZE[0] // 2, SIZE[1] // 2)
    return [s.resize(half, Image.Resampling.BICUBIC).point(lambda v: 255 * (v > 127)) for s in smalls]


def _areas(rng: random.Random) -> Image.Image:
    """Tinted districts with dashed-looking dark borders on white (mode RGB)."""
    half = (SIZE[0] // 2, SIZE[1] // 2)
    land = Image.new("L", half, 0)
    edge = smooth(_wobble(OUTLINE, rng, 9), True)
    ImageDraw.Draw(land).polygon([(_at(p)[0] / 2, _at(p)[1] / 2) for p in edge], fill=255)
    areas = Image.new("RGB", half, (255, 255, 255))
    for mask, (_, _, tint) in zip(_district_masks(rng), SEEDS, strict=True):
        inside = ImageChops.multiply(mask, land)
        areas.paste(tint, (0, 0), inside)
        rim = ImageChops.subtract(inside, inside.filter(ImageFilter.MinFilter(5)))
        areas.paste((150, 104, 120), (0, 0), rim)
    whole = areas.resize(SIZE, Image.Resampling.BICUBIC)
    closed = [_at(p) for p in [*edge, edge[0]]]
    draw = ImageDraw.Draw(whole)
    draw.line(closed, fill=(196, 150, 160), width=26, joint="curve")
    draw.line(closed, fill=INK, width=7, joint="curve")
    return whole


def _relief(draw: ImageDraw.ImageDraw, rng: random.Random) -> None:
    for (x, y), levels, name in PEAKS:
        phase = [rng.uniform(0, 6.3) for _ in range(3)]
        for level in range(levels):
            ring = []
            for k in range(73):
                a = math.tau * k / 72
                r = (9 + 13 * level) * (
                    1 + sum(0.13 / (i + 1) * math.sin((i + 2) * a + p) for i, p in enumerate(phase))
                )
                ring.append(_at((x + r * 1.25 * math.cos(a), y + r * 0.85 * math.sin(a))))
            draw.line(ring, fill=BROWN, width=3 if level % 3 else 5, joint="curve")
        if name:
            cx, cy = _at((x, y))
            draw.polygon(((cx, cy - 18), (cx - 16, cy + 12), (cx + 16, cy + 12)), fill=BROWN)
            draw.text((cx, cy + 40), name, font=font("print-italic", 50, 500), fill=(110, 76, 44), anchor="mm")


def _lines(draw: ImageDraw.ImageDraw) -> None:
    for course, widths in ((RIVER, (12, 30)), (BROOK, (7, 14))):
        points = [_at(p) for p in smooth(course, False)]
        for i, (a, b) in enumerate(pairwise(points)):
            width = widths[0] + (widths[1] - widths[0]) * i // len(points)
            draw.line((*a, *b), fill=WATER, width=width)
            draw.ellipse((b[0] - width / 2, b[1] - width / 2, b[0] + width / 2, b[1] + width / 2), fill=WATER)
    lake = smooth([(720, 345), (745, 310), (775, 305), (770, 335), (742, 362)], True)
    draw.polygon([_at(p) for p in lake], fill=(150, 190, 216), outline=WATER, width=5)
    road = [_at(p) for p in smooth(ROAD, False)]
    draw.line(road, fill=ROAD_RED, width=15, joint="curve")
    draw.line(road, fill=(248, 226, 190), width=6, joint="curve")
    track = smooth(TRACK, False)
    for a, b in zip(track[::2], track[1::2], strict=False):
        draw.line((*_at(a), *_at(b)), fill=ROAD_RED, width=6)


def _names(draw: ImageDraw.ImageDraw) -> list[str]:
    for (x, y), name, seat in TOWNS:
        cx, cy = _at((x, y))
        r = 22 if seat else 13
        draw.ellipse((cx - r, cy - r, cx + r, cy + r), fill=(255, 255, 255), outline=INK, width=6)
        if seat:
            draw.ellipse((cx - 8, cy - 8, cx + 8, cy + 8), fill=INK)
        size = 76 if name.isupper() else 64 if seat else 52
        draw.text((cx + r + 12, cy - 6), name, font=font("print", size, 700 if seat else 500), fill=INK, anchor="lm")
    for name, (x, y), _ in SEEDS:
        spaced = "  ".join("H. " + name)
        draw.text(_at((x + 20, y + 62)), spaced, font=font("print", 84, 400), fill=(120, 70, 88), anchor="mm")
    water = font("print-italic", 60, 600)
    draw.text(_at((240, 372)), "Sông Lam Khê", font=water, fill=(40, 84, 130), anchor="mm")
    draw.text(_at((828, 342)), "Hồ Suối Đá", font=water, fill=(40, 84, 130), anchor="mm")
    draw.text(_at((560, 470)), "Cầu Đá Bạc", font=font("print-italic", 50, 600), fill=INK, anchor="mm")
    names = [name for _, name, _ in TOWNS] + [f"H. {name}" for name, _, _ in SEEDS]
    return [*names, *(p[2] for p in PEAKS if p[2]), "Sông Lam Khê", "Hồ Suối Đá", "Cầu Đá Bạc"]


def _frame(draw: ImageDraw.ImageDraw) -> None:
    w, h = SIZE
    for gap, width in ((110, 14), (150, 4)):
        draw.rectangle((gap, gap, w - gap, h - gap), outline=INK, width=width)
    for i in range(1, 12):
        x = 150 + (w - 300) * i // 12
        draw.line((x, 112, x, 150), fill=INK, width=4)
        draw.line((x, h - 150, x, h - 112), fill=INK, width=4)
    for i in range(1, 8):
        y = 150 + (h - 300) * i // 8
        draw.line((112, y, 150, y), fill=INK, width=4)
        draw.line((w - 150, y, w - 112, y), fill=INK, width=4)


def _legend(draw: ImageDraw.ImageDraw) -> list[str]:
    x, y, rows = (
        3960,
        2290,
        ["Tỉnh lỵ, huyện lỵ", "Xã, bản", "Đường ô tô", "Đường ngựa", "Sông, suối", "Đường bình độ"],
    )
    draw.rectangle((x - 60, y - 120, x + 760, y + 640), fill=(255, 255, 255), outline=INK, width=5)
    draw.text((x + 350, y - 60), "CHÚ GIẢI", font=font("print", 66, 700), fill=INK, anchor="mm")
    for i, row in enumerate(rows):
        cy = y + 40 + i * 100
        if i < 2:
            r = (22, 13)[i]
            draw.ellipse((x + 70 - r, cy - r, x + 70 + r, cy + r), outline=INK, width=6)
        else:
            colour = (ROAD_RED, ROAD_RED, WATER, BROWN)[i - 2]
            for part in range(4):
                end = x + part * 36 + (24 if i == 3 else 36)
                draw.line((x + part * 36, cy, end, cy), fill=colour, width=(14, 6, 14, 4)[i - 2])
        draw.text((x + 190, cy), row, font=font("print", 56, 500), fill=INK, anchor="lm")
    return ["CHÚ GIẢI", *rows]


def _titles(draw: ImageDraw.ImageDraw) -> list[str]:
    head = ["BẢN ĐỒ ĐỊA GIỚI HÀNH CHÍNH", "TỈNH LAM KHÊ", "Tỷ lệ 1/100.000 - Ty Kiến trúc vẽ năm 1964"]
    for i, (line, size) in enumerate(zip(head, (120, 170, 70), strict=True)):
        draw.text((SIZE[0] / 2, (240, 390, 520)[i]), line, font=font("print", size, 700), fill=INK, anchor="mm")
    foot = "Dữ liệu tổng hợp: tỉnh Lam Khê không có thật"
    draw.text((SIZE[0] / 2, 3270), foot, font=font("print-italic", 60, 500), fill=INK, anchor="mm")
    for i in range(5):
        box = (400 + i * 197, 3190, 597 + i * 197, 3214)
        draw.rectangle(box, fill=INK if i % 2 == 0 else (255, 255, 255), outline=INK, width=4)
        draw.text((400 + i * 197, 3150), str(i * 5), font=font("print", 50, 500), fill=INK, anchor="mm")
    draw.text((1440, 3150), "25 km", font=font("print", 50, 500), fill=INK, anchor="mm")
    draw.polygon(((4500, 420), (4440, 680), (4500, 630)), fill=INK)
    draw.polygon(((4500, 420), (4560, 680), (4500, 630)), outline=INK, width=6)
    draw.text((4500, 360), "BẮC", font=font("print", 72, 700), fill=INK, anchor="mm")
    return [*head, foot, "BẮC"]


def province_map(rng: random.Random) -> Page:
    """The map (mode RGB, 4961 x 3508 pixels, 300 dpi) and every word on it."""
    inks = _areas(rng)
    draw = ImageDraw.Draw(inks)
    _relief(draw, rng)
    _lines(draw)
    _frame(draw)
    lines = [*_titles(draw), *_names(draw), *_legend(draw)]
    folds = [(True, 0.25), (True, 0.5), (True, 0.75), (False, 0.5)]
    paper = sheet(SIZE, "cream", rng, folds)
    return Page(ImageChops.multiply(paper, inks.filter(ImageFilter.GaussianBlur(1.2))), 300, "\n".join(lines))
