"""A proof that one file was in a stored version of a package, on or before the day of a checkpoint.

It leads from the file to the root of the package's contents, which a row of the log names, and from that row to the
root of the log, which a checkpoint signed. ``standalone.py`` checks the same with nothing but Python.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.packaging.eark import stored_digests
from fonds.repository.archive import Archive
from fonds.repository.chain import row_line
from fonds.repository.holding import stored_place
from fonds.repository.logged import CONTENTS, sealed_rows
from fonds.repository.ports.log import LogRow
from fonds.repository.proof.checkpoint import Checkpoint, read_checkpoint
from fonds.repository.proof.contents import Contents, contents_of, file_leaf, path_in
from fonds.repository.proof.keys import fingerprint
from fonds.repository.proof.merkle import included, inclusion_ranges, leaf_hash, roots
from fonds.repository.proof.places import checkpoints, own_lines
from fonds.repository.proof.scan import row_leaf

FORMAT = "fonds-proof/1"
_VERSION = re.compile(r"v[1-9][0-9]*")
_STORED = {"ingest", "new version", "fonds package"}


@dataclass(frozen=True, slots=True)
class Proven:
    """What a proof shows: this file was in this version of a package, by the time of the checkpoint at the latest."""

    path: str
    sha256: str
    location: str
    row: LogRow
    checkpoint: Checkpoint

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of the key that signed."""
        return fingerprint(self.checkpoint.public_key)


# --- making -----------------------------------------------------------------------------------------------------------


def make_proof(archive: Archive, what: str, day: str = "") -> dict[str, object]:
    """Return the proof for a page (its id) or a stored file (its path, or its key in the store), as it is written.

    The earliest checkpoint that covers it is used, or the latest of a ``day`` (YYYY-MM-DD, UTC). Raises UsageError
    PROOF_SUBJECT (no such page or file), PROOF_CHECKPOINT (none covers it); RefusedError PROOF_ROW (its row names no
    contents), PACKAGE_BROKEN, LOG_CHANGED.
    """
    location, path = _subject(archive, what)
    digests = _digests(archive, location)
    if path not in digests:
        raise UsageError("PROOF_SUBJECT", id=what)
    row = _row(archive, location, contents_of(digests))
    signed = _covering(archive, row, day)
    index, beside = path_in(digests, path)
    leaves = (row_leaf(one) for one in archive.log.rows())
    above = _log_path(leaves, row, signed)
    return {
        "format": FORMAT,
        "file": {"path": path, "sha256": digests[path], "index": index, "hashes": [one.hex() for one in beside]},
        "row": {"content": asdict(row), "hashes": [one.hex() for one in above]},
        "checkpoint": signed.document(),
    }


def _subject(archive: Archive, what: str) -> tuple[str, str]:
    """Return the location of a package and the path in it that are meant."""
    page = archive.holdings.page(what)
    if page is not None:
        aip = archive.holdings.aip(page.dossier_id, int(what.split(".")[-2]))
        if aip is not None:
            return aip.location, f"data/{page.path}"
    parts = what.split("/")
    for start in range(len(parts) - 4):
        if _VERSION.fullmatch(parts[start + 2]):
            location = "/".join(parts[start : start + 4])
            if _is_held(archive, location):
                return location, "/".join(parts[start + 4 :])
    raise UsageError("PROOF_SUBJECT", id=what)


def _is_held(archive: Archive, location: str) -> bool:
    try:
        return archive.store.exists(location)
    except ValueError:
        return False


def _digests(archive: Archive, location: str) -> dict[str, str]:
    try:
        return dict(stored_digests(lambda name: archive.store.open(location, name)))
    except (OSError, FondsError) as error:
        raise RefusedError("PACKAGE_BROKEN", path=location, reason=str(error)) from error


def _row(archive: Archive, location: str, contents: Contents) -> LogRow:
    row = sealed_rows(archive).get(stored_place(location))
    if row is None or CONTENTS not in row.detail:
        raise RefusedError("PROOF_ROW", path=location)
    if row.detail[CONTENTS] != asdict(contents):
        raise RefusedError("PACKAGE_BROKEN", path=location, reason="manifest")
    return row


def _covering(archive: Archive, row: LogRow, day: str) -> Checkpoint:
    known = sorted(checkpoints(own_lines(archive)), key=lambda one: one.rows)
    found = [one for one in known if one.rows >= row.number and one.time.startswith(day)]
    if not found:
        raise UsageError("PROOF_CHECKPOINT", row=row.number, day=day or "—")
    return found[-1] if day else found[0]


def _log_path(leaves: Iterator[bytes], row: LogRow, signed: Checkpoint) -> list[bytes]:
    try:
        path = roots(leaves, inclusion_ranges(row.number - 1, signed.rows))
    except ValueError as error:
        raise RefusedError("LOG_CHANGED", row=row.number) from error
    root = included(row_leaf(row), row.number - 1, signed.rows, path)
    if root is None or root.hex() != signed.root:
        raise RefusedError("LOG_CHANGED", row=signed.rows)
    return path


# --- verifying --------------------------------------------------------------------------------------------------------


def verify_proof(said: object, keys: Collection[str] = (), sha256: str = "") -> Proven:
    """Check a proof; with ``keys`` (fingerprints) its key must be one of them, with ``sha256`` the file this one.

    Raises RefusedError PROOF_REFUSED; ``reason``: ``form``, ``file``, ``contents``, ``log``, ``signature`` or ``key``.
    """
    try:
        proven = _read(said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error) if str(error) in _REASONS else "form"
        raise RefusedError("PROOF_REFUSED", reason=reason) from error
    if keys and proven.fingerprint not in keys:
        raise RefusedError("PROOF_REFUSED", reason="key")
    if sha256 and sha256 != proven.sha256:
        raise RefusedError("PROOF_REFUSED", reason="file")
    return proven


_REASONS = {"contents", "log", "signature"}


def _read(said: object) -> Proven:
    """Read a proof strictly: nothing in it may be other than we write it. Raises ValueError and its kin."""
    proof = _keys(said, "format", "file", "row", "checkpoint")
    file = _keys(proof["file"], "path", "sha256", "index", "hashes")
    logged = _keys(proof["row"], "content", "hashes")
    row = _logged(logged["content"])
    signed = read_checkpoint(proof["checkpoint"])
    if proof["format"] != FORMAT or row.action not in _STORED or row.outcome != "success":
        raise ValueError("form")
    if not signed.is_signed:
        raise ValueError("signature")
    contents = _keys(row.detail[CONTENTS], "root", "files")
    leaf = leaf_hash(file_leaf(_text(file["path"]), _text(file["sha256"])))
    if _root(leaf, file["index"], contents["files"], file["hashes"]) != contents["root"]:
        raise ValueError("contents")
    if _root(leaf_hash(row_line(row)[:-1]), _number(row.number) - 1, signed.rows, logged["hashes"]) != signed.root:
        raise ValueError("log")
    location = _text(row.detail["location"])
    return Proven(_text(file["path"]), _text(file["sha256"]), location, row, signed)


def _logged(said: object) -> LogRow:
    told = _keys(said, *LogRow.__dataclass_fields__)
    if not isinstance(detail := told["detail"], Mapping):
        raise TypeError(detail)
    texts = {key: _text(told[key]) for key in told.keys() - {"number", "detail"}}
    return LogRow(number=_number(told["number"]), detail=detail, **texts)


def _root(leaf: bytes, index: object, size: object, hashes: object) -> str:
    if not isinstance(hashes, list):
        raise TypeError(hashes)
    path: Sequence[bytes] = [_digest(one) for one in hashes]
    root = included(leaf, _number(index), _number(size), path)
    return root.hex() if root else ""


def _digest(one: object) -> bytes:
    found = bytes.fromhex(_text(one))
    if len(found) != 32 or found.hex() != one:
        raise ValueError(one)
    return found


def _keys(said: object, *keys: str) -> Mapping[str, object]:
    if not isinstance(said, Mapping) or said.keys() != set(keys):
        raise ValueError(keys)
    return said


def _text(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError(said)
    return said


def _number(said: object) -> int:
    if type(said) is not int:
        raise TypeError(said)
    return said
