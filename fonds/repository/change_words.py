"""What a version changed, in words and numbers, for people and for the events of the package."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from fonds.metadata.model import Kind
from fonds.packaging.eark import Changes
from fonds.packaging.eark.changes import Counts, FieldChange
from fonds.schemas.messages import catalogue, text
from fonds.schemas.vocabulary import fields

_SHEETS_NAMED = 12


def said(changes: Changes, lang: str) -> list[str]:
    """Return what changed, one thing a line: "pages replaced: 2 (sheets 3, 7)". Empty when nothing did."""
    return [*_of_fields(changes, lang), *_of_files(changes, lang)]


def _of_fields(changes: Changes, lang: str) -> Iterator[str]:
    names = [_name(one, lang) for one in changes.fields]
    if names:
        yield text(lang, "change.fields", {"names": ", ".join(names)})
    yield from _of_counts("items", changes.items, lang)


def _name(one: FieldChange, lang: str) -> str:
    """Return the label of a field; one that is not the dossier's own says what it belongs to."""
    rules = fields(one.kind.value)
    name = rules[one.key].labels[lang] if one.key in rules else one.key
    return name if one.kind is Kind.DOSSIER else f"{name} ({text(lang, f'change.of.{one.kind.value}')})"


def _of_files(changes: Changes, lang: str) -> Iterator[str]:
    pages = changes.pages
    yield from _of_sheets("added", pages.added, lang)
    yield from _of_sheets("replaced", pages.replaced, lang)
    yield from _of_sheets("removed", pages.removed, lang)
    yield from _of_sheets("relabelled", pages.relabelled, lang)
    if pages.moved:
        yield text(lang, "change.pages.moved", {"count": pages.moved})
    yield from _of_counts("files", changes.files, lang)
    yield from _of_counts("documentation", changes.documentation, lang)
    held = changes.representations
    for key, names in (("added", held.added), ("removed", held.removed), ("shown", (held.shown,))):
        if any(names):
            yield text(lang, f"change.representations.{key}", {"names": ", ".join(names)})


def _of_sheets(key: str, sheets: Sequence[str], lang: str) -> Iterator[str]:
    if sheets:
        named = ", ".join([*sheets[:_SHEETS_NAMED], *(["…"] if len(sheets) > _SHEETS_NAMED else [])])
        yield text(lang, f"change.pages.{key}", {"count": len(sheets), "sheets": named})


def _of_counts(what: str, counts: Counts, lang: str) -> Iterator[str]:
    for key, count in (("added", counts.added), ("changed", counts.changed), ("removed", counts.removed)):
        if count:
            yield text(lang, f"change.{what}.{key}", {"count": count})


def event_name(event: str, lang: str) -> str:
    """Return what happened, by the term of the Library of Congress, in a language; the term where there is no word."""
    key = f"change.event.{event.replace(' ', '_')}"
    return text(lang, key) if key in catalogue(lang) else event
