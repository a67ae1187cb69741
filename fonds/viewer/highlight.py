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
            case Phrase(inside) | Special(_, Phrase(inside)):
                words.update(word.fold for word in inside)
    return Wanted(frozenset(words), tuple(starts))


def pieces(text: str, looked_for: Wanted) -> list[Piece]:
    """Cut ``text`` into pieces, the words looked for marked; the pieces joined are the text again."""
    found: list[Piece] = []
    done = 0
    for token in tokens(text):
        if token.start < done or not looked_for.has(token.text_folded):
            continue
        if token.start > done:
            found.append(Piece(text[done : token.start], False))
        found.append(Piece(text[token.start : token.end], True))
        done = token.end
    return found + [Piece(text[done:], False)] if done < len(text) else found
