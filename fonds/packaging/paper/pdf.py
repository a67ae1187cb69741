"""A paper as PDF/A-2u: kept for good, searched and copied as text."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import datetime, time, timedelta, timezone
from importlib.resources import as_file, files
from pathlib import Path
from typing import BinaryIO

from fonds import __version__
from fonds.errors import FondsError
from fonds.packaging.paper.layout import FAMILY, PRODUCER, StatePages
from fonds.packaging.paper.model import Paper
from fonds.packaging.paper.pages import PaperPages
from fonds.packaging.paper.printing import one_line
from fonds.packaging.paper.xmp import DocumentFacts, xmp_of
from fonds.schemas.xml import replace_illegal

HANOI = timezone(timedelta(hours=7))
LANGUAGE_TAGS: Mapping[str, str] = {"vi": "vi-VN", "en": "en-GB"}
_FACES = {"": "Tinos-Regular.ttf", "B": "Tinos-Bold.ttf", "I": "Tinos-Italic.ttf"}


def write_pdf(out: BinaryIO, paper: Paper) -> None:
    """Write a paper to ``out``, which stays open. Raises FondsError ASSETS_MISSING without the typeface."""
    facts = DocumentFacts(
        title=" ".join(paper.title),
        subject=replace_illegal(one_line(paper.foot)),
        author=replace_illegal(one_line(paper.head.office)),
        tool=f"Fonds {__version__}",
        producer=PRODUCER,
        made=datetime.combine(paper.made, time(), HANOI),
    )
    with ExitStack() as stack:
        pages = PaperPages(paper)
        equip(pages, facts, paper.lang, stack)
        pages.write_all()
        content = bytes(pages.output())
    out.write(content)


def equip(pages: StatePages, facts: DocumentFacts, lang: str, stack: ExitStack) -> None:
    """Give pages their metadata and typefaces, the latter until ``stack`` ends. Raises FondsError ASSETS_MISSING."""
    pages.set_lang(LANGUAGE_TAGS[lang])
    pages.set_creation_date(facts.made)
    pages.set_xmp_metadata(xmp_of(facts))
    for style, name in _FACES.items():
        pages.add_font(FAMILY, style, _face(name, stack))


def _face(name: str, stack: ExitStack) -> Path:
    face = files("fonds.schemas").joinpath("fonts", "tinos", name)
    if not face.is_file():
        raise FondsError("ASSETS_MISSING", path=face)
    return stack.enter_context(as_file(face))
