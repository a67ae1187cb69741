"""How it stands with the copies: what ``fonds status`` and ``fonds copies list`` tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.copies.place import open_copy
from fonds.repository.ports.catalogue import Job
from fonds.repository.ports.copies import CopySummary
from fonds.repository.waiting import waiting


@dataclass(frozen=True, slots=True)
class CopyState:
    """One copy: how far it is, and ``error``, why it cannot be had at this moment; None when it can.

    ``free`` is in bytes, -1 when it cannot be told.
    """

    summary: CopySummary
    error: FondsError | None
    free: int


@dataclass(frozen=True, slots=True)
class CopiesState:
    """All copies. ``below`` stored versions lie in fewer than ``required``; ``waiting`` do not count as stored yet."""

    required: int
    below: int
    waiting: Sequence[Job]
    copies: Sequence[CopyState]

    @property
    def good(self) -> bool:
        """Whether everything that is held lies in as many copies as the settings ask for."""
        return not self.below and not self.waiting


def copies_state(archive: Archive) -> CopiesState:
    """Return how it stands with the copies; each is looked for at its place."""
    required = archive.settings.copies_required
    copies = [_state(archive, summary) for summary in archive.copies.summaries()]
    return CopiesState(required, archive.copies.below(required), waiting(archive), copies)


def _state(archive: Archive, summary: CopySummary) -> CopyState:
    copy = summary.copy
    try:
        return CopyState(summary, None, open_copy(archive, copy).free())
    except FondsError as error:
        return CopyState(summary, error, -1)
    except OSError as error:
        reason = error.strerror or str(error)
        return CopyState(summary, FondsError("COPY_UNREACHABLE", name=copy.name, path=copy.url, reason=reason), -1)
