"""The key that signs checkpoints: Ed25519 (RFC 8032), in a file that only its owner may read."""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.errors import FondsError, UsageError
from fonds.packaging.digest import write_all
from fonds.packaging.durable import disk_errors, sync_folder

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PASSPHRASE = "FONDS_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable, not what is in it
_LONGEST = 65_536


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key, and its public key (hex)."""

    private: Ed25519PrivateKey
    public_key: str

    def sign(self, message: bytes) -> str:
        """Return the signature (hex) of a message."""
        return self.private.sign(message).hex()


def make_key(path: Path) -> Signer:
    """Make a new key at a path, which the caller has seen to be free; with a passphrase where the environment has one.

    Raises FondsError STORE_FULL, STORE_READ_ONLY or STORE_FAILED.
    """
    from fonds.repository.proof import ed25519  # noqa: PLC0415 - slow to load, and few commands sign

    private, written = ed25519.generate(_passphrase())
    temporary = path.with_name(f".tmp-{uuid.uuid4()}")
    with disk_errors(path):
        try:
            handle = os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600)
            try:
                write_all(handle, memoryview(written))
                os.fsync(handle)
            finally:
                os.close(handle)
            temporary.rename(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)
    return Signer(private, ed25519.public_key(private))


def _passphrase() -> bytes | None:
    return os.environ.get(PASSPHRASE, "").encode() or None


def load_key(path: Path) -> Signer:
    """Read a key. Raises FondsError KEY_MISSING or KEY_UNREADABLE (permissions, passphrase, no Ed25519 key)."""
    from fonds.repository.proof import ed25519  # noqa: PLC0415 - as above

    try:
        with path.open("rb") as source:
            written = source.read(_LONGEST)
    except FileNotFoundError:
        raise FondsError("KEY_MISSING", path=path) from None
    except OSError as error:
        raise FondsError("KEY_UNREADABLE", path=path, reason=error.strerror) from error
    locked = b"ENCRYPTED" in written
    try:
        private = ed25519.load(written, _passphrase() if locked else None)
    except (ValueError, TypeError) as error:
        raise FondsError("KEY_UNREADABLE", path=path, reason="passphrase" if locked else "PEM") from error
    if private is None:
        raise FondsError("KEY_UNREADABLE", path=path, reason="Ed25519")
    return Signer(private, ed25519.public_key(private))


def is_signed(public_key: str, message: bytes, signature: str) -> bool:
    """Say whether a signature (hex) of a message was made with the private key to a public key (hex)."""
    from fonds.repository.proof import ed25519  # noqa: PLC0415 - as above

    return ed25519.is_signed(public_key, message, signature)


def fingerprint(public_key: str) -> str:
    """Return the SHA-256 (hex) of a public key (hex)."""
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()


def grouped(written: str) -> str:
    """Return hex in groups of four, as it is read from paper."""
    return " ".join(written[start : start + 4] for start in range(0, len(written), 4))


def typed_fingerprint(typed: str) -> str:
    """Return a fingerprint as it was typed from paper, without its blanks and colons. Raises UsageError KEY_FORM."""
    plain = "".join(typed.replace(":", " ").split()).lower()
    if len(plain) != 64 or not set(plain) <= set("0123456789abcdef"):
        raise UsageError("KEY_FORM", key=typed)
    return plain
