"""Running the quality gate with progress, for the commands that begin with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from fonds.bootstrap import open_gate
from fonds.cli.context import Context
from fonds.cli.progress import Progress
from fonds.repository.intake.delivery import Delivery
from fonds.repository.intake.submission import SubmittedDossier


@contextmanager
def checked_delivery(
    context: Context,
    source: Path,
    inventory: Path | None,
    mapping: Path | None,
    note: Callable[[SubmittedDossier], None] = lambda _: None,
) -> Iterator[Delivery]:
    """Check a whole delivery and give it with every finding; ``note`` is given every dossier.

    A repository is used when there is one (for files it already holds, and for its deployment); a delivery can be
    checked without any.
    """
    with open_gate(context.archive_if_any) as gate, gate.open(source, inventory, mapping) as delivery:
        with Progress(context, "cli.check.label", "cli.files") as bar:
            for dossier in gate.check(delivery, lambda now: bar.update(now.files, now.total_files)):
                note(dossier)
        yield delivery
