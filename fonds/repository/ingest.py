"""Ingest: dossiers that pass the gate become packages in the store, one at a time, each whole or not at all.

For every dossier: a running job → a stage is written, read back cold → published → a row in the audit log → the same
into every further copy → the catalogue row → the job is done. Whatever is killed in between is either not there, or is
found again by ``recover``. A package that lies in too few copies waits, and its dossier does not count as stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from fonds.errors import UsageError
from fonds.metadata.ids import dossier_id, fonds_id, new_objid, series_id
from fonds.metadata.model import differing, fonds_code
from fonds.packaging.names import location
from fonds.repository.archive import Archive
from fonds.repository.copies.settle import CopiesLackingError
from fonds.repository.deliveries.ledger import Ledger
from fonds.repository.deliveries.record import HandOver, Outcome
from fonds.repository.deliveries.register import register
from fonds.repository.fonds_packages import try_drain_fonds
from fonds.repository.indexing import NowAndThen
from fonds.repository.intake.gate import Gate
from fonds.repository.intake.received.content import received_bytes, received_content
from fonds.repository.intake.received.receiving import Options, Receiving
from fonds.repository.intake.received.source import is_delivery
from fonds.repository.intake.source import printable
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.log_copies import log_copy
from fonds.repository.outcome import Blocked, Ingested, IngestProgress, IngestResult, Updated, Waiting
from fonds.repository.ports.catalogue import Aip
from fonds.repository.proof.signing import sign_when_due
from fonds.repository.recovery import changing, finish_waiting
from fonds.repository.redelivery import Again, Delivered, NotTakenError, Redelivery, store_again
from fonds.repository.storing import Filled, Place, Reason, recorded, store_package
from fonds.repository.submission_signature import signature
from fonds.repository.submitted import SourceChangedError, aip_content, copy_payload
from fonds.repository.underway import BYTES, DELIVERY, Step, Tell, step_detail, underway
from fonds.schemas.findings import Finding, Severity, finding
from fonds.schemas.vocabulary import fields

_REFUSED = Redelivery()
_UNNAMED = HandOver()


@dataclass(frozen=True, slots=True)
class _How:
    """What is to become of held dossiers, and who brought the delivery."""

    held: Redelivery
    hand_over: HandOver


def ingest(  # noqa: PLR0913 - one parameter an option of the command
    archive: Archive,
    source: Path,
    *,
    agent: str,
    inventory: Path | None = None,
    mapping: Path | None = None,
    fonds: str = "",
    held: Redelivery = _REFUSED,
    hand_over: HandOver = _UNNAMED,
    progress: Callable[[IngestProgress], None] = lambda _: None,
) -> IngestResult:
    """Take a delivery in: a folder of scans with its inventory workbook, or packages (``intake.received``).

    ``fonds`` is the code of the fonds that packages belong to. Dossiers with an error are left out and reported, the
    others go in; what is held already is left as it is, or is treated as ``held`` says. ``hand_over`` is who brought
    it. What came and what became of it is recorded as ``IngestResult.delivery``.

    Raises the errors of ``Gate.open`` and ``Receiving.dossiers``, UsageError OPTION_FONDS_NOT_USED, REPOSITORY_LOCKED,
    STORE_FULL, STORE_FAILED, CATALOGUE_…; what was finished before stays.
    """
    with changing(archive, agent, finish=False):  # each dossier that comes again is finished in its turn
        return _ingest(archive, source, Options(fonds, inventory, mapping), agent, _How(held, hand_over), progress)


def _ingest(
    archive: Archive,
    source: Path,
    options: Options,
    agent: str,
    how: _How,
    progress: Callable[[IngestProgress], None],
) -> IngestResult:
    with archive.executor() as executor:
        gate = Gate(
            archive.instruments,
            deployment=archive.settings.deployment,
            known=archive.holdings.holders,
            executor=executor,
        )
        if not is_delivery(source, options.inventory):
            result = IngestResult(0, source, packages=True)
            work = _Work(archive, agent, result, progress, 0, how)
            return _ingest_packages(Receiving(archive, gate, executor, options, work.at), work)
        if options.fonds and source.is_dir():
            raise UsageError("OPTION_FONDS_NOT_USED", path=source)
        with gate.open(source, options.inventory, options.mapping) as delivery:
            total = delivery.tree.files
            with underway(archive, DELIVERY, printable(source), total) as (job, record):

                def show(now: IngestProgress) -> None:
                    record(now.files, _counts(now))
                    progress(now)

                work = _Work(archive, agent, IngestResult(job, source), show, total, how)
                work.ledger.brought(delivery.inventory.path)
                work.result.scans.add(delivery.inventory_scan)
                for dossier in gate.check(delivery):
                    work.take(dossier)
                work.result.findings = [*delivery.findings, *work.own]
                work.close()
    return work.result


def _ingest_packages(receiving: Receiving, work: _Work) -> IngestResult:
    """Take packages in; how many files they hold shows only when they have been opened."""
    source = work.result.source
    with underway(work.archive, DELIVERY, printable(source), 0) as (job, record):
        work.result.job = job
        work.tell = record
        with closing(receiving.dossiers(source)) as dossiers:
            for dossier in dossiers:
                work.at_storing()
                work.take(dossier)
        work.ledger.handed(receiving.receipts)
        work.result.findings = [*receiving.findings, *work.own]
        work.close()
    return work.result


class _Work:
    """One delivery being taken in."""

    def __init__(
        self,
        archive: Archive,
        agent: str,
        result: IngestResult,
        progress: Callable[[IngestProgress], None],
        total_files: int,
        how: _How,
    ) -> None:
        self._how = how.held
        self.ledger = Ledger("ingest", how.hand_over)
        self.archive, self.agent, self.result, self._progress = archive, agent, result, progress
        self.own: list[Finding] = []
        self._files = self._bytes = self._dossiers = self._pages = 0
        self._blocked = self._unchanged = self._updated = self._waiting = 0
        self._total = total_files
        self._index = NowAndThen(archive)
        self.tell: Tell = lambda _done, _counts=None, /: None
        self._step = Step("", 0, 0)
        self._compared: set[str] = set()
        self._scanned: set[str] = set()

    def take(self, dossier: SubmittedDossier) -> None:
        """Take one checked dossier in, or say why not."""
        if dossier.blocked:
            self._block(dossier, [found for found in dossier.findings if found.severity is Severity.ERROR])
        else:
            self._store(dossier)
        self._account(dossier)
        self._count_scans(dossier)
        self._dossiers += 1
        self._files += len(dossier.files)
        self._pages += len(dossier.pages)
        self._bytes += sum(file.size for file in dossier.files)
        self._show()
        self._index.drain()

    def _account(self, dossier: SubmittedDossier) -> None:
        """Note what became of a dossier: what has just been added to one of the lists of the result."""
        result = self.result
        if len(result.blocked) > self._blocked:
            self._blocked = len(result.blocked)
            self.ledger.note(dossier, Outcome.REFUSED, findings=result.blocked[-1].findings)
        elif len(result.unchanged) > self._unchanged:
            self._unchanged = len(result.unchanged)
            self.ledger.note(dossier, Outcome.UNCHANGED, result.unchanged[-1].version)
        elif len(result.updated) > self._updated:
            self._updated = len(result.updated)
            self.ledger.note(dossier, Outcome.UPDATED, result.updated[-1].package.version)
        elif len(result.waiting) > self._waiting:
            self._waiting = len(result.waiting)
            self.ledger.note(dossier, Outcome.WAITING, result.waiting[-1].version)
        else:
            self.ledger.note(dossier, Outcome.ACCEPTED, result.ingested[-1].version)

    def _count_scans(self, dossier: SubmittedDossier) -> None:
        """Count the files that were looked at, once each: what several dossiers share goes along with all of them."""
        for file in dossier.files:
            self.result.scans.add(file.scan)
        for file in dossier.received.kept if dossier.received else ():
            if file.where not in self._scanned:
                self._scanned.add(file.where)
                self.result.scans.add(file.scan)

    def _block(self, dossier: SubmittedDossier, findings: Sequence[Finding]) -> None:
        self.result.blocked.append(Blocked(dossier.code, dossier.where, findings))

    def _store(self, dossier: SubmittedDossier) -> None:
        try:
            self._settled(dossier)
        except CopiesLackingError as error:
            said = error.data
            version, have, required = (int(str(said[key])) for key in ("version", "have", "required"))
            self.result.waiting.append(Waiting(dossier.code, version, have, required, error.lacking))

    def _settled(self, dossier: SubmittedDossier) -> None:
        """Store a dossier, what an earlier delivery of it left first. Raises CopiesLackingError."""
        mark, code = signature(dossier), fonds_code(dossier.fonds)
        waited = finish_waiting(self.archive, dossier.code, location(code, dossier.code, 1, "-"), self.agent)
        self._index.waiting += waited
        held = self.archive.holdings.find_signature(code, dossier.code)
        beside = self._how.again is Again.REPRESENTATION
        if held is None and beside:
            self._refuse(dossier, finding("DOSSIER_NOT_HELD", dossier.where, code=dossier.code))
        elif held is None:
            self._store_new(dossier, mark, code)
        elif held.signature == mark and not beside:
            (self.result.ingested if waited else self.result.unchanged).append(Ingested.of(held))
        elif self._how.again is Again.REFUSE:
            self._refuse(dossier, finding("CONTENT_CHANGED", dossier.where, code=dossier.code, objid=held.objid))
        elif dossier.received is not None:
            self._refuse(dossier, finding("RECEIVED_AGAIN", dossier.where, code=dossier.code, objid=held.objid))
        else:
            self._store_again(Delivered(dossier, held, self.agent, mark))

    def _refuse(self, dossier: SubmittedDossier, found: Finding) -> None:
        self.own.append(found)
        self._block(dossier, [found])

    def _store_new(self, dossier: SubmittedDossier, mark: str, code: str) -> None:
        described = self.archive.holdings.unit(dossier_id(code, dossier.code))
        objid = described.id if described else new_objid()
        place = Place(location(code, dossier.code, 1, objid), 1, mark)
        try:
            with recorded(self.archive, dossier.code, place.location, len(dossier.files)):
                self.result.ingested.append(Ingested.of(store_dossier(self.archive, dossier, objid, place, self.agent)))
                self._index.waiting += 1
            self.own += self._told_otherwise(dossier, code)
        except SourceChangedError as error:
            self._refuse(dossier, finding("SOURCE_CHANGED", error.where, code=dossier.code))

    def _told_otherwise(self, dossier: SubmittedDossier, code: str) -> Iterator[Finding]:
        """Yield what the delivery says of the fonds and series otherwise than it is held, once for each of them."""
        groups = [(fonds_id(code), dossier.fonds)]
        if dossier.series:
            groups.append((series_id(code, dossier.series.text("fileCatalog")), dossier.series))
        for unit_id, told in groups:
            held = None if unit_id in self._compared else self.archive.holdings.unit(unit_id)
            self._compared.add(unit_id)
            keys = differing(held.description, told) if held else []
            if held and keys:
                rules = fields(held.kind.value)
                labels = ", ".join(rules[key].labels["vi"] if key in rules else key for key in keys)
                named = code if held.code == code else f"{code} / {held.code}"
                yield finding("FONDS_DIFFERS", dossier.where, code=named, fields=labels)

    def _store_again(self, one: Delivered) -> None:
        try:
            stored = store_again(self.archive, one, self._how)
        except NotTakenError as error:
            self._refuse(one.dossier, error.finding)
        except SourceChangedError as error:
            self._refuse(one.dossier, finding("SOURCE_CHANGED", error.where, code=one.dossier.code))
        else:
            if stored is None:
                self.result.unchanged.append(Ingested.of(one.held))
            else:
                self.result.updated.append(Updated(Ingested.of(stored[0]), stored[1]))
                self._index.waiting += 1

    def close(self) -> None:
        """Index what is left, describe the fonds anew, sign the log and put a copy of it beside the packages."""
        self.result.index_error = self._index.close()
        self.result.fonds_error = try_drain_fonds(self.archive, self.agent)
        counts = {
            "ingested": len(self.result.ingested),
            "updated": len(self.result.updated),
            "unchanged": len(self.result.unchanged),
            "blocked": [blocked.code for blocked in self.result.blocked],
            "waiting": [waiting.code for waiting in self.result.waiting],
        }
        result = self.result
        record = self.ledger.closed(result.findings, job=result.job, packages=result.packages)
        result.delivery = register(
            self.archive, record, agent=self.agent, source=printable(result.source), summary=counts
        )
        sign_when_due(self.archive, self.agent)
        log_copy(self.archive)

    def at(self, step: Step) -> None:
        """Show what a package is going through."""
        same = step.key == self._step.key
        began = self._step.began if same else datetime.now(UTC).isoformat()
        self._step = replace(step, began=began)
        now = self._now(self._step)
        self.tell(0, {**_counts(now), **step_detail(self._step)})
        self._progress(now)

    def at_storing(self) -> None:
        """Show that the package that was read last is being stored: how long that takes nobody knows before."""
        self.at(replace(self._step, name="storing", done=0, total=0, unit=BYTES))

    def _show(self) -> None:
        self._progress(self._now())

    def _now(self, step: Step | None = None) -> IngestProgress:
        return IngestProgress(self._dossiers, self._files, self._total, self._bytes, self._pages, step)


def _counts(now: IngestProgress) -> dict[str, object]:
    return {"dossiers": now.dossiers, "pages": now.pages, "bytes": now.bytes}


def store_dossier(archive: Archive, dossier: SubmittedDossier, objid: str, place: Place, agent: str) -> Aip:
    """Write, verify, publish and record one dossier; returns its package.

    Raises SourceChangedError when a file is no longer what the gate saw, STORE_FULL before anything is written when
    it cannot fit, or any error of the disk; nothing is left in the store then.
    """

    def fill(root: Path) -> Filled:
        if dossier.received is not None:
            return Filled(received_content(dossier, dossier.received, objid, root, agent))
        return Filled(aip_content(dossier, objid, copy_payload(dossier, root), agent))

    return store_package(archive, place, received_bytes(dossier), fill, Reason(agent))
