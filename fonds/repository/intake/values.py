"""From a cell to a value: cleaned text, what was written, and the code of the vocabulary."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from fonds.metadata.legacy import repaired
from fonds.metadata.model import Value
from fonds.metadata.vietnamese import exact_form, fold, nfc
from fonds.schemas import vocabulary
from fonds.schemas.inventory import words
from fonds.schemas.modes import MODE_SECRET

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BOOLEANS = {"true": "Có", "false": "Không", "x": "Có"}


def forget() -> None:
    """Forget the texts that were remembered, because cells of one inventory repeat.

    What stays of one delivery would lie between what the next one needs, and a process that takes in one after the
    other would grow by some hundred kilobytes each time.
    """
    for remembered in (clean, find_code, is_secret):
        remembered.cache_clear()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A text fit for use, the text as written ('' when it is the same), and what had to be done to it.

    ``notes`` are finding codes: NFD_TEXT, LEGACY_ENCODING, CONTROL_CHARACTERS.
    """

    text: str
    written: str = ""
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def clean(raw: str) -> Cleaned:
    """Return ``raw`` in NFC, repaired, trimmed, without the characters XML cannot carry (XML 1.0, 2.2)."""
    bare = _NOT_XML.sub("", raw)
    legacy = repaired(bare)
    text = nfc(legacy.repaired if legacy else bare).strip()
    notes = (
        *(("CONTROL_CHARACTERS",) if bare != raw else ()),
        *(("LEGACY_ENCODING",) if legacy else ()),
        *(("NFD_TEXT",) if not unicodedata.is_normalized("NFC", raw) else ()),
    )
    written = escape_controls(raw)
    return Cleaned(text, "" if written == text else written, notes)


def escape_controls(text: str) -> str:
    r"""Return ``text`` with every character XML cannot carry written as ``\uXXXX``."""
    return _NOT_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def make_value(cleaned: Cleaned, code_list: str) -> Value:
    """Return the value of a field whose code list is ``code_list`` ('' for none)."""
    return Value(cleaned.text, cleaned.written, find_code(code_list, cleaned.text) if code_list else "")


@lru_cache(maxsize=512)
def find_code(code_list: str, text: str) -> str:
    """Return the code for a code or its label in any spelling of Vietnamese; '' when it is neither.

    In the list of access modes every level of secrecy counts as 03.
    """
    if code := vocabulary.find_code(code_list, text):
        return code
    if code_list == "mode" and is_secret(text):
        return MODE_SECRET
    if code_list == "riskRecovery":
        text = _BOOLEANS.get(text.casefold(), text)
    spelled = exact_form(text)
    terms = vocabulary.code_list(code_list).values()
    return next((term.code for term in terms if exact_form(term.labels["vi"]) == spelled), "")


@lru_cache(maxsize=512)
def is_secret(text: str) -> bool:
    """Say whether an access mode or level of secrecy means secret: 03, Mật, Tối mật, Tuyệt mật in any writing.

    When in doubt it is secret: any text with the word "mật", but for the phrases that say something else
    ("không mật", "bí mật đời tư").
    """
    if vocabulary.find_code("mode", text) == MODE_SECRET:
        return True
    plain = " ".join(re.findall(r"\w+", fold(text)))
    for phrase in words("not_secret"):
        plain = re.sub(rf"\b{phrase}\b", " ", plain)
    return any(re.search(rf"\b{word}\b", plain) for word in words("secret"))
