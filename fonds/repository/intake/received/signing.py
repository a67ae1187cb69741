"""What the files of a package are called when it is asked whether the same dossier came before."""

from __future__ import annotations

from os.path import commonpath
from posixpath import dirname

from fonds.repository.intake.received.package import ReadPackage
from fonds.repository.intake.received.tree import PackageView
from fonds.repository.intake.submission import SourceFile


def signed_names(view: PackageView, package: ReadPackage, files: tuple[SourceFile, ...]) -> tuple[str, ...]:
    """Return the names, in the order of ``files``: the same however a package was packed for the way.

    A package of ours says under which names its files were delivered once: from their common folder on, these are the
    names of the delivered dossier, so that a dossier and its own package are known to be the same. Any other file has
    its path in the package.
    """
    start = len(view.where(""))
    paths = [file.where[start:] for file in files]
    stated = [package.stated[path].original_name if path in package.stated else "" for path in paths]
    if len(package.representations) != 1 or not all(stated) or any(name.startswith("/") for name in stated):
        return tuple(paths)
    common = commonpath([dirname(name) for name in stated]) if files else ""
    return tuple(name.removeprefix(f"{common}/") if common else name for name in stated)
