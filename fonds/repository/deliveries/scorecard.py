"""How good the deliveries of a vendor are, and whether they become better. Pure.

A dossier counts as delivered first where its code appears first, in a check that was recorded or in an ingest; it
passed at once when nothing kept it out then. Where it comes again after it had been kept out, that is a re-delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fonds.repository.deliveries.record import Outcome, Record
from fonds.repository.ports.deliveries import Entry
from fonds.schemas.findings import Severity

_NOTICEABLE = 0.1
"""A change of the rate of errors by less than this share is none."""


class Trend(StrEnum):
    """How the newest delivery compares with all before it."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Score:
    """One delivery, or all of a vendor's. ``first`` and ``passed`` count dossiers that came for the first time.

    ``again`` are dossiers that came again after they had been kept out; ``refused`` those kept out, which have to come
    again (of all deliveries: that still have to). ``findings`` are by severity.
    """

    dossiers: int = 0
    pages: int = 0
    bytes: int = 0
    first: int = 0
    passed: int = 0
    again: int = 0
    refused: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0

    @property
    def pass_rate(self) -> float | None:
        """The share of dossiers that passed when they came first; None when none came first."""
        return self.passed / self.first if self.first else None

    def per_thousand(self, severity: Severity) -> float | None:
        """Return the findings of a severity for 1,000 pages, None without a page."""
        counts = {Severity.ERROR: self.errors, Severity.WARNING: self.warnings, Severity.INFO: self.infos}
        return 1000 * counts[severity] / self.pages if self.pages else None


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery of a vendor and its score."""

    entry: Entry
    score: Score


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All deliveries of a vendor, oldest first. ``outstanding`` are the codes that still have to come again."""

    key: str
    name: str
    lines: tuple[Line, ...]
    total: Score
    outstanding: tuple[str, ...]
    trend: Trend


def scorecard(key: str, name: str, deliveries: Iterable[tuple[Entry, Record]]) -> Scorecard:
    """Return the scorecard of a vendor; ``deliveries`` come oldest first."""
    state: dict[str, bool] = {}
    lines = [Line(entry, _score(record, state)) for entry, record in deliveries]
    outstanding = tuple(sorted(code.partition("\0")[2] for code, good in state.items() if not good))
    return Scorecard(key, name, tuple(lines), _sum(lines, len(outstanding)), outstanding, _trend(lines))


def _score(record: Record, state: dict[str, bool]) -> Score:
    """Count one delivery; ``state`` says of every dossier that came before whether it was good in the end."""
    first = passed = again = 0
    for one in record.dossiers:
        name = f"{one.fonds}\0{one.code or one.where}"
        if name in state:
            again += not state[name]
        elif one.outcome is not Outcome.UNCHANGED:
            # What is held and was never recorded came in before there were records.
            first += 1
            passed += one.outcome.good
        state[name] = one.outcome.good
    whole, counts = record.amount(), record.counts
    return Score(
        whole.dossiers,
        whole.pages,
        whole.bytes,
        first,
        passed,
        again,
        record.amount(Outcome.REFUSED).dossiers,
        *(counts.get(severity.value, 0) for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)),
    )


def _sum(lines: Sequence[Line], outstanding: int) -> Score:
    scores = [line.score for line in lines]
    added = {name: sum(getattr(one, name) for one in scores) for name in Score.__slots__}
    return Score(**{**added, "refused": outstanding})


def _trend(lines: Sequence[Line]) -> Trend:
    """Compare the newest delivery with all before it by errors for 1,000 pages."""
    if not lines:
        return Trend.UNKNOWN
    newest = lines[-1].score.per_thousand(Severity.ERROR)
    before = _sum(lines[:-1], 0).per_thousand(Severity.ERROR)
    if newest is None or before is None:
        return Trend.UNKNOWN
    if abs(newest - before) <= _NOTICEABLE * before:
        return Trend.SAME
    return Trend.BETTER if newest < before else Trend.WORSE
