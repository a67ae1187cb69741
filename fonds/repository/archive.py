"""One opened repository: its settings and the back ends behind the ports, put together by the composition root."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from fonds.config import Settings
from fonds.repository.intake.reading import Instruments
from fonds.repository.ports.catalogue import Holdings, Jobs
from fonds.repository.ports.copies import Copies
from fonds.repository.ports.deliveries import Deliveries
from fonds.repository.ports.fixity import Fixity
from fonds.repository.ports.formats import FormatIdentifier
from fonds.repository.ports.imaging import Imaging
from fonds.repository.ports.incidents import Incidents
from fonds.repository.ports.index import Index
from fonds.repository.ports.log import AuditLog
from fonds.repository.ports.notices import Channel
from fonds.repository.ports.pdfs import PdfInspector
from fonds.repository.ports.reports import Reports
from fonds.repository.ports.scanner import Scanner
from fonds.repository.ports.stamps import Stamper
from fonds.repository.ports.store import Store

COPYING = "copies"
"""The purpose of the lock of whoever brings copies up to date."""

SIGNING = "checkpoint"
"""The purpose of the lock of whoever signs the head of the audit log."""


@dataclass(frozen=True, slots=True)
class Archive:
    """Everything the work of the archive needs from the outside world.

    ``lock(purpose)`` is held by the one process that changes holdings; it raises FondsError REPOSITORY_LOCKED naming
    the holder. The purpose ``copies`` has a lock of its own: bringing a copy up to date takes long and holds up nobody.
    ``open_store(url, new)`` opens a copy of the store, in a folder that must be there, or may be made when it is
    ``new``; it raises UsageError COPY_URL for a place it does not know, and OSError. ``executor()`` gives a pool of
    worker processes for the length of a ``with``. ``channels`` are the ways out for notices, none where none is set up.
    """

    root: Path
    settings: Settings
    store: Store
    holdings: Holdings
    jobs: Jobs
    fixity: Fixity
    copies: Copies
    deliveries: Deliveries
    incidents: Incidents
    log: AuditLog
    index: Index
    imaging: Imaging
    formats: FormatIdentifier
    pdfs: PdfInspector
    scanner: Scanner
    stamper: Stamper
    lock: Callable[[str], AbstractContextManager[None]]
    executor: Callable[[], AbstractContextManager[Executor]]
    open_store: Callable[[str, bool], Store]
    reports: Reports
    channels: Sequence[Channel]

    @property
    def instruments(self) -> Instruments:
        """What delivered files are looked at with."""
        return Instruments(self.imaging, self.formats, self.pdfs, self.scanner)

    @property
    def access_folder(self) -> Path:
        """Where access copies are kept: a cache that can be deleted at any time."""
        return self.root / self.settings.access

    @property
    def mappings_folder(self) -> Path:
        """Where the column mappings of vendors are kept, ``<vendor>.toml`` each."""
        return self.root / "mappings"

    @property
    def checkpoints_file(self) -> Path:
        """Where the repository keeps the signed checkpoints of its audit log."""
        return self.root / self.settings.log / "checkpoints.jsonl"

    @property
    def key_file(self) -> Path:
        """Where the private key lies that signs them."""
        return self.root / self.settings.checkpoint_key
