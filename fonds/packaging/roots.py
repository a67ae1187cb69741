"""The root of a package: what it is called, and whether a folder may be one at all."""

from __future__ import annotations

import os
from pathlib import Path

METS_NAME = "METS.xml"
_MARKS = {METS_NAME.casefold(), "metadata", "representations"}
"""One of these lies in the root of every package, of whichever dialect, in any case of letters."""


def called(root: Path) -> str:
    """Return the name of the package whose root METS is in ``root``: the folder's, or that of the bag around it."""
    root = root.resolve()
    inside = root.name == "data" and (root.parent / "bagit.txt").is_file()
    return root.parent.name if inside else root.name


def may_be_root(folder: Path) -> bool:
    """Say whether a package may have its root in ``folder``. Never raises for what the disk does."""
    try:
        with os.scandir(folder) as entries:
            return any(entry.name.casefold() in _MARKS for entry in entries)
    except OSError:
        return False
