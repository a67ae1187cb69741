"""Where packages are kept. A store is the truth; everything else can be made again from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

QUARANTINE = "_quarantine"
"""The folder of a store that keeps what repair took out of packages; it is never read as a package."""


class StoredFile(NamedTuple):
    """Something that lies in a package and is not a folder: its path below the location, its size in bytes.

    A link, device or other special file has the size -1: it has no business there. ``shared`` is what all names of the
    same stored bytes have in common: who reads one of them has read them all. It is None when a file shares its bytes
    with no other name, when it cannot be told, and always in a store where no two names share bytes.
    """

    path: str
    size: int
    shared: tuple[int, int] | None = None


class Store(Protocol):
    """Packages under a ``location``: a '/'-separated key of portable names that ends in the OBJID.

    It is ``<fonds>/<dossier>/v<N>/<OBJID>``, or ``<fonds>/_fonds/v<N>/<OBJID>`` for the package of the fonds itself.

    A published package never changes. Publishing is atomic and durable: after ``publish`` returns, a power cut loses
    nothing of it; before, nothing of it can be seen under its location.
    """

    def stage(self) -> Path:
        """Return a new, empty, private folder from which a package can be published."""

    def discard(self, stage: Path) -> None:
        """Remove a stage. Idempotent. Raises ValueError for a folder that ``stage`` did not give."""

    def clean(self) -> int:
        """Remove the stages that crashed processes left; returns how many."""

    def settle(self, stage: Path) -> None:
        """Make what is in a stage durable, so that it can be read back from the disk before it is published.

        Nothing may be written to the stage after that. Raises FondsError STORE_FULL and its kin.
        """

    def publish(self, stage: Path, location: str) -> None:
        """Make the staged folder durable, where ``settle`` has not done that, and visible at ``location``.

        Raises FondsError LOCATION_TAKEN when something is there already, STORE_FULL when the disk is full, and
        ValueError for a location that is not made of portable names.
        """

    def exists(self, location: str) -> bool:
        """Say whether a package is published there."""

    def locations(self) -> Iterator[str]:
        """Yield the location of every published package, in order, without reading its content."""

    def files(self, location: str) -> Iterator[StoredFile]:
        """Yield everything there that is not a folder. Raises FileNotFoundError or another OSError."""

    def open(self, location: str, path: str) -> BinaryIO:
        """Open a file for reading.

        Raises FileNotFoundError, also for a path that leads out of the package, PermissionError or another OSError,
        also for what is no file: a folder, link, pipe or device.
        """

    def local(self, location: str, path: str) -> AbstractContextManager[Path]:
        """Give a real file path for libraries that need one; valid inside the ``with``.

        Raises FileNotFoundError for a path that leads out of the package.
        """

    def link(self, location: str, path: str, target: Path) -> bool:
        """Put a published file at ``target``, a new path in a stage, without copying its bytes where that can be done.

        Returns True when both names now share the bytes, False when they had to be copied. Raises FileNotFoundError,
        also for a path that leads out of the package, and OSError.
        """

    def put_back(self, ready: Path, location: str, path: str, aside: str) -> None:
        """Put a file of a stage that is settled in the place of one of a published package, atomically and durably.

        For repair alone, which gives a file the bytes again that were sealed. What stands there is kept under
        ``aside``, a '/'-separated path below the quarantine of this store; it may be anything, or nothing. ``ready``
        stays: put back under several names, these share their bytes where that can be done. Whatever is killed in
        between, the name shows what was there, the new file, or, where the system can do no better, nothing. Raises
        FondsError STORE_FULL and its kin; FileNotFoundError for a path that leads out of the package.
        """

    def set_aside(self, location: str, path: str, aside: str) -> None:
        """Move something that has no business in a published package to the quarantine, under ``aside``; durably.

        With the ``path`` '' that is all that lies at the location. Raises as ``put_back``.
        """

    def put_note(self, name: str, content: bytes) -> None:
        """Write a file that belongs to the store itself (its README, a copy of the audit log), atomically."""

    def extend_note(self, name: str, at: int, content: Iterable[bytes]) -> bool:
        """Add to the end of such a file, which is ``at`` bytes long (0: it may be missing), and make that durable.

        Returns False, and adds nothing, when it has another length by now. After a crash a part may be there.
        """

    def note(self, name: str) -> BinaryIO:
        """Open a file that belongs to the store itself. Raises FileNotFoundError or another OSError."""

    def is_bare(self) -> bool:
        """Say whether nothing at all lies where the store is. Raises OSError."""

    def device(self) -> int | None:
        """Return what all stores on the same disk or file system have in common, None when it cannot be told.

        Never raises.
        """

    def free(self) -> int:
        """Return the bytes that can still be written."""
