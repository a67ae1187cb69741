"""Writing the authentication sheet as PDF/A-2u (ISO 19005-2, level U): kept for good, searched and copied as text.

The same sheet gives the same bytes with the same releases of this program, fpdf2 and zlib: the date of making is that
of the sheet, and nothing in the file is by chance. The sheet is not signed here; ``SIGNATURE_PLACE`` is left empty for
a signature, which is to be added to these very bytes.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, time
from typing import BinaryIO

from fonds import __version__
from fonds.packaging.dip.content import sheet_text
from fonds.packaging.dip.layout import SheetPages
from fonds.packaging.dip.sheet import AuthenticationSheet
from fonds.packaging.paper.layout import PRODUCER
from fonds.packaging.paper.pdf import HANOI, equip
from fonds.packaging.paper.printing import one_line
from fonds.packaging.paper.xmp import DocumentFacts
from fonds.schemas.messages import text
from fonds.schemas.xml import replace_illegal

SIGNATURE_PLACE = (354.0, 785.0, 539.0, 828.0)
"""The empty place for the archive's signature at the top right of page 1: left, bottom, right, top in points."""


def write_sheet(out: BinaryIO, sheet: AuthenticationSheet, *, lang: str = "vi") -> None:
    """Write the sheet as PDF/A-2u to ``out``, which stays open; ``lang`` is the language of its labels.

    What is printed is in NFC on one line; a character that the typeface Tinos does not have stands as ``[U+5B57]``, and
    a text that is longer than its field allows is cut with ``[…]``: the metadata files of the package have it whole.
    Raises KeyError for a language that is not offered, FondsError ASSETS_MISSING without the typeface.
    """
    with ExitStack() as stack:
        pages = SheetPages(sheet_text(sheet, lang))
        equip(pages, _facts(sheet, lang), lang, stack)
        pages.write_all()
        content = bytes(pages.output())
    out.write(content)


def _facts(sheet: AuthenticationSheet, lang: str) -> DocumentFacts:
    return DocumentFacts(
        title=text(lang, "sheet.title.plain"),
        subject=text(lang, "sheet.subject", {"code": sheet.code}),
        author=replace_illegal(one_line(sheet.archive)),
        tool=f"Fonds {__version__}",
        producer=PRODUCER,
        made=datetime.combine(sheet.issued, time(), HANOI),
    )
