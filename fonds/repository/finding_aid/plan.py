"""A finding aid against what is held: what of it is new, the same, changed, or held and left as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice

from fonds.errors import RefusedError, UsageError
from fonds.metadata.ead_import import ImportedUnit
from fonds.metadata.ids import fonds_id, item_id
from fonds.metadata.model import (
    LEVELS,
    DescribedUnit,
    Description,
    Kind,
    Value,
    differing,
    filled,
    fonds_code,
)
from fonds.packaging.bag.report import Collector
from fonds.repository.archive import Archive
from fonds.repository.finding_aid.draft import Draft
from fonds.repository.finding_aid.placing import Placed, Placing, grouped
from fonds.repository.fonds_packages import described_unit
from fonds.repository.intake.gate.secrecy import NETWORKED
from fonds.repository.ports.catalogue import Holdings, Unit
from fonds.schemas import vocabulary
from fonds.schemas.findings import Finding, finding
from fonds.schemas.modes import MODE_OPEN, MODE_SECRET

SHOWN = 20
"""Units that a preview names."""
_BATCH = 100
_ASKED = 5000
_IDENTITY = {"archiveCode", "fondsCode", "fileCatalog"}
"""What says which fonds or series it is: it is the same one, however each calls it."""


class Verdict(StrEnum):
    """What becomes of a unit. ``gone`` and ``restored`` are for taking an import back."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    HELD = "held"
    GONE = "gone"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Previewed:
    """A unit as a preview names it; ``depth`` is 0 for the fonds."""

    depth: int
    level: str
    code: str
    title: str
    verdict: Verdict


@dataclass(slots=True)
class FindingAidResult:
    """What an import, or taking one back, would change or has changed.

    ``fonds`` is the code. ``counts`` are units by level (fonds|series|file|item) and verdict. ``run`` is the number of
    the run and ``version`` that of the new package of the fonds, 0 when nothing was to be written.
    """

    fonds: str
    applied: bool
    title: str = ""
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    preview: list[Previewed] = field(default_factory=list)
    findings: Sequence[Finding] = ()
    severities: Mapping[str, int] = field(default_factory=dict)
    run: int = 0
    version: int = 0
    location: str = ""
    index_error: str = ""

    def count(self, verdict: Verdict, level: str = "") -> int:
        """Count the units of a verdict, of one level or of all."""
        return sum(counts[verdict] for known, counts in self.counts.items() if level in {"", known})

    @property
    def changes(self) -> int:
        """Count the units that are not as they are described now."""
        return sum(self.count(one) for one in (Verdict.NEW, Verdict.CHANGED, Verdict.GONE, Verdict.RESTORED))

    def take(self, group: Iterable[Placed], verdict: Verdict) -> None:
        """Count units, and keep the first that change, or might have, for the preview."""
        for one in group:
            level = LEVELS[one.unit.description.kind]
            self.counts.setdefault(level, Counter())[verdict] += 1
            if verdict is not Verdict.SAME and len(self.preview) < SHOWN:
                self.preview.append(_previewed(one, level, verdict))


def _previewed(one: Placed, level: str, verdict: Verdict) -> Previewed:
    text = one.unit.description.text
    title = next((said for key in ("fondName", "title", "subject") if (said := text(key))), "")
    code = next((said for key in ("fileCode", "fileCatalog", "fondsCode", "docCode") if (said := text(key))), "")
    return Previewed(one.depth, level, code, title, verdict)


class Plan:
    """Reads a finding aid against the catalogue. With a ``draft``, that becomes the fonds as it shall be."""

    def __init__(self, archive: Archive, mode: str, draft: Draft | None = None) -> None:
        self._archive, self._mode, self._draft = archive, mode, draft
        self._found = Collector()
        self._replaced: set[str] = set()
        self._closed = 0

    def read(self, units: Iterator[ImportedUnit], code: str, *, applied: bool) -> FindingAidResult:
        """Go through the units of the file, in its order; ``code`` is that of the fonds, '' to take the file's.

        Raises UsageError FINDING_AID_FONDS when nobody says it, RefusedError FINDING_AID_SECRET.
        """
        archdesc = next(units)
        code = code or fonds_code(archdesc.description)
        if not code:
            raise UsageError("FINDING_AID_FONDS")
        result = FindingAidResult(code, applied, archdesc.description.text("fondName"))
        self._known_groups(code)
        placing = Placing(code)
        groups = grouped(placing.place(_with_first(archdesc, units)))
        while batch := list(islice(groups, _BATCH)):
            self._judge(batch, code, result)
        self._rest(code)
        self._found.add(self._notices(placing))
        result.findings, result.severities = self._found.result()
        return result

    def _known_groups(self, code: str) -> None:
        if self._draft is not None:
            for unit in self._archive.holdings.walk(fonds_id(code), down_to="series"):
                self._draft.add(described_unit(unit))

    def _rest(self, code: str) -> None:
        """Take over what the catalogue describes and the finding aid does not change."""
        if self._draft is None:
            return
        for unit in self._archive.holdings.walk(fonds_id(code)):
            if unit.dossier_id and unit.dossier_id not in self._replaced:
                self._draft.add(described_unit(unit))

    def _judge(self, batch: list[list[Placed]], code: str, result: FindingAidResult) -> None:
        batch = [[self._with_mode(one) for one in group] for group in batch]
        known = known_units(self._archive.holdings, batch)
        for group in batch:
            first = group[0]
            if first.unit.description.kind is Kind.DOSSIER:
                verdict = self._dossier(group, code, known)
            else:
                verdict = self._group(first, known.get(first.unit.id))
            if first.repeated:
                self._found.add([_repeated(first)])
            result.take(group, verdict)

    def _with_mode(self, one: Placed) -> Placed:
        """Give a dossier that says nothing of access the mode that was asked for. Secret ones are refused."""
        description = one.unit.description
        if description.code("mode") == MODE_SECRET and self._archive.settings.deployment == NETWORKED:
            raise RefusedError("FINDING_AID_SECRET", title=_previewed(one, "", Verdict.NEW).title)
        if description.kind is not Kind.DOSSIER or description.text("mode") or not self._mode:
            return one
        value = Value(vocabulary.label("mode", self._mode, "vi"), "", self._mode)
        described = replace(description, values={**description.values, "mode": value})
        return replace(one, unit=replace(one.unit, description=described))

    def _group(self, one: Placed, known: Unit | None) -> Verdict:
        if known is None:
            if self._draft is not None:
                self._draft.add(one.unit, late=True)
            return Verdict.NEW
        if keys := [key for key in differing(known.description, one.unit.description) if key not in _IDENTITY]:
            rules = vocabulary.fields(known.kind.value)
            labels = ", ".join(rules[key].labels["vi"] if key in rules else key for key in keys)
            self._found.add(
                [
                    finding(
                        "FINDING_AID_DIFFERS", known.code or known.title, code=known.code or known.title, fields=labels
                    )
                ]
            )
        whole = filled(known.description, one.unit.description)
        if whole == known.description:
            return Verdict.SAME
        if self._draft is not None:
            self._draft.describe(known.id, whole)
        return Verdict.CHANGED

    def _dossier(self, group: list[Placed], fonds: str, known: Mapping[str, Unit]) -> Verdict:
        unit = group[0].unit
        verdict = self._verdict(group, fonds, known)
        if verdict in {Verdict.NEW, Verdict.CHANGED}:
            self._closed += unit.description.code("mode") != MODE_OPEN
            self._replaced.add(unit.id)
            if self._draft is not None:
                for one in group:
                    self._draft.add(one.unit, late=True)
        return verdict

    def _verdict(self, group: list[Placed], fonds: str, known: Mapping[str, Unit]) -> Verdict:
        unit = group[0].unit
        held = known.get(unit.id)
        if objid := self._package(unit, fonds, held):
            code = unit.description.text("fileCode")
            self._found.add([finding("FINDING_AID_HELD", code, code=code, objid=objid)])
            return Verdict.HELD
        if held is None:
            return Verdict.NEW
        return Verdict.SAME if is_same(group, known) else Verdict.CHANGED

    def _package(self, unit: DescribedUnit, fonds: str, held: Unit | None) -> str:
        """Return the OBJID of the package that holds a dossier already, '' when there is none."""
        if held is not None:
            return held.id if held.packaged else ""
        code = unit.description.text("fileCode")
        aip = self._archive.holdings.find_signature(fonds, code) if code else None
        return aip.objid if aip else ""

    def _notices(self, placing: Placing) -> Iterator[Finding]:
        if placing.nameless:
            yield finding("FINDING_AID_NO_CODE", ".", count=placing.nameless)
        if placing.internal:
            yield finding("FINDING_AID_INTERNAL", ".", count=placing.internal)
        if self._closed:
            yield finding("FINDING_AID_CLOSED", ".", count=self._closed)


def _with_first(first: ImportedUnit, rest: Iterator[ImportedUnit]) -> Iterator[ImportedUnit]:
    yield first
    yield from rest


def known_units(holdings: Holdings, groups: list[list[Placed]]) -> dict[str, Unit]:
    """Return what the catalogue knows of groups of units, and of one more document in each dossier."""
    unit_ids = [unit_id for group in groups for unit_id in _ids(group)]
    found: dict[str, Unit] = {}
    for start in range(0, len(unit_ids), _ASKED):
        found |= holdings.units(unit_ids[start : start + _ASKED])
    return found


def _ids(group: list[Placed]) -> Iterator[str]:
    yield from (one.unit.id for one in group)
    if group[0].unit.description.kind is Kind.DOSSIER:
        yield from _next_ids(group)


def _next_ids(group: list[Placed]) -> list[str]:
    kinds = (kind.value for kind in (Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA))
    return [item_id(group[0].unit.id, kind, len(group)) for kind in kinds]


def is_same(group: list[Placed], known: Mapping[str, Unit]) -> bool:
    """Say whether a dossier and all in it is described as it is known, in its place, and nothing more is."""
    units = [(one.unit, known.get(one.unit.id)) for one in group]
    same = all(held and (held.parent_id, held.description) == (unit.parent, unit.description) for unit, held in units)
    return same and not any(unit_id in known for unit_id in _next_ids(group))


def _repeated(one: Placed) -> Finding:
    description: Description = one.unit.description
    code = description.text("fileCode") or description.text("fileCatalog")
    return finding("FINDING_AID_CODE_REPEATED", code, code=code, title=description.text("title"))
