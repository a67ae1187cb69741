"""The README that lies in every store, in plain words, for whoever finds the disk without this software."""

from __future__ import annotations

from importlib.resources import files


def store_readme() -> bytes:
    """Return the text of the store's README (UTF-8, Vietnamese and English)."""
    return files("fonds.schemas").joinpath("store-readme.txt").read_bytes()
