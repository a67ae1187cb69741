"""Persons and places named in running text, by modest rules: they only lift a hit, they never make or break one.

A person is a family name and one to three more capitalised syllables. A place is what stands capitalised, or as a
number, after a word such as tỉnh, huyện or xã, and the name of a province by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import takewhile

from fonds.metadata.vietnamese import exact_form, nfc

_STRETCH = re.compile(r"[^\W_]+(?:\s+[^\W_]+)*")
_LONGEST = 4  # syllables of a name
_MOSTLY = 0.6  # of the letters: text in capitals tells names from other words no more


@cache
def _load(name: str) -> dict[str, list[str]]:
    loaded: dict[str, list[str]] = json.loads(files("fonds.schemas.vocabulary").joinpath(name).read_text("utf-8"))
    return loaded


@cache
def _family_names() -> frozenset[str]:
    return frozenset(exact_form(name) for name in _load("family_names.json")["names"])


@cache
def _words_before() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(exact_form(word).split()) for word in _load("place_words.json")["before"])


@cache
def _provinces() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(exact_form(name).split()) for name in _load("place_words.json")["provinces"])


@dataclass(frozen=True, slots=True)
class Names:
    """Names as written, each once, in order; places without the word before them."""

    people: tuple[str, ...]
    places: tuple[str, ...]


def names(lines: Iterable[str]) -> Names:
    """Find persons and places in lines of text."""
    people: dict[str, None] = {}
    places: dict[str, None] = {}
    for run, after_place_word in (found for line in lines for found in _runs(nfc(line))):
        province = _province(run)
        if after_place_word or province:
            places[" ".join(run[:_LONGEST] if after_place_word else run[:province])] = None
        elif len(run) > 1 and exact_form(run[0]) in _family_names():
            people[" ".join(run[:_LONGEST])] = None
    return Names(tuple(people), tuple(places))


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield runs of capitalised syllables that only blanks part, and whether a word for a place stands before."""
    for stretch in _STRETCH.finditer("" if _in_capitals(text) else text):
        syllables = stretch[0].split()
        at = 0
        while at < len(syllables):
            word = _place_word(syllables[at : at + 2])
            run = _capitalised(syllables[at + word :], number_too=bool(word))
            if run:
                yield run, bool(word)
            at += max(1, word + len(run))


def _place_word(syllables: list[str]) -> int:
    """Return how many syllables at the beginning are a word such as "thành phố", however it is capitalised."""
    words = tuple(exact_form(syllable) for syllable in syllables)
    return next((size for size in (2, 1) if words[:size] in _words_before()), 0)


def _capitalised(syllables: list[str], *, number_too: bool) -> list[str]:
    if number_too and syllables and syllables[0].isdecimal():
        return syllables[:1]
    return list(takewhile(lambda syllable: syllable[0].isupper(), syllables))


def _province(run: list[str]) -> int:
    """Return how many syllables at the beginning of a run name a province."""
    words = tuple(exact_form(syllable) for syllable in run)
    return next((size for size in range(_LONGEST, 0, -1) if words[:size] in _provinces()), 0)


def _in_capitals(text: str) -> bool:
    return sum(map(str.isupper, text)) > _MOSTLY * sum(map(str.isalpha, text))
