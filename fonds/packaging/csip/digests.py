"""The names that METS and PREMIS give to digests, and hashlib's for the same."""

from __future__ import annotations

from functools import lru_cache

_KNOWN = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


@lru_cache(maxsize=64)
def hashlib_name(written: str) -> str:
    """Return hashlib's name for an algorithm as written ("SHA-256", "sha256", "MD5"), '' for one not computed here."""
    plain = written.strip().lower().replace("-", "").replace("_", "").replace(" ", "")
    return plain if plain in _KNOWN else ""
