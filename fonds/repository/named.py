"""Stored packages by the names that people give them, and their versions."""

from __future__ import annotations

from fonds.errors import UsageError
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Aip


def named_package(archive: Archive, name: str) -> Aip:
    """Return the newest version of a package by its OBJID, or the code of a dossier or fonds. Raises UNIT_MISSING."""
    unit = archive.holdings.unit(name) or archive.holdings.find_code(name)
    aip = archive.holdings.aip(unit.dossier_id or unit.id) if unit else None
    if aip is None:
        raise UsageError("UNIT_MISSING", id=name)
    return aip


def all_versions(archive: Archive, objid: str) -> list[Aip]:
    """Return all stored versions of a package, the oldest first; none for one that is not held."""
    newest = archive.holdings.aip(objid)
    return list(reversed(archive.holdings.versions(objid, limit=newest.version).items)) if newest else []
