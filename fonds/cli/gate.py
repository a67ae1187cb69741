"""Running the quality gate with progress, for the commands that begin with it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fonds.bootstrap import open_gate
from fonds.cli.context import Context
from fonds.cli.progress import Progress
from fonds.config import FILE_NAME
from fonds.repository.intake.delivery import Delivery


@contextmanager
def checked_delivery(
    context: Context, source: Path, inventory: Path | None, mapping: Path | None
) -> Iterator[Delivery]:
    """Check a whole delivery and give it with every finding.

    A repository is used when there is one (for files it already holds, and for its deployment); a delivery can be
    checked without any.
    """
    archive = context.archive if (context.root / FILE_NAME).exists() else None
    with open_gate(archive) as gate, gate.open(source, inventory, mapping) as delivery:
        with Progress(context.say("cli.check.label"), context.say("cli.pages"), context.say("cli.left")) as bar:
            for _ in gate.check(delivery, lambda now: bar.update(now.files, now.total_files)):
                pass
        yield delivery
