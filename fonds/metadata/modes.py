"""The access mode of each part of a dossier: the stricter of its own and of what it is in, deny by default.

The codes of the circular (01 open, 02 conditional, 03 secret) sort from open to strict.
"""

from __future__ import annotations

from fonds.metadata.model import DossierRecord, Item
from fonds.schemas.modes import MODE_CONDITIONAL, MODE_OPEN


def item_mode(record: DossierRecord, item: Item) -> str:
    """Return the stricter of a dossier's and an item's access mode; one that cannot be read is conditional."""
    stated = item.description.text("mode")
    own = item.description.code("mode") or (MODE_CONDITIONAL if stated else MODE_OPEN)
    return max(record.mode, own)


def page_modes(record: DossierRecord) -> dict[int, str]:
    """Return the mode of each page by its sequence: the strictest of whatever stands on it."""
    modes = {page.sequence: record.mode for page in record.pages}
    for item in record.items:
        for sequence in item.pages:
            modes[sequence] = max(modes.get(sequence, record.mode), item_mode(record, item))
    return modes


def strictest_mode(record: DossierRecord) -> str:
    """Return the mode of the dossier with everything in it: that of a package that holds it whole."""
    return max((record.mode, *(item_mode(record, item) for item in record.items)))
