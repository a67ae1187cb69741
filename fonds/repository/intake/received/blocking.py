"""Which findings about a package keep it out of the archive, and which are only noted.

``fonds validate`` judges whether a package is right; an archive that takes one in asks something else: whether every
byte that was sent is here and known, and can be handed back. The answer is data, ``schemas/receiving.json``: for each
code ``ingest`` is ``block``, ``payload`` (blocks where the place is a payload file), ``mets`` (blocks where it is a
METS file) or ``pass``, and ``why`` gives the reason (docs/formats.md). A breach of a requirement of E-ARK passes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from fonds.repository.intake.walk import is_stray
from fonds.schemas.findings import Finding, Severity, severities

_LINE = re.compile(r":\d+$")
_METS = re.compile(r"([^/]+/)*mets\.xml|([^/]+/)*representations/[^/]+/[^/]+\.xml", re.IGNORECASE)
_REPRESENTATION = re.compile(r"representations/[^/]+/", re.IGNORECASE)
_ABOUT = ("metadata/", "documentation/", "schemas/")
_JUDGED = ("BAG_", "PKG_", "TT05_", "PACKED_")


@dataclass(frozen=True, slots=True)
class Effect:
    """What a finding does to an ingest (``block``, ``payload``, ``mets``, ``pass``), and why."""

    ingest: str
    why: str


@cache
def effects() -> Mapping[str, Effect]:
    """Return the table by code of finding."""
    rows = json.loads(files("fonds.schemas").joinpath("receiving.json").read_text("utf-8"))
    return {row["code"]: Effect(row["ingest"], row["why"]) for row in rows}


def is_form(found: Finding) -> bool:
    """Say whether this is what ``fonds validate`` says too: about the package itself and not about what is in it."""
    return found.code.startswith(_JUDGED) or found.code not in severities()


def weighed(found: Iterable[Finding], package: str) -> Iterator[Finding]:
    """Give each finding the severity that it has for an ingest; ``package`` is where places of the package begin.

    An error that does not block becomes a warning, and what blocks an error.
    """
    for one in found:
        if _blocks(one, package):
            yield replace(one, severity=Severity.ERROR)
        else:
            yield replace(one, severity=Severity.WARNING) if one.severity is Severity.ERROR else one


def _blocks(found: Finding, package: str) -> bool:
    effect = effects().get(found.code)
    if effect is None:
        return False
    place = _LINE.sub("", found.where.removeprefix(f"{package}/" if package else ""))
    if effect.ingest == "payload":
        return is_payload(place)
    if effect.ingest == "mets":
        return _METS.fullmatch(place) is not None
    return effect.ingest == "block"


def is_payload(path: str) -> bool:
    """Say whether a path of a package is that of a payload file, by the folder in which it lies.

    Files that lie directly in the package are not; nor are metadata, documentation and schemas, METS files and what
    operating systems leave behind.
    """
    inside = _REPRESENTATION.match(path)
    rest = path[inside.end() :] if inside else path
    name = path.rpartition("/")[2]
    if rest.casefold().startswith(_ABOUT) or name.casefold() == "mets.xml" or is_stray(name):
        return False
    return inside is not None or "/" in rest
