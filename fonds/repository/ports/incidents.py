"""Incidents: a package that was found not to be what was sealed, in one copy, until that is repaired or decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fonds.repository.ports.catalogue import Problem, Slice

REPAIRED = "repair"
DECIDED = "person"


@dataclass(frozen=True, slots=True)
class Incident:
    """Something is wrong with a package in one copy. ``number`` is that of the row of the audit log that opened it.

    ``run`` is the audit run that found it, ``opened_by`` who ran that. It is open as long as ``closed`` is ''; then
    ``closed_by`` says who closed it, ``how`` (``repair``: it was put right and read again; ``person``: somebody decided
    so, for ``reason``), and ``closing`` is the row of the log that says so. After a repair ``sources`` names the copies
    that the good bytes were taken from, one a line. Times are ISO 8601 UTC.
    """

    number: int
    objid: str
    copy: str
    run: int
    opened: str
    opened_by: str
    closed: str = ""
    closed_by: str = ""
    how: str = ""
    reason: str = ""
    closing: int = 0
    sources: str = ""

    @property
    def open(self) -> bool:
        """Whether nobody has closed it yet."""
        return not self.closed


class Incidents(Protocol):
    """A cache of rows of the audit log, which is the truth about them. A package has one open incident in a copy."""

    def put(self, incident: Incident) -> None:
        """Write an incident; idempotent by its number."""

    def get(self, number: int) -> Incident | None:
        """Return an incident."""

    def last(self, objid: str, copy: str) -> Incident | None:
        """Return the newest incident of a package in a copy, open or closed."""

    def listed(self, *, objid: str = "", closed: bool = False, offset: int = 0, limit: int = 50) -> Slice[Incident]:
        """Return open incidents, with ``closed`` all, newest first; with ``objid`` those of one package."""

    def problems(self, incident: Incident, *, offset: int = 0, limit: int = 200) -> Slice[Problem]:
        """Return what was found while an incident was open, in the order of version and path.

        That is every problem of its package and copy that was open at a time when the incident was.
        """

    def problems_since(self, objid: str, copy: str, when: str) -> int:
        """Count the open problems of a package in a copy that were first found after a time (ISO 8601 UTC)."""

    def clear(self) -> None:
        """Forget everything that the log can give back."""
