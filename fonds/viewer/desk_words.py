"""From jobs, deliveries and scorecards to what the desk shows. Pure: no request, no archive, no clock."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.repository.deliveries.record import Amount, Handed, Outcome, Record
from fonds.repository.deliveries.scorecard import Score, Scorecard
from fonds.repository.deliveries.telling import Told, told
from fonds.repository.deliveries.writing import moment, number, percent, rate, size
from fonds.repository.policy import Action, Protected, User, can
from fonds.repository.ports.catalogue import Job, Unit
from fonds.repository.ports.deliveries import Entry
from fonds.repository.ports.incidents import Incident
from fonds.repository.standing import Stall, Standing
from fonds.repository.underway import BYTES, Step
from fonds.schemas.findings import Severity
from fonds.schemas.messages import catalogue
from fonds.viewer.texts import Texts

__all__ = ["JobRow", "Standing", "card", "delivery_row", "incident_row", "job_row", "refused"]

_UNITS = {
    "audit": "packages",
    "copies": "packages",
    "repair": "packages",
    "access": "pages",
    "describe": "dossiers",
    "index": "dossiers",
}
_MINUTE, _HOUR = 60, 3600
_CHART = (640, 140)
_LABEL = 40
"""Room that the labels of a bar need, in units of the chart."""


@dataclass(frozen=True, slots=True)
class JobRow:
    """A job in words. ``percent`` is None where it is not known; ``stall``: why it does not go on, '' if it does."""

    id: int
    state: str
    said: str
    kind: str
    subject: str
    when: str
    percent: int | None
    facts: tuple[str, ...]
    stall: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """An open incident in words."""

    number: int
    name: str
    copy: str
    when: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """A delivery in words; ``amounts`` are (what, dossiers, pages, files, size)."""

    number: int
    when: str
    kind: str
    source: str
    vendor: str
    vendor_key: str
    person: str
    agent: str
    dossiers: str
    pages: str
    refused: int
    amounts: tuple[tuple[str, str, str, str, str], ...]
    inventory: tuple[str, str] | None
    packages: tuple[tuple[str, str], ...]
    seal: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A dossier that was kept out, and why; ``more`` counts the errors that are not named."""

    code: str
    title: str
    findings: tuple[Told, ...]
    more: int


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """The score of one delivery, or of all of them, in words."""

    number: int
    when: str
    dossiers: str
    pages: str
    errors: str
    warnings: str
    infos: str
    passed: str
    again: str
    refused: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart: where it stands and how high, in its units; what it says.

    ``middle`` is where its labels stand; ``number`` and ``rate`` are '' where there is no room for them.
    """

    x: float
    y: float
    width: float
    height: float
    said: str
    middle: float
    number: str
    rate: str


@dataclass(frozen=True, slots=True)
class Card:
    """A scorecard in words, and errors for 1,000 pages as bars."""

    key: str
    name: str
    deliveries: str
    trend: str
    trend_said: str
    total: ScoreRow
    rows: tuple[ScoreRow, ...]
    outstanding: tuple[str, ...]
    bars: tuple[Bar, ...]
    chart: tuple[int, int] = _CHART


def job_row(one: Standing, unit: Unit | None, words: Texts) -> JobRow:
    """Return a job in words; ``unit`` is what it works on, where that is held."""
    job = one.job
    return JobRow(
        job.id,
        job.state,
        words.t(f"desk.state.{job.state}"),
        words.t(f"desk.kind.{job.kind}"),
        unit.code if unit and unit.code else job.subject,
        moment(job.ended or job.started or job.created, words.lang),
        one.percent,
        tuple(_facts(one, words)),
        words.t(f"desk.stall.{one.stall.value}", time=span(one.silent, words)) if one.stall is not Stall.NONE else "",
        _reason(job, words),
    )


def incident_row(one: Incident, unit: Unit | None, words: Texts) -> IncidentRow:
    """Return an open incident as the desk shows it; ``unit`` is what its package is about."""
    return IncidentRow(one.number, unit.code if unit else one.objid, one.copy, moment(one.opened, words.lang))


def _facts(one: Standing, words: Texts) -> list[str]:
    """Return how far a job is: its step, units done, dossiers, pages, bytes, rate, time left."""
    job, lang = one.job, words.lang
    if job.state not in ("running", "waiting"):
        return []
    facts = _step(one.step, words) if one.step else []
    unit = one.step.unit if one.step else _UNITS.get(job.kind, "files")
    if one.total:
        facts.append(_counted(one, unit, words))
    for name in ("dossiers", "pages"):
        count = job.detail.get(name)
        if isinstance(count, int):
            facts.append(f"{number(count, lang)} {words.t(f'desk.unit.{name}', n=count)}")
    held = job.detail.get("bytes")
    facts += [size(held, lang)] if isinstance(held, int) else []
    if one.rate is not None and not one.stall:
        facts.append(_rate(60 * one.rate, unit, words))
    if one.left is not None and not one.stall:
        facts.append(words.t("desk.left", time=span(one.left, words)))
    return facts


def _step(step: Step, words: Texts) -> list[str]:
    said = [words.t(f"desk.step.{step.name}")]
    return [*said, words.t("desk.step.part", part=step.part, parts=step.parts)] if step.parts > 1 else said


def _counted(one: Standing, unit: str, words: Texts) -> str:
    if unit == BYTES:
        return f"{size(one.done, words.lang)}/{size(one.total, words.lang)}"
    counted = f"{number(one.done, words.lang)}/{number(one.total, words.lang)}"
    return f"{counted} {words.t(f'desk.unit.{unit}', n=one.total)}"


def _rate(a_minute: float, unit: str, words: Texts) -> str:
    if unit == BYTES:
        return words.t("desk.rate.bytes", size=size(round(a_minute), words.lang))
    return words.t("desk.rate", rate=rate(a_minute, words.lang), unit=words.t(f"desk.unit.{unit}", n=0))


def span(seconds: float, words: Texts) -> str:
    """Return how long something takes, as people say it."""
    if seconds < _MINUTE:
        return words.t("desk.seconds", n=round(seconds))
    if seconds < _HOUR:
        return words.t("desk.minutes", n=round(seconds / _MINUTE))
    return words.t("desk.hours", n=rate(seconds / _HOUR, words.lang))


def _reason(job: Job, words: Texts) -> str:
    """Return why a job failed: in words where they need no more facts than the code, else the code."""
    if not job.reason or job.state == "done":
        return ""
    said = catalogue(words.lang).get(f"error.{job.reason}", "")
    return f"{job.reason}: {said}" if said and "{" not in said else job.reason


def delivery_row(entry: Entry, record: Record, words: Texts) -> DeliveryRow:
    """Return a delivery in words."""
    lang, whole = words.lang, record.amount()
    inventory = record.inventory
    return DeliveryRow(
        entry.number,
        moment(entry.when, lang),
        words.t(f"desk.delivery.{entry.kind}"),
        entry.source,
        entry.vendor,
        entry.vendor_key,
        record.hand_over.person,
        entry.agent,
        number(whole.dossiers, lang),
        number(whole.pages, lang),
        record.amount(Outcome.REFUSED).dossiers,
        tuple(_amounts(record, words)),
        (f"{inventory.name} ({size(inventory.size, lang)})", inventory.sha256) if inventory else None,
        tuple((f"{p.name} ({size(p.size, lang)})" if p.sha256 else p.name, p.sha256) for p in record.handed),
        entry.seal,
    )


def _amounts(record: Record, words: Texts) -> list[tuple[str, str, str, str, str]]:
    rows = [("received", record.amount())]
    rows += [(one.value, record.amount(one)) for one in Outcome if record.amount(one).dossiers]
    return [(words.t(f"desk.amount.{name}"), *_amount(one, words.lang)) for name, one in rows]


def _amount(one: Amount, lang: str) -> tuple[str, str, str, str]:
    return number(one.dossiers, lang), number(one.pages, lang), number(one.files, lang), size(one.bytes, lang)


def refused(one: Handed, user: User, words: Texts) -> Refused:
    """Return a dossier that was kept out; its title only for who may read it."""
    readable = can(user, Action.READ_DESCRIPTION, Protected(one.mode or "02"))
    return Refused(
        one.code or one.where,
        one.title if readable else "",
        tuple(told(one.findings, words.lang)),
        one.more,
    )


def card(one: Scorecard, words: Texts) -> Card:
    """Return a scorecard in words."""
    rows = [_score(line.entry.number, moment(line.entry.when, words.lang), line.score, words) for line in one.lines]
    return Card(
        one.key,
        one.name,
        number(len(one.lines), words.lang),
        one.trend.value,
        words.t(f"desk.trend.{one.trend.value}"),
        _score(0, "", one.total, words),
        tuple(reversed(rows)),
        one.outstanding,
        tuple(_bars(one, words)),
    )


def _score(place: int, when: str, score: Score, words: Texts) -> ScoreRow:
    lang = words.lang
    errors, warnings, infos = (
        rate(score.per_thousand(one), lang) for one in (Severity.ERROR, Severity.WARNING, Severity.INFO)
    )
    return ScoreRow(
        place,
        when,
        number(score.dossiers, lang),
        number(score.pages, lang),
        errors,
        warnings,
        infos,
        percent(score.pass_rate, lang),
        number(score.again, lang),
        number(score.refused, lang),
    )


def _bars(one: Scorecard, words: Texts) -> list[Bar]:
    """Return errors for 1,000 pages, a bar a delivery, the newest forty."""
    lines = one.lines[-40:]
    rates = [line.score.per_thousand(Severity.ERROR) or 0 for line in lines]
    most, step = max([*rates, 1.0]), _CHART[0] / max(len(lines), 8)
    room, roomy = _CHART[1] - 40, step >= _LABEL
    return [
        Bar(
            round(place * step + step * 0.15, 1),
            round(_CHART[1] - 20 - max(2, value / most * room), 1),
            round(step * 0.7, 1),
            round(max(2, value / most * room), 1),
            words.t("desk.bar", number=line.entry.number, rate=rate(value, words.lang)),
            round(place * step + step * 0.5, 1),
            str(line.entry.number) if roomy else "",
            rate(value, words.lang) if roomy else "",
        )
        for place, (line, value) in enumerate(zip(lines, rates, strict=True))
    ]
