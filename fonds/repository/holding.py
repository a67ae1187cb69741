"""Between the store and the catalogue: what was stored is read back when it must be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from fonds.errors import FondsError, RefusedError
from fonds.metadata.model import Description, DossierRecord, Kind
from fonds.packaging.bag import MANIFEST, TAGMANIFEST, Seal
from fonds.packaging.digest import hash_handle
from fonds.packaging.eark import (
    SIGNATURE,
    PackageContent,
    read_description,
    read_fonds_package,
    read_package,
    read_record,
    stored_digests,
)
from fonds.packaging.names import is_fonds_location
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.log import LogRow
from fonds.repository.stored_fonds import described_units

_VERSION = re.compile(r"v([1-9][0-9]*)")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A package read back from the store. ``doubt`` says why it may not be as it was stored, '' when nothing does.

    ``record`` is None for the package of a fonds: what is described in it is read as a stream (``take_over``).
    """

    record: DossierRecord | None
    aip: Aip
    digests: Mapping[str, str]
    doubt: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)


def load_package(archive: Archive, place: str, sealed: Mapping[tuple[str, int], LogRow]) -> Loaded:
    """Read a stored package back, from its own files and, for its seal, from the audit log (``sealed_rows``).

    Raises RefusedError PACKAGE_BROKEN when what is there cannot be understood.
    """
    objid, version = stored_place(place)
    try:
        record, said = _described(archive, place)
        digests = dict(stored_digests(_opener(archive, place)))
        info = _bag_info(archive, place)
        actual = Seal(_digest(archive, place, MANIFEST), _digest(archive, place, TAGMANIFEST))
        sizes = {file.path: file.size for file in archive.store.files(place)}
    except (OSError, FondsError, ValueError, KeyError) as error:
        raise RefusedError("PACKAGE_BROKEN", path=place, reason=str(error)) from error
    if said.id != objid:
        raise RefusedError("PACKAGE_BROKEN", path=place, reason=f"OBJID {said.id}")
    row = sealed.get((objid, version))
    seal = Seal(str(row.detail["manifest"]), str(row.detail["tagmanifest"])) if row else actual
    created = str(row.detail["created"]) if row else info.get("Bagging-Date", "")
    aip = Aip(
        objid, version, place, said.fonds_code, said.code, len(sizes), sum(sizes.values()), len(said.pages),
        info.get(SIGNATURE, ""), seal.manifest, seal.tagmanifest, created,
    )  # fmt: skip
    doubt = "" if row and seal == actual else "seal" if row else "unsealed"
    return Loaded(record, aip, digests, doubt, {path: size for path, size in sizes.items() if path in digests})


def stored_place(place: str) -> tuple[str, int]:
    """Return the OBJID and the version that a location in the store names. Raises RefusedError PACKAGE_BROKEN."""
    parts = place.split("/")
    match = _VERSION.fullmatch(parts[2]) if len(parts) == 4 else None
    if match is None:
        raise RefusedError("PACKAGE_BROKEN", path=place, reason="location")
    return parts[3], int(match[1])


def _opener(archive: Archive, place: str, below: str = "") -> Callable[[str], BinaryIO]:
    return lambda path: archive.store.open(place, f"{below}{path}")


def _described(archive: Archive, place: str) -> tuple[DossierRecord | None, DossierRecord]:
    """Return the record of a dossier, None for a fonds; and who it is, as a record in both cases."""
    opener = _opener(archive, place, "data/")
    if not is_fonds_location(place):
        record = read_record(opener)
        return record, record
    content = read_fonds_package(opener)
    return None, DossierRecord(content.objid, content.fonds, Description(Kind.DOSSIER))


def take_over(archive: Archive, loaded: Loaded) -> None:
    """Put a package that was read back into the catalogue. Raises RefusedError PACKAGE_BROKEN, CATALOGUE_…."""
    if loaded.record is not None:
        archive.holdings.put(loaded.record, loaded.aip, loaded.digests, loaded.sizes)
    else:
        units = described_units(archive, loaded.aip)
        archive.holdings.put_fonds(loaded.aip, loaded.digests, units, loaded.sizes)


def stored_content(archive: Archive, aip: Aip) -> PackageContent:
    """Return what a stored version of a package says and holds. Raises RefusedError PACKAGE_BROKEN."""
    try:
        return read_package(_opener(archive, aip.location, "data/"))
    except (OSError, FondsError, ValueError, KeyError) as error:
        raise RefusedError("PACKAGE_BROKEN", path=aip.location, reason=str(error)) from error


def stored_description(archive: Archive, aip: Aip) -> DossierRecord:
    """Return how a stored version of a package is described, without its pages. Raises RefusedError PACKAGE_BROKEN."""
    try:
        return read_description(_opener(archive, aip.location, "data/"))
    except (OSError, FondsError, ValueError, KeyError) as error:
        raise RefusedError("PACKAGE_BROKEN", path=aip.location, reason=str(error)) from error


def _digest(archive: Archive, place: str, name: str) -> str:
    with archive.store.open(place, name) as source:
        return hash_handle(source.fileno())[1]


def _bag_info(archive: Archive, place: str) -> dict[str, str]:
    with archive.store.open(place, "bag-info.txt") as source:
        lines = source.read().decode().splitlines()
    return {label: value.strip() for label, _, value in (line.partition(":") for line in lines)}
