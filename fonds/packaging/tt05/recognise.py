"""Telling a package of the dialect from an E-ARK package: both have a METS.xml, and profile strings tell nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from fonds.metadata.tt05.model import DESCRIPTIVE, EAD_FILE
from fonds.packaging.beneath import Beneath
from fonds.schemas.xml import XmlRefusedError, root_name

_DOCUMENT = re.compile(r"EAD_(doc|pic|media).*\.xml", re.IGNORECASE)


def is_tt05(folder: Path) -> bool:
    """Say whether the package in ``folder`` is one of the dialect. Never raises for what the folder holds.

    It is when its ``metadata/descriptive/EAD.xml`` (in any case of letters) has the root ``simpledc``; E-ARK packages
    may have a file of that name too, with the root ``ead``. Where there is none, or none that can be read, the names
    of the documents' descriptions tell.
    """
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        with Beneath(handle) as below:
            roots = {_root(below, path) for path in _find(below, EAD_FILE.split("/"))} - {""}
            return "simpledc" in roots if roots else any(_documents(below))
    finally:
        os.close(handle)


def _documents(below: Beneath) -> Iterator[str]:
    """Yield the descriptions of documents, in whichever representation."""
    parts = DESCRIPTIVE.split("/")
    bases = ["", *(f"{found}/{name}" for found in _find(below, ["representations"]) for name in _names(below, found))]
    for base in bases:
        for folder in _find(below, parts, base):
            yield from (name for name in _names(below, folder) if _DOCUMENT.fullmatch(name))


def _find(below: Beneath, parts: list[str], base: str = "") -> list[str]:
    """Return the paths that are these parts below ``base``, in any case of letters."""
    found = [base]
    for part in parts:
        found = [
            f"{path}/{name}".lstrip("/")
            for path in found
            for name in _names(below, path)
            if name.casefold() == part.casefold()
        ]
    return found


def _names(below: Beneath, folder: str) -> list[str]:
    try:
        return sorted(os.listdir(below.folder(folder)))  # noqa: PTH208 - of a folder that is open, not of a path
    except (OSError, UnicodeEncodeError):
        return []


def _root(below: Beneath, path: str) -> str:
    try:
        with os.fdopen(below.open_file(path), "rb") as source:
            return root_name(source).rpartition("}")[2]
    except (OSError, XmlRefusedError):
        return ""
