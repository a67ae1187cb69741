"""What speaks for and against a text being in an old encoding: word by word, by the rules of spelling.

A word is a *hit* when it is no Vietnamese syllable as it stands and becomes one when decoded. It is *strong*
when no other language writes it like that. An *ambiguous* word is right both ways, a *miss* decodes to
nonsense, a *foreign* word is plain and not Vietnamese.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from fonds.metadata.legacy.tables import TCVN3, VNI_SINGLES
from fonds.metadata.vietnamese import is_syllable

# In a word of two characters these stand for themselves often enough: §a, Mª, b¹ (a footnote), £m, µm, m×n,
# N·m.
_SIGNS_SURE_IN_PAIRS = frozenset("¨¬®¶\u00b8")
_SIGNS = frozenset(char for char in TCVN3 if not char.isalpha()) | {"µ", "ª", "\u00ad"}
_TCVN3_WORD = re.compile(rf"(?:[^\W\d_]|[{re.escape(''.join(sorted(_SIGNS)))}])+")
_INFIX = re.compile(r"[A-Za-z](?:[×·][A-Za-z]|÷[^aiu])")
_CAPITAL_INSIDE = re.compile(r"[a-z][À-ÖØ-Þ]|[À-ÖØ-Þ][a-z]*[À-ÖØ-Þ]")
# French words that VNI would read as Vietnamese ones; both occur in papers of the colonial time.
_FRENCH = frozenset(["où", "laïc", "thaï"])
# Not the marks of où, thaï, août; and é, á only with company, because of Seán.
_VNI_STRONG = re.compile(r"[aeoôöuy][øõâàåãä]|a[êèüëú]|[ôö][ùûï]")
_VNI_MARKS = frozenset("ùøûõïâáàåãäêéèúüë")


@dataclass(frozen=True, slots=True)
class Evidence:
    """How many words say what. ``hits`` counts different words."""

    hits: int = 0
    strong: int = 0
    ambiguous: int = 0
    misses: int = 0
    foreign: int = 0


def tcvn3_words(text: str) -> list[str]:
    """Cut ``text`` where no TCVN3 letter can be; letters that are no codes stay and count against it."""
    return _TCVN3_WORD.findall(text)


def vni_words(text: str) -> list[str]:
    """Cut ``text`` into runs of letters."""
    return re.findall(r"[^\W\d_]+", text)


def weigh(words: list[str], decode: Callable[[str], str], is_strong: Callable[[str], bool]) -> Evidence:
    """Weigh every different word of a text against one decoder."""
    verdicts = {word: _judge(word, decode(word)) for word in words}
    count = Counter(verdicts.values())
    strong = sum(is_strong(word) for word, verdict in verdicts.items() if verdict == "hit")
    return Evidence(count["hit"], strong, count["ambiguous"], count["miss"], count["foreign"])


def strong_in_tcvn3(word: str) -> bool:
    """Tell whether a hit can only be TCVN3: a sign or a capital in the middle of a word."""
    inner = word[1:] if word[0] in "µ·«×÷" else word
    if len(word) < 3:
        return word[-1] == "µ" or bool(_SIGNS_SURE_IN_PAIRS.intersection(word))
    if _INFIX.fullmatch(word):
        return False
    return bool(_SIGNS.intersection(inner) or _CAPITAL_INSIDE.search(word))


def strong_in_vni(word: str) -> bool:
    """Tell whether a hit has a pair of letter and mark that hardly any other language has."""
    return bool(_VNI_STRONG.search(word.lower()))


def _judge(word: str, decoded: str) -> str:
    changed, right = decoded != word, _in_one_case(decoded) and is_syllable(decoded)
    if word.lower() in _FRENCH:
        return "foreign"
    if changed and right:
        return "ambiguous" if _in_one_case(word) and is_syllable(word) else "hit"
    if right or len(word) == 1 or _is_abbreviation(decoded):
        return "neutral"
    return "miss" if changed or not word.isascii() else "foreign"


def _in_one_case(word: str) -> bool:
    """Tell whether a word is small, capital or title case: liÖt is none of these."""
    return word in (word.lower(), word.upper(), word[:1].upper() + word[1:].lower())


def _is_abbreviation(word: str) -> bool:
    return len(word) <= 8 and word.isupper() and not is_syllable(word)


def stray_vni_marks(text: str) -> bool:
    """Tell whether a mark stands where VNI has no letter for it, as in the correct word "bà"."""
    return any(
        char in _VNI_MARKS and char not in VNI_SINGLES
        for word in vni_words(text)
        for char in re.sub(r"[aeouyôö][ùøûõïâáàåãäêéèúüë]", "", word.lower())
    )
