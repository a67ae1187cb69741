"""What others attest of a checkpoint: that its signature was there at a time (RFC 3161)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.ports.stamps import Stamped, Stamper
from fonds.repository.proof.checkpoint import Checkpoint

STAMP = "time stamp"


def stamped(archive: Archive, made: Checkpoint, agent: str) -> Checkpoint:
    """Return a checkpoint with the time stamp of the authority that the settings name, if any.

    When there is none to be had, why is a row of the log, and the checkpoint stays without. Raises LOG_FAILED.
    """
    try:
        stamp = archive.stamper.stamp(_message(made))
    except FondsError as error:
        detail = {"error": error.code, **{key: str(value) for key, value in error.data.items()}}
        archive.log.append(STAMP, agent=agent, subject=str(made.rows), outcome="failure", detail=detail)
        return made
    return replace(made, stamps=(stamp,)) if stamp else made


def read_stamps(stamper: Stamper, made: Checkpoint) -> Iterator[Stamped | str]:
    """Yield what each stamp of a checkpoint says, or in words why it is none of this checkpoint.

    Raises FondsError STAMP_ROOTS.
    """
    for stamp in made.stamps:
        try:
            yield stamper.check(stamp, _message(made))
        except ValueError as error:
            yield str(error)


def _message(made: Checkpoint) -> bytes:
    """The 64 bytes of the signature: they cover all that the checkpoint says."""
    return bytes.fromhex(made.signature)
