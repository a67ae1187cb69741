"""Papers of a delivery as files: HTML that prints from any browser, or PDF/A."""

from __future__ import annotations

import io
from pathlib import Path

from fonds.errors import FondsError, UsageError
from fonds.packaging.durable import write_atomically
from fonds.packaging.paper import Paper, page_html, write_pdf
from fonds.repository.archive import Archive
from fonds.repository.deliveries.papers import minute, receipt
from fonds.repository.deliveries.register import delivery
from fonds.repository.policy import User

_MAKERS = {"receipt": receipt, "minute": minute}
PAPERS = tuple(_MAKERS)
_FORMS = (".html", ".pdf")


def paper_of(archive: Archive, number: int, kind: str, user: User, lang: str) -> Paper:
    """Return a paper (``receipt`` or ``minute``) of a delivery. Raises UsageError DELIVERY_UNKNOWN."""
    entry, record = delivery(archive, number)
    return _MAKERS[kind](entry, record, archive.settings, user, lang)


def pdf_of(paper: Paper) -> bytes:
    """Return a paper as PDF/A-2u. Raises FondsError ASSETS_MISSING."""
    out = io.BytesIO()
    write_pdf(out, paper)
    return out.getvalue()


def require_paper_form(path: Path) -> None:
    """Make sure that a paper can have this extension. Raises UsageError REPORT_FORMAT."""
    if path.suffix.lower() not in _FORMS:
        raise UsageError("REPORT_FORMAT", path=path, known=", ".join(_FORMS))


def write_paper(path: Path, archive: Archive, number: int, kind: str, user: User, lang: str) -> None:
    """Write a paper as ``.html`` or ``.pdf``, whole or not at all.

    Raises UsageError REPORT_FORMAT or DELIVERY_UNKNOWN, FondsError OUTPUT_FAILED.
    """
    require_paper_form(path)
    save_paper(path, paper_of(archive, number, kind, user, lang))


def save_paper(path: Path, paper: Paper) -> None:
    """Write any paper as ``write_paper`` does."""
    require_paper_form(path)
    content = pdf_of(paper) if path.suffix.lower() == ".pdf" else page_html(paper)
    try:
        write_atomically(path, content)
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
