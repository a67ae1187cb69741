"""Search results as a page shows them: dossiers with their best documents, words marked, counts as links. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fonds.repository.ports.catalogue import Unit
from fonds.viewer import present
from fonds.viewer.highlight import Piece, Wanted, pieces
from fonds.viewer.question import Question
from fonds.viewer.texts import Texts

_SHOWN = 8
_INSIDE = 3


@dataclass(frozen=True, slots=True)
class Found:
    """One unit found, with its title and code cut into marked pieces."""

    entry: present.Entry
    title: Sequence[Piece]
    code: Sequence[Piece]


@dataclass(frozen=True, slots=True)
class Group:
    """A dossier (or a fonds) with the documents inside that answer best; ``fonds`` is the title of its fonds."""

    head: Found
    fonds: str
    inside: list[Found]


def group(unit: Unit, fonds: Unit | None, items: Sequence[Unit], looked_for: Wanted, words: Texts) -> Group:
    """Return a unit found, with those of its ``items`` that hold most of the words looked for."""
    inside = [_found(item, looked_for, words) for item in best(items, looked_for)]
    return Group(_found(unit, looked_for, words), fonds.title if fonds else "", inside)


def best(items: Sequence[Unit], looked_for: Wanted) -> list[Unit]:
    """Return the few items that hold at least half of the words looked for, the most first, then in their order."""
    counted = [(looked_for.count(f"{item.code} {item.title}"), item) for item in items]
    enough = [pair for pair in counted if pair[0] and pair[0] * 2 >= looked_for.size]
    return [item for _, item in sorted(enough, key=lambda pair: -pair[0])[:_INSIDE]]


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
