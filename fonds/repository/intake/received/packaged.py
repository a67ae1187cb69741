"""One package that may be taken in, as a submitted dossier: read, described, its payload checked as any other is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.ids import fonds_id
from fonds.metadata.model import Description, Kind
from fonds.packaging.judge import joined
from fonds.packaging.tt05.recognise import is_tt05
from fonds.repository.archive import Archive
from fonds.repository.intake.gate.reader import AheadReader
from fonds.repository.intake.gate.structure import check_emptiness
from fonds.repository.intake.received.arranging import Arranged, Arranger
from fonds.repository.intake.received.eark import read_eark
from fonds.repository.intake.received.identity import Identity, identify
from fonds.repository.intake.received.kept import infected, kept_files, shared_files
from fonds.repository.intake.received.package import ReadPackage
from fonds.repository.intake.received.secrecy import check_secrecy
from fonds.repository.intake.received.signing import signed_names
from fonds.repository.intake.received.source import Submission, shown
from fonds.repository.intake.received.state import read_state
from fonds.repository.intake.received.tree import PackageView, SubmissionTree
from fonds.repository.intake.spool import Spool
from fonds.repository.intake.submission import Received, SourceFile, SubmittedDossier
from fonds.schemas.findings import Finding, Severity, finding


@dataclass(frozen=True, slots=True)
class Packaged:
    """A package of a submission that nothing speaks against so far.

    ``folder`` is the package or the bag around it and no other, ``view`` its content; ``kind`` is what ``judge``
    calls it, ``judged`` what it said, with the places as they are told.
    """

    submission: Submission
    tree: SubmissionTree
    view: PackageView
    folder: Path
    kind: str
    judged: tuple[Finding, ...]

    @property
    def place(self) -> str:
        """Where the package root is, as findings tell it; '' for the source itself."""
        return joined(self.submission.place, self.view.base or ".")

    def placed_from_top(self, found: Iterable[Finding]) -> list[Finding]:
        """Return findings whose places are paths from the top of the submission, with their full places."""
        return [replace(finding, where=joined(self.submission.place, finding.where)) for finding in found]

    def placed(self, found: Iterable[Finding]) -> list[Finding]:
        """Return findings whose places are paths from the package root, with their full places."""
        return [replace(one, where=joined(self.place, one.where)) for one in found]


class Taking:
    """Takes packages; ``fonds`` is the code that the person typed, ``progress`` gets bytes read and bytes in all."""

    def __init__(self, archive: Archive, executor: Executor, fonds: str, progress: Callable[[int, int], None]) -> None:
        self._archive, self._fonds, self._progress = archive, fonds, progress
        self._reader = AheadReader(archive.instruments, executor)

    def take(self, one: Packaged, spool: Spool) -> SubmittedDossier:
        """Return the dossier of a package, blocked when a finding is an error. Raises FondsError WORKER_LOST."""
        try:
            package = (read_state if is_tt05(one.view.root) else read_eark)(one.view, shown(one.folder))
        except (RefusedError, OSError, ValueError, KeyError) as error:
            return self._unread(one, error)
        return self._checked(one, package, spool)

    @staticmethod
    def _unread(one: Packaged, error: Exception) -> SubmittedDossier:
        said = error.data.get("reason") or error.data.get("found") if isinstance(error, RefusedError) else ""
        found = finding("RECEIVED_UNREADABLE", ".", reason=str(said or error)[:200])
        return SubmittedDossier(
            shown(one.folder), one.place or shown(one.folder), Description(Kind.FONDS), Description(Kind.DOSSIER),
            findings=(*one.judged, *one.placed([found])),
        )  # fmt: skip

    def _checked(self, one: Packaged, package: ReadPackage, spool: Spool) -> SubmittedDossier:
        identity = identify(package, self._fonds, self._held)
        described = (identity.dossier, *(item.description for item in package.described.items))
        secret = list(check_secrecy(described, self._archive.settings.deployment, "."))
        content = Arranger(self._reader, spool, self._archive.holdings.holders, one.submission.place).arrange(
            one.view, package, identity.dossier.text("fileCode"), secret=bool(secret), progress=self._progress
        )
        empty = check_emptiness(".", len(content.files))
        found = one.placed([*package.findings, *identity.findings, *secret, *empty])
        return self._submitted(one, package, identity, content, [*found, *content.findings])

    def _held(self, code: str) -> Description | None:
        unit = self._archive.holdings.unit(fonds_id(code))
        return unit.description if unit else None

    def _submitted(
        self, one: Packaged, package: ReadPackage, identity: Identity, content: Arranged, found: list[Finding]
    ) -> SubmittedDossier:
        blocked = any(finding.severity is Severity.ERROR for finding in found)
        kept, left = ((), ()) if blocked else self._kept(one, content)
        found += one.placed_from_top(infected(kept))
        received = Received(
            kind=one.kind,
            objid=package.objid,
            receipt=one.submission.receipt,
            kept=kept,
            left=left,
            representations=content.representations,
            stated={one.view.where(path): file for path, file in package.stated.items()},
            names=signed_names(one.view, package, content.files),
            events=tuple(package.events),
            agents=tuple(package.agents),
            header=package.header,
            alternatives=package.alternatives,
            judged=one.judged,
        )
        return SubmittedDossier(
            identity.dossier.text("fileCode"), one.place or shown(one.folder), identity.fonds, identity.dossier,
            package.described.series, content.items, content.files, content.pages,
            tuple({(f.code, f.where): f for f in (*one.judged, *found)}.values()), received, content.notices,
        )  # fmt: skip

    def _kept(self, one: Packaged, content: Arranged) -> tuple[tuple[SourceFile, ...], tuple[SourceFile, ...]]:
        """Return the files that go along with a package, and those that it shares and that are too large for that."""
        payload = {file.where for file in content.files}
        left = one.submission.beside
        files = (file for where, file in one.tree.files.items() if where not in payload)
        rest = [file for file in files if not any(file.path.is_relative_to(folder) for folder in left)]
        if len(one.submission.packages) == 1:
            return kept_files(self._archive.instruments, rest), ()
        own = [file for file in rest if file.path.is_relative_to(one.folder)]
        others = one.submission.packages
        shared = [file for file in rest if not any(file.path.is_relative_to(folder) for folder in others)]
        common, small = shared_files(self._archive.instruments, shared)
        kept = kept_files(self._archive.instruments, own)
        return ((*kept, *common), ()) if small else (kept, common)
