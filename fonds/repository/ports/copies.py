"""Which further copies of the store there are, and which package is in which of them.

A cache like the rest of the catalogue: the audit log says which copies there are and what was written to them, and the
copies themselves what lies in them (``fonds rebuild``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fonds.repository.ports.catalogue import Aip

VERIFIED = "verified"
FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Copy:
    """A further copy of the store. ``url`` says where it is, ``medium`` what it is on, ``added`` is ISO 8601 UTC."""

    name: str
    url: str
    medium: str = ""
    added: str = ""


@dataclass(frozen=True, slots=True)
class PackageCopy:
    """One stored version of a package in one copy.

    ``state`` is ``verified``: written there, read back and found to be what was sealed, at the time ``verified``; or
    ``failed``: it could not be written, or is not what was sealed any more, and ``reason`` (an error code) says why;
    ``verified`` is then when it was found good the last time. ``due`` is when it is to be read again. Times are ISO
    8601 UTC, '' for never.
    """

    objid: str
    version: int
    copy: str
    state: str
    verified: str = ""
    due: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CopySummary:
    """How far a copy is: stored versions that are verified in it, and those that it lacks, of which ``failed`` failed.

    ``bytes`` counts the newest versions in it, as the totals of the holdings do; ``lacking_bytes`` all that it lacks.
    """

    copy: Copy
    packages: int
    bytes: int
    lacking: int
    lacking_bytes: int
    failed: int
    oldest: str
    newest: str


class Copies(Protocol):
    """The further copies and their state. The store itself is not among them."""

    def register(self, copy: Copy) -> None:
        """Remember a copy (replaces what is known under its name)."""

    def forget(self, name: str) -> None:
        """Forget a copy and everything known to be in it. Idempotent."""

    def copies(self) -> Sequence[Copy]:
        """Return all copies in the order of their names."""

    def copy(self, name: str) -> Copy | None:
        """Return the copy of this name."""

    def record(self, found: Sequence[PackageCopy]) -> None:
        """Write down how it stands with versions in copies (replaces), in one transaction.

        Idempotent; the packages may not be in the catalogue yet.
        """

    def entries(self, objid: str, version: int) -> Sequence[PackageCopy]:
        """Return what is known of one version, in the order of the copies' names."""

    def lacking(self, name: str, *, after: tuple[str, int] = ("", 0), limit: int = 100) -> Sequence[Aip]:
        """Return the stored versions that are not verified in a copy, ordered by OBJID and version.

        Those after this OBJID and version: a cursor that survives changes.
        """

    def summaries(self) -> Sequence[CopySummary]:
        """Return how far each copy is, in the order of their names."""

    def below(self, required: int, *, but: str = "") -> int:
        """Count the stored versions with fewer than ``required`` verified copies, the store itself counted.

        ``but`` is the name of a copy that does not count.
        """

    def clear(self) -> None:
        """Forget everything (used by rebuild)."""
