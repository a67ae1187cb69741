"""What the units of a finding aid become here: their ids, from codes, and their places in our hierarchy.

A dossier holds documents, pictures and recordings, one after the other: a document inside a document follows it. What
another archive did not mean for readers is passed over, whole units and parts of them; the file itself keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from fonds.metadata.ead_import import ImportedUnit
from fonds.metadata.ids import dossier_id, fonds_id, item_id, series_id
from fonds.metadata.model import LEVELS, DescribedUnit, Description, Kind, Value, fonds_code

_TITLES = ("title", "subject", "imageTitle", "movieTitle")
_LEVEL = "@level"
_ABOVE = "../did/unittitle"


@dataclass(frozen=True, slots=True)
class Placed:
    """A unit with its place here. ``depth`` is 0 for the fonds; ``repeated`` says that its code was there before."""

    unit: DescribedUnit
    depth: int
    repeated: bool = False


@dataclass(slots=True)
class _Level:
    """A level that is open in the finding aid, and what it is here."""

    depth: int
    id: str
    kind: Kind
    title: str = ""
    path: tuple[str, ...] = ()
    inside: int = 0


class Placing:
    """Places the units of one finding aid, in the order of the document, the fonds first.

    ``nameless`` counts dossiers and series without a code, ``internal`` the parts and units not meant for readers.
    """

    def __init__(self, code: str) -> None:
        self._code = code
        self._above: list[_Level] = []
        self._series: set[str] = set()
        self._dossiers: set[str] = set()
        self.nameless = self.internal = 0

    def place(self, units: Iterable[ImportedUnit]) -> Iterator[Placed]:
        """Yield the units that are taken, each after its parent."""
        for unit in units:
            self.internal += len(unit.internal) + unit.hidden
            if not unit.hidden:
                yield self._place(unit)

    def _place(self, unit: ImportedUnit) -> Placed:
        while self._above and self._above[-1].depth >= unit.depth:
            self._above.pop()
        kind = unit.description.kind
        if not self._above:
            return self._fonds(unit)
        dossier = next((one for one in self._above if one.kind is Kind.DOSSIER), None)
        if dossier is not None:
            return self._item(unit, dossier)
        return self._series_of(unit) if kind is Kind.SERIES else self._dossier(unit)

    def _fonds(self, unit: ImportedUnit) -> Placed:
        described = DescribedUnit(fonds_id(self._code), "", _with_code(_with_level(unit), self._code))
        self._above = [_Level(unit.depth, described.id, Kind.FONDS)]
        return Placed(described, 0)

    def _series_of(self, unit: ImportedUnit) -> Placed:
        above = self._above[-1]
        code = unit.description.text("fileCatalog")
        path = (*above.path, code or self._number(above))
        identifier = series_id(self._code, *path)
        repeated = identifier in self._series
        if repeated:
            path = (*path, self._number(above, nameless=False))
            identifier = series_id(self._code, *path)
        self._series.add(identifier)
        self._above.append(_Level(unit.depth, identifier, Kind.SERIES, path=path))
        return Placed(DescribedUnit(identifier, above.id, _with_level(unit)), len(self._above) - 1, repeated)

    def _dossier(self, unit: ImportedUnit) -> Placed:
        above = self._above[-1]
        code = unit.description.text("fileCode")
        identifier = dossier_id(self._code, code) if code else ""
        repeated = identifier in self._dossiers
        if repeated:  # the first of that name has the id by which a delivery finds it
            identifier = dossier_id(self._code, *(above.path or ("",)), code)
        if not identifier or identifier in self._dossiers:
            identifier = dossier_id(self._code, *(above.path or ("",)), code, self._number(above, nameless=not code))
        self._dossiers.add(identifier)
        self._above.append(_Level(unit.depth, identifier, Kind.DOSSIER))
        return Placed(DescribedUnit(identifier, above.id, _with_level(unit)), len(self._above) - 1, repeated)

    def _number(self, above: _Level, *, nameless: bool = True) -> str:
        """Return what names a thing that its code does not name: which one it is in what it is in."""
        self.nameless += nameless
        above.inside += 1
        return f"#{above.inside}"

    def _item(self, unit: ImportedUnit, dossier: _Level) -> Placed:
        dossier.inside += 1
        above, description = self._above[-1], _with_level(unit)
        if above is not dossier and above.title:
            description = replace(description, extra=(*description.extra, (_ABOVE, above.title)))
        identifier = item_id(dossier.id, description.kind.value, dossier.inside)
        title = next((text for key in _TITLES if (text := description.text(key))), "")
        self._above.append(_Level(unit.depth, identifier, description.kind, title))
        depth = [one.kind for one in self._above].index(Kind.DOSSIER) + 1
        return Placed(DescribedUnit(identifier, dossier.id, description), depth)


def _with_level(unit: ImportedUnit) -> Description:
    """Return the description with the level as the other archive named it, where we name it otherwise."""
    description = unit.description
    if unit.level in {"", LEVELS[description.kind]}:
        return description
    return replace(description, extra=((_LEVEL, unit.level), *description.extra))


def _with_code(fonds: Description, code: str) -> Description:
    """Return the description of a fonds so that this is its code; what it was called elsewhere stays beside it."""
    if fonds_code(fonds) == code:
        return fonds
    values, said = dict(fonds.values), fonds.text("fondsCode")
    values["fondsCode"] = Value(code, "" if said == code else said)
    extra = fonds.extra
    archive = values.get("archiveCode")
    if archive and not code.startswith(f"{archive.text}."):
        del values["archiveCode"]
        extra = (*extra, ("did/unitid/@repositorycode", archive.text))
    return Description(Kind.FONDS, values, extra)


def grouped(placed: Iterable[Placed]) -> Iterator[list[Placed]]:
    """Yield each fonds and series alone, each dossier with the documents and pictures in it."""
    waiting: list[Placed] = []
    for one in placed:
        if waiting and one.unit.parent == waiting[0].unit.id:
            waiting.append(one)
            continue
        if waiting:
            yield waiting
            waiting = []
        if one.unit.description.kind is Kind.DOSSIER:
            waiting = [one]
        else:
            yield [one]
    if waiting:
        yield waiting
