"""Ed25519 (RFC 8032) by a public library, which is slow to load: ``keys`` loads this when something is to be signed."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)


def generate(passphrase: bytes | None) -> tuple[Ed25519PrivateKey, bytes]:
    """Make a private key; returns it with its PEM (PKCS 8), locked where there is a passphrase."""
    private = Ed25519PrivateKey.generate()
    lock = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return private, private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)


def load(written: bytes, passphrase: bytes | None) -> Ed25519PrivateKey | None:
    """Read a PEM, None when it holds a key of another kind. Raises ValueError and TypeError when it cannot be read."""
    private = load_pem_private_key(written, passphrase)
    return private if isinstance(private, Ed25519PrivateKey) else None


def public_key(private: Ed25519PrivateKey) -> str:
    """Return the public key (hex)."""
    return private.public_key().public_bytes_raw().hex()


def is_signed(public: str, message: bytes, signature: str) -> bool:
    """Say whether a signature (hex) of a message was made with the private key to a public key (hex)."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True
