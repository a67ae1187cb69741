"""Reading order: by number and code, and what is in something after it and before the next.

Every key is a string; sorted, they put a fonds in order. Dossiers come before the series beside them. What has no code
comes last, in the order in which it was told: ``number`` says which one it was.
"""

from __future__ import annotations

from fonds.metadata.model import Description
from fonds.metadata.vietnamese import natural_key

# These sort before everything that a key holds.
_DOSSIER = "\x01"
_SERIES = "\x02"
_NAMELESS = "~"


def series_own(series: Description, number: int = 0) -> str:
    """Return where a series stands among those beside it."""
    code = series.text("fileCatalog")
    return natural_key(code) if code or not number else f"{_NAMELESS}{number:08d}"


def dossier_own(dossier: Description, number: int = 0) -> str:
    """Return where a dossier stands among those beside it: by its number and notation, then by its code."""
    code = dossier.text("fileCode")
    named = dossier.text("fileNotation") or code
    return natural_key(f"{named} {code}") if named or not number else f"{_NAMELESS}{number:08d}"


def series_sort(own: str, above: str = "") -> str:
    """Return where a series stands: in the series at ``above``, in the fonds when that is ''."""
    return f"{above}{_SERIES}{own}" if above else own


def dossier_sort(own: str, above: str = "") -> str:
    """Return where a dossier stands: in the series at ``above``, in the fonds when that is ''."""
    return f"{above}{_DOSSIER}{own}"


def item_sort(above: str, number: int) -> str:
    """Return where the n-th document or picture of the dossier at ``above`` stands."""
    return f"{above}{_DOSSIER}{number:08d}"
