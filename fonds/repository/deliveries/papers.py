"""The receipt and the acceptance minute of a delivery, as papers: made from what is recorded, the same a year later."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files

from fonds.config import Settings
from fonds.packaging.paper import Paper, Section, Signature, Table
from fonds.repository.deliveries.record import Amount, Handed, Outcome, Record
from fonds.repository.deliveries.telling import told, whole_list
from fonds.repository.deliveries.writing import day_facts, moment, number, size
from fonds.repository.letterhead import letterhead
from fonds.repository.policy import Action, Protected, User, can
from fonds.repository.ports.deliveries import Entry
from fonds.schemas.findings import Finding, Severity, severities
from fonds.schemas.messages import text

Say = Callable[..., str]
OTHER = "other"
_UNREAD = "INVENTORY_INFECTED"
"""With this nothing of a delivery was looked at."""


@dataclass(frozen=True, slots=True)
class _Ground:
    """What both papers are made of: the delivery, who prints it, in which words."""

    entry: Entry
    record: Record
    settings: Settings
    user: User
    lang: str

    def say(self, key: str, **data: object) -> str:
        """Return a text of the papers."""
        return text(self.lang, key, data)

    @property
    def day(self) -> date:
        """The day the delivery was dealt with, here."""
        return datetime.fromisoformat(self.entry.when).astimezone().date()


@cache
def criteria() -> Mapping[str, frozenset[str]]:
    """Return what is checked: criterion to the codes of its findings, in the order in which it is told."""
    table: dict[str, list[str]] = json.loads(files("fonds.schemas").joinpath("criteria.json").read_text("utf-8"))
    return {name: frozenset(codes) for name, codes in table.items()}


def receipt(entry: Entry, record: Record, settings: Settings, user: User, lang: str) -> Paper:
    """Return the receipt (biên nhận): who brought what and when, the SHA-256 of the inventory, how much."""
    ground = _Ground(entry, record, settings, user, lang)
    say = ground.say
    sections = (
        Section(facts=(*_parties(ground), *_brought(ground))),
        *_packages(ground),
        Section(say("paper.amounts"), table=_amounts(ground), after=tuple(_remarks(ground))),
    )
    signatures = (
        Signature(say("paper.giver"), say("paper.sign"), record.hand_over.person),
        Signature(say("paper.taker"), say("paper.sign")),
    )
    return _paper(ground, "receipt", sections, signatures)


def minute(entry: Entry, record: Record, settings: Settings, user: User, lang: str) -> Paper:
    """Return the acceptance minute (biên bản nghiệm thu): what was checked and how, what was accepted or not.

    Titles of dossiers that ``user`` may not read are left out.
    """
    ground = _Ground(entry, record, settings, user, lang)
    say = ground.say
    good = record.with_outcome(*(one for one in Outcome if one.good))
    refused = record.with_outcome(Outcome.REFUSED)
    sections = [
        Section(paragraphs=(say("paper.minute.basis"), say("paper.minute.today", **_day(ground)))),
        Section(facts=_present(ground)),
        Section(say("paper.minute.brought"), facts=tuple(_brought(ground))),
        *_packages(ground),
        Section(say("paper.minute.criteria"), (say("paper.minute.criteria.said"),), table=_criteria(ground)),
        Section(say("paper.minute.result"), table=_amounts(ground)),
        Section(say(_accepted_key(record), count=number(len(good), lang)), table=_accepted(ground, good)),
        Section(
            say("paper.minute.refused", count=number(len(refused), lang)),
            table=_refused(ground, refused),
            after=tuple(_whole_list(ground, any(one.more for one in refused))),
        ),
        *_elsewhere(ground),
        Section(say("paper.minute.conclusion"), tuple(_conclusion(ground, len(good), len(refused)))),
    ]
    signatures = (
        Signature(say("paper.minute.giver"), say("paper.minute.sign")),
        Signature(say("paper.minute.taker"), say("paper.minute.sign")),
    )
    return _paper(ground, "minute", tuple(sections), signatures)


def _paper(ground: _Ground, kind: str, sections: tuple[Section, ...], signatures: tuple[Signature, ...]) -> Paper:
    say = ground.say
    head = letterhead(ground.settings, say(f"paper.{kind}.number"), ground.day, ground.lang)
    title = (say(f"paper.{kind}.title"), say(f"paper.{kind}.title.of"))
    foot = say("paper.foot", number=ground.entry.number, seal=ground.entry.seal[:16])
    return Paper(ground.lang, head, title, sections, signatures, foot, ground.day)


def _day(ground: _Ground) -> dict[str, object]:
    return day_facts(ground.day, ground.lang)


def _parties(ground: _Ground) -> list[tuple[str, str]]:
    say, parties = ground.say, ground.record.hand_over
    return [
        (say("paper.vendor"), parties.vendor or say("paper.blank")),
        (say("paper.person"), parties.person or say("paper.blank")),
        (say("paper.office"), ground.settings.archive_name or say("paper.blank")),
        (say("paper.agent"), ground.entry.agent),
    ]


def _present(ground: _Ground) -> tuple[tuple[str, str], ...]:
    """Return who is present: names are printed where they are known, the rest is written by hand."""
    say, parties = ground.say, ground.record.hand_over
    return (
        (say("paper.minute.side.giver"), parties.vendor or say("paper.blank")),
        (say("paper.minute.person"), parties.person or say("paper.blank")),
        (say("paper.minute.post"), say("paper.blank")),
        (say("paper.minute.side.taker"), ground.settings.archive_name or say("paper.blank")),
        (say("paper.minute.person"), say("paper.blank")),
        (say("paper.minute.post"), say("paper.blank")),
    )


def _brought(ground: _Ground) -> list[tuple[str, str]]:
    say, record, lang = ground.say, ground.record, ground.lang
    span = {"begun": moment(record.started, lang), "ended": moment(ground.entry.when, lang)}
    rows = [
        (say("paper.when"), say("paper.when.said", **span)),
        (say("paper.source"), ground.entry.source),
    ]
    if record.inventory:
        inventory = record.inventory
        said = say("paper.inventory.said", name=inventory.name, size=size(inventory.size, lang))
        rows += [(say("paper.inventory"), said), (say("paper.digest"), inventory.sha256)]
    else:
        rows.append((say("paper.inventory"), say("paper.inventory.packages")))
    return [
        *rows,
        (say("paper.delivery"), say("paper.delivery.said", number=ground.entry.number, seal=ground.entry.seal)),
    ]


def _packages(ground: _Ground) -> list[Section]:
    """Return the packages as they were handed over, each file with its SHA-256."""
    say, handed = ground.say, ground.record.handed
    rows = tuple(
        (
            number(place, ground.lang),
            one.name,
            size(one.size, ground.lang) if one.sha256 else "—",
            one.sha256 or say("paper.package.folder"),
        )
        for place, one in enumerate(handed, 1)
    )
    head = (say("paper.list.ordinal"), *(say(f"paper.package.{name}") for name in ("name", "size", "digest")))
    return (
        [Section(say("paper.packages"), table=Table(head, rows, (11, 52, 22, 75), frozenset({0, 2})))] if rows else []
    )


def _amounts(ground: _Ground) -> Table:
    say, amount = ground.say, ground.record.amount
    rows: list[tuple[str, Amount]] = [("received", amount())]
    if ground.record.kind == "check":
        rows.append(("ready", amount(Outcome.READY)))
    else:
        rows.append(("accepted", amount(Outcome.ACCEPTED)))
        rows += [("updated", amount(Outcome.UPDATED))] if amount(Outcome.UPDATED).dossiers else []
        rows += [("waiting", amount(Outcome.WAITING))] if amount(Outcome.WAITING).dossiers else []
        rows.append(("unchanged", amount(Outcome.UNCHANGED)))
    rows.append(("refused", amount(Outcome.REFUSED)))
    head = tuple(say(f"paper.amount.{name}") for name in ("what", "dossiers", "pages", "files", "bytes"))
    lines = tuple((say(f"paper.amount.{name}"), *_amount(ground, one)) for name, one in rows)
    return Table(head, lines, (60, 22, 22, 22, 26), frozenset({1, 2, 3, 4}))


def _amount(ground: _Ground, one: Amount) -> tuple[str, str, str, str]:
    counted = (number(value, ground.lang) for value in (one.dossiers, one.pages, one.files))
    dossiers, pages, files_ = counted
    return dossiers, pages, files_, size(one.bytes, ground.lang)


def _remarks(ground: _Ground) -> list[str]:
    refused = ground.record.amount(Outcome.REFUSED).dossiers
    said = [ground.say("paper.receipt.checked_only")] if ground.record.kind == "check" else []
    said += [ground.say("paper.receipt.refused", count=number(refused, ground.lang))] if refused else []
    return [*said, ground.say("paper.receipt.copies")]


def _criteria(ground: _Ground) -> Table:
    say = ground.say
    rows = []
    for name in (*criteria(), OTHER):
        errors, warnings = (_counted(ground.record.codes, name, one) for one in (Severity.ERROR, Severity.WARNING))
        if name == OTHER and not errors + warnings:
            continue
        result = say(f"paper.criterion.{_verdict(errors, warnings, checked=_UNREAD not in ground.record.codes)}")
        counts = (number(count, ground.lang) for count in (errors, warnings))
        rows.append((say(f"paper.criterion.{name}"), say(f"paper.criterion.{name}.basis"), *counts, result))
    head = tuple(say(f"paper.criteria.{name}") for name in ("what", "basis", "errors", "warnings", "result"))
    return Table(head, tuple(rows), (36, 60, 15, 23, 26), frozenset({2, 3}))


def _verdict(errors: int, warnings: int, *, checked: bool) -> str:
    if errors:
        return "failed"
    if not checked:
        return "unchecked"
    return "noted" if warnings else "passed"


def _counted(codes: Mapping[str, int], criterion: str, severity: Severity) -> int:
    known = frozenset[str]().union(*criteria().values())
    table = severities()
    return sum(
        count
        for code, count in codes.items()
        if table.get(code) is severity and (code not in known if criterion == OTHER else code in criteria()[criterion])
    )


def _accepted_key(record: Record) -> str:
    return "paper.minute.ready" if record.kind == "check" else "paper.minute.accepted"


def _accepted(ground: _Ground, dossiers: Sequence[Handed]) -> Table | None:
    say = ground.say
    rows = tuple(
        (
            number(place, ground.lang),
            one.code,
            _title(ground, one),
            number(one.pages, ground.lang),
            say(f"paper.outcome.{one.outcome.value}", version=one.version),
        )
        for place, one in enumerate(dossiers, 1)
    )
    head = tuple(say(f"paper.list.{name}") for name in ("ordinal", "code", "title", "pages", "remark"))
    return Table(head, rows, (11, 42, 66, 15, 26), frozenset({0, 3})) if rows else None


def _title(ground: _Ground, one: Handed) -> str:
    if one.title and can(ground.user, Action.READ_DESCRIPTION, Protected(one.mode or "02")):
        return one.title
    return ground.say("paper.title.closed") if one.mode == "03" or one.title else ""


def _refused(ground: _Ground, dossiers: Sequence[Handed]) -> Table | None:
    say = ground.say
    rows = tuple(
        (number(place, ground.lang), _named(ground, one), "\n".join(_reasons(ground, one)))
        for place, one in enumerate(dossiers, 1)
    )
    head = tuple(say(f"paper.list.{name}") for name in ("ordinal", "dossier", "reason"))
    return Table(head, rows, (11, 52, 97), frozenset({0})) if rows else None


def _named(ground: _Ground, one: Handed) -> str:
    return "\n".join(part for part in (one.code, _title(ground, one), one.where) if part) or "—"


def _reasons(ground: _Ground, one: Handed) -> list[str]:
    return [*_told(ground, one.findings), *_more(ground, one.more)]


def _told(ground: _Ground, findings: Sequence[Finding]) -> Iterator[str]:
    for one in told(findings, ground.lang):
        places = f" ({one.places})" if one.places else ""
        yield f"{one.code}: {one.message}{places} → {one.action}"


def _more(ground: _Ground, count: int) -> Iterator[str]:
    """Say how many more errors there are than the record names."""
    if count:
        yield ground.say("paper.reason.more", count=number(count, ground.lang))


def _whole_list(ground: _Ground, cut: bool) -> Iterator[str]:
    """Say where all errors are named, if these here are not all."""
    if cut:
        yield whole_list(ground.record, ground.entry.source, ground.lang)


def _elsewhere(ground: _Ground) -> list[Section]:
    record, say = ground.record, ground.say
    if not record.elsewhere:
        return []
    said = (*_told(ground, record.elsewhere), *_more(ground, record.elsewhere_more))
    after = tuple(_whole_list(ground, record.elsewhere_more > 0))
    return [Section(say("paper.minute.elsewhere"), said, after=after)]


def _conclusion(ground: _Ground, good: int, refused: int) -> list[str]:
    say, lang = ground.say, ground.lang
    counts = {"good": number(good, lang), "all": number(good + refused, lang), "refused": number(refused, lang)}
    checked = ground.record.kind == "check"
    said = [say("paper.conclusion.checked" if checked else "paper.conclusion.accepted", **counts)]
    if refused:
        said.append(say("paper.conclusion.again", **counts))
    return [*said, say("paper.conclusion.open"), say("paper.minute.copies")]
