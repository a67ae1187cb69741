"""From units and pages to what a template shows. Pure: no request, no archive, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fonds.metadata.dates import display, parse_date
from fonds.metadata.model import Description, Kind, Value
from fonds.repository.change_words import event_name, said
from fonds.repository.history import Version
from fonds.repository.ports.catalogue import Check, PageRow, Unit
from fonds.schemas.modes import MODE_OPEN
from fonds.schemas.vocabulary import FieldRule, fields, label
from fonds.viewer.texts import Texts

_HIDDEN = frozenset({"title", "subject", "imageTitle", "movieTitle", "fondName", "folder", "files", "fondsName"})
"""Fields that stand in the heading, or that say where the scanning vendor kept a file."""

_LEVEL_ICONS = {
    Kind.FONDS: "archive",
    Kind.SERIES: "list",
    Kind.DOSSIER: "folder",
    Kind.PICTURE: "picture",
    Kind.MEDIA: "picture",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a description. ``written`` is what the inventory said where we show something else."""

    label: str
    text: str
    written: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A unit in a list, a heading or a breadcrumb."""

    id: str
    kind: str
    level: str
    icon: str
    code: str
    title: str
    dates: str
    pages: int
    mode: str
    access: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page in a list. ``state`` is ok, restricted or unreadable; ``id`` is empty where nothing can be shown."""

    number: int
    id: str
    label: str
    name: str
    state: str
    width: int
    height: int
    item: str


@dataclass(frozen=True, slots=True)
class State:
    """How a package fares, in words: ``name`` ok, problem or never is also the name of its colour and icon."""

    name: str
    text: str
    more: str


def entry(unit: Unit, words: Texts) -> Entry:
    """Return a unit as a list shows it."""
    return Entry(
        id=unit.id,
        kind=unit.kind.value,
        level=words.t(f"kind.{unit.kind.value}"),
        icon=_LEVEL_ICONS.get(unit.kind, "document"),
        code=unit.code,
        title=title(unit, words),
        dates=dates(unit, words),
        pages=unit.pages,
        mode=unit.mode,
        access=label("mode", unit.mode, words.lang),
    )


def title(unit: Unit, words: Texts) -> str:
    """Return the title; a series often has none but its number."""
    if unit.kind is Kind.SERIES:
        numbered = words.t("series.numbered", code=unit.code)
        return f"{numbered}: {unit.title}" if unit.title else numbered
    return unit.title or words.t("untitled", code=unit.code)


def dates(unit: Unit, words: Texts) -> str:
    """Return the dates of a unit in the visitor's language; as written where they cannot be read, '' for none."""
    return _date(unit.dates, words)


def _date(written: str, words: Texts) -> str:
    return display(parse_date(written), words.lang) if written else ""


def lines(description: Description, words: Texts) -> list[Line]:
    """Return a description as labelled lines in the order of the circular, then the inventory's own columns."""
    rules = fields(description.kind.value)
    known = [
        _line(rule, description.values[key], words)
        for key, rule in rules.items()
        if key in description.values and key not in _HIDDEN
    ]
    return [line for line in known if line.text] + [Line(header, text) for header, text in description.extra if text]


def _line(rule: FieldRule, value: Value, words: Texts) -> Line:
    shown = value.text
    if rule.codes and value.code:
        shown = label(rule.codes, value.code, words.lang)
    elif rule.type == "date":
        shown = _date(value.text, words)
    differs = value.written and value.written.strip() != shown
    return Line(rule.labels[words.lang], shown, value.written.strip() if differs else "")


def sheet(row: PageRow, words: Texts) -> Sheet:
    """Return a page as lists and the viewer show it."""
    shown = row.label or str(row.sequence)
    return Sheet(
        number=row.sequence,
        id=row.id,
        label=shown,
        name=words.t("sheet.name", label=shown),
        state=page_state(row),
        width=row.width,
        height=row.height,
        item=row.item_id,
    )


def page_state(row: PageRow) -> str:
    """Return ok, restricted (its mode keeps it from this visitor) or unreadable (kept, but cannot be decoded)."""
    if not row.id:
        return "restricted"
    return "ok" if row.width and row.height else "unreadable"


def fixity(check: Check | None, words: Texts, now: datetime, *, partly: bool = False) -> State:
    """Return the state of a package's fixity in words. ``now`` has a time zone.

    ``check`` speaks for all versions; where there is none, ``partly`` says that some of them were checked.
    """
    if check is None:
        said = words.t("fixity.partly") if partly else words.t("fixity.never")
        return State("never", said, words.t("fixity.never.more"))
    checked = datetime.fromisoformat(check.checked)
    name = "ok" if check.result == "ok" else "problem"
    said = words.t(f"fixity.{name}", ago=_ago((now - checked).days, words))
    return State(name, said, words.t(f"fixity.{name}.more", day=display(parse_date(check.checked[:10]), words.lang)))


def undigitised(words: Texts) -> State:
    """Return the state of a dossier that is described and has no package."""
    return State("never", words.t("undigitised"), words.t("undigitised.more"))


def _ago(days: int, words: Texts) -> str:
    if days < 1:
        return words.t("ago.today")
    if days == 1:
        return words.t("ago.yesterday")
    if days < 60:
        return words.counted("ago.days", days)
    months = days // 30
    return words.counted("ago.months", months) if months < 24 else words.counted("ago.years", days // 365)


@dataclass(frozen=True, slots=True)
class Made:
    """A version of a dossier in a list: when it was made and what happened; who, why and what only for some."""

    number: int
    day: str
    what: str
    who: str
    reason: str
    changes: Sequence[str]


def made(version: Version, words: Texts) -> Made:
    """Return a version as the page of its dossier lists it."""
    return Made(
        version.aip.version,
        display(parse_date(version.aip.created[:10]), words.lang),
        event_name(version.event, words.lang),
        version.who,
        version.reason,
        said(version.changes, words.lang) if version.changes else (),
    )


def citation(above: Sequence[Unit], dossier: Unit, words: Texts, *, archive: str, sheet: str, url: str) -> str:
    """Return how to cite a dossier or one sheet of it: archive, fonds, series, dossier, sheet, address.

    ``above`` are the ancestors, the fonds first; ``sheet`` is '' for the dossier as a whole.
    """
    parts = [archive] if archive else []
    parts += [words.t(f"cite.{unit.kind.value}", title=unit.title, code=unit.code) for unit in above]
    parts.append(words.t("cite.dossier", title=dossier.title, code=dossier.code))
    if sheet:
        parts.append(words.t("cite.sheet", label=sheet))
    return f"{', '.join(parts)}. {url}"


@dataclass(frozen=True, slots=True)
class Contained:
    """A document or picture of a dossier: the pages it stands on (first number, and sheets in words)."""

    entry: Entry
    first: int
    sheets: str
    note: str


def contained(items: Iterable[Unit], rows: Iterable[PageRow], words: Texts) -> list[Contained]:
    """Return the documents and pictures with the pages they stand on; ``rows`` are all pages of the dossier."""
    labels = {row.sequence: row.label or str(row.sequence) for row in rows}
    return [_contained(item, labels, words) for item in items]


def _contained(item: Unit, labels: Mapping[int, str], words: Texts) -> Contained:
    names = [labels[sequence] for sequence in item.sequences if sequence in labels]
    sheets = ""
    if names:
        key = "sheet.range" if names[0] != names[-1] else "sheet.name"
        sheets = words.t(key, label=names[0], first=names[0], last=names[-1])
    return Contained(entry(item, words), item.sequences[0] if names else 0, sheets, _note(item, words))


def _note(item: Unit, words: Texts) -> str:
    """Return the one line under a document: its type and who issued it, or who took the picture and where."""
    text, code = item.description.text, item.description.code
    if item.kind is Kind.DOCUMENT:
        kind = label("typeName", code("typeName"), words.lang) if code("typeName") else text("typeName")
        return ", ".join(part for part in (kind, text("organName")) if part)
    return ", ".join(part for part in (text("photographer") or text("recorder"), text("photoPlace")) if part)


def is_open(mode: str) -> bool:
    """Say whether anybody may see this: only then may an answer be kept by shared caches."""
    return mode == MODE_OPEN
