"""Which stored packages are meant: by id or code, of a dossier, a document in one, or everything below a fonds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from fonds.errors import UsageError
from fonds.metadata.model import LEVELS, Kind
from fonds.packaging.eark import PackageType
from fonds.packaging.forms import Dialect
from fonds.repository.archive import Archive
from fonds.repository.export.order import ExportOrder
from fonds.repository.policy import Action, Protected, User, can
from fonds.repository.ports.catalogue import ALL_MODES, Aip, Slice, Unit
from fonds.schemas.modes import MODE_CONDITIONAL, MODE_OPEN, MODE_SECRET

_FILE = LEVELS[Kind.DOSSIER]
_ABOVE = frozenset({Kind.FONDS, Kind.SERIES})
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Chosen:
    """One stored package that is meant: of a dossier, or of a fonds itself (AIC). As it is in the catalogue.

    ``aip`` is the version asked for, None when there is none. ``item`` is the id of the one document that is meant, ''
    for all. ``floor`` is the mode that everything in it has at least: an older version may have been open when what is
    in it no longer is.
    """

    unit: Unit
    aip: Aip | None
    item: str
    floor: str


class Selection:
    """What the names mean to ``user``. Raises UsageError UNIT_MISSING and EXPORT_DOCUMENT_ALONE, before any work."""

    def __init__(
        self, archive: Archive, names: Sequence[str], order: ExportOrder, allowed: Callable[[str], bool], user: User
    ) -> None:
        self._archive, self._version = archive, order.version
        # Of the fonds itself only the stored package goes out; its versions are not those of its dossiers.
        self._with_fonds = order.type is PackageType.AIP and order.form.dialect is Dialect.EARK and not order.version
        # What may not be seen looks like what is not there; what may be taken out may be seen for that.
        self._modes = frozenset(
            mode for mode in ALL_MODES if allowed(mode) or can(user, Action.READ_DESCRIPTION, Protected(mode))
        )
        self._units = [self._find(name) for name in dict.fromkeys(names)]
        for unit in self._units:
            if order.type is not PackageType.DIP and unit.dossier_id not in {"", unit.id}:
                raise UsageError("EXPORT_DOCUMENT_ALONE", id=unit.code or unit.id, kind=order.type.value)
        self.total = sum(self._below(unit, 0, 1).total if unit.kind in _ABOVE else 1 for unit in self._units)
        self.total += sum(1 for _ in self._fonds())

    def _find(self, name: str) -> Unit:
        holdings = self._archive.holdings
        unit = holdings.unit(name) or holdings.find_code(name)
        if unit is None or any(one.mode not in self._modes for one in (unit, *holdings.ancestors(unit.id))):
            raise UsageError("UNIT_MISSING", id=name)
        return unit

    def _fonds(self) -> Iterator[Chosen]:
        for unit in self._units if self._with_fonds else ():
            aip = self._archive.holdings.aip(unit.id) if unit.kind is Kind.FONDS else None
            if aip is not None and (floor := self._most_closed(unit)) in self._modes:
                yield Chosen(unit, aip, "", floor)

    def _most_closed(self, fonds: Unit) -> str:
        """Return the mode that the package of a fonds has: it describes all that is in it, what is closed included."""
        below, secret = self._archive.holdings.by_level, frozenset({MODE_SECRET})
        secrets = (below(level, within=fonds.id, modes=secret, limit=1).total for level in set(LEVELS.values()))
        return MODE_SECRET if any(secrets) else MODE_CONDITIONAL

    def __iter__(self) -> Iterator[Chosen]:
        yield from self._fonds()
        for unit in self._units:
            if unit.kind not in _ABOVE:
                yield self._chosen(unit)
                continue
            offset = 0
            while found := self._below(unit, offset, _PAGE).items:
                yield from map(self._chosen, found)
                offset += len(found)

    def _below(self, unit: Unit, offset: int, limit: int) -> Slice[Unit]:
        return self._archive.holdings.by_level(_FILE, within=unit.id, modes=self._modes, offset=offset, limit=limit)

    def _chosen(self, unit: Unit) -> Chosen:
        aip = self._archive.holdings.aip(unit.dossier_id, self._version)
        newest = self._archive.holdings.aip(unit.dossier_id)
        old = aip is not None and newest is not None and aip.version != newest.version
        item = "" if unit.id == unit.dossier_id else unit.id
        return Chosen(unit, aip, item, max(unit.mode, MODE_CONDITIONAL) if old else MODE_OPEN)
