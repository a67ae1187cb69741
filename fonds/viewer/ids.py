"""Identifiers in addresses: anything that is not shaped like one of ours never reaches a view."""

from __future__ import annotations

from werkzeug.routing import BaseConverter

from fonds.metadata.ids import split_page_id


class UnitId(BaseConverter):
    """The id of a fonds, series, dossier, document or picture."""

    regex = r"[A-Za-z0-9_-]{1,80}"


class PageId(BaseConverter):
    """The id of a page, ``<OBJID>.<version>.<sequence>``."""

    regex = r"[A-Za-z0-9_-]{1,80}\.[1-9][0-9]{0,5}\.[1-9][0-9]{0,6}"


def dossier_of(page_id: str) -> str:
    """Return the OBJID in a page id that the converter let through."""
    parts = split_page_id(page_id)
    return parts[0] if parts else ""
