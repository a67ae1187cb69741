"""What a person looks for: the simple box read into a small tree that every index understands.

Words, "a phrase", -not, prefix*, a year, a date in any usual spelling, and a reference code or document number pasted
in as it is. The folded form of every word (no marks) is required, because half of what is typed and much of what was
described carries no marks or the wrong ones. The exact form is only a wish that lifts a hit, and only when the person
used marks at all: then they know how the word is written, and what is written so comes first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from fonds.errors import UsageError
from fonds.metadata.vietnamese import Token, exact_form, extra_tokens, tokens
from fonds.repository.search.terms import code_term, year_term

LONGEST = 1000
"""Characters of a query; a longer one is a pasted document, not a question."""

MOST_TERMS = 64
"""Words of a query, those of phrases and exclusions included: each costs one reading of a list in the index."""

MOST_EXPANSIONS = 64
"""Terms that a prefix stands for at most: those that most documents have, then by alphabet."""

_CHUNK = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<quoted>[^"]*)(?:"|$)|(?P<plain>[^\s,;:()"]+))')
_QUOTED = re.compile(r'"[^"]*(?:"|$)')
_QUOTES = str.maketrans("“”„«»", '"""""')
_YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")
# Not "nam": without marks it is as likely the end of Việt Nam as the word for a year.
_BEFORE_DATE = frozenset({"ngày", "tháng", "năm", "ngay", "thang"})


@dataclass(frozen=True, slots=True)
class Word:
    """One syllable. ``fold`` must be there; ``exact`` lifts the score and is '' when the query has no marks.

    Among what is excluded, an exact form narrows: ``-hòa`` leaves out hòa and keeps hoa, ``-hoa`` leaves out every
    tone of it.
    """

    fold: str
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that stand next to each other in this order."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Prefix:
    """Every term that begins so (folded), up to ``MOST_EXPANSIONS``: those in most documents, then by alphabet."""

    fold: str


@dataclass(frozen=True, slots=True)
class Special:
    """A code, document number, year or date: found as one of ``terms`` or as the phrase of its parts."""

    terms: tuple[str, ...]
    phrase: Phrase


Clause = Word | Phrase | Prefix | Special


@dataclass(frozen=True, slots=True)
class Query:
    """All of ``required`` (never empty) and none of ``excluded``; ``near`` phrases only lift the score.

    ``near`` holds the runs of plain words: a Vietnamese word is several syllables, and those that stand together mean
    more than the same ones far apart.
    """

    text: str
    required: tuple[Clause, ...]
    excluded: tuple[Clause, ...] = ()
    near: tuple[Phrase, ...] = ()


def parse(text: str) -> Query:
    """Read what was typed. Unbalanced quotes end with the text; characters that mean nothing are left out.

    Raises UsageError QUERY_EMPTY when there is nothing to look for (also when all of it is excluded) and
    QUERY_TOO_LONG beyond ``LONGEST`` characters or ``MOST_TERMS`` words; nothing else.
    """
    if len(text) > LONGEST:
        raise UsageError("QUERY_TOO_LONG", characters=LONGEST, terms=MOST_TERMS)
    text = text.translate(_QUOTES)
    marked = any(token.has_marks for token in tokens(text))
    clauses = [(minus, _unmarked(clause, keep=marked)) for minus, clause in _clauses(text)]
    required = tuple(clause for minus, clause in clauses if not minus)
    if not required:
        raise UsageError("QUERY_EMPTY")
    if sum(_size(clause) for _, clause in clauses) > MOST_TERMS:
        raise UsageError("QUERY_TOO_LONG", characters=LONGEST, terms=MOST_TERMS)
    excluded = tuple(clause for minus, clause in clauses if minus)
    return Query(text, required, excluded, _near(required))


def _clauses(text: str) -> Iterator[tuple[bool, Clause]]:
    """Yield (excluded?, clause) in order: dates first found in the whole text, the rest chunk by chunk."""
    start = 0
    for found in _dates(text):
        yield from _chunks(text[start : found.start], before_date=True)
        minus = re.search(r"(?<!\S)-$", text[: found.start]) is not None
        yield minus, Special((found.text_folded,), _phrase(text[found.start : found.end]))
        start = found.end
    yield from _chunks(text[start:])


def _dates(text: str) -> list[Token]:
    """Find dates outside quotes; what is quoted is replaced by quotes so that offsets stay."""
    return extra_tokens(_QUOTED.sub(lambda quoted: '"' * len(quoted[0]), text))


def _chunks(text: str, *, before_date: bool = False) -> Iterator[tuple[bool, Clause]]:
    """Yield the clauses of text without dates.

    The words ngày, tháng, năm before a date or year are not looked for: what is found by its date need not have them.
    """
    chunks = list(_CHUNK.finditer(text))
    for number, chunk in enumerate(chunks):
        if chunk["quoted"] is None and not chunk["minus"] and exact_form(chunk["plain"]) in _BEFORE_DATE:
            last = number + 1 == len(chunks)
            if (before_date and last) or (not last and _is_year(chunks[number + 1])):
                continue
        for clause in _read(chunk):
            yield bool(chunk["minus"]), clause


def _is_year(chunk: re.Match[str]) -> bool:
    return chunk["plain"] is not None and _YEAR.fullmatch(chunk["plain"].strip(".")) is not None


def _read(chunk: re.Match[str]) -> Iterator[Clause]:
    if chunk["quoted"] is not None:
        phrase = _phrase(chunk["quoted"])
        if phrase.words:
            yield phrase if len(phrase.words) > 1 else phrase.words[0]
        return
    plain = chunk["plain"]
    words = _phrase(plain).words
    if not words:
        return
    if plain.endswith("*"):
        yield from words[:-1]
        yield Prefix(words[-1].fold)
    elif _is_year(chunk):
        yield Special((year_term(int(words[0].fold)),), Phrase(words))
    elif len(words) > 1 and any(char.isdecimal() for char in plain):
        numbers = tuple(token.text_folded for token in tokens(plain) if "/" in token.text_folded)
        yield Special((code_term(plain), *numbers), Phrase(words))
    else:
        # Syllables that were written as one ("Hà-Nội", "q.l") are looked for as they were written: side by side.
        yield Phrase(words) if len(words) > 1 else words[0]


def _phrase(text: str) -> Phrase:
    """Return the syllables of ``text`` with both forms; joined document numbers are not syllables."""
    return Phrase(tuple(Word(t.text_folded, t.text_exact) for t in tokens(text) if "/" not in t.text_folded))


def _unmarked(clause: Clause, *, keep: bool) -> Clause:
    """Drop the exact forms, unless the query has marks somewhere."""
    match clause:
        case Word(folded) if not keep:
            return Word(folded)
        case Phrase(words) if not keep:
            return Phrase(tuple(Word(word.fold) for word in words))
        case Special(terms, Phrase(words)):
            # A code is a code: its parts have no tones to tell apart.
            return Special(terms, Phrase(tuple(Word(word.fold) for word in words)))
        case _:
            return clause


def _size(clause: Clause) -> int:
    match clause:
        case Phrase(words):
            return len(words)
        case Special(terms, Phrase(words)):
            return len(terms) + len(words)
        case _:
            return 1


def _near(required: tuple[Clause, ...]) -> tuple[Phrase, ...]:
    runs = [list(group) for is_word, group in groupby(required, lambda one: isinstance(one, Word)) if is_word]
    return tuple(Phrase(tuple(Word(one.fold) for one in run if isinstance(one, Word))) for run in runs if len(run) > 1)
