"""Names inside packages and stores: portable, readable, and never two things under one name."""

from __future__ import annotations

import hashlib
import re

from fonds.metadata.vietnamese import fold

_PORTABLE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")
_RESERVED = {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}

FONDS_FOLDER = "_fonds"
"""Where the package of a fonds lies beside those of its dossiers; no code has a folder name that begins so."""


def safe_name(code: str) -> str:
    """Return a portable folder name for a code.

    A code that is portable already is its own name. Any other one is written without marks and gets the first eight
    digits of its SHA-256, so that two codes never share a name and the name can be read.
    """
    if _PORTABLE.fullmatch(code) and code.split(".", maxsplit=1)[0].lower() not in _RESERVED and not code.endswith("."):
        return code
    readable = _OTHER.sub("_", fold(code)).strip("._-")[:60] or "x"
    if readable.split(".")[0] in _RESERVED:
        readable = f"x-{readable}"
    return f"{readable}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def location(fonds_code: str, code: str, version: int, objid: str) -> str:
    """Return where a package lies in a store: ``<fonds>/<dossier>/v<N>/<OBJID>``."""
    return f"{safe_name(fonds_code)}/{safe_name(code)}/v{version}/{objid}"


def fonds_location(fonds_code: str, version: int, objid: str) -> str:
    """Return where the package of a fonds itself lies: ``<fonds>/_fonds/v<N>/<OBJID>``."""
    return f"{safe_name(fonds_code)}/{FONDS_FOLDER}/v{version}/{objid}"


def is_fonds_location(location: str) -> bool:
    """Say whether a location is that of the package of a fonds."""
    return location.split("/")[1:2] == [FONDS_FOLDER]


def page_file_name(number: int, extension: str, total: int, version: int = 1) -> str:
    """Return the name of the n-th file of a representation: ``0001.tif``, with more digits where they are needed.

    A file that came with a later version has its number in the name, ``0002_v3.tif``: no earlier version used that.
    """
    suffix = extension.lower() if re.fullmatch(r"\.[A-Za-z0-9]{1,8}", extension) else ""
    since = f"_v{version}" if version > 1 else ""
    return f"{number:0{max(4, len(str(total)))}d}{since}{suffix}"
