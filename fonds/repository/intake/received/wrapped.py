"""A delivery that came in a bag or a package file: its dossiers are those of the gate, and know what they came in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from fonds.packaging.judge import joined
from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.reading import Instruments
from fonds.repository.intake.received.kept import SMALL, infected, shared_files
from fonds.repository.intake.received.source import Submission
from fonds.repository.intake.received.tree import SubmissionTree
from fonds.repository.intake.submission import Received, SubmittedDossier
from fonds.repository.intake.walk import Found
from fonds.schemas.findings import Finding, finding


class Wrapping:
    """What the dossiers of one delivery share: tag files of the bag, the inventory, whatever lies beside the folder.

    Each package keeps a copy while that is small; else it names them with their digests, and the sender keeps them:
    a thousand copies of a manifest of a thousand dossiers help nobody. ``findings`` says so.
    """

    def __init__(
        self,
        instruments: Instruments,
        submission: Submission,
        tree: SubmissionTree,
        folder: Path,
        delivery: Delivery,
        judged: tuple[Finding, ...],
    ) -> None:
        base = b"" if folder == submission.top else os.fsencode(folder.relative_to(submission.top))
        files, small = shared_files(instruments, _shared(tree, folder, base, delivery))
        kept, left = (files, ()) if small else ((), files)
        self._received = Received(
            kind="bag" if submission.bag else "delivery",
            objid="",
            receipt=submission.receipt,
            base=base,
            kept=kept,
            left=left,
            judged=judged,
        )
        # What every dossier would take along keeps every dossier out.
        self._infected = tuple(replace(one, where=joined(submission.place, one.where)) for one in infected(kept))
        self.findings = (*self._infected, *(_left(submission, sum(file.size for file in left)) if left else ()))

    def around(self, dossier: SubmittedDossier) -> SubmittedDossier:
        """Return a dossier of the delivery as one that came in the bag or package file."""
        return replace(dossier, received=self._received, findings=(*dossier.findings, *self._infected))


def _left(submission: Submission, size: int) -> Iterator[Finding]:
    yield finding("RECEIVED_ORIGINALS", submission.place or ".", size=size, limit=SMALL)


def _shared(tree: SubmissionTree, folder: Path, base: bytes, delivery: Delivery) -> Iterator[Found]:
    """Yield the files that belong to no dossier: those outside the delivered folder, and the inventory."""
    inventory = {base + b"/" + raw if base else raw for raw in delivery.tree.omitted}
    for one in tree.files.values():
        if one.raw in inventory or not one.path.is_relative_to(folder):
            yield one
