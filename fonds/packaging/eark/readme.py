"""The README in every package: how somebody without this software, in fifty years, checks and reads it."""

from __future__ import annotations

from importlib.resources import files

from fonds.packaging.eark.content import PackageType


def readme(kind: PackageType) -> bytes:
    """Return the text for this kind of package (UTF-8, Vietnamese and English)."""
    name = "dip-readme.txt" if kind is PackageType.DIP else "package-readme.txt"
    text = files("fonds.schemas").joinpath(name).read_text("utf-8")
    return text.replace("{kind}", kind.value).encode()
