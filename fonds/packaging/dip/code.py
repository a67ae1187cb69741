"""The authentication code (mã xác thực) of a sheet: short enough to type, the same whenever it is made again.

It is 80 bits of a SHA-256 over the OBJID of the package and everything that the sheet says, in the letters of
Crockford's base 32 (no I, L, O, U), four by four: ``7K2M-9QXR-4HDT-PW3A``.

What it shows: together with the code that the archive has on record for the package, that neither the OBJID nor a word
of the sheet is another one. What it does not show: who made the sheet (anybody can compute a code; only a signature
says who), nor that the files are intact (that is what the checksums in METS are for).
"""

from __future__ import annotations

import hashlib
import json

from fonds.packaging.paper.printing import one_line

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})
_LENGTH = 16
_FORM = "fonds-sheet-1"
"""Part of what is hashed: when the way of hashing ever changes, codes change openly."""


def make_code(content: object) -> str:
    """Return the code of what JSON can carry; texts are compared in NFC, with single spaces."""
    written = json.dumps([_FORM, _plain(content)], ensure_ascii=False, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(written.encode("utf-8", "surrogatepass")).digest()[:10], "big")
    letters = "".join(_LETTERS[number >> 5 * place & 31] for place in reversed(range(_LENGTH)))
    return "-".join(letters[start : start + 4] for start in range(0, _LENGTH, 4))


def same_code(one: str, other: str) -> bool:
    """Say whether two codes are the same to a person: small letters, no hyphens, O for 0, I and L for 1 are read."""
    return _typed(one) == _typed(other)


def _plain(content: object) -> object:
    if isinstance(content, str):
        return one_line(content)
    return [_plain(part) for part in content] if isinstance(content, tuple | list) else content


def _typed(code: str) -> str:
    return "".join(letter for letter in code.upper().translate(_READ_AS) if letter.isalnum())
