"""The index as plain as it can be: every document is looked at for every query. The reference for the contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from itertools import chain
from math import log

from fonds.repository.ports.index import OPEN, RESTRICTED, Filters, Found, IndexDocument
from fonds.repository.search.answer import Row, admits, answer, row
from fonds.repository.search.query import MOST_EXPANSIONS, Clause, Phrase, Prefix, Query, Special, Word
from fonds.repository.search.terms import Terms, exact_term, terms

_SATURATION = 1.2  # of BM25: how soon more occurrences stop counting


class MemoryIndex:
    """Implements ``Index`` in memory, for tests and very small holdings. Not for several threads that write."""

    def __init__(self) -> None:
        self._classes: dict[str, _Documents] = {OPEN: {}, RESTRICTED: {}}
        self._made = False

    def is_made(self) -> bool:
        """Say whether anything was ever committed."""
        return self._made

    def update(self, documents: Iterable[IndexDocument], removed: Iterable[str] = ()) -> int:
        """Add or replace documents by id, remove others."""
        new = list(documents)
        classes = {access: dict(held) for access, held in self._classes.items()}
        for unit in chain(removed, (one.id for one in new)):
            for held in classes.values():
                held.pop(unit, None)
        written = _add(classes, new)
        self._classes, self._made = classes, True
        return written

    def replace_all(self, documents: Iterable[IndexDocument]) -> int:
        """Forget everything and hold these."""
        classes: dict[str, _Documents] = {OPEN: {}, RESTRICTED: {}}
        written = _add(classes, documents)
        self._classes, self._made = classes, True
        return written

    def search(
        self, query: Query, *, filters: Filters, access: frozenset[str], offset: int = 0, limit: int = 20
    ) -> Found:
        """Return one page of hits.

        Where a unit has a restricted document, that is the whole of it: who may search the restricted ones does not
        see the open part a second time.
        """
        hidden: set[str] = set()
        found: list[tuple[Row, float]] = []
        for name in (RESTRICTED, OPEN):
            if name in access:
                held = self._classes[name]
                found += [hit for hit in _found(query, held) if hit[0].id not in hidden]
                hidden |= held.keys()
        return answer((hit for hit in found if admits(filters, hit[0])), offset=offset, limit=limit)


_Documents = dict[str, tuple[Row, Terms]]


def _add(classes: dict[str, _Documents], documents: Iterable[IndexDocument]) -> int:
    made = {(one.access, one.id): one for one in documents}
    for (access, unit), one in made.items():
        classes[access][unit] = (row(one), terms(one))
    return len(made)


def _found(query: Query, held: _Documents) -> list[tuple[Row, float]]:
    frequency = Counter(term for _, made in held.values() for term in made.postings)
    scorer = _Scorer(frequency, len(held))
    hits = []
    for one, made in held.values():
        scores = [scorer.clause(clause, made) for clause in query.required]
        if all(scores) and not any(scorer.excludes(clause, made) for clause in query.excluded):
            hits.append((one, sum(scores) + scorer.wishes(query, made)))
    return hits


class _Scorer:
    """Scores clauses against one document; 0 means that it is not there."""

    def __init__(self, frequency: Counter[str], documents: int) -> None:
        self.frequency = frequency
        self.documents = documents

    def clause(self, clause: Clause, made: Terms) -> float:
        match clause:
            case Word(folded):
                return self._term(folded, made)
            case Phrase(words):
                return self._phrase([word.fold for word in words], made)
            case Prefix(folded):
                return float(any(term in made.postings for term in self._expanded(folded)))
            case Special(special, phrase):
                return sum(self._term(term, made) for term in special) + self.clause(phrase, made)

    def excludes(self, clause: Clause, made: Terms) -> bool:
        match clause:
            case Word(folded, exact):
                return bool(self._term(exact_term(exact) if exact else folded, made))
            case Phrase(words) if all(word.exact for word in words):
                return bool(self._phrase([exact_term(word.exact) for word in words], made))
            case _:
                return bool(self.clause(clause, made))

    def wishes(self, query: Query, made: Terms) -> float:
        words = [clause for clause in query.required if isinstance(clause, Word)]
        words += [word for clause in query.required if isinstance(clause, Phrase) for word in clause.words]
        exact = sum(self._term(exact_term(word.exact), made) for word in words if word.exact)
        return exact + sum(self.clause(phrase, made) for phrase in query.near)

    def _term(self, term: str, made: Terms) -> float:
        posting = made.postings.get(term)
        if posting is None:
            return 0.0
        rarity = log(1 + self.documents / self.frequency[term])
        return rarity * posting.weight / (posting.weight + _SATURATION)

    def _phrase(self, phrase: list[str], made: Terms) -> float:
        postings = [made.postings.get(term) for term in phrase]
        starts = set(postings[0].positions) if postings and postings[0] else set()
        for distance, posting in enumerate(postings):
            starts &= {position - distance for position in posting.positions} if posting else set()
        return sum(self._term(term, made) for term in phrase) if starts else 0.0

    def _expanded(self, prefix: str) -> list[str]:
        begin_so = [term for term in self.frequency if term.startswith(prefix)]
        return sorted(begin_so, key=lambda term: (-self.frequency[term], term))[:MOST_EXPANSIONS]
