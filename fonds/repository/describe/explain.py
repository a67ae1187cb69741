"""What the sheets beside the table say: what each column is, how to fill it in, and the code lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain, zip_longest

from fonds.metadata.model import Kind
from fonds.repository.describe.cells import reference
from fonds.repository.describe.columns import CONTROLS, FIXED, Column, kind_name, label, rule_of
from fonds.schemas.messages import text
from fonds.schemas.vocabulary import FieldRule, Term, code_list, fields

_PART = 3
"""Columns of the sheet of lists that one list takes: code, Vietnamese, English."""


def explanation_rows(columns: Mapping[Kind, list[Column]], lang: str) -> Iterator[list[str]]:
    """Yield the rows of the guide: the columns first, then how the table is used."""
    yield [text(lang, f"describe.guide.{name}") for name in ("column", "key", "sheets", "meaning")]
    for column in dict.fromkeys(chain.from_iterable(columns.values())):
        kinds = [kind for kind, chosen in columns.items() if column in chosen]
        if not column.is_extra:
            sheets = " · ".join(kind_name(kind, lang) for kind in kinds)
            yield [label(column, kinds, lang), column.key, sheets, _meaning(column, kinds, lang)]
    yield [text(lang, "describe.guide.extra"), "+", "", text(lang, "describe.guide.extra.meaning")]
    yield ["", "", "", ""]
    for line in text(lang, "describe.guide.use").splitlines():
        yield ["", "", "", line]


def _meaning(column: Column, kinds: list[Kind], lang: str) -> str:
    if column.key in CONTROLS:
        return text(lang, f"describe.guide.{column.key.removeprefix('@')}")
    if any(column.key in FIXED[kind] for kind in kinds):
        return text(lang, "describe.guide.fixed")
    rule = rule_of(column.key, kinds)
    return "; ".join(_rules(rule, lang)) if rule else ""


def _rules(rule: FieldRule, lang: str) -> Iterator[str]:
    if rule.need == "required":
        yield text(lang, "describe.guide.required")
    if rule.codes:
        yield text(lang, "describe.guide.list", {"values": ", ".join(_name(term, lang) for term in _terms(rule.codes))})
    elif rule.type == "date":
        yield text(lang, "describe.guide.date")
    if rule.length and not rule.codes and rule.type != "boolean":
        yield text(lang, "describe.guide.length", {"length": rule.length})


def _name(term: Term, lang: str) -> str:
    known, said = term.labels["vi"], term.labels[lang]
    return f"{term.code} {known}" if known == said else f"{term.code} {known} ({said})"


def _terms(name: str) -> list[Term]:
    return list(code_list(name).values())


@cache
def _lists() -> tuple[str, ...]:
    """Return the code lists of all fields a table can have, always in the same places."""
    kinds = (kind for kind in FIXED)
    return tuple(dict.fromkeys(rule.codes for kind in kinds for rule in fields(kind).values() if rule.codes))


def code_lists(columns: Mapping[Kind, list[Column]], lang: str) -> Iterator[list[str]]:
    """Yield the rows of the sheet of lists: for each list its codes and what they mean in both languages."""
    labels = {rule.codes: rule.labels[lang] for kind in columns for rule in fields(kind).values() if rule.codes}
    yield [cell for name in _lists() for cell in ("", labels.get(name, name), text(lang, "describe.guide.english"))]
    for terms in zip_longest(*map(_terms, _lists())):
        yield [cell for term in terms for cell in _cells(term)]


def _cells(term: Term | None) -> tuple[str, str, str]:
    return (term.code, term.labels["vi"], term.labels["en"]) if term else ("", "", "")


def list_place(name: str, lang: str) -> str:
    """Return where the Vietnamese names of a list stand, as a formula: that is what a description holds."""
    column = _lists().index(name) * _PART + 1
    letters = reference(column, 0).rstrip("0")
    return f"'{text(lang, 'describe.sheet.lists')}'!${letters}$2:${letters}${len(_terms(name)) + 1}"
