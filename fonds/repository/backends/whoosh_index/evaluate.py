"""A query against one snapshot: which documents, and how well each answers."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest

from fonds.errors import FondsError
from fonds.repository.backends.whoosh_index.reading import Snapshot
from fonds.repository.ports.index import Filters
from fonds.repository.search.answer import Row, admits
from fonds.repository.search.query import MOST_EXPANSIONS, Clause, Phrase, Prefix, Query, Special, Word
from fonds.repository.search.terms import exact_term

_NEAR = 300
"""Hits, the best ones, among which words that stand together lift the score: reading positions is what costs."""

Scores = dict[int, float]


@dataclass(frozen=True, slots=True)
class Deadline:
    """When a query has to be done."""

    end: float
    seconds: float

    @classmethod
    def after(cls, seconds: float) -> Deadline:
        """Return the deadline that many seconds from now."""
        return cls(time.monotonic() + seconds, seconds)

    def check(self) -> None:
        """Raise FondsError QUERY_TOO_SLOW when it has passed: a part of an answer would look like all of it."""
        if time.monotonic() > self.end:
            raise FondsError("QUERY_TOO_SLOW", seconds=self.seconds)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One query, one snapshot, one deadline."""

    snapshot: Snapshot
    deadline: Deadline

    def found(self, query: Query, filters: Filters, hidden: frozenset[str]) -> list[tuple[Row, float]]:
        """Return every unit that answers and passes the filters, but the hidden ones, with its score."""
        scores = self._all([self._clause(clause) for clause in query.required])
        for clause in query.excluded:
            scores = _without(scores, self._excluded(clause))
        rows = self.snapshot.rows
        scores = {
            one: score for one, score in scores.items() if rows[one].id not in hidden and admits(filters, rows[one])
        }
        self._lift(scores, query)
        return [(rows[one], score) for one, score in scores.items()]

    def _lift(self, scores: Scores, query: Query) -> None:
        """Add what the exact forms and the words that stand together are worth."""
        for word in _words(query.required):
            if word.exact:
                _add(scores, self._term(exact_term(word.exact)))
        if query.near:
            best = sorted(nlargest(_NEAR, scores, key=lambda one: (scores[one], self.snapshot.rows[one].id)))
            for phrase in query.near:
                _add(scores, self._phrase([word.fold for word in phrase.words], among=best))

    def _clause(self, clause: Clause) -> Scores:
        self.deadline.check()
        match clause:
            case Word(folded):
                return self._term(folded)
            case Phrase(words):
                return self._phrase([word.fold for word in words])
            case Prefix(folded):
                return self._prefix(folded)
            case Special(special, phrase):
                scores = self._clause(phrase)
                for term in special:
                    _merge(scores, self._term(term))
                return scores

    def _excluded(self, clause: Clause) -> Iterable[int]:
        match clause:
            case Word(_, exact) if exact:
                return self._term(exact_term(exact))
            case Phrase(words) if all(word.exact for word in words):
                return self._phrase([exact_term(word.exact) for word in words])
            case _:
                return self._clause(clause)

    def _term(self, term: str) -> Scores:
        postings = self.snapshot.postings(term)
        return dict(zip(postings.documents, postings.scores, strict=True))

    def _prefix(self, prefix: str) -> Scores:
        """A prefix says what must be there and nothing about how well it answers: every document scores the same."""
        documents: set[int] = set()
        for term in self.snapshot.expand(prefix, MOST_EXPANSIONS):
            self.deadline.check()
            documents.update(self.snapshot.postings(term).documents)
        return dict.fromkeys(documents, 1.0)

    def _phrase(self, phrase: list[str], among: Sequence[int] | None = None) -> Scores:
        """Return the documents where the terms stand side by side, of those given or of all."""
        scores = self._all([self._term(term) for term in phrase])
        candidates = sorted(scores) if among is None else [one for one in among if one in scores]
        rarest_first = sorted(range(len(phrase)), key=lambda n: len(self.snapshot.postings(phrase[n]).documents))
        starts: dict[int, set[int]] | None = None
        for distance in rarest_first:
            starts = self._starts(phrase[distance], distance, candidates, starts)
            candidates = sorted(starts)
        return {one: scores[one] for one in candidates}

    def _starts(
        self, term: str, distance: int, candidates: Sequence[int], before: dict[int, set[int]] | None
    ) -> dict[int, set[int]]:
        """Return where a phrase may begin in each document, if ``term`` stands ``distance`` behind its beginning."""
        starts: dict[int, set[int]] = {}
        for one, positions in self.snapshot.positions(term, candidates, self.deadline.check).items():
            possible = {position - distance for position in positions}
            if before is not None:
                possible &= before[one]
            if possible:
                starts[one] = possible
        return starts

    def _all(self, parts: list[Scores]) -> Scores:
        """Return the documents that are in every part, with the sum of their scores."""
        self.deadline.check()
        first, *others = sorted(parts, key=len)
        for other in others:
            first = {one: score + other[one] for one, score in first.items() if one in other}
        return first


def _words(clauses: Iterable[Clause]) -> Iterable[Word]:
    for clause in clauses:
        if isinstance(clause, Word):
            yield clause
        elif isinstance(clause, Phrase):
            yield from clause.words


def _without(scores: Scores, excluded: Iterable[int]) -> Scores:
    gone = set(excluded)
    return {one: score for one, score in scores.items() if one not in gone}


def _add(scores: Scores, more: Scores) -> None:
    """Add to the scores of documents that are there already."""
    for one in scores.keys() & more.keys():
        scores[one] += more[one]


def _merge(scores: Scores, more: Scores) -> None:
    for one, score in more.items():
        scores[one] = scores.get(one, 0.0) + score
