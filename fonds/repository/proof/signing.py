"""Making checkpoints: by a person, and by every ingest or audit when the last one is older than a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fonds.errors import FondsError, RefusedError
from fonds.repository.archive import SIGNING, Archive
from fonds.repository.copies.place import repository_id
from fonds.repository.proof.checkpoint import Checkpoint
from fonds.repository.proof.keys import Signer, fingerprint, load_key, make_key
from fonds.repository.proof.places import add_checkpoint, checkpoints, own_lines
from fonds.repository.proof.scan import CHECKPOINT, KEY, Scan, scan
from fonds.repository.proof.stamping import stamped

EVERY = timedelta(days=1)


def sign(archive: Archive, agent: str, *, new_key: bool = False) -> Checkpoint:
    """Sign the audit log as it is now, and write that down in it; ``holding.log_copy`` brings it to the copies.

    The checkpoint is on the disk before its row in the log is. ``new_key`` makes a new key when the old one is lost:
    that is a row in the log, too. Where the settings name an authority, its time stamp is added; why there is none is
    a row of the log, and the checkpoint is made all the same. Raises RefusedError LOG_CHANGED when the log does not fit
    its chain, or the checkpoints before; FondsError KEY_MISSING, KEY_OTHER, KEY_UNREADABLE, REPOSITORY_LOCKED, LOG_…,
    STORE_….
    """
    with archive.lock(SIGNING):
        seen = _unchanged(archive)
        signer = _signer(archive, seen, new_key)
        if signer.public_key not in seen.keys:
            detail = {"public_key": signer.public_key, "fingerprint": fingerprint(signer.public_key)}
            archive.log.append(KEY, agent=agent, detail=detail)
            seen = _unchanged(archive)
        made = Checkpoint(
            repository_id(archive), seen.rows, seen.head, seen.root,
            datetime.now(UTC).isoformat(timespec="seconds"), signer.public_key,
        ).signed_by(signer)  # fmt: skip
        made = stamped(archive, made, agent)
        add_checkpoint(archive, made)
        archive.log.append(CHECKPOINT, agent=agent, subject=str(made.rows), detail=made.document())
    return made


def sign_when_due(archive: Archive, agent: str) -> Checkpoint | None:
    """Sign the log when nobody did for a day. It never fails what it follows: why it could not is a row of the log.

    Raises FondsError LOG_FAILED.
    """
    try:
        return sign(archive, agent) if _is_due(archive) else None
    except FondsError as error:
        if error.code != "REPOSITORY_LOCKED":  # somebody else is at it
            archive.log.append(CHECKPOINT, agent=agent, outcome="failure", detail={"error": error.code})
        return None


def _is_due(archive: Archive) -> bool:
    made = checkpoints(own_lines(archive)[-1:])
    try:
        # One from the future is a clock that was put back, and no reason to wait for it.
        return not made or abs(datetime.now(UTC) - datetime.fromisoformat(made[0].time)) > EVERY
    except (ValueError, TypeError):
        return True


def _unchanged(archive: Archive) -> Scan:
    """Read the log. Raises RefusedError LOG_CHANGED: a false log is not to be signed."""
    before = checkpoints(own_lines(archive))
    seen = scan(archive.log.rows(), [one.rows for one in before])
    if seen.broken_at:
        raise RefusedError("LOG_CHANGED", row=seen.broken_at)
    for one in before:
        if seen.at.get(one.rows) != (one.head, one.root):
            raise RefusedError("LOG_CHANGED", row=min(one.rows, seen.rows + 1))
    return seen


def _signer(archive: Archive, seen: Scan, new_key: bool) -> Signer:
    path, known = archive.key_file, list(seen.keys)
    if not path.exists() and (new_key or not known):
        return make_key(path)
    signer = load_key(path)
    if known and signer.public_key != known[-1] and not new_key:
        raise FondsError("KEY_OTHER", path=path, fingerprint=fingerprint(known[-1]))
    return signer
