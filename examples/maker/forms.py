"""Other papers: tables, the printed death notice, the register, the letter, the blank verso."""

import random

from .canvas import A5, BLACK, BLUE, BOOK, RED, RULE, Canvas, Format
from .data import DocumentData, Words
from .marks import font
from .typed import Column, Flow

LETTER = Format(1240, 1654, 200, 150, 70, 150, 90, 54, 74)


def martyrs(doc: DocumentData, words: Words, rng: random.Random) -> list[Canvas]:
    """The list of martyrs: numbers, names with both spellings, home, year, day of death."""
    columns = [
        Column("TT", 3), Column("Họ và tên liệt sỹ", 20), Column("Sinh", 4),
        Column("Nguyên quán", 19), Column("Hy sinh", 10), Column("Ghi chú", 13),
    ]  # fmt: skip
    rows = [_martyr(i + 1, words, rng) for i in range(doc.get("rows", 0))]
    return _table(doc, words, rng, columns, rows)


def _martyr(number: int, words: Words, rng: random.Random) -> list[str]:
    died = f"{rng.randint(1, 28):02d}/{rng.randint(1, 12):02d}/{rng.randint(1968, 1972)}"
    date = rng.choice((died, died, died, died[3:], died[6:]))
    home = f"xã {('Tân Hòa', 'Đại Nghĩa', 'Xuân Đồng', 'Thanh Kỳ')[(number - 1) // 11]}"
    remark = rng.choice(("", "", "", "có GBT", "có GBT", "chưa rõ mộ"))
    return [str(number), words.person(), str(rng.randint(1938, 1952)), home, date, remark]


def estimate(doc: DocumentData, words: Words, rng: random.Random) -> list[Canvas]:
    """A table of materials, inserted between two numbered sheets."""
    columns = [
        Column("TT", 3),
        Column("Vật liệu", 26),
        Column("Đơn vị", 10),
        Column("Số lượng", 12),
        Column("Thành tiền", 14),
    ]
    goods = [
        ("Xi măng", "tấn"), ("Đá hộc", "thước khối"), ("Gỗ tứ thiết", "thước khối"),
        ("Sắt tròn", "ki-lô-gam"),
        ("Cát vàng", "thước khối"), ("Vôi cục", "tấn"), ("Thuốc nổ", "ki-lô-gam"), ("Cửa cống thép", "bộ"),
        ("Tre cây", "cây"),
    ]  # fmt: skip
    rows = [[str(i + 1), name, unit, words.fill("{n}"), words.fill("{N} đ")] for i, (name, unit) in enumerate(goods)]
    return _table(doc, words, rng, columns, rows)


def _table(
    doc: DocumentData, words: Words, rng: random.Random, columns: list[Column], rows: list[list[str]]
) -> list[Canvas]:
    flow = Flow(doc, words, rng)
    flow.letterhead()
    flow.title()
    flow.table(columns, rows)
    flow.closing()
    return flow.finish()


def form(doc: DocumentData, words: Words, rng: random.Random) -> list[Canvas]:
    """A printed form filled in by hand: label, dotted line, value."""
    flow = Flow(doc, words, rng)
    page = flow.page
    _frame(page)
    flow.y += 20
    flow.letterhead()
    flow.title()
    for label, value in doc.get("fields", []):
        _field(page, flow.y, label, value)
        flow.y += 66
    flow.y += 14
    flow.body()
    flow.closing()
    return flow.finish()


def _frame(page: Canvas) -> None:
    f, pen = page.form, page.pen(RED)
    for gap, width in ((46, 5), (58, 2)):
        pen.rectangle((gap, gap, f.width - gap, f.height - gap), outline=200, width=width)


def _field(page: Canvas, y: int, label: str, value: str) -> None:
    f, face = page.form, font("print", 34, 500)
    page.pen(BLACK).text((f.left, y), f"{label}:", font=face, fill=240)
    start = f.left + face.getlength(f"{label}: ")
    for x in range(int(start), f.width - f.right - 20, 9):
        page.pen(BLACK).ellipse((x, y + 37, x + 2, y + 39), fill=200)
    if start + font("hand", 44, 500).getlength(value) > f.width - f.right:
        raise ValueError(f"does not fit on its line: {label}: {value}")
    page.written(start + 8, y - 8, value, 44)
    page.lines.append(f"{label}: {value}")


def letter(doc: DocumentData, words: Words, rng: random.Random) -> list[Canvas]:
    """A letter written on ruled paper."""
    pages, page = [], _ruled(rng)
    y = LETTER.top
    for text in [*doc["body"], doc["signer"]]:
        last = text in (doc["body"][0], doc["body"][-1], doc["signer"])
        x = LETTER.width * (0.3 if last else 0.0) + LETTER.left + (0 if last else 60)
        for line in _handwrap(text, LETTER.width - LETTER.right - 30, x):
            if y > LETTER.height - LETTER.bottom - LETTER.leading:
                pages.append(page)
                page, y = _ruled(rng), LETTER.top
            page.written(x, y + 4, line, LETTER.size)
            page.lines.append(line)
            x, y = (x if last else LETTER.left), y + LETTER.leading
    return [*pages, page]


def _ruled(rng: random.Random) -> Canvas:
    page = Canvas(LETTER, rng, "white")
    pen = page.pen(RULE)
    for y in range(LETTER.top + LETTER.leading, LETTER.height - 60, LETTER.leading):
        pen.line((0, y, LETTER.width, y), fill=150, width=2)
    page.pen(RED).line((LETTER.left - 24, 0, LETTER.left - 24, LETTER.height), fill=90, width=2)
    return page


def _handwrap(text: str, right: float, start: float) -> list[str]:
    face = font("hand", LETTER.size, 500)
    lines, line, x = [], "", start
    for word in text.split():
        trial = f"{line} {word}".strip()
        if line and x + face.getlength(trial) + 12 * trial.count(" ") > right:
            lines.append(line)
            line, x = word, LETTER.left
        else:
            line = trial
    return [*lines, line]


def register(doc: DocumentData, words: Words, rng: random.Random) -> list[Canvas]:
    """A register book: ruled columns, entries by hand, the year counted through the pages."""
    return [_register_page(doc, words, rng, number) for number in range(1, doc.get("pages", 1) + 1)]


def _register_page(doc: DocumentData, words: Words, rng: random.Random, number: int) -> Canvas:
    page = Canvas(BOOK, rng, "cream")
    stops = [BOOK.left, 165, 275, 620, 1075, BOOK.width - BOOK.right]
    y = BOOK.top
    if number == 1:
        for line in doc["title"]:
            page.centred(BOOK.width / 2, y, line, size=36, bold=True)
            y += 58
    _grid(page, stops, y)
    for x, head in zip(stops, ("Số", "Ngày", "Nơi nhận", "Trích yếu", "Ký nhận"), strict=False):
        page.typed(x + 10, y + 8, head, size=20, bold=True)
    page.lines.append("Số Ngày Nơi nhận Trích yếu Ký nhận")
    count = (BOOK.height - BOOK.bottom - y) // BOOK.leading - 1
    for i in range(count):
        y += BOOK.leading
        month = min(12, (number - 1) * 12 // 5 + i * 12 // (5 * count) + 1)
        _entry(page, stops, y, (number - 1) * 31 + i + 1, f"{1 + i % 28:02d}/{month:02d}", words)
    return page


def _entry(page: Canvas, stops: list[int], y: int, number: int, day: str, words: Words) -> None:
    cells = [
        str(number),
        day,
        page.rng.choice(words.texts["correspondents"]),
        page.rng.choice(words.texts["matters"]),
    ]
    for x, cell in zip(stops, cells, strict=False):
        page.written(x + 8, y + 4, cell, 30)
    if page.rng.random() < 0.7:
        x = stops[4] + 14
        points = [(x + i * 9, y + 24 + page.rng.randint(-12, 10)) for i in range(9)]
        page.pen(BLUE).line(points, fill=200, width=2, joint="curve")
    page.lines.append(" ".join(cells))


def _grid(page: Canvas, stops: list[int], top: int) -> None:
    pen, bottom = page.pen(BLACK), BOOK.height - BOOK.bottom
    for y in range(top, bottom, BOOK.leading):
        pen.line((stops[0], y, stops[-1], y), fill=190, width=1)
    bottom_line = top + (bottom - 1 - top) // BOOK.leading * BOOK.leading
    for x in stops:
        pen.line((x, top, x, bottom_line), fill=200, width=2)


def blank(rng: random.Random) -> Canvas:
    """The back of a sheet with nothing on it."""
    return Canvas(A5, rng, "cream")
