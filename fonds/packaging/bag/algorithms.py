"""Checksum algorithms of bags (RFC 8493, 2.4): the name in a manifest's file name, and the one hashlib uses."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Algorithm:
    """An algorithm: its normalized name, hashlib's name, the digits of a digest, and whether it can be forged."""

    name: str
    hashlib_name: str
    digits: int
    weak: bool = False


ALGORITHMS = {
    one.name: one
    for one in (
        Algorithm("md5", "md5", 32, weak=True),
        Algorithm("sha1", "sha1", 40, weak=True),
        Algorithm("sha224", "sha224", 56),
        Algorithm("sha256", "sha256", 64),
        Algorithm("sha384", "sha384", 96),
        Algorithm("sha512", "sha512", 128),
        Algorithm("sha3256", "sha3_256", 64),
        Algorithm("sha3384", "sha3_384", 96),
        Algorithm("sha3512", "sha3_512", 128),
        Algorithm("blake2b512", "blake2b", 128),
        Algorithm("blake2s256", "blake2s", 64),
    )
}
WRITABLE = ("sha256", "sha512")
"""What new bags are made with: the two that every tool must support."""

_FILE = re.compile(r"(tag)?manifest-([^/]+)\.txt")


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest of a bag: its file name, whether it lists tag files, and its algorithm (None: not known here)."""

    name: str
    tag: bool
    algorithm: Algorithm | None


def manifest_named(name: str) -> Manifest | None:
    """Return the manifest that a file at the top of a bag is by its name (RFC 8493, 2.1.3 and 2.2.1), or None."""
    match = _FILE.fullmatch(name)
    if match is None:
        return None
    # Written without hyphens and in lower case; older tools kept both, and there is no doubt about what is meant.
    normalized = re.sub(r"[^a-z0-9]", "", match[2].lower())
    return Manifest(name, match[1] is not None, ALGORITHMS.get(normalized))
