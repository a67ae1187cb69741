"""When a package counts as stored: it lies, verified, in as many copies as the settings ask for.

``copies_required`` counts the first store too. A copy that cannot be had then is passed over when there are enough
without it, and is brought up to date later; when there are not, the package waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.copies.place import Replica, open_copy, reachable
from fonds.repository.copies.replicate import Sizes, replicate
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import VERIFIED, Copy


class CopiesLackingError(FondsError):
    """A package lies in the first store and in too few copies: it does not count as stored yet.

    ``lacking`` says by copy what stood in the way (an error code).
    """

    def __init__(self, code: str, *, lacking: Mapping[str, str], **data: object) -> None:
        super().__init__(code, **data)
        self.lacking = lacking

    @property
    def reason(self) -> str:
        """What the row of the job says."""
        return f"{self.code} {self.data['have']}/{self.data['required']} ({self.data['why']})"


def settle(
    archive: Archive,
    aip: Aip,
    digests: Mapping[str, str],
    agent: str,
    *,
    copying: bool = True,
    show: Sizes = lambda _: None,
) -> None:
    """Bring a package that lies in the first store into every copy.

    ``copying`` False only counts (an interrupt must not begin long work). Raises CopiesLackingError when it is in fewer
    copies than ``copies_required`` then.
    """
    have, why = 1, dict[str, str]()
    good = {entry.copy for entry in archive.copies.entries(aip.objid, aip.version) if entry.state == VERIFIED}
    for copy in archive.copies.copies():
        if copy.name not in good:
            why[copy.name] = _one(archive, copy, aip, digests, agent, show) if copying else "INTERRUPTED"
        have += not why.get(copy.name)
    if have < archive.settings.copies_required:
        lacking = {name: error for name, error in why.items() if error}
        raise CopiesLackingError(
            "COPIES_LACKING",
            lacking=lacking,
            package=aip.name,
            version=aip.version,
            have=have,
            required=archive.settings.copies_required,
            why=", ".join(f"{name}: {error}" for name, error in lacking.items()) or "—",
        )


def _one(archive: Archive, copy: Copy, aip: Aip, digests: Mapping[str, str], agent: str, show: Sizes) -> str:
    """Bring a package into one copy; returns '' or the code of what stopped it."""
    try:
        replicate(archive, Replica(copy, open_copy(archive, copy)), aip, digests, agent, show)
    except FondsError as error:
        if error.code.startswith(_OURS):
            raise
        return error.code
    return ""


_OURS = ("CATALOGUE_", "LOG_")
"""Without these nothing can be written down, whichever copy it is about."""


def tidy(archive: Archive) -> None:
    """Remove what processes that died left in the copies that can be had."""
    for replica in reachable(archive):
        with suppress(FondsError):
            replica.store.clean()
