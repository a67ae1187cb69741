"""Persons and places named in running text, by modest rules: they only lift a hit, they never make or break one.

A person is a family name and one to three more capitalised syllables. A place is what stands capitalised, or as a
number, after a word such as tỉnh, huyện or xã, and the name of a province by itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from fonds.metadata.vietnamese import exact_form, nfc

_SYLLABLE = re.compile(r"[^\W_]+")
_LONGEST_NAME = 4
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


def people(text: str) -> list[str]:
    """Return the names of persons in ``text`` as written, each once, in order."""
    found = (
        " ".join(run[:_LONGEST_NAME])
        for run, before in _runs(text)
        if len(run) > 1 and not before and exact_form(run[0]) in _family_names() and not _province(run)
    )
    return list(dict.fromkeys(found))


def places(text: str) -> list[str]:
    """Return the names of places in ``text`` as written, without the word before them, each once, in order."""
    found = (
        " ".join(run[:_LONGEST_NAME] if before else run[: _province(run)])
        for run, before in _runs(text)
        if before or _province(run)
    )
    return list(dict.fromkeys(found))


def _runs(text: str) -> Iterator[tuple[list[str], bool]]:
    """Yield runs of capitalised syllables that only blanks part, and whether a word for a place stands before."""
    text = nfc(text)
    if _in_capitals(text):
        return
    run: list[str] = []
    before: list[str] = []
    end = 0
    for match in _SYLLABLE.finditer(text):
        syllable, joined = match[0], text[end : match.start()].isspace()
        end = match.end()
        if run and not joined:
            yield run, _is_place(before)
            run, before = [], []
        if _is_name(syllable, first=not run, before=before):
            run.append(syllable)
            if not _is_word_before(run):
                continue
            before, run = run, []
        else:
            if run:
                yield run, _is_place(before)
                run, before = [], []
            before = [*before[-1:], syllable] if joined else [syllable]
    if run:
        yield run, _is_place(before)


def _is_name(syllable: str, *, first: bool, before: list[str]) -> bool:
    return syllable[0].isupper() or (first and syllable.isdecimal() and _is_place(before))


def _is_word_before(run: list[str]) -> bool:
    """Tell whether the run so far is itself a word for a place, written with a capital: "Tỉnh Bến Tre"."""
    return tuple(exact_form(syllable) for syllable in run) in _words_before()


def _is_place(before: list[str]) -> bool:
    words = [exact_form(word) for word in before]
    return any(tuple(words[start:]) in _words_before() for start in range(len(words)))


def _province(run: list[str]) -> int:
    """Return how many syllables at the beginning of a run name a province."""
    words = tuple(exact_form(syllable) for syllable in run)
    return next((size for size in range(min(4, len(words)), 0, -1) if words[:size] in _provinces()), 0)


def _in_capitals(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return sum(char.isupper() for char in letters) > _MOSTLY * len(letters)
