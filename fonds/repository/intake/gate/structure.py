"""Dossiers and folders against each other.

MISSING_FOLDER, ORPHAN_FOLDER, DUPLICATE_DOSSIER_NUMBER, FOLDER_SHARED, NFC_NFD_COLLISION, NO_FILES.
"""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.inventory import Entry, Inventory
from fonds.repository.intake.walk import Folder
from fonds.schemas.findings import Finding, finding


def duplicate_number(entry: Entry, inventory: Inventory) -> Finding:
    """Return the finding of a dossier whose number or code an earlier row has."""
    first = inventory.entries[entry.first]
    return finding("DUPLICATE_DOSSIER_NUMBER", entry.where, code=entry.code or entry.notation, first=first.where)


def missing_folder(entry: Entry) -> Finding:
    """Return the finding of a dossier without a folder."""
    return finding("MISSING_FOLDER", entry.where, code=entry.code or entry.notation, folder=entry.folder)


def folder_shared(entry: Entry, owner: Entry) -> Finding:
    """Return the finding of a dossier whose folder an earlier row already has."""
    return finding("FOLDER_SHARED", entry.where, folder=entry.folder, first=owner.where)


def orphan_folder(where: str, files: int) -> Finding:
    """Return the finding of a folder with files that is not in the inventory."""
    return finding("ORPHAN_FOLDER", where, files=files)


def check_collision(folder: Folder) -> Iterator[Finding]:
    """NFC_NFD_COLLISION: more than one folder on disk whose paths are equal after NFC."""
    if len(folder.raws) > 1:
        yield finding("NFC_NFD_COLLISION", folder.where, folders=len(folder.raws))


def check_emptiness(where: str, files: int) -> Iterator[Finding]:
    """NO_FILES: a dossier's folder with nothing in it that could be archived."""
    if not files:
        yield finding("NO_FILES", where)
