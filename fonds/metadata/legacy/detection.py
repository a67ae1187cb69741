"""Decide whether a text is in an old encoding, and repair it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from fonds.metadata.legacy import decoders, evidence
from fonds.metadata.legacy.evidence import Evidence
from fonds.metadata.legacy.viqr import is_viqr, repair_viqr
from fonds.metadata.vietnamese import nfc

_LAST_OF_LATIN_1 = "\u00ff"
_GREEK_MU = "\u03bc"  # what compatibility normalization makes of the micro sign, a letter of TCVN3


@dataclass(frozen=True, slots=True)
class LegacyText:
    """A text as delivered, repaired (NFC), and its old encoding: 'tcvn3', 'vni' or 'viqr'."""

    original: str
    repaired: str
    encoding: str


def detect(text: str) -> str | None:
    """Return 'tcvn3', 'vni' or 'viqr' when ``text`` as a whole is in that encoding, None when it is not.

    It must be certain, because a repair of correct text is damage: words have to be nonsense as they stand
    and correct Vietnamese when decoded. So a cell with one short word may be missed, and a cell that mixes
    Unicode Vietnamese with an old encoding is left alone.
    """
    text = nfc(text)
    if text.isascii():
        return "viqr" if is_viqr(text) else None
    if any(char > _LAST_OF_LATIN_1 and char.isalpha() and char != _GREEK_MU for char in text):
        return None
    in_tcvn3 = evidence.weigh(evidence.tcvn3_words(text), decoders.tcvn3, evidence.strong_in_tcvn3)
    in_vni = evidence.weigh(evidence.vni_words(text), decoders.vni, evidence.strong_in_vni)
    if _is_vni(in_vni) and not evidence.stray_vni_marks(text) and in_vni.hits > in_tcvn3.hits:
        return "vni"
    return "tcvn3" if _is_tcvn3(in_tcvn3) else None


def repair(text: str, encoding: str) -> str:
    """Return ``text`` decoded from 'tcvn3', 'vni' or 'viqr', in NFC.

    TCVN3 has no codes for capitals with tones: they were small letters in a capital font (.VnTimeH). Words
    whose plain letters are capitals are repaired to capitals, others stay small. Raises KeyError for another
    encoding.
    """
    return nfc(_REPAIR[encoding](nfc(text)))


def repaired(text: str) -> LegacyText | None:
    """Return the repaired text beside the original, None when ``text`` needs no repair."""
    encoding = detect(text)
    return LegacyText(text, repair(text, encoding), encoding) if encoding else None


def _is_tcvn3(found: Evidence) -> bool:
    return _outweighs(found) and (found.strong > 0 or (_unopposed(found) and found.hits > 1))


def _is_vni(found: Evidence) -> bool:
    """Ask for more than TCVN3 does: VNI is made of letters that other languages have too."""
    if not _outweighs(found):
        return False
    if found.strong and found.hits > 1:
        return True
    return _unopposed(found) and (found.strong > 0 or found.hits + found.ambiguous > 1)


def _outweighs(found: Evidence) -> bool:
    return found.hits > 0 and found.misses * 3 <= found.hits and found.foreign <= found.hits * 3


def _unopposed(found: Evidence) -> bool:
    return found.misses == 0 and found.foreign == 0


def _repair_tcvn3(text: str) -> str:
    return re.sub(r"\S+", lambda m: decoders.tcvn3(m[0]), text)


_REPAIR = {"tcvn3": _repair_tcvn3, "vni": decoders.vni, "viqr": repair_viqr}
