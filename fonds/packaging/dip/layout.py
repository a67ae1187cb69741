"""The pages of the authentication sheet, laid out as documents of the state are (Nghị định 30/2020/NĐ-CP, Annex I).

A4; archive top left, national name and motto top right, title in the middle, page numbers in the top margin from page
2 on. Letters are measured in points, everything else in millimetres.
"""

from __future__ import annotations

from fpdf import FPDF, FPDF_VERSION
from fpdf.enums import Align, DocumentCompliance, MethodReturnValue, TableBordersLayout, VAlign, XPos, YPos
from fpdf.fonts import FontFace, TTFFont

from fonds.packaging.dip.content import PAGES, SheetText, printable

FAMILY = "Tinos"
PRODUCER = f"fpdf2 {FPDF_VERSION}"
_LEFT, _RIGHT, _TOP, _BOTTOM = 30, 20, 25, 20
_HEADER = 11
"""Where the page number stands, and from the bottom the foot."""
_COLUMNS = (66, 94)
"""Archive and nation, side by side."""
_DATA = (11, 55, 94)
_LIST = (10, 37, 26, 24, 63)
_MOST_LINES = 40
"""Lines of a text that are printed: more than any field of the circular needs, and less than a page."""
_CUT = " […]"
_SHORT_LINE = 24


class SheetPages(FPDF):
    """Draws the sheet. Fonts of ``FAMILY`` (plain, ``B``, ``I``) are added before ``write_all``."""

    def __init__(self, words: SheetText) -> None:
        super().__init__(unit="mm", format="A4", enforce_compliance=DocumentCompliance.PDFA_2U)
        self._words = words
        self.alias_nb_pages(PAGES)
        self.set_margins(_LEFT, _TOP, _RIGHT)
        self.set_auto_page_break(auto=True, margin=_BOTTOM)
        self.set_line_width(0.15)

    def write_all(self) -> None:
        """Draw all pages."""
        self.add_page()
        self._letterhead()
        self._title()
        self._data()
        if self._words.documents:
            self._list()
        self._note()

    def header(self) -> None:
        """Put the number of the page into the top margin; not on the first page."""
        if self.page_no() > 1:
            self._use(13)
            self.set_y(_HEADER)
            self.cell(0, 5, str(self.page_no()), align=Align.C)
            self.set_y(_TOP - 5)

    def footer(self) -> None:
        """Put the code on every page, so that a loose one finds its sheet."""
        self._use(10, "I")
        self.set_y(-_HEADER - 3)
        self.cell(0, 5, self._words.foot, align=Align.C)

    def _letterhead(self) -> None:
        words, top = self._words, self.get_y()
        right = _LEFT + _COLUMNS[0]
        self._centred(words.parent, 12, _LEFT, top, _COLUMNS[0])
        self._centred(words.archive, 12, _LEFT, self.get_y(), _COLUMNS[0], "B")
        self._line(_LEFT + _COLUMNS[0] / 2, _SHORT_LINE)
        self._centred(words.number, 13, _LEFT, self.get_y() + 2, _COLUMNS[0])
        left_end = self.get_y()
        self._centred(words.nation, 12, right, top, _COLUMNS[1], "B")
        self._centred(words.motto, 13, right, self.get_y(), _COLUMNS[1], "B")
        self._line(right + _COLUMNS[1] / 2, self.get_string_width(words.motto))
        self._centred(words.place_date, 13, right, self.get_y() + 2, _COLUMNS[1], "I")
        self.set_xy(_LEFT, max(left_end, self.get_y()) + 9)

    def _title(self) -> None:
        for line in self._words.title:
            self._centred(line, 14, _LEFT, self.get_y(), self.epw, "B")
        self._line(self.w / 2 + (_LEFT - _RIGHT) / 2, _SHORT_LINE)
        self.set_xy(_LEFT, self.get_y() + 6)

    def _data(self) -> None:
        self._use(13)
        layout = TableBordersLayout.HORIZONTAL_LINES
        with self.table(
            align=Align.L, col_widths=_DATA, first_row_as_headings=False, borders_layout=layout,
            line_height=5.6, padding=(1.1, 1.2), text_align=(Align.C, Align.L, Align.L), v_align=VAlign.T,
        ) as table:  # fmt: skip
            for place, row in enumerate(self._words.data):
                number, label, value = (self._shown(*cell) for cell in zip(row, _DATA, strict=True))
                cells = table.row()
                cells.cell(number)
                cells.cell(label)
                # The code is what people look for and type.
                cells.cell(value, style=FontFace(emphasis="BOLD") if place == 0 else None)
        self.ln(5)

    def _list(self) -> None:
        self._centred(self._words.list_title, 13, _LEFT, self.get_y(), self.epw, "B")
        self.ln(2)
        self._use(11)
        aligns = (Align.C, Align.L, Align.L, Align.L, Align.L)
        with self.table(
            align=Align.L, col_widths=_LIST, line_height=4.8, padding=(0.9, 1), text_align=aligns, v_align=VAlign.T,
            headings_style=FontFace(emphasis="BOLD"), repeat_headings=1,
        ) as table:  # fmt: skip
            for row in (self._words.list_head, *self._words.documents):
                table.row([self._shown(*cell) for cell in zip(row, _LIST, strict=True)])
        self.ln(5)

    def _note(self) -> None:
        self._use(11, "I")
        self.multi_cell(0, 5, self._shown(self._words.note, self.epw), align=Align.L)

    def _centred(self, words: str, size: float, x: float, y: float, width: float, style: str = "") -> None:
        self._use(size, style)
        self.set_xy(x, y)
        if words:
            shown = self._shown(words, width, 12)
            narrow = self._balanced(shown, width)
            self.set_x(x + (width - narrow) / 2)
            self.multi_cell(narrow, size * 0.43, shown, align=Align.C, new_x=XPos.LEFT, new_y=YPos.NEXT)

    def _balanced(self, words: str, width: float) -> float:
        """Return the smallest width that needs no more lines: then none of them is short."""
        most, narrow = self._lines(words, width), width
        while narrow > width / 2 and self._lines(words, narrow - 1) == most:
            narrow -= 1
        return narrow

    def _lines(self, words: str, width: float) -> int:
        lines = self.multi_cell(width, text=words, align=Align.C, dry_run=True, output=MethodReturnValue.LINES)
        return len(lines) if isinstance(lines, list) else 0

    def _line(self, middle: float, length: float) -> None:
        y = self.get_y() + 0.8
        self.line(middle - length / 2, y, middle + length / 2, y)

    def _use(self, size: float, style: str = "") -> None:
        self.set_font(FAMILY, style, size)

    def _shown(self, words: str, width: float, most_lines: int = _MOST_LINES) -> str:
        """Return what is printed of a text in a column: cut where it would take too many lines."""
        face = self.current_font
        shown = printable(words, face.cmap if isinstance(face, TTFFont) else ())
        # However words fall, every second line is at least half full.
        room, kept = width * most_lines / 2, shown
        while self.get_string_width(kept) > room:
            kept = kept[: len(kept) * 9 // 10]
        return shown if kept == shown else kept + _CUT
