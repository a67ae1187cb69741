"""Identifiers that come out the same whenever they are made again from the same facts."""

from __future__ import annotations

import re
import uuid

_SPACE = uuid.UUID("6f6e6473-2d61-5c68-8976-65732e766e00")
_OBJID = re.compile(r"uuid-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PAGE = re.compile(r"(?P<objid>[A-Za-z0-9_-]{1,80})\.(?P<version>[1-9][0-9]{0,5})\.(?P<sequence>[1-9][0-9]{0,6})")


def new_objid() -> str:
    """Return a fresh OBJID for a package: ``uuid-`` and a random UUID, portable as a folder name."""
    return f"uuid-{uuid.uuid4()}"


def is_objid(text: str) -> bool:
    """Say whether this is an OBJID as Fonds makes them."""
    return _OBJID.fullmatch(text) is not None


def submission_objid(fonds_code: str, code: str) -> str:
    """Return the OBJID of the SIP of the dossier ``code``: the same whenever and wherever its producer packs it."""
    return _named("sip", fonds_code, code)


def dissemination_objid(source: str, version: int, *part: str) -> str:
    """Return the OBJID of a DIP (DIP1: not that of its source, the OBJID ``source`` of an AIP).

    ``part`` says what of it, and in answer to what: the same answer again is the same package.
    """
    return _named("dip", source, str(version), *part)


def fonds_id(code: str) -> str:
    """Return the unit id of the fonds with this code."""
    return _named("fonds", code)


def series_id(fonds_code: str, catalogue: str, *below: str) -> str:
    """Return the unit id of a series (mục lục) of a fonds; ``below`` are the codes of the series inside it."""
    return _named("series", fonds_code, catalogue, *below)


def dossier_id(fonds_code: str, *code: str) -> str:
    """Return the unit id of a dossier that is described before it is digitised: its OBJID when it comes.

    ``code`` is its code; where that does not name it alone, the codes of what it is in come before it.
    """
    return _named("dossier", fonds_code, *code)


def item_id(objid: str, kind: str, ordinal: int, version: int = 1) -> str:
    """Return the unit id of the n-th document or picture (from 1) of a dossier, new in a version of its package.

    One that was there before keeps the id that it has, whatever its number is now.
    """
    return _named(kind, objid, str(ordinal), *([f"v{version}"] if version > 1 else []))


def _named(*parts: str) -> str:
    # Codes may hold a slash themselves: series B/C of fonds A is not series C of fonds A/B.
    name = "/".join(part.replace("%", "%25").replace("/", "%2F") for part in parts)
    return f"uuid-{uuid.uuid5(_SPACE, name)}"


def page_id(objid: str, version: int, sequence: int) -> str:
    """Return the id of a page: it names one image for ever, so answers about it may be cached for ever."""
    return f"{objid}.{version}.{sequence}"


def split_page_id(text: str) -> tuple[str, int, int] | None:
    """Return (OBJID, version, sequence), None when this is not a page id."""
    match = _PAGE.fullmatch(text)
    return (match["objid"], int(match["version"]), int(match["sequence"])) if match else None
