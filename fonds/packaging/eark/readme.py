"""The README in every package: how somebody without this software, in fifty years, checks and reads it."""

from __future__ import annotations

from importlib.resources import files

from fonds.packaging.eark.content import PackageType


def readme(kind: PackageType) -> bytes:
    """Return the text for this kind of package (UTF-8, Vietnamese and English)."""
    name = "dip-readme.txt" if kind is PackageType.DIP else "package-readme.txt"
    return _text(name).replace("{kind}", kind.value).encode()


def fonds_readme() -> bytes:
    """Return the text for the package of a fonds (UTF-8, Vietnamese and English)."""
    return _text("fonds-readme.txt").encode()


def _text(name: str) -> str:
    return files("fonds.schemas").joinpath(name).read_text("utf-8")
