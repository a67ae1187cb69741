"""A checkpoint as a page to print, sign by hand and keep away from the machine."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from fonds.config import Settings
from fonds.errors import FondsError
from fonds.packaging.durable import write_atomically
from fonds.packaging.paper import Letterhead, Paper, Section, Signature, page_html
from fonds.repository.deliveries.writing import day_facts
from fonds.repository.proof.checkpoint import Checkpoint
from fonds.repository.proof.keys import fingerprint, grouped
from fonds.schemas.messages import text


def checkpoint_paper(made: Checkpoint, settings: Settings, lang: str) -> Paper:
    """Return the paper of a checkpoint."""
    day = datetime.fromisoformat(made.time).astimezone().date()
    place = settings.archive_place or text(lang, "paper.blank.short")
    head = Letterhead(
        settings.archive_parent.upper(),
        settings.archive_name.upper() or text(lang, "paper.office.none"),
        "",
        text(lang, "sheet.nation"),
        text(lang, "sheet.motto"),
        text(lang, "paper.place_date", {"place": place, **day_facts(day, lang)}),
    )
    rows = {
        "time": made.time, "rows": str(made.rows), "head": grouped(made.head), "root": grouped(made.root),
        "repository": grouped(made.repository), "fingerprint": grouped(fingerprint(made.public_key)),
        "public_key": grouped(made.public_key), "signature": grouped(made.signature),
    }  # fmt: skip
    facts = tuple((text(lang, f"checkpoint.{name}"), value) for name, value in rows.items())
    said = (text(lang, "checkpoint.said"), text(lang, "checkpoint.use"))
    signer = Signature(text(lang, "checkpoint.keeper"), text(lang, "paper.sign"))
    foot = text(lang, "checkpoint.foot", {"rows": made.rows, "head": made.head[:16]})
    title = (text(lang, "checkpoint.title"), text(lang, "checkpoint.title.of"))
    return Paper(lang, head, title, (Section(paragraphs=said), Section(facts=facts)), (signer,), foot, day)


def write_checkpoint(path: Path, made: Checkpoint, settings: Settings, lang: str) -> None:
    """Write the page of a checkpoint (HTML), whole or not at all. Raises FondsError OUTPUT_FAILED."""
    try:
        write_atomically(path, page_html(checkpoint_paper(made, settings, lang)))
    except OSError as error:
        raise FondsError("OUTPUT_FAILED", path=path, reason=error.strerror or str(error)) from error
