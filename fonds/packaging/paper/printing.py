"""What a typeface can print of a text."""

from __future__ import annotations

import unicodedata
from collections.abc import Container
from unicodedata import category


def one_line(text: str) -> str:
    """Return a text in NFC with its white space made single spaces, as it is printed and hashed."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def printable(words: str, known: Container[int]) -> str:
    """Return a text on one line in NFC, as a typeface that has the characters ``known`` can print it.

    Characters that only direct the layout go; another one that is not known stands as its number, ``[U+5B57]``, so
    that nothing is lost unseen.
    """
    line = one_line("".join(one for one in words if category(one) != "Cf"))
    return "".join(one if ord(one) in known and category(one) != "Cc" else f"[U+{ord(one):04X}]" for one in line)
