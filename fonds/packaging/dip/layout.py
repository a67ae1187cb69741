"""The pages of the authentication sheet, laid out as documents of the state are (Nghị định 30/2020/NĐ-CP, Annex I).

A4; archive top left, national name and motto top right, title in the middle, page numbers in the top margin from page
2 on. Letters are measured in points, everything else in millimetres.
"""

from __future__ import annotations

from fpdf.enums import Align, TableBordersLayout, VAlign
from fpdf.fonts import FontFace

from fonds.packaging.dip.content import PAGES, SheetText
from fonds.packaging.paper.layout import HEADER, LEFT, RIGHT, StatePages
from fonds.packaging.paper.model import Letterhead

_DATA = (11, 55, 94)
_LIST = (10, 37, 26, 24, 63)
_SHORT_LINE = 24


class SheetPages(StatePages):
    """Draws the sheet. Fonts of ``FAMILY`` (plain, ``B``, ``I``) are added before ``write_all``."""

    def __init__(self, words: SheetText) -> None:
        super().__init__()
        self._words = words
        self.alias_nb_pages(PAGES)

    def write_all(self) -> None:
        """Draw all pages."""
        self.add_page()
        words = self._words
        self.letterhead(
            Letterhead(words.parent, words.archive, words.number, words.nation, words.motto, words.place_date)
        )
        self._title()
        self._data()
        if self._words.documents:
            self._list()
        self._note()

    def footer(self) -> None:
        """Put the code on every page, so that a loose one finds its sheet."""
        self.use(10, "I")
        self.set_y(-HEADER - 3)
        self.cell(0, 5, self._words.foot, align=Align.C)

    def _title(self) -> None:
        for line in self._words.title:
            self.centred(line, 14, LEFT, self.get_y(), self.epw, "B")
        self.rule(self.w / 2 + (LEFT - RIGHT) / 2, _SHORT_LINE)
        self.set_xy(LEFT, self.get_y() + 6)

    def _data(self) -> None:
        self.use(13)
        layout = TableBordersLayout.HORIZONTAL_LINES
        with self.table(
            align=Align.L, col_widths=_DATA, first_row_as_headings=False, borders_layout=layout,
            line_height=5.6, padding=(1.1, 1.2), text_align=(Align.C, Align.L, Align.L), v_align=VAlign.T,
        ) as table:  # fmt: skip
            for place, row in enumerate(self._words.data):
                number, label, value = (self.shown(*cell) for cell in zip(row, _DATA, strict=True))
                cells = table.row()
                cells.cell(number)
                cells.cell(label)
                # The code is what people look for and type.
                cells.cell(value, style=FontFace(emphasis="BOLD") if place == 0 else None)
        self.ln(5)

    def _list(self) -> None:
        self.centred(self._words.list_title, 13, LEFT, self.get_y(), self.epw, "B")
        self.ln(2)
        self.use(11)
        aligns = (Align.C, Align.L, Align.L, Align.L, Align.L)
        with self.table(
            align=Align.L, col_widths=_LIST, line_height=4.8, padding=(0.9, 1), text_align=aligns, v_align=VAlign.T,
            headings_style=FontFace(emphasis="BOLD"), repeat_headings=1,
        ) as table:  # fmt: skip
            for row in (self._words.list_head, *self._words.documents):
                table.row([self.shown(*cell) for cell in zip(row, _LIST, strict=True)])
        self.ln(5)

    def _note(self) -> None:
        self.use(11, "I")
        self.multi_cell(0, 5, self.shown(self._words.note, self.epw), align=Align.L)
