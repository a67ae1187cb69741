"""A page being drawn: ink by colour above, paper below, and the exact text beside it."""

import random
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

from .marks import font
from .paper import RGB, lay_ink, punch, sheet, skew

BLACK: RGB = (36, 32, 34)
BLUE: RGB = (38, 52, 118)
RED: RGB = (186, 40, 38)
VIOLET: RGB = (98, 58, 128)
PENCIL: RGB = (118, 112, 110)
PLAIN: RGB = (240, 236, 226)
RULE: RGB = (150, 170, 196)


@dataclass(frozen=True, slots=True)
class Format:
    """Size of a sheet and of its type, in pixels at `dpi`."""

    width: int
    height: int
    dpi: int
    left: int
    right: int
    top: int
    bottom: int
    size: int
    leading: int

    @property
    def columns(self) -> int:
        """How many typed characters fit in a line (the typewriter's pitch is 0.6 of its size)."""
        return int((self.width - self.left - self.right) / (self.size * 0.6))


A4 = Format(1654, 2339, 200, 225, 120, 170, 200, 33, 59)
A5 = Format(1169, 1654, 200, 120, 80, 100, 110, 25, 43)
BOOK = Format(1240, 1754, 150, 80, 60, 120, 110, 25, 47)


@dataclass(frozen=True, slots=True)
class Page:
    """A finished scan: the picture, its resolution in dots per inch, and the text it shows."""

    image: Image.Image
    dpi: int
    text: str


@dataclass(slots=True)
class Canvas:
    """Collects ink in one mask a colour and every line of text as it is written."""

    form: Format
    rng: random.Random
    tone: str
    masks: dict[RGB, Image.Image] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def mask(self, colour: RGB) -> Image.Image:
        """The ink mask (mode L) of `colour`."""
        if colour not in self.masks:
            self.masks[colour] = Image.new("L", (self.form.width, self.form.height), 0)
        return self.masks[colour]

    def pen(self, colour: RGB) -> ImageDraw.ImageDraw:
        """Draws with `colour`."""
        return ImageDraw.Draw(self.mask(colour))

    def typed(self, x: float, y: float, text: str, *, size: int = 0, bold: bool = False) -> None:
        """Type `text` letter by letter from (x, y): uneven strokes, letters slightly off the line."""
        size = size or self.form.size
        face = font("typed-bold" if bold else "typed", size)
        pen, r = self.pen(BLACK), self.rng
        for i, letter in enumerate(text):
            if letter != " ":
                place = (x + i * size * 0.6, y + r.choice((0, 0, 0, 1, -1)))
                pen.text(place, letter, font=face, fill=r.randint(222, 255), features=["ss04"])

    def centred(self, x: float, y: float, text: str, *, size: int = 0, bold: bool = False) -> None:
        """Type `text` with its middle at `x`, and note it as a line."""
        size = size or self.form.size
        self.typed(x - len(text) * size * 0.3, y, text, size=size, bold=bold)
        self.lines.append(text)

    def rule(self, x: float, y: float, length: float, colour: RGB = BLACK, width: int = 3) -> None:
        """A horizontal line centred at `x`."""
        self.pen(colour).line((x - length / 2, y, x + length / 2, y), fill=230, width=width)

    def written(self, x: float, y: float, text: str, size: int, colour: RGB = BLUE) -> float:
        """Write by hand, word by word with a little wander; returns the x after the last word."""
        face, pen = font("hand", size, 600), self.pen(colour)
        for word in text.split():
            pen.text((x, y + self.rng.randint(-2, 2)), word, font=face, fill=self.rng.randint(210, 255))
            x += face.getlength(word) + size * self.rng.uniform(0.24, 0.32)
        return x

    def press(self, colour: RGB, mark: Image.Image, x: int, y: int, strength: int = 215) -> None:
        """Press a mask such as a seal at (x, y); `strength` (0..255) is how much ink it leaves."""
        self.mask(colour).paste(strength, (x, y), mark)

    def foliate(self, label: str) -> None:
        """The archivist's sheet number, in pencil at the upper right corner."""
        size = self.form.size + 14
        self.written(self.form.width - self.form.right * 0.75 - size, 30, label, size, PENCIL)

    def finish(self, *, plain: bool = False, holes: bool = True) -> Page:
        """Lay all ink on an old sheet and scan it.

        `plain`: the grey scanner of the office, which burned the tone of the paper out;
        `holes`: the sheet was punched for filing.
        """
        size = (self.form.width, self.form.height)
        page = Image.new("RGB", size, PLAIN) if plain else sheet(size, self.tone, self.rng)
        if holes:
            punch(page, self.rng)
        for colour, mask in self.masks.items():
            lay_ink(page, mask, colour, self.rng, 110 if colour in (RED, VIOLET) else 45)
        return Page(skew(page, self.rng), self.form.dpi, "\n".join(self.lines))


def wrap(text: str, columns: int, indent: int = 0) -> list[str]:
    """Break `text` into lines of at most `columns` characters, the first one indented."""
    lines, line = [], " " * indent
    for word in text.split():
        room = line.strip() == "" or len(line) + 1 + len(word) <= columns
        line = (line + word if line.strip() == "" else f"{line} {word}") if room else line
        if not room:
            lines.append(line)
            line = word
    return [*lines, line]
