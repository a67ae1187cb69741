"""What is about to be made of a stored package, and what every way of making it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from fonds.metadata.model import DossierRecord, Event, FileRecord
from fonds.packaging.standing import SOURCE
from fonds.repository.archive import Archive
from fonds.repository.export.choose import Chosen
from fonds.repository.export.order import ExportOrder
from fonds.repository.export.sealed import SealedPackage
from fonds.repository.ports.catalogue import Aip
from fonds.schemas.findings import Finding, finding


class NotGivenError(Exception):
    """A package or document is not handed out; ``finding`` says why."""

    def __init__(self, chosen: Chosen, reason: str) -> None:
        self.finding = finding("EXPORT_NOT_GIVEN", chosen.unit.code or chosen.unit.id, reason=reason)
        super().__init__(self.finding)


@dataclass(frozen=True, slots=True)
class Task:
    """One package to be made: out of which stored one, opened through its seal, for whom, by whom (``agent``)."""

    archive: Archive
    order: ExportOrder
    agent: str
    chosen: Chosen
    aip: Aip
    sealed: SealedPackage
    allowed: Callable[[str], bool]

    @property
    def mark(self) -> tuple[str, str]:
        """The altRecordID that says what a package was made from."""
        return SOURCE, f"{self.aip.objid}/v{self.aip.version}/{self.order.name}"

    @property
    def holder(self) -> str:
        """The archive's name, '' when it has not been given one."""
        return self.archive.settings.archive_name


@dataclass(frozen=True, slots=True)
class Plan:
    """A package that can be made: its OBJID and folder, the files that will be read and their bytes, its pages.

    ``make`` makes it in the folder that it is given. ``findings`` are what is to be said of it beforehand, ``sheet`` is
    the code of its authentication sheet.
    """

    objid: str
    folder: str
    files: int
    bytes: int
    pages: int
    make: Callable[[Path], object]
    findings: tuple[Finding, ...] = ()
    sheet: str = ""


def size_of(files: Iterable[FileRecord]) -> int:
    """Return the bytes of files."""
    return sum(file.size for file in files)


def archive_name(task: Task, record: DossierRecord) -> str:
    """Return by what the archive is called: its name, else its code, else that of the fonds."""
    return task.holder or record.fonds.text("archiveCode") or record.fonds_code


def new_event(events: Iterable[Event], event: Event) -> Event:
    """Return the event under an id that none of ``events`` has."""
    taken = {one.id for one in events}
    number = next(n for n in range(1, len(taken) + 2) if f"{event.id}-{n}" not in taken)
    return Event(
        f"{event.id}-{number}", event.type, event.when, event.outcome, event.agents, event.detail, event.outcome_note,
        event.objects, event.roles,
    )  # fmt: skip
