"""The head of every printed paper: the office from the settings, nation and motto, place and day."""

from __future__ import annotations

from datetime import date

from fonds.config import Settings
from fonds.packaging.paper import Letterhead
from fonds.repository.deliveries.writing import day_facts
from fonds.schemas.messages import text


def letterhead(settings: Settings, number: str, day: date, lang: str) -> Letterhead:
    """Return the head of a paper of ``day``; ``number`` is the line for its number (Nghị định 30/2020, Annex I)."""
    place = settings.archive_place or text(lang, "paper.blank.short")
    return Letterhead(
        settings.archive_parent.upper(),
        settings.archive_name.upper() or text(lang, "paper.office.none"),
        number,
        text(lang, "sheet.nation"),
        text(lang, "sheet.motto"),
        text(lang, "paper.place_date", {"place": place, **day_facts(day, lang)}),
    )
