"""The requirements that are a row of a table: this attribute or child, at this place, in this form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from lxml.etree import _Element

from fonds.metadata.mets.model import CSIP, METS, XLINK
from fonds.packaging.csip.requirements import Requirement, breach, place, requirements
from fonds.schemas.findings import Finding
from fonds.schemas.xml import line_of

_PREFIXES = {"csip": CSIP, "xlink": XLINK, "sip": "https://DILCIS.eu/XML/METS/SIPExtensionMETS"}
_DATE_TIME = re.compile(r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_TERMS: Mapping[str, frozenset[str]] = {
    "url": frozenset({"URL"}),
    "simple": frozenset({"simple"}),
    "status": frozenset({"CURRENT", "SUPERSEDED"}),
    "package type": frozenset({"SIP", "AIP", "DIP", "AIU", "AIC"}),
    "record status": frozenset({"NEW", "SUPPLEMENT", "REPLACEMENT", "TEST", "VERSION", "DELETE", "OTHER"}),
    # METS 1.12, CHECKSUMTYPE and MDTYPE.
    "checksum type": frozenset(
        {
            *("Adler-32", "CRC32", "HAVAL", "MD5", "MNP", "SHA-1", "SHA-256", "SHA-384", "SHA-512", "TIGER"),
            "WHIRLPOOL",
        }
    ),
    "metadata type": frozenset(
        {
            *("MARC", "MODS", "EAD", "DC", "NISOIMG", "LC-AV", "VRA", "TEIHDR", "DDI", "FGDC", "LOM", "TEXTMD"),
            *("PREMIS", "PREMIS:OBJECT", "PREMIS:AGENT", "PREMIS:RIGHTS", "PREMIS:EVENT", "METSRIGHTS"),
            *("ISO 19115:2003 NAP", "EAC-CPF", "LIDO", "OTHER"),
        }
    ),
}
_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "text": re.compile(r"(?s).*\S.*"),
    "size": re.compile(r"\s*\d+\s*"),
    "checksum": re.compile(r"\s*[0-9A-Fa-f]+\s*"),
    "date and time": _DATE_TIME,
    "mime": re.compile(r"[A-Za-z0-9!#$&^_.+-]+/[A-Za-z0-9!#$&^_.+-]+(\s*;.*)?"),
}

FORMS: Mapping[str, Callable[[str], object]] = {
    **{name: terms.__contains__ for name, terms in _TERMS.items()},
    **{name: pattern.fullmatch for name, pattern in _PATTERNS.items()},
}
"""What a value must be, by the name that the table gives it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row, ready to be asked: the name that it looks for, as lxml writes it, and what the value must be."""

    row: Requirement
    name: str
    child: bool
    needed: bool
    test: Callable[[str], object]


@cache
def rows_at(at: str) -> tuple[Requirement, ...]:
    """Return the rows of the table that speak of a place."""
    return tuple(row for row in requirements() if row.by == "table" and row.at == at)


@cache
def _rows(at: str) -> tuple[_Row, ...]:
    return tuple(
        _Row(row, f"{{{METS}}}{row.child}", True, True, bool)
        if row.child
        else _Row(row, _name(row.attribute), False, not row.optional and row.level != "MAY", FORMS[row.form])
        for row in rows_at(at)
    )


def check(at: str, element: _Element, path: str) -> Iterator[Finding]:
    """Yield a finding for each row that ``element``, at ``at`` in the METS file ``path``, does not meet."""
    for one in _rows(at):
        if one.child:
            if element.find(one.name) is None:
                yield breach(one.row.id, place(path, line_of(element)))
            continue
        value = element.get(one.name)
        if (value is None and one.needed) or (value is not None and not one.test(value)):
            yield breach(one.row.id, place(path, line_of(element)), value or "")


def _name(attribute: str) -> str:
    prefix, colon, local = attribute.rpartition(":")
    return f"{{{_PREFIXES[prefix]}}}{local}" if colon else attribute
