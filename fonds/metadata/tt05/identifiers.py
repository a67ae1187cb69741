"""OBJID, folder names, ids and times in the forms of the circular: written in one, read in all that occur."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from fonds.metadata.ids import item_id
from fonds.metadata.model import Kind
from fonds.metadata.tt05.model import PackageKind

_SPACE = uuid.UUID("8d1f0f2e-6f3c-5b0a-9d55-74743035a1c0")
HANOI = timezone(timedelta(hours=7))
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_FONDS = re.compile(r"urn[:_](?P<fonds>.+)[:_]uuid[:_-]", re.IGNORECASE)
_STRICT = {
    "SIP": re.compile(r"uuid-[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
    "AIP": re.compile(r"urn:[^:\s/]+:uuid:[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}"),
}


@dataclass(frozen=True, slots=True)
class ObjectId:
    """An OBJID taken apart. ``uuid`` is in upper case, '' when there is none; ``fonds`` is '' when it is not named."""

    text: str
    uuid: str
    fonds: str = ""


def parse_objid(text: str) -> ObjectId:
    """Take an OBJID, or the name of a package's folder, apart, in any of the forms that occur.

    ``uuid-U``, ``urn:uuid:U``, ``urn:F:uuid:U``, ``urn:F:uuid-U``, the same with '_' for ':', in any case, or bare.
    """
    found = _UUID.search(text)
    named = _FONDS.match(text)
    return ObjectId(text, found[0].upper() if found else "", named["fonds"] if named else "")


def make_objid(kind: PackageKind, record_id: str, fonds: str) -> str:
    """Return the OBJID of the package of a record: the same record always gets the same one.

    A record whose id holds a UUID keeps it, in upper case. ``fonds`` is the code that an AIP names; it must not be
    empty nor hold ':', '/' or spaces there.
    """
    unique = parse_objid(record_id).uuid or str(uuid.uuid5(_SPACE, record_id)).upper()
    if kind.oais == "AIP":
        return f"urn:{fonds}:uuid:{unique}"
    return f"uuid-{unique}"


def is_strict(kind: PackageKind, objid: str) -> bool:
    """Say whether an OBJID has the very form that the circular prescribes for this kind."""
    return _STRICT["AIP" if kind.oais == "AIP" else "SIP"].fullmatch(objid) is not None


def folder_name(objid: str) -> str:
    """Return the name of the package's folder: the OBJID with ':' as '_'."""
    return objid.replace(":", "_")


def record_id(objid: str) -> str:
    """Return the id of the record in a package of somebody else: in our form, the OBJID itself where it has no UUID."""
    unique = parse_objid(objid).uuid
    return f"uuid-{unique.lower()}" if unique else objid


def document_id(objid: str, kind: Kind, ordinal: int) -> str:
    """Return the id of the n-th document (from 1) of a package of somebody else."""
    return item_id(record_id(objid), kind.value, ordinal)


def local_id(objid: str, *parts: str) -> str:
    """Return ``uuid-`` and an upper-case UUID for a thing inside a package, the same whenever it is asked for."""
    return f"uuid-{_derived(objid, parts)}"


def file_id(objid: str, path: str) -> str:
    """Return ``ID-`` and an upper-case UUID for a file of a package."""
    return f"ID-{_derived(objid, ('file', path))}"


def _derived(objid: str, parts: tuple[str, ...]) -> str:
    return str(uuid.uuid5(_SPACE, "\0".join((objid, *parts)))).upper()


def local_time(when: str) -> str:
    """Return an ISO 8601 time in the zone +07:00 with milliseconds, '' for ''; one without a zone is taken as UTC.

    Raises ValueError when it is no time.
    """
    if not when:
        return ""
    moment = datetime.fromisoformat(when)
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return zoned.astimezone(HANOI).isoformat(timespec="milliseconds")
