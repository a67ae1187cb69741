"""What a Vietnamese syllable can be, by the rules of spelling: onset, rime, one tone on the right letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

TONES = {"\u0300": "huyền", "\u0309": "hỏi", "\u0303": "ngã", "\u0301": "sắc", "\u0323": "nặng"}
"""Combining mark to the name of the tone, in the order of dictionaries (no mark, ngang, comes first)."""


def _words(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


_VOWELS = frozenset("aăâeêioôơuưy")
_SHAPED = frozenset("ăâêôơư")
_STOPS = ("c", "ch", "p", "t")
_ONSETS = _words("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x") | {""}
# The finals with k are spellings of highland place names (Đắk Lắk) that stand in every inventory of the
# region.
_RIMES = _words(
    """
    a ac ach ai ak am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu
    o oc oi om on ong op ot oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oe oen oeo oet ooc oong ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u uc ui um un ung up ut ua uân uâng uât uây uê uêch uênh uơ uôc uôi uôm uôn uông uôt
    uy uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưc ưi ưm ưn ưng ưt ưu ưa ươc ươi ươm ươn ương ươp ươt ươu
    y yêm yên yêng yêt yêu
    """
)
# After qu the u is already spoken: quỳnh is qu + ynh.
_RIMES_AFTER_QU = frozenset(r for r in _RIMES if r[0] not in "uưo") | _words("ych yn ynh yp yt ơ ôc")
_FRONT = frozenset("eêi")


@lru_cache(maxsize=8192)
def is_syllable(text: str) -> bool:
    """Tell whether ``text`` is one Vietnamese syllable in correct spelling, whatever its case.

    Both tone placements of open oa, oe, uy count as correct. A syllable closed by c, ch, p or t must carry
    sắc or nặng, as in real words, so most French and English words are refused.
    """
    letters, tones = _take_tones(text)
    if len(tones) > 1:
        return False
    for size in (3, 2, 1, 0):
        onset, rime = letters[:size], letters[size:]
        if len(onset) == size and _fits(onset, rime) and _tone_fits(size, rime, tones):
            return True
    return False


def _take_tones(text: str) -> tuple[str, list[tuple[int, str]]]:
    """Return the letters without tones (shape marks kept, NFC) and each tone with the index of its letter."""
    letters: list[str] = []
    tones: list[tuple[int, str]] = []
    for char in unicodedata.normalize("NFD", text.lower()):
        if char in TONES:
            tones.append((len(letters) - 1, char))
        elif unicodedata.combining(char) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + char)
        else:
            letters.append(char)
    return "".join(letters), tones


def _fits(onset: str, rime: str) -> bool:
    if onset not in _ONSETS:
        return False
    if onset == "qu":
        return rime in _RIMES_AFTER_QU
    if rime not in _RIMES:
        return False
    front = rime[0] in _FRONT
    if onset in ("gh", "ngh"):
        return front
    if onset in ("c", "ng"):
        return not (front or rime[0] == "y")
    return onset != "g" or not front or rime[0] == "i"  # gì, giếng


def _tone_fits(onset_size: int, rime: str, tones: list[tuple[int, str]]) -> bool:
    cluster = len(rime) - len(rime.lstrip("".join(_VOWELS)))
    final = rime[cluster:]
    if not tones:
        return final not in _STOPS
    place, tone = tones[0]
    if final in _STOPS and TONES[tone] not in ("sắc", "nặng"):
        return False
    return place - onset_size in _tone_places(rime[:cluster], final)


def _tone_places(cluster: str, final: str) -> tuple[int, ...]:
    """Return the indexes in the vowel cluster that may carry the tone."""
    shaped = [index for index, letter in enumerate(cluster) if letter in _SHAPED]
    if shaped:
        return (shaped[-1],)
    if len(cluster) == 1:
        return (0,)
    if len(cluster) == 3 or final:
        return (1,)
    return (0, 1) if cluster in ("oa", "oe", "uy") else (0,)
