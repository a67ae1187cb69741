"""The pages of a paper, drawn section by section."""

from __future__ import annotations

from fpdf.enums import Align, VAlign
from fpdf.fonts import FontFace

from fonds.packaging.paper.layout import HEADER, LEFT, RIGHT, StatePages
from fonds.packaging.paper.model import Paper, Section, Signature, Table

_FACTS = (50, 110)
_LINE = 5.8
_TO_SIGN = 52
"""Room in millimetres that a place to sign takes: it is not torn from its heading."""


class PaperPages(StatePages):
    """Draws a ``Paper``."""

    def __init__(self, paper: Paper) -> None:
        super().__init__()
        self._paper = paper

    def write_all(self) -> None:
        """Draw all pages."""
        self.add_page()
        self.letterhead(self._paper.head)
        for line in self._paper.title:
            self.centred(line, 14, LEFT, self.get_y(), self.epw, "B")
        self.rule(self.w / 2 + (LEFT - RIGHT) / 2, 24)
        self.set_xy(LEFT, self.get_y() + 6)
        for section in self._paper.sections:
            self._section(section)
        self._signatures()

    def footer(self) -> None:
        """Put the foot on every page, so that a loose one finds its paper."""
        self.use(9, "I")
        self.set_y(-HEADER - 3)
        self.cell(0, 4, self.shown(self._paper.foot, self.epw, 2), align=Align.C)

    def _section(self, section: Section) -> None:
        if section.title:
            self.ln(2)
            self.use(13, "B")
            self._paragraph(section.title)
        self.use(13)
        for said in section.paragraphs:
            self._paragraph(said)
        if section.facts:
            self._facts(section.facts)
        if section.table:
            self._table(section.table)
        self.use(13)
        for said in section.after:
            self._paragraph(said)

    def _paragraph(self, said: str) -> None:
        for line in said.split("\n"):
            self.set_x(LEFT)
            self.multi_cell(0, _LINE, self.shown(line, self.epw), align=Align.L)
        self.ln(1)

    def _facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        with self.table(
            align=Align.L, col_widths=_FACTS, first_row_as_headings=False, borders_layout="NONE",
            line_height=_LINE, padding=(0.6, 0.8), text_align=(Align.L, Align.L), v_align=VAlign.T,
        ) as table:  # fmt: skip
            for pair in facts:
                table.row([self.shown(said, wide) for said, wide in zip(pair, _FACTS, strict=True)])
        self.ln(2)

    def _table(self, table: Table) -> None:
        self.use(11)
        widths = [wide * self.epw / sum(table.widths) for wide in table.widths]
        aligns = [Align.R if place in table.right else Align.L for place in range(len(widths))]
        with self.table(
            align=Align.L, col_widths=widths, line_height=4.8, padding=(0.9, 1), text_align=aligns, v_align=VAlign.T,
            headings_style=FontFace(emphasis="BOLD"), repeat_headings=1,
        ) as drawn:  # fmt: skip
            for row in (table.head, *table.rows):
                drawn.row([self._lines_shown(said, wide) for said, wide in zip(row, widths, strict=True)])
        self.ln(3)

    def _lines_shown(self, said: str, wide: float) -> str:
        return "\n".join(self.shown(line, wide, 12) for line in said.split("\n"))

    def _signatures(self) -> None:
        self.ln(6)
        if self.will_page_break(_TO_SIGN):
            self.add_page()
        top, wide = self.get_y(), self.epw / len(self._paper.signatures)
        for place, one in enumerate(self._paper.signatures):
            self._signature(one, LEFT + place * wide, top, wide)

    def _signature(self, one: Signature, left: float, top: float, wide: float) -> None:
        self.centred(one.who, 13, left, top, wide, "B")
        self.centred(one.how, 12, left, self.get_y(), wide, "I")
        self.centred(one.name, 13, left, self.get_y() + 24, wide, "B")
