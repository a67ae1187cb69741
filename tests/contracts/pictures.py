"""Small page files of every kind, drawn when a test needs them; nothing here is a scan of a real document."""

from __future__ import annotations

import ctypes
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw, ImageFilter, ImageFont

SIZE = (620, 877)
RED, BLUE = (220, 30, 40), (30, 60, 200)


def page(lines: int = 12, size: tuple[int, int] = SIZE) -> Image.Image:
    """A white page with lines of print."""
    image = Image.new("RGB", size, "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=size[0] / 40)
    for n in range(lines):
        draw.text((size[0] * 0.1, size[1] * (0.1 + 0.06 * n)), "Uy ban nhan dan tinh so 12/BC-UB", "black", font)
    return image


def halves(mode: str = "RGB", size: tuple[int, int] = (600, 400)) -> Image.Image:
    """Red on the left, blue on the right, a green corner at the top left: turned or mirrored, it shows."""
    image = Image.new("RGB", size, RED)
    draw = ImageDraw.Draw(image)
    draw.rectangle((size[0] // 2, 0, size[0], size[1]), fill=BLUE)
    draw.rectangle((0, 0, size[0] // 6, size[1] // 6), fill=(20, 160, 60))
    return image.convert(mode)


def swapped_profile() -> bytes:
    """An ICC profile that calls red what sRGB calls blue: converting through it is seen at once."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {}
    for n in range(struct.unpack(">I", profile[128:132])[0]):
        name, offset, _ = struct.unpack(">4sII", profile[132 + 12 * n : 144 + 12 * n])
        places[name] = offset
    red, blue = (slice(places[name] + 8, places[name] + 20) for name in (b"rXYZ", b"bXYZ"))
    profile[red], profile[blue] = profile[blue], profile[red]
    return bytes(profile)


def paper(noise: float) -> Image.Image:
    """Blank paper: a warm tone, grain of this deviation, light falling off to one side, a dark edge of the scanner."""
    ctypes.CDLL(None).srand(1962)  # what Pillow draws the grain with: the same in every run
    grain = Image.effect_noise(SIZE, noise).point(lambda value: value - 128 + 225 if value else 97)
    shade = Image.linear_gradient("L").resize(SIZE).point(lambda value: 255 - value // 6)
    image = Image.composite(grain, Image.new("L", SIZE, 60), shade).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, 8, SIZE[1]), fill=(40, 40, 40))
    return image.filter(ImageFilter.GaussianBlur(0.5))


def huge_tiff(width: int, height: int, *, rows: int = 66, ink: bytes = b"\x00") -> bytes:
    """A grey TIFF of any size in a small file: all strips are the same few lines of print, packed once."""
    line = (b"\xff" * 300 + ink * 400).ljust(2000, b"\xff") * (width // 2000 + 1)
    strip = zlib.compress(line[:width] * (rows // 2) + b"\xff" * width * (rows - rows // 2), 1)
    strips = -(-height // rows)
    offsets, counts = 8 + len(strip), 8 + len(strip) + 4 * strips
    fields = {
        256: (4, 1, width), 257: (4, 1, height), 258: (3, 1, 8), 259: (3, 1, 8), 262: (3, 1, 1), 277: (3, 1, 1),
        273: (4, strips, offsets), 278: (4, 1, rows), 279: (4, strips, counts),
    }  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, *fields[tag]) for tag in sorted(fields))
    table = struct.pack(f"<{strips}I", *[8] * strips) + struct.pack(f"<{strips}I", *[len(strip)] * strips)
    directory = struct.pack("<H", len(fields)) + entries + bytes(4)
    return struct.pack("<2sHI", b"II", 42, 8 + len(strip) + len(table)) + strip + table + directory


def huge_png(width: int, height: int) -> bytes:
    """A grey PNG that claims to be of any size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def tiff_bytes(
    *, order: str = "<", big: bool = False, width: int = 8, height: int = 4, following: int = 0,
    strip: int | None = None, length: int | None = None, extra: tuple[tuple[int, int, int], ...] = (),
) -> bytes:  # fmt: skip
    """A grey TIFF made by hand: ``extra`` are (tag, type, value) short enough to be stored in the entry."""
    head = 16 if big else 8
    pixels = bytes(range(width * height))
    fields = {
        256: (4, width), 257: (4, height), 258: (3, 8), 259: (3, 1), 262: (3, 1), 277: (3, 1), 278: (4, height),
        273: (4, head if strip is None else strip), 279: (4, len(pixels) if length is None else length),
        **{tag: (kind, value) for tag, kind, value in extra},
    }  # fmt: skip
    entries = b""
    for tag, (kind, value) in sorted(fields.items()):
        inline = struct.pack(order + {3: "H", 4: "I"}[kind], value).ljust(8 if big else 4, b"\0")
        entries += struct.pack(order + ("HHQ" if big else "HHI"), tag, kind, 1) + inline
    mark = b"II" if order == "<" else b"MM"
    ifd = head + len(pixels)
    if big:
        start = mark + struct.pack(order + "HHHQ", 43, 8, 0, ifd)
        return start + pixels + struct.pack(order + "Q", len(fields)) + entries + struct.pack(order + "Q", following)
    start = mark + struct.pack(order + "HI", 42, ifd)
    return start + pixels + struct.pack(order + "H", len(fields)) + entries + struct.pack(order + "I", following)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of page file: how it is written, and (format, bits, dpi, compression) as its header says."""

    write: Callable[[Path], None]
    facts: tuple[str, int, float, str]


def _save(make: Callable[[], Image.Image], form: str, **options: object) -> Callable[[Path], None]:
    return lambda path: make().save(path, form, **options)


def _deep(path: Path) -> None:
    Image.linear_gradient("L").resize(SIZE).convert("I").point(lambda value: value * 256).convert("I;16").save(
        path, "TIFF"
    )


_TIFF_DPI = {"dpi": (300, 300)}
KINDS: dict[str, Kind] = {
    "tiff-rgb": Kind(_save(page, "TIFF", **_TIFF_DPI), ("tiff", 24, 300.0, "none")),
    "tiff-lzw": Kind(_save(page, "TIFF", compression="tiff_lzw"), ("tiff", 24, 0.0, "lzw")),
    "tiff-deflate": Kind(_save(page, "TIFF", compression="tiff_adobe_deflate"), ("tiff", 24, 0.0, "deflate")),
    "tiff-packbits": Kind(_save(page, "TIFF", compression="packbits"), ("tiff", 24, 0.0, "packbits")),
    "tiff-jpeg": Kind(_save(page, "TIFF", compression="jpeg", dpi=(200, 200)), ("tiff", 24, 200.0, "jpeg")),
    "tiff-g4": Kind(
        _save(lambda: page().convert("1", dither=Image.Dither.NONE), "TIFF", compression="group4", dpi=(200, 200)),
        ("tiff", 1, 200.0, "ccitt-g4"),
    ),
    "tiff-g3": Kind(
        _save(lambda: page().convert("1", dither=Image.Dither.NONE), "TIFF", compression="group3"),
        ("tiff", 1, 0.0, "ccitt-g3"),
    ),
    "tiff-grey": Kind(_save(lambda: page().convert("L"), "TIFF"), ("tiff", 8, 0.0, "none")),
    "tiff-16": Kind(_deep, ("tiff", 16, 0.0, "none")),
    "tiff-cmyk": Kind(_save(lambda: page().convert("CMYK"), "TIFF"), ("tiff", 32, 0.0, "none")),
    "jpeg-rgb": Kind(_save(page, "JPEG", dpi=(300, 300)), ("jpeg", 24, 300.0, "jpeg")),
    "jpeg-progressive": Kind(_save(page, "JPEG", progressive=True), ("jpeg", 24, 0.0, "jpeg-progressive")),
    "jpeg-grey": Kind(_save(lambda: page().convert("L"), "JPEG"), ("jpeg", 8, 0.0, "jpeg")),
    "jpeg-cmyk": Kind(_save(lambda: page().convert("CMYK"), "JPEG"), ("jpeg", 32, 0.0, "jpeg")),
    "png-rgb": Kind(_save(page, "PNG", dpi=(300, 300)), ("png", 24, 300.0, "deflate")),
    "png-rgba": Kind(_save(lambda: page().convert("RGBA"), "PNG"), ("png", 32, 0.0, "deflate")),
    "png-palette": Kind(_save(lambda: page().convert("RGBA").quantize(200), "PNG"), ("png", 8, 0.0, "deflate")),
    "webp": Kind(_save(page, "WEBP"), ("webp", 24, 0.0, "webp")),
    "webp-lossless": Kind(_save(page, "WEBP", lossless=True), ("webp", 24, 0.0, "webp-lossless")),
    "jp2": Kind(_save(page, "JPEG2000"), ("jp2", 24, 0.0, "jpeg2000")),
    "jp2-grey": Kind(_save(lambda: page().convert("L"), "JPEG2000"), ("jp2", 8, 0.0, "jpeg2000")),
}
