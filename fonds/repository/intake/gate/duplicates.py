"""DUPLICATE_CONTENT: the same bytes as an earlier file, in this delivery or in the repository."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from fonds.repository.intake.spool import Spool
from fonds.schemas.findings import Finding, finding

Known = Callable[[Collection[str], str], Mapping[str, str]]
"""``known(digests, code)``: where the repository holds these bytes already, in another dossier than ``code``.

The digests are SHA-256 (hex); those that it does not hold are not in the answer.
"""


def nowhere(_digests: Collection[str], _code: str, /) -> Mapping[str, str]:
    """Answer as a repository that holds nothing."""
    return {}


def check_duplicates(files: Iterable[tuple[str, str]], code: str, spool: Spool, known: Known) -> Iterator[Finding]:
    """Report the files whose bytes were seen before; ``files`` are a dossier's, each its path and SHA-256.

    The finding goes to the later of two in path order. ``code`` is the dossier's: that the repository holds this very
    dossier already is no finding.
    """
    # In path order, because the finding belongs to the later of two.
    ordered = sorted(files)
    held = known({sha256 for _, sha256 in ordered}, code)
    for where, sha256 in ordered:
        first = spool.first_place(sha256, where)
        if first is not None:
            later, earlier = max(first, where), min(first, where)
            yield finding("DUPLICATE_CONTENT", later, same_as=earlier)
        elif sha256 in held:
            yield finding("DUPLICATE_CONTENT", where, same_as=held[sha256])
