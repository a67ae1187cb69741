"""The requirements of the specification, as data, and the findings that tell of their breach."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from fonds.schemas.findings import Finding, Severity

_SEVERITIES = {"MUST": Severity.ERROR, "SHOULD": Severity.WARNING, "MAY": Severity.INFO}


@dataclass(frozen=True, slots=True)
class Requirement:
    """One row of the table.

    ``spec`` is the document it stands in (CSIP, SIP, DIP, AIP, all 2.2), ``level`` MUST, SHOULD or MAY, ``xpath`` the
    place it speaks of. ``by`` says how it is judged: ``table`` (``at``, and ``attribute`` or ``child``, with the
    ``form`` of the value), the name of a module in ``rules``, or '' where nothing can break it. A MAY, and what is
    ``optional``, is judged only where it is there.
    """

    id: str
    spec: str
    level: str
    xpath: str
    by: str = ""
    at: str = ""
    attribute: str = ""
    child: str = ""
    form: str = ""
    optional: bool = False

    @property
    def severity(self) -> Severity:
        """How bad a breach is: MUST an error, SHOULD a warning, MAY a notice."""
        return _SEVERITIES[self.level]


@cache
def requirements() -> tuple[Requirement, ...]:
    """Return all 174 rows, in the order of the specifications; the ids of ``REF_…`` rows occur several times."""
    rows = json.loads(files("fonds.schemas.csip").joinpath("requirements.json").read_text("utf-8"))
    return tuple(Requirement(**row) for row in rows)


@cache
def _by_id() -> dict[str, Requirement]:
    return {row.id: row for row in requirements()}


def place(path: str, line: int) -> str:
    """Return ``path:line``; the path alone where the line is not known (libxml2 counts to 65,534)."""
    return f"{path}:{line}" if 0 < line < 65_535 else path


def breach(identifier: str, where: str, found: str = "", *, severity: Severity | None = None) -> Finding:
    """Make the finding that a requirement is not met; ``found`` is what stands there instead.

    Raises KeyError for an unknown requirement.
    """
    row = _by_id()[identifier]
    return Finding(row.id, severity or row.severity, where, {"found": found[:200] or "–", "xpath": row.xpath})
