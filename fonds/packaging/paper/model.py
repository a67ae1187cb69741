"""What a printed paper says, without anything of how it looks (form: Nghị định 30/2020/NĐ-CP, Annex I)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of a document of the state: the office on the left, nation and motto on the right."""

    parent: str
    office: str
    number: str
    nation: str
    motto: str
    place_date: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table. ``widths`` are shares of the line; ``right`` the columns of numbers, counted from 0."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    right: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a paper: a heading ('' for none), paragraphs, facts as (name, value), a table, what follows it."""

    title: str = ""
    paragraphs: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    table: Table | None = None
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Signature:
    """A place to sign: who, how, and the name printed below, '' where it is written by hand."""

    who: str
    how: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. ``foot`` stands on every page, so that a loose one finds its paper; ``made`` is its date."""

    lang: str
    head: Letterhead
    title: tuple[str, ...]
    sections: tuple[Section, ...]
    signatures: tuple[Signature, ...]
    foot: str
    made: date
