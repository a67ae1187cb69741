"""A dossier's full record, put together again from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.model import DossierRecord, Item, Kind, Page
from fonds.repository.ports.catalogue import Holdings, PageRow, Unit


def held_record(holdings: Holdings, dossier_id: str) -> DossierRecord | None:
    """Return the record of a stored dossier, None when it is not (any longer) held."""
    dossier = holdings.unit(dossier_id)
    if dossier is None or dossier.kind is not Kind.DOSSIER:
        return None
    above = {unit.kind: unit for unit in holdings.ancestors(dossier_id)}
    items = tuple(Item(unit.id, unit.description, unit.sequences) for unit in _items(holdings, dossier_id))
    series = above.get(Kind.SERIES)
    return DossierRecord(
        dossier.id,
        above[Kind.FONDS].description,
        dossier.description,
        series.description if series else None,
        items,
        tuple(_page(row) for row in _pages(holdings, dossier_id)),
    )


def _pages(holdings: Holdings, dossier_id: str) -> Iterator[PageRow]:
    offset = 0
    while found := holdings.pages(dossier_id, offset=offset).items:
        yield from found
        offset += len(found)


def _items(holdings: Holdings, dossier_id: str) -> Iterator[Unit]:
    offset = 0
    while found := holdings.children(dossier_id, offset=offset, limit=500).items:
        yield from found
        offset += len(found)


def _page(row: PageRow) -> Page:
    return Page(row.sequence, row.label, row.path, row.frame, row.width, row.height, row.dpi, row.blank)
