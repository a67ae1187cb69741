"""Making a package in a folder of its own, outside any store: bare, or in a bag."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from fonds.packaging.eark.bagged import seal_package
from fonds.packaging.eark.content import PackageContent
from fonds.packaging.eark.write import write_package


def build_package(
    folder: Path, fill: Callable[[Path], PackageContent], *, bag: bool, info: Mapping[str, str] | None = None
) -> PackageContent:
    """Make a package in the new folder ``folder``, which is named by its OBJID; returns what it holds.

    ``fill`` puts the payload and whatever else comes ready into the package root that it is given. With ``bag`` the
    folder is a bag around that root, and ``info`` are further lines of its bag-info.txt. Nothing is made durable here.
    Raises what ``fill`` and ``write_package`` raise, and OSError.
    """
    folder.mkdir()
    root = folder / "data" if bag else folder
    root.mkdir(exist_ok=True)
    content = fill(root)
    written = write_package(root, content)
    if bag:
        seal_package(folder, content, written, info or {})
    return content
