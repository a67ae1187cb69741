"""Typed office papers: letterhead, title, body that flows over sheets, signature and seal."""

import random
from dataclasses import dataclass

from .canvas import A4, A5, BLACK, BLUE, RED, VIOLET, Canvas, wrap
from .data import DocumentData, Words
from .marks import incoming, note, scribble, seal

NATIONAL = {
    False: "VIỆT NAM DÂN CHỦ CỘNG HÒA",
    True: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
}
MOTTO = "Độc lập - Tự do - Hạnh phúc"
AGENCY = ["ỦY BAN HÀNH CHÍNH", "TỈNH LAM KHÊ"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a typed table: its heading and its width in characters."""

    head: str
    width: int


def dateline(place: str, date: str) -> str:
    """The date as an office writes it: DD/MM/YYYY, MM/YYYY and YYYY are all legitimate."""
    parts = date.split("/")
    words = ["năm", "tháng", "ngày"]
    said = [f"{words[i]} {part}" for i, part in enumerate(reversed(parts))]
    return f"{place}, {' '.join(reversed(said))}"


class Flow:
    """Writes down the sheets of one document and opens a new sheet when one is full."""

    def __init__(self, doc: DocumentData, words: Words, rng: random.Random) -> None:
        self.doc = doc
        self.words = words
        self.rng = rng
        self.form = A5 if doc.get("paper") == "A5" else A4
        self.tone = rng.choice(("cream", "cream", "straw", "grey"))
        self.done: list[Canvas] = []
        self.page = Canvas(self.form, rng, self.tone)
        self.y = self.form.top

    def room(self, height: int) -> bool:
        """Make sure `height` pixels are left, on a new sheet if need be; True when one was opened."""
        if self.y + height <= self.form.height - self.form.bottom:
            return False
        self.done.append(self.page)
        self.page = Canvas(self.form, self.rng, self.tone)
        self.y = self.form.top
        self.page.centred(self.form.width / 2, self.y - 50, f"- {len(self.done) + 1} -")
        self.y += self.form.leading
        return True

    def letterhead(self) -> None:
        """Office at the left; state, motto, place and date at the right."""
        f, d, step = self.form, self.doc, int(self.form.leading * 0.78)
        small, left, right = int(f.size * 0.86), f.width * 0.27, f.width * 0.695
        date = d["date"]
        for i, line in enumerate(d.get("agency", AGENCY)):
            self.page.centred(left, self.y + i * step, line, size=small, bold=i == 1)
        self.page.rule(left, self.y + 2 * step + 12, f.width * 0.1)
        if d["number"]:
            self.page.centred(left, self.y + 2 * step + 30, f"Số: {d['number']}/{d['notation']}", size=small)
        state = NATIONAL[int(date[-4:]) >= 1976]
        narrow = int(small * min(1.0, 26 / len(state)))
        self.page.centred(right, self.y, state, size=narrow, bold=True)
        self.page.centred(right, self.y + step, MOTTO, size=small)
        self.page.rule(right, self.y + 2 * step + 12, f.width * 0.2)
        place = dateline(d.get("place", "Lam Khê"), date)
        self.page.centred(right, self.y + 2 * step + 30, place, size=small)
        self.y += 4 * step + 40

    def title(self) -> None:
        """The kind of paper in bold capitals, its subject below, a short rule."""
        for i, line in enumerate(self.doc["title"]):
            self.page.centred(self.form.width / 2, self.y, line, bold=i == 0)
            self.y += self.form.leading
        self.page.rule(self.form.width / 2, self.y + 2, self.form.width * 0.12)
        self.y += int(self.form.leading * 0.7)

    def body(self) -> None:
        """Paragraphs; lines all in capitals or starting with `#` stand in the middle."""
        for text in self.words.body(self.doc["body"]):
            if text.startswith("#") or text == text.upper():
                self.room(self.form.leading * 3)
                self.page.centred(self.form.width / 2, self.y, text.lstrip("#"), bold=True)
                self.y += int(self.form.leading * 1.15)
            else:
                self._paragraph(text)

    def _paragraph(self, text: str) -> None:
        for line in wrap(text, self.form.columns, 5):
            self.room(self.form.leading)
            self.page.typed(self.form.left, self.y, line)
            self.page.lines.append(line.strip())
            self.y += self.form.leading

    def table(self, columns: list[Column], rows: list[list[str]]) -> None:
        """A ruled table whose head is repeated on every sheet."""
        height = int(self.form.leading * 0.92)
        for i, row in enumerate([[c.head for c in columns], *rows]):
            if self.room(height) and i:
                self._row(columns, [c.head for c in columns], self.y, bold=True)
                self.y += height
            self._row(columns, row, self.y, bold=i == 0)
            self.y += height
        self.y += self.form.leading // 2

    def _row(self, columns: list[Column], cells: list[str], y: int, *, bold: bool) -> None:
        size = int(self.form.size * 0.8)
        pen, x, pitch = self.page.pen(BLACK), float(self.form.left - 60), size * 0.6
        for column, cell in zip(columns, cells, strict=True):
            width = (column.width + 1) * pitch
            pen.rectangle((x, y, x + width, y + self.form.leading * 0.92), outline=190, width=2)
            self.page.typed(x + pitch / 2, y + 8, cell, size=size, bold=bold)
            x += width
        self.page.lines.append(" ".join(c for c in cells if c))

    def closing(self) -> None:
        """Where copies went at the left; role, signature, seal and name at the right."""
        f, d = self.form, self.doc
        self.room(len(d["role"]) * f.leading + f.size * 9)
        self.y += f.leading // 3
        x, y = f.width * 0.7, self.y
        for line in d["role"]:
            self.page.centred(x, y, line, size=int(f.size * 0.9), bold=True)
            y += int(f.leading * 0.8)
        self._copies(self.y)
        self._sign(int(x), y)

    def _copies(self, y: int) -> None:
        size = int(self.form.size * 0.76)
        for i, line in enumerate(["Nơi nhận:", *(f"- {to}" for to in self.doc["to"])] if self.doc["to"] else []):
            self.page.typed(self.form.left, y + i * int(size * 1.55), line, size=size)
            self.page.lines.append(line)

    def _sign(self, x: int, y: int) -> None:
        f, rng = self.form, self.rng
        width = f.size * 9
        scribble(self.page.pen(BLUE), x - width // 2 + rng.randint(-20, 20), y + f.size * 3, width, rng)
        across = int(f.size * 7.6)
        ring = " ".join(self.doc.get("agency", AGENCY))
        mark = seal(across, ring).rotate(rng.randint(-14, 14))
        self.page.press(RED, mark, x - int(across * 0.98), y - f.size // 2)
        self.page.centred(x, y + f.size * 6, self.doc["signer"])

    def extras(self) -> None:
        """A registry stamp and a superior's remark on the first sheet, where the data ask for them."""
        first, f = [*self.done, self.page][0], self.form
        if self.doc.get("stamp_in"):
            mark, lines = incoming(270, str(self.rng.randint(100, 900)), self.doc["date"][:5])
            first.press(VIOLET, mark, 96, f.top + 215, 190)
            first.lines.extend(lines)
        remark = self.doc.get("autograph")
        if remark:
            mark = note(remark, 50, 2.2)
            first.press(RED, mark, f.left - 40, f.height - f.bottom + 30)
            first.lines.append(remark)

    def finish(self) -> list[Canvas]:
        """All sheets of the document, still open for sheet numbers."""
        self.extras()
        return [*self.done, self.page]


def typed(doc: DocumentData, words: Words, rng: random.Random) -> list[Canvas]:
    """The sheets of an ordinary typed document."""
    flow = Flow(doc, words, rng)
    flow.letterhead()
    flow.title()
    flow.body()
    flow.closing()
    return flow.finish()
