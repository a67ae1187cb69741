"""DUPLICATE_CONTENT: the same bytes as an earlier file, in this delivery or in the repository."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from fonds.repository.intake.spool import Spool
from fonds.schemas.findings import Finding, finding


def check_duplicate(
    where: str, code: str, sha256: str, spool: Spool, known: Callable[[str, str], str | None]
) -> Iterator[Finding]:
    """Report a file whose bytes were seen before; the finding goes to the later of two in NFC path order.

    ``code`` is the dossier's: that the repository holds this very dossier already is no finding.
    """
    first = spool.first_place(sha256, where)
    if first is not None:
        later, earlier = max(first, where), min(first, where)
        yield finding("DUPLICATE_CONTENT", later, same_as=earlier)
    elif held := known(sha256, code):
        yield finding("DUPLICATE_CONTENT", where, same_as=held)
