"""Reading the package of a fonds back from the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import BinaryIO

from fonds.errors import FondsError, RefusedError
from fonds.metadata.mets import Related
from fonds.metadata.model import DescribedUnit
from fonds.packaging.eark import FondsContent, fonds_children, fonds_units, read_fonds_package
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Aip


def stored_fonds(archive: Archive, aip: Aip) -> FondsContent:
    """Return what a stored version of the package of a fonds says of itself. Raises RefusedError PACKAGE_BROKEN."""
    try:
        return read_fonds_package(_opener(archive, aip))
    except (OSError, FondsError, ValueError) as error:
        raise _broken(aip, error) from error


def described_units(archive: Archive, aip: Aip) -> Iterator[DescribedUnit]:
    """Yield what the package of a fonds describes, each after its parent. Raises RefusedError PACKAGE_BROKEN."""
    try:
        yield from fonds_units(_opener(archive, aip))
    except (OSError, FondsError, ValueError) as error:
        raise _broken(aip, error) from error


def named_packages(archive: Archive, aip: Aip) -> Iterator[Related]:
    """Yield the packages that the package of a fonds names. Raises RefusedError PACKAGE_BROKEN."""
    try:
        yield from fonds_children(_opener(archive, aip))
    except (OSError, FondsError, ValueError) as error:
        raise _broken(aip, error) from error


def _opener(archive: Archive, aip: Aip) -> Callable[[str], BinaryIO]:
    return lambda path: archive.store.open(aip.location, f"data/{path}")


def _broken(aip: Aip, error: Exception) -> RefusedError:
    return RefusedError("PACKAGE_BROKEN", path=aip.location, reason=str(error))
