"""Marking the words that were looked for, whatever marks they are written with. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from fonds.metadata.vietnamese import tokens
from fonds.repository.search.query import Phrase, Prefix, Query, Special, Word


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text; ``hit`` when it is a word that was looked for."""

    text: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words looked for, without marks: whole ones and beginnings (``ngu*``)."""

    words: frozenset[str]
    starts: tuple[str, ...] = ()

    def has(self, word: str) -> bool:
        """Say whether a folded word is one of these."""
        return word in self.words or word.startswith(self.starts)

    @property
    def size(self) -> int:
        """How many words are looked for."""
        return len(self.words) + len(self.starts)

    def count(self, text: str) -> int:
        """Count the different words of a text that are looked for."""
        return len({token.text_folded for token in tokens(text) if self.has(token.text_folded)})


def wanted(query: Query) -> Wanted:
    """Collect the words to mark from what a query requires."""
    words: set[str] = set()
    starts: list[str] = []
    for clause in query.required:
        match clause:
            case Word(folded):
                words.add(folded)
            case Prefix(folded):
                starts.append(folded)
            case Phrase(inside):
                words.update(word.fold for word in inside)
            case Special(terms, Phrase(inside)):
                words.update(terms, (word.fold for word in inside))
    return Wanted(frozenset(words), tuple(starts))


def pieces(text: str, looked_for: Wanted) -> list[Piece]:
    """Cut ``text`` into pieces, the words looked for marked; the pieces joined are the text again."""
    found: list[Piece] = []
    done = 0
    for start, end in _runs(text, looked_for):
        if start > done:
            found.append(Piece(text[done:start], False))
        found.append(Piece(text[start:end], True))
        done = end
    return [*found, Piece(text[done:], False)] if done < len(text) else found


def _runs(text: str, looked_for: Wanted) -> list[tuple[int, int]]:
    """Return where the words stand; neighbours with only a blank between them are one run."""
    runs: list[tuple[int, int]] = []
    for token in tokens(text):
        if not looked_for.has(token.text_folded):
            continue
        if runs and (token.start < runs[-1][1] or text[runs[-1][1] : token.start].isspace()):
            runs[-1] = (runs[-1][0], max(runs[-1][1], token.end))
        else:
            runs.append((token.start, token.end))
    return runs
