"""Time stamps by others: somebody else attests that a message was there at a time (RFC 3161)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Stamped:
    """What a time stamp says: the message was there at this ``time`` (ISO 8601, UTC) at the latest, says ``authority``.

    ``trusted`` is False when no certificates are set that the authority could be known by: then only the message was
    compared, and anybody may have made the stamp.
    """

    time: str
    authority: str
    trusted: bool


class Stamper(Protocol):
    """Gets time stamps, and checks them. Stamps are texts (base64 of the answer of the authority)."""

    def stamp(self, message: bytes) -> str | None:
        """Have a message stamped; None when no authority is set. Only its hash is sent.

        Raises FondsError STAMP_FAILED (the authority cannot be reached, or refuses), STAMP_WRONG (its answer does not
        fit) or STAMP_ROOTS.
        """

    def check(self, stamp: str, message: bytes) -> Stamped:
        """Say what a stamp of a message says. Raises ValueError, in words: it is none of this message.

        Raises FondsError STAMP_ROOTS when the certificates that are set cannot be read.
        """
