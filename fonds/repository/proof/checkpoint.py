"""A checkpoint: how long the audit log was at a time, and its hashes then, signed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fonds.repository.chain import canonical
from fonds.repository.proof.keys import Signer, is_signed

FORMAT = "fonds-checkpoint/1"
_HEX = {"repository": 64, "head": 64, "root": 64, "public_key": 64, "signature": 128}
_KEYS = {"format", "rows", "time", *_HEX}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``rows`` rows of the log of a ``repository`` (the hash of its first row) at a ``time`` (ISO 8601, UTC).

    ``head`` is the hash of the last of these rows, ``root`` that of the Merkle tree over all of them. All hashes and
    keys are hex. ``stamps`` are what others attest of the signature (RFC 3161 tokens, base64): the signature does not
    cover them.
    """

    repository: str
    rows: int
    head: str
    root: str
    time: str
    public_key: str
    signature: str = ""
    stamps: Sequence[str] = ()

    def document(self) -> dict[str, object]:
        """Return it as it is written."""
        return {**self._signed(), "signature": self.signature, **({"stamps": list(self.stamps)} if self.stamps else {})}

    def _signed(self) -> dict[str, object]:
        return {
            "format": FORMAT, "repository": self.repository, "rows": self.rows, "head": self.head, "root": self.root,
            "time": self.time, "public_key": self.public_key,
        }  # fmt: skip

    def signed_by(self, signer: Signer) -> Checkpoint:
        """Return it with its signature, which is over its canonical JSON without ``signature`` and ``stamps``."""
        return replace(self, signature=signer.sign(canonical(self._signed())))

    @property
    def is_signed(self) -> bool:
        """Whether the signature is that of its public key."""
        return is_signed(self.public_key, canonical(self._signed()), self.signature)

    def line(self) -> bytes:
        """Return it as a line of a file of checkpoints."""
        return canonical(self.document()) + b"\n"


def read_checkpoint(said: object) -> Checkpoint:
    """Return a checkpoint from its document; what is signed is not asked. Raises ValueError: it is none."""
    if not isinstance(said, Mapping) or said.keys() - {"stamps"} != _KEYS or said["format"] != FORMAT:
        raise ValueError("keys")
    for key, length in _HEX.items():
        value = said[key]
        if not isinstance(value, str) or len(value) != length or not set(value) <= set("0123456789abcdef"):
            raise ValueError(key)
    rows, time, stamps = said["rows"], said["time"], said.get("stamps", [])
    if type(rows) is not int or rows < 1 or not isinstance(time, str):
        raise ValueError("rows")
    if not isinstance(stamps, list) or not all(isinstance(one, str) for one in stamps):
        raise ValueError("stamps")
    texts = {key: str(said[key]) for key in _HEX}
    return Checkpoint(rows=rows, time=time, stamps=tuple(stamps), **texts)


def read_line(line: bytes) -> Checkpoint | None:
    """Return the checkpoint of a line of a file, None where it is none, or written otherwise than we write."""
    try:
        found = read_checkpoint(json.loads(line))
    except (ValueError, RecursionError):
        return None
    return found if found.line() == line.rstrip(b"\n") + b"\n" else None
