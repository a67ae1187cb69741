"""Names in manifests and fetch files: percent-encoding, and which paths may be believed at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

_ESCAPED = re.compile(r"%(0[dD]|0[aA]|25)")
_DRIVE = re.compile(r"[A-Za-z]:")


def encode_path(path: str) -> str:
    """Percent-encode exactly CR, LF and '%' (RFC 8493, 2.1.3)."""
    return path.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def decode_path(path: str) -> str:
    """Undo ``encode_path`` in one pass, either case of the hex digits; any other '%' stands for itself."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), path) if "%" in path else path


def unsafe_reason(path: str) -> str:
    """Say why a path may lead out of the bag (RFC 8493, 5.1): 'absolute', 'parent', 'home' or 'drive'; '' if not.

    A '~' is a home folder only at the beginning; ``data/~a`` is a file like any other.
    """
    if path.startswith(("/", "\\")):
        return "absolute"
    if path.startswith("~"):
        return "home"
    if _DRIVE.match(path):
        return "drive"
    if ".." in path.split("/") or ".." in path.replace("\\", "/").split("/"):
        return "parent"
    return ""


def plain_path(path: str) -> str:
    """Return a path without '.' and empty parts, which mean nothing."""
    return "/".join(part for part in path.split("/") if part not in {"", "."})


def nfc(path: str) -> str:
    """Return the composed form, in which names are compared when they are not the same byte for byte."""
    return path if path.isascii() else unicodedata.normalize("NFC", path)


def folded(path: str) -> str:
    """Return what a file system that does not tell capitals apart would compare."""
    return path.casefold() if path.isascii() else unicodedata.normalize("NFC", path.casefold())


def all_folded(paths: Sequence[str]) -> list[str]:
    """Return ``folded`` of many paths, at once."""
    return folded("\0".join(paths)).split("\0") if paths else []


def printable(path: str) -> str:
    """Return a name for people and reports: NFC, with bytes that are not UTF-8 and control characters escaped."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if text.isprintable():
        return nfc(text)
    return nfc("".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text))
