"""Search results as a page shows them: grouped by dossier, words marked, counts with their addresses. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fonds.metadata.model import Kind
from fonds.repository.ports.catalogue import Unit
from fonds.viewer import present
from fonds.viewer.highlight import Piece, Wanted, pieces
from fonds.viewer.question import Question
from fonds.viewer.texts import Texts

_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One unit found, with its title and code cut into marked pieces."""

    entry: present.Entry
    title: Sequence[Piece]
    code: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Group:
    """A dossier (or a fonds, or a series) with what was found in it. ``fonds`` is the title of its fonds."""

    head: Found
    fonds: str
    inside: list[Found]


def groups(units: Sequence[Unit], known: Mapping[str, Unit], looked_for: Wanted, words: Texts) -> list[Group]:
    """Group what was found by dossier, in the order of the best hit of each.

    ``known`` holds the units found, their dossiers and their fonds, as far as the visitor may see them.
    """
    made: dict[str, Group] = {}
    for unit in units:
        head = known.get(unit.dossier_id or unit.id)
        if head is None:
            continue
        fonds = known.get(head.fonds_id) if head.kind is not Kind.FONDS else None
        group = made.setdefault(head.id, Group(_found(head, looked_for, words), fonds.title if fonds else "", []))
        if unit.id != head.id:
            group.inside.append(_found(unit, looked_for, words))
    return list(made.values())


def _found(unit: Unit, looked_for: Wanted, words: Texts) -> Found:
    shown = present.entry(unit, words)
    return Found(shown, pieces(shown.title, looked_for), pieces(shown.code, looked_for))


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many there are and the address that narrows to it, or widens again."""

    label: str
    count: str
    query: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A way to narrow down: ``name`` is fonds, kind or decade."""

    name: str
    choices: list[Choice]


def facets(
    counts: Mapping[str, Mapping[str, int]], question: Question, words: Texts, fonds_title: Callable[[str], str]
) -> list[Facet]:
    """Return the facets with at least one value, each with the most frequent values first, decades in order."""
    made = [
        Facet("fonds", [_fonds(code, n, question, words, fonds_title) for code, n in _top(counts.get("fonds", {}))]),
        Facet("kind", [_kind(kind, n, question, words) for kind, n in _top(counts.get("kind", {}))]),
        Facet("decade", [_decade(year, n, question, words) for year, n in sorted(counts.get("decade", {}).items())]),
    ]
    return [facet for facet in made if facet.choices]


def _top(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_SHOWN]


def _fonds(code: str, n: int, question: Question, words: Texts, fonds_title: Callable[[str], str]) -> Choice:
    chosen = question.fonds == code
    return Choice(fonds_title(code), words.grouped(n), question.query(fonds="" if chosen else code), chosen)


def _kind(kind: str, n: int, question: Question, words: Texts) -> Choice:
    chosen = question.kind == kind
    return Choice(words.t(f"kind.{kind}"), words.grouped(n), question.query(kind="" if chosen else kind), chosen)


def _decade(year: str, n: int, question: Question, words: Texts) -> Choice:
    first, last = year[:4], f"{year[:3]}9"
    chosen = (question.since, question.until) == (first, last)
    query = question.query(since="" if chosen else first, until="" if chosen else last)
    return Choice(words.t("search.decade", first=first, last=last), words.grouped(n), query, chosen)
