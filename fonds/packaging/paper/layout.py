"""The frame of every paper that is drawn: A4 as documents of the state have it (Nghị định 30/2020/NĐ-CP, Annex I).

Office top left, national name and motto top right, page numbers in the top margin from page 2 on. Letters are measured
in points, everything else in millimetres.
"""

from __future__ import annotations

from fpdf import FPDF, FPDF_VERSION
from fpdf.enums import Align, DocumentCompliance, MethodReturnValue, XPos, YPos
from fpdf.fonts import TTFFont

from fonds.packaging.paper.model import Letterhead
from fonds.packaging.paper.printing import printable

FAMILY = "Tinos"
PRODUCER = f"fpdf2 {FPDF_VERSION}"
LEFT, RIGHT, TOP, BOTTOM = 30, 20, 25, 20
HEADER = 11
"""Where the page number stands, and from the bottom the foot."""
_COLUMNS = (66, 94)
"""Office and nation, side by side."""
_MOST_LINES = 40
"""Lines of a text that are printed: more than any field of the circular needs, and less than a page."""
_CUT = " […]"
_SHORT_LINE = 24


class StatePages(FPDF):
    """Draws papers as PDF/A-2u. Fonts of ``FAMILY`` (plain, ``B``, ``I``) are added before anything is drawn."""

    def __init__(self) -> None:
        super().__init__(unit="mm", format="A4", enforce_compliance=DocumentCompliance.PDFA_2U)
        self.set_margins(LEFT, TOP, RIGHT)
        self.set_auto_page_break(auto=True, margin=BOTTOM)
        self.set_line_width(0.15)

    def header(self) -> None:
        """Put the number of the page into the top margin; not on the first page."""
        if self.page_no() > 1:
            self.use(13)
            self.set_y(HEADER)
            self.cell(0, 5, str(self.page_no()), align=Align.C)
            self.set_y(TOP - 5)

    def letterhead(self, words: Letterhead) -> None:
        """Draw the head and leave the pen below it."""
        top = self.get_y()
        right = LEFT + _COLUMNS[0]
        self.centred(words.parent, 12, LEFT, top, _COLUMNS[0])
        self.centred(words.office, 12, LEFT, self.get_y(), _COLUMNS[0], "B")
        self.rule(LEFT + _COLUMNS[0] / 2, _SHORT_LINE)
        self.centred(words.number, 13, LEFT, self.get_y() + 2, _COLUMNS[0])
        left_end = self.get_y()
        self.centred(words.nation, 12, right, top, _COLUMNS[1], "B")
        self.centred(words.motto, 13, right, self.get_y(), _COLUMNS[1], "B")
        self.rule(right + _COLUMNS[1] / 2, self.get_string_width(words.motto))
        self.centred(words.place_date, 13, right, self.get_y() + 2, _COLUMNS[1], "I")
        self.set_xy(LEFT, max(left_end, self.get_y()) + 9)

    def centred(self, words: str, size: float, x: float, y: float, width: float, style: str = "") -> None:
        """Write in the middle of a column, in lines of about the same length."""
        self.use(size, style)
        self.set_xy(x, y)
        if words:
            shown = self.shown(words, width, 12)
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

    def rule(self, middle: float, length: float) -> None:
        """Draw a line around a middle."""
        y = self.get_y() + 0.8
        self.line(middle - length / 2, y, middle + length / 2, y)

    def use(self, size: float, style: str = "") -> None:
        """Take a typeface; size in points."""
        self.set_font(FAMILY, style, size)

    def shown(self, words: str, width: float, most_lines: int = _MOST_LINES) -> str:
        """Return what is printed of a text in a column: cut where it would take too many lines."""
        face = self.current_font
        shown = printable(words, face.cmap if isinstance(face, TTFFont) else ())
        # However words fall, every second line is at least half full.
        room, kept = width * most_lines / 2, shown
        while self.get_string_width(kept) > room:
            kept = kept[: len(kept) * 9 // 10]
        return shown if kept == shown else kept + _CUT
