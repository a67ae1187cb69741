"""The catalogue: a cache, in tables, of what the store holds, and the truth about work and checks in progress.

Split in small interfaces; one back end usually implements all of them over one database. Every list is paged.
Everything except jobs and the history of checks can be rebuilt from the store (``fonds rebuild``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from fonds.metadata.ids import fonds_id
from fonds.metadata.model import DescribedUnit, Description, DossierRecord, Kind

T = TypeVar("T")

ALL_MODES = frozenset({"01", "02", "03"})


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list: the rows, and how many there are in all."""

    items: Sequence[T]
    total: int
    offset: int
    limit: int


@dataclass(frozen=True, slots=True)
class Unit:
    """One described thing in the hierarchy fonds → series → file → item (ISAD(G) levels).

    ``id`` is stable over rebuilds: a dossier's is its OBJID. ``earliest`` and ``latest`` are ``YYYY-MM-DD`` or ''
    (unknown); ``dates`` is the text as written. ``pages`` counts the pages; ``sequences`` names those on which a
    document or picture stands, and two of them may stand on the same page. ``packaged`` says that a package of its own
    is in the store: a dossier that has none is described and not digitised.
    """

    id: str
    parent_id: str
    kind: Kind
    level: str
    code: str
    title: str
    mode: str
    dates: str
    earliest: str
    latest: str
    description: Description
    fonds_id: str
    dossier_id: str = ""
    pages: int = 0
    sequences: tuple[int, ...] = ()
    packaged: bool = False


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page of a dossier. ``id`` is ``<OBJID>.<version>.<sequence>`` and never changes meaning.

    ``mode`` is the strictest of the dossier's and of every document's or picture's that stands on the page.
    """

    id: str
    dossier_id: str
    sequence: int
    label: str
    path: str
    frame: int
    width: int
    height: int
    dpi: float
    blank: bool
    mode: str
    item_id: str = ""


@dataclass(frozen=True, slots=True)
class Aip:
    """One stored version of a dossier's package, or of that of a fonds (``code`` is '' then).

    ``location`` is its key in the store, ``bytes`` and ``files`` count everything in the bag, ``signature`` tells
    whether a delivery is the same one again. ``manifest`` and ``tagmanifest`` are the SHA-256 of those two files: the
    seal.
    """

    objid: str
    version: int
    location: str
    fonds_code: str
    code: str
    files: int
    bytes: int
    pages: int
    signature: str
    manifest: str
    tagmanifest: str
    created: str

    @property
    def of_fonds(self) -> bool:
        """Whether this is the package of a fonds and not of a dossier."""
        return self.objid == fonds_id(self.fonds_code)

    @property
    def name(self) -> str:
        """The code that people know it by."""
        return self.code or self.fonds_code


@dataclass(frozen=True, slots=True)
class Access:
    """A made access copy: size in pixels and the real levels, largest first."""

    page_id: str
    width: int
    height: int
    levels: tuple[tuple[int, int], ...]


class Holdings(Protocol):
    """What is held: the tree of descriptions, the packages and their pages."""

    def put(
        self, record: DossierRecord, aip: Aip, digests: Mapping[str, str], sizes: Mapping[str, int] | None = None
    ) -> None:
        """Write a dossier, its ancestors, items, pages and package in one transaction.

        Idempotent by OBJID and version, and an older version never replaces what a newer one said. ``digests`` maps
        the path in the bag to the SHA-256 (hex) of every file but the two manifests, which the seal names, ``sizes``
        to its bytes as far as they are known. Of its fonds and series, what is described already stays, and what is
        missing is filled in. Queues an ``index`` and an ``access`` job for the dossier, a ``fonds`` job for its fonds.
        """

    def put_fonds(
        self,
        aip: Aip,
        digests: Mapping[str, str],
        units: Iterable[DescribedUnit] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        """Write the package of a fonds, and what is described in it when ``units`` are given (each after its parent).

        The descriptions of fonds and series are then those of ``units``; dossiers without a package come and go with
        them, those that have one (here, or by ``units``) stay as their own package says. An older version than the
        newest describes nothing. Idempotent. Written in pieces, the package last: cut short, the package is not known,
        and doing it again ends it. Queues an ``index`` job for what has changed.
        """

    def unit(self, unit_id: str) -> Unit | None:
        """Return a unit by id."""

    def units(self, unit_ids: Sequence[str]) -> dict[str, Unit]:
        """Return many units by id; unknown ids are left out."""

    def find_code(self, code: str) -> Unit | None:
        """Return the fonds or dossier with this code."""

    def children(
        self, parent_id: str, *, modes: frozenset[str] = ALL_MODES, offset: int = 0, limit: int = 50
    ) -> Slice[Unit]:
        """Return the direct children in reading order; parent '' gives the fonds."""

    def by_level(
        self,
        level: str,
        *,
        within: str = "",
        modes: frozenset[str] = ALL_MODES,
        offset: int = 0,
        limit: int = 50,
    ) -> Slice[Unit]:
        """Return the units of a level (fonds|series|file|item), below the unit ``within`` when given.

        Fonds come in the order of their codes, what is in them fonds by fonds in reading order.
        """

    def ancestors(self, unit_id: str) -> list[Unit]:
        """Return the ancestors, the fonds first; empty for a fonds."""

    def walk(self, fonds_id: str, *, down_to: str = "item") -> Iterator[Unit]:
        """Yield a fonds and all that is in it, down to a level (series|file|item), each after its parent.

        Siblings come in reading order. Memory does not grow with the fonds; what is written meanwhile may be seen or
        not. Nothing for an unknown id.
        """

    def pages(self, dossier_id: str, *, offset: int = 0, limit: int = 500) -> Slice[PageRow]:
        """Return the pages of the current version in reading order."""

    def page(self, page_id: str) -> PageRow | None:
        """Return one page."""

    def aip(self, objid: str, version: int = 0) -> Aip | None:
        """Return a stored version of a package; 0 asks for the newest."""

    def aips(self, *, after: str = "", limit: int = 500) -> Sequence[Aip]:
        """Return the newest versions ordered by OBJID, those after ``after``: a cursor that survives changes."""

    def packages(self, *, after: tuple[str, int] = ("", 0), limit: int = 500) -> Sequence[Aip]:
        """Return every stored version, ordered by OBJID and version, those after this OBJID and version."""

    def versions(self, objid: str, *, offset: int = 0, limit: int = 20) -> Slice[Aip]:
        """Return the stored versions of one package, the newest first."""

    def find_signature(self, fonds_code: str, code: str) -> Aip | None:
        """Return the newest package of a dossier by the codes it was delivered under."""

    def digests(self, objid: str, version: int) -> Mapping[str, str]:
        """Return what ``put`` was given: path in the bag to SHA-256 (hex)."""

    def contents(self, objid: str, version: int) -> tuple[Mapping[str, str], Mapping[str, int]]:
        """Return what ``put`` was given: ``digests``, and path in the bag to bytes, what is not known left out."""

    def holders(self, digests: Collection[str], but: str = "") -> Mapping[str, str]:
        """Return ``<dossier code>/<path in the bag>`` of a stored file with such bytes, by SHA-256 as it was given.

        Of several it is the one in the package that was stored first. ``but`` is the code of a dossier that does not
        count. What is not held is left out.
        """

    def totals(self, *, modes: frozenset[str] = ALL_MODES) -> Mapping[str, int]:
        """Return ``{fonds, dossiers, undigitised, documents, pages, bytes}``; restricted to dossiers of these modes.

        ``undigitised`` are those of the ``dossiers`` that have no package. ``bytes`` are what the newest versions
        hold: of an older one most is shared with them.
        """

    def earlier(self, page_id: str) -> Sequence[str]:
        """Return the ids under which older versions have this very page, the newest first.

        That is the same frame of a file with the same path and the same SHA-256.
        """

    def put_access(self, access: Access) -> None:
        """Remember an access copy (replaces)."""

    def access(self, page_id: str) -> Access | None:
        """Return what is known of a page's access copy."""

    def clear_access(self) -> None:
        """Forget all access copies."""

    def clear(self) -> None:
        """Forget everything that the store can give back (used by rebuild, in its own transaction)."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work as a row.

    ``kind`` is delivery|ingest|access|index|audit|describe, ``state`` waiting|running|done|failed.
    ``done`` and ``total`` count units of the work; times are ISO 8601 UTC; ``reason`` says why it failed or waits.
    ``told`` is when a running job last said how far it is.
    """

    id: int
    kind: str
    subject: str
    state: str
    attempts: int
    reason: str
    created: str
    started: str
    ended: str
    done: int
    total: int
    detail: Mapping[str, object] = field(default_factory=dict)
    told: str = ""


class Jobs(Protocol):
    """The truth about work. Losing the executor loses nothing: an expired lease is claimed again."""

    def enqueue(self, kind: str, subject: str, *, total: int = 0, detail: Mapping[str, object] | None = None) -> int:
        """Add a waiting job; a job of this kind and subject that still waits is returned instead of a second one."""

    def start(
        self,
        kind: str,
        subject: str,
        *,
        total: int = 0,
        lease: int = 600,
        detail: Mapping[str, object] | None = None,
    ) -> int:
        """Add a job that this process works on now; returns its id."""

    def claim(self, kind: str, *, limit: int = 1, lease: int = 600, job_id: int = 0) -> Sequence[Job]:
        """Take waiting jobs, or running ones whose lease is over, oldest first, atomically; ``job_id``: only this."""

    def progress(
        self, job_id: int, done: int, total: int, *, lease: int = 600, detail: Mapping[str, object] | None = None
    ) -> None:
        """Say how far a job is and renew its lease; ``detail`` replaces what the row keeps besides."""

    def finish(self, job_id: int, *, detail: Mapping[str, object] | None = None) -> None:
        """Mark done."""

    def fail(self, job_id: int, reason: str) -> None:
        """Mark failed with a reason (a finding or error code and the facts)."""

    def postpone(self, job_id: int, reason: str) -> None:
        """Put a job back as waiting and say for what."""

    def release(self, job_ids: Iterable[int]) -> None:
        """Give claimed jobs back as waiting (an orderly stop); those that have ended stay ended."""

    def reclaim(self, kind: str) -> int:
        """Give every running job of a kind back as waiting, without waiting for leases; returns how many.

        For the one who holds the lock of that work, and so knows that whoever ran them has died.
        """

    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """Return ``{kind: {state: n}}``."""

    def job(self, job_id: int) -> Job | None:
        """Return a job by id."""

    def recent(
        self, *, kind: str = "", state: str = "", subject: str = "", since: int = 0, offset: int = 0, limit: int = 50
    ) -> Slice[Job]:
        """Return jobs, newest first; ``since`` leaves only those that were added after the job of this id."""


@dataclass(frozen=True, slots=True)
class Run:
    """One audit run. ``complete`` is False until its end was recorded: a crash reads as incomplete."""

    id: int
    scope: str
    started: str
    ended: str = ""
    complete: bool = False
    packages: int = 0
    files: int = 0
    bytes: int = 0
    problems: int = 0


@dataclass(frozen=True, slots=True)
class Check:
    """The last check of one copy of one stored version. ``result`` ok|problem; ``checked`` ISO 8601 UTC."""

    objid: str
    version: int
    copy: str
    checked: str
    result: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something an audit found. ``result`` missing|size|digest|unreadable|extra|unstable.

    ``expected`` and ``actual`` are digests (hex), of ``size`` bytes (decimal), or what the system said; '' where there
    is none. ``unstable``: two readings differed, and the disk or the cable is to be doubted before the file.
    """

    objid: str
    version: int
    copy: str
    path: str
    result: str
    expected: str
    actual: str
    found: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """How well the holdings are checked: counts of copies of stored versions, the oldest last check ('' when none)."""

    packages: int
    never: int
    overdue: int
    oldest: str
    newest: str
    open_problems: int
