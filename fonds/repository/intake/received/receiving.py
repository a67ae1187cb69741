"""From what was handed over to submitted dossiers: opened, judged, read, described and checked, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.errors import UsageError
from fonds.metadata.model import Description, Kind
from fonds.packaging.judge import Judgement, JudgeProgress, joined, judge
from fonds.repository.archive import Archive
from fonds.repository.intake.gate import Gate
from fonds.repository.intake.received.blocking import weighed
from fonds.repository.intake.received.packaged import Packaged, Taking
from fonds.repository.intake.received.source import Submission, handed_over, opened, package_root, shown
from fonds.repository.intake.received.tree import SubmissionTree, list_submission
from fonds.repository.intake.received.wrapped import Wrapping
from fonds.repository.intake.spool import Spool
from fonds.repository.intake.submission import Receipt, SubmittedDossier
from fonds.repository.underway import BYTES, FILES, Step
from fonds.schemas.findings import Finding, Severity, finding

_TAKEN = {"SIP", "AIP", "package", "SIP_hoso", "SIP_tailieu", "AIP_hoso", "AIP_tailieu", "tt05"}
"""Kinds that can be taken in; a DIP is a copy for a reader, and an AIC or AIU has no dossier of its own."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the person typed: the code of a fonds, an inventory, a mapping."""

    fonds: str = ""
    inventory: Path | None = None
    mapping: Path | None = None


class Receiving:
    """Takes packages apart into dossiers. ``findings`` and ``receipts`` are complete when ``dossiers`` is exhausted.

    ``progress`` gets the steps ``hashing``, ``unpacking`` and ``reading`` in bytes, ``checking`` in files.
    """

    def __init__(
        self, archive: Archive, gate: Gate, executor: Executor, options: Options, progress: Callable[[Step], None]
    ) -> None:
        self._archive, self._gate, self._options, self._progress = archive, gate, options, progress
        self._taking = Taking(archive, executor, options.fonds, self._reading)
        self._part = self._parts = 0
        self.findings: list[Finding] = []
        self.receipts: list[Receipt] = []

    def dossiers(self, source: Path) -> Generator[SubmittedDossier, None, None]:
        """Yield the dossiers of a source, those too that are blocked.

        Raises UsageError for an option that does not go with what is there, the errors of ``Gate.open`` for a delivery
        in a bag, FondsError SOURCE_UNREADABLE, WORKER_LOST and what unpacking and judging raise.
        """
        paths, beside = handed_over(source)
        self.findings += beside
        several = source.is_dir() and paths != [source.resolve()]
        spool = Spool()
        try:
            self._parts = len(paths)
            for self._part, path in enumerate(paths, 1):
                place = shown(path) if several and path.is_dir() else ""
                with opened(self._archive.store, path, place, self._bytes) as submission:
                    self.receipts.append(submission.receipt)
                    yield from self._submission(submission, spool)
        finally:
            spool.close()

    def _bytes(self, name: str, done: int, total: int) -> None:
        self._progress(Step(name, done, total, BYTES, self._part, self._parts))

    def _files(self, name: str, done: int, total: int) -> None:
        self._progress(Step(name, done, total, FILES, self._part, self._parts))

    def _checking(self, now: JudgeProgress) -> None:
        self._files("checking", now.files, now.total_files)

    def _reading(self, done: int, total: int) -> None:
        self._bytes("reading", done, total)

    def _submission(self, submission: Submission, spool: Spool) -> Iterator[SubmittedDossier]:
        if not submission.packages and submission.delivery is None:
            found = submission.findings or (finding("RECEIVED_NOTHING", "."),)
            yield self._refused(submission, submission.receipt.name, found)
            return
        tree = list_submission(submission.top)
        outer = self._outer(submission, tree)
        if _blocked(outer):
            yield self._refused(submission, submission.receipt.name, outer)
        elif submission.delivery is not None:
            yield from self._delivery(submission, tree, submission.delivery, outer)
        else:
            if self._options.inventory or self._options.mapping:
                raise UsageError("OPTION_INVENTORY_NOT_USED", path=submission.receipt.name)
            beside = (finding("RECEIVED_NOT_PACKAGE", submission.path_of(folder)) for folder in submission.beside)
            self.findings += self._placed(submission, beside)
            for folder in submission.packages:
                yield self._package(submission, tree, folder, outer, spool)

    def _outer(self, submission: Submission, tree: SubmissionTree) -> tuple[Finding, ...]:
        """Return what is said of the package file, and of the bag around several packages or a delivery."""
        found = [*submission.findings, *tree.findings]
        if submission.bag is not None and submission.packages != (submission.bag,):
            judged = self._judge(submission.bag)
            found += weighed(_below(submission, submission.bag, judged.findings), "")
        return tuple(found)

    def _judge(self, folder: Path) -> Judgement:
        self._files("checking", 0, 0)
        return judge(folder, progress=self._checking)

    def _package(
        self, submission: Submission, tree: SubmissionTree, folder: Path, outer: tuple[Finding, ...], spool: Spool
    ) -> SubmittedDossier:
        judged = self._judge(folder)
        view = tree.package(package_root(folder))
        found = list(weighed(_below(submission, folder, judged.findings), view.base))
        if judged.kind not in _TAKEN and not _blocked(found):
            found.append(finding("RECEIVED_KIND", view.base or ".", kind=judged.kind))
        if not _blocked(found):
            one = Packaged(submission, tree, view, folder, judged.kind, self._placed(submission, [*outer, *found]))
            dossier = self._taking.take(one, spool)
            self.findings += dossier.findings
            return dossier
        return self._refused(submission, shown(folder), [*outer, *found])

    def _delivery(
        self, submission: Submission, tree: SubmissionTree, folder: Path, outer: tuple[Finding, ...]
    ) -> Iterator[SubmittedDossier]:
        if self._options.fonds:
            raise UsageError("OPTION_FONDS_NOT_USED", path=submission.receipt.name)
        judged = self._placed(submission, outer)
        with self._gate.open(folder, self._options.inventory, self._options.mapping) as delivery:
            wrapping = Wrapping(self._archive.instruments, submission, tree, folder, delivery, judged)
            for dossier in self._gate.check(delivery, lambda now: self._files("reading", now.files, now.total_files)):
                yield wrapping.around(dossier)
            self.findings += [*judged, *wrapping.findings, *delivery.findings]

    def _refused(self, submission: Submission, name: str, found: Iterable[Finding]) -> SubmittedDossier:
        """Return a package that is not looked into, as a blocked dossier."""
        placed = self._placed(submission, found)
        self.findings += placed
        where = submission.place.removesuffix("!") or submission.receipt.name
        return SubmittedDossier(name, where, Description(Kind.FONDS), Description(Kind.DOSSIER), findings=placed)

    @staticmethod
    def _placed(submission: Submission, found: Iterable[Finding]) -> tuple[Finding, ...]:
        """Return findings with the place of the submission before their own."""
        return tuple(replace(one, where=joined(submission.place, one.where)) for one in found)


def _blocked(found: Iterable[Finding]) -> bool:
    return any(one.severity is Severity.ERROR for one in found)


def _below(submission: Submission, folder: Path, found: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings about a folder, with places from the top of the submission."""
    base = submission.path_of(folder)
    return (replace(one, where=joined(base, one.where)) for one in found)
