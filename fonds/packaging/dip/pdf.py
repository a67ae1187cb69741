"""Writing the authentication sheet as PDF/A-2u (ISO 19005-2, level U): kept for good, searched and copied as text.

The same sheet gives the same bytes with the same releases of this program, fpdf2 and zlib: the date of making is that
of the sheet, and nothing in the file is by chance. The sheet is not signed here; ``SIGNATURE_PLACE`` is left empty for
a signature, which is to be added to these very bytes.
"""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime, time, timedelta, timezone
from importlib.resources import as_file, files
from pathlib import Path
from typing import BinaryIO

from fonds import __version__
from fonds.errors import FondsError
from fonds.packaging.dip.code import one_line
from fonds.packaging.dip.content import sheet_text
from fonds.packaging.dip.layout import FAMILY, PRODUCER, SheetPages
from fonds.packaging.dip.sheet import AuthenticationSheet
from fonds.packaging.dip.xmp import DocumentFacts, xmp_of
from fonds.schemas.messages import text
from fonds.schemas.xml import replace_illegal

SIGNATURE_PLACE = (354.0, 785.0, 539.0, 828.0)
"""The empty place for the archive's signature at the top right of page 1: left, bottom, right, top in points."""
_HANOI = timezone(timedelta(hours=7))
_LANGUAGES = {"vi": "vi-VN", "en": "en-GB"}
_FACES = {"": "Tinos-Regular.ttf", "B": "Tinos-Bold.ttf", "I": "Tinos-Italic.ttf"}


def write_sheet(out: BinaryIO, sheet: AuthenticationSheet, *, lang: str = "vi") -> None:
    """Write the sheet as PDF/A-2u to ``out``, which stays open; ``lang`` is the language of its labels.

    What is printed is in NFC on one line; a character that the typeface Tinos does not have stands as ``[U+5B57]``, and
    a text that is longer than its field allows is cut with ``[…]``: the metadata files of the package have it whole.
    Raises KeyError for a language that is not offered, FondsError ASSETS_MISSING without the typeface.
    """
    with ExitStack() as stack:
        pages = SheetPages(sheet_text(sheet, lang))
        _describe(pages, sheet, lang)
        for style, name in _FACES.items():
            pages.add_font(FAMILY, style, _face(name, stack))
        pages.write_all()
        content = bytes(pages.output())
    out.write(content)


def _face(name: str, stack: ExitStack) -> Path:
    face = files("fonds.schemas").joinpath("fonts", "tinos", name)
    if not face.is_file():
        raise FondsError("ASSETS_MISSING", path=face)
    return stack.enter_context(as_file(face))


def _describe(pages: SheetPages, sheet: AuthenticationSheet, lang: str) -> None:
    facts = DocumentFacts(
        title=text(lang, "sheet.title.plain"),
        subject=text(lang, "sheet.subject", {"code": sheet.code}),
        author=replace_illegal(one_line(sheet.archive)),
        tool=f"Fonds {__version__}",
        producer=PRODUCER,
        made=datetime.combine(sheet.issued, time(), _HANOI),
    )
    pages.set_lang(_LANGUAGES[lang])
    pages.set_creation_date(facts.made)
    pages.set_xmp_metadata(xmp_of(facts))
