"""The pass through a delivery: dossier by dossier, each file read once, every rule applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from pathlib import Path

from fonds.repository.intake.delivery import Delivery, Progress
from fonds.repository.intake.gate import structure
from fonds.repository.intake.gate.duplicates import Known
from fonds.repository.intake.gate.judge import Judge
from fonds.repository.intake.gate.reader import AheadReader, Job
from fonds.repository.intake.gate.secrecy import SecretPlaces
from fonds.repository.intake.guard import infected, scan_inventory
from fonds.repository.intake.inventory import Inventory, read_inventory
from fonds.repository.intake.locate import Allotment, Locator, Unit, allot
from fonds.repository.intake.mapping import load_tables
from fonds.repository.intake.reading import Instruments
from fonds.repository.intake.rows import Row
from fonds.repository.intake.source import delivered_folder, find_workbook, raw_path_below
from fonds.repository.intake.spool import Spool
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.intake.walk import Found, walk
from fonds.repository.ports.scanner import Scan, Verdict


class Gate:
    """The quality gate.

    ``deployment`` is ``networked`` or ``isolated``. ``known`` answers where the repository already holds
    such bytes (for DUPLICATE_CONTENT). ``executor`` reads files in other processes; without it they are read here, one
    after the other.
    """

    def __init__(
        self,
        instruments: Instruments,
        *,
        deployment: str,
        known: Known,
        executor: Executor | None = None,
    ) -> None:
        self._deployment = deployment
        self._known = known
        self._scanner = instruments.scanner
        self._reader = AheadReader(instruments, executor)

    def open(self, source: Path, inventory: Path | None = None, mapping: Path | None = None) -> Delivery:
        """Read the inventory and list the folders; no file is looked into yet.

        An infected inventory is not read either: the delivery has nothing but the finding that says so.

        ``mapping`` is a JSON file with an archive's own column names. Raises UsageError for a source, inventory or
        mapping that is not there or not clear, RefusedError for a workbook that cannot be understood (codes
        ``SOURCE_*``, ``INVENTORY_*``, ``MAPPING_*``), FondsError SOURCE_UNREADABLE.
        """
        root = delivered_folder(source)
        workbook = find_workbook(root, inventory)
        tables = load_tables(mapping)
        omitted = raw_path_below(root, workbook)
        tree = walk(root, frozenset({omitted} if omitted else ()))
        scan = scan_inventory(self._scanner, workbook)
        spool = Spool()
        try:
            if scan.verdict is Verdict.INFECTED:
                return _refused(Delivery(root, Inventory(workbook, spool), tree, Allotment(), Locator(tree)), scan)
            read = read_inventory(workbook, tables, spool)
            return _scanned(Delivery(root, read, tree, allot(tree, read), Locator(tree)), scan)
        except BaseException:
            spool.close()
            raise

    def check(
        self, delivery: Delivery, progress: Callable[[Progress], None] | None = None
    ) -> Iterator[SubmittedDossier]:
        """Check the delivery and yield its dossiers: those without a folder first, then by folder.

        Nothing is changed on disk. A dossier refused as secret is yielded, blocked, with hashes and nothing decoded.
        A delivery is checked once; open it again to check it again.
        """
        with delivery:
            if not delivery.refused:
                yield from self._check(delivery, progress)

    def _check(self, delivery: Delivery, progress: Callable[[Progress], None] | None) -> Iterator[SubmittedDossier]:
        judge = Judge(delivery, self._deployment, self._known)
        judge.delivery_as_a_whole()
        for entry in delivery.allotment.missing:
            yield judge.without_files(entry, structure.missing_folder(entry))
        for entry, owner in delivery.allotment.shared:
            yield judge.without_files(entry, structure.folder_shared(entry, owner))
        dossiers = len(delivery.allotment.missing) + len(delivery.allotment.shared)
        files = 0
        for job, readings in self._reader.read(self._jobs(delivery, SecretPlaces(delivery, self._deployment))):
            dossier = judge.unit(job, readings)
            files += len(readings)
            dossiers += dossier is not None
            if dossier is not None:
                yield dossier
            if progress:
                total = len(delivery.inventory.entries)
                progress(Progress(dossiers, total, files, delivery.tree.files, job.unit.where))

    @staticmethod
    def _jobs(delivery: Delivery, secret: SecretPlaces) -> Iterator[Job]:
        for unit in delivery.allotment.units:
            row: Row | None = None
            items: tuple[Row, ...] = ()
            if unit.entry:
                row, items = delivery.inventory.row(unit.entry), tuple(delivery.inventory.items(unit.entry))
            yield Job(unit, row, items, tuple(_found(delivery, unit)), unit in secret)


def _scanned(delivery: Delivery, scan: Scan) -> Delivery:
    delivery.inventory_scan = scan
    delivery.scans.add(scan)
    return delivery


def _refused(delivery: Delivery, scan: Scan) -> Delivery:
    delivery.note_path(infected(delivery.inventory.path, scan))
    return _scanned(delivery, scan)


def _found(delivery: Delivery, unit: Unit) -> Iterator[Found]:
    for where in unit.folders:
        yield from (one for one in delivery.tree.entries(where) if unit.takes(one.where))
