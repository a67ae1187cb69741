"""The files of a submission, listed once, and the part of them that is one package."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from fonds.metadata.vietnamese import natural_key
from fonds.packaging.csip.hrefs import Fault, resolve
from fonds.packaging.digest import open_regular
from fonds.repository.intake.walk import Found, nfc_name, walk
from fonds.schemas.findings import Finding, finding


@dataclass(frozen=True, slots=True)
class SubmissionTree:
    """Every regular file below ``top``, by its NFC path; ``findings`` are about what cannot be taken."""

    top: Path
    files: dict[str, Found]
    findings: tuple[Finding, ...]

    def package(self, root: Path) -> PackageView:
        """Return the package whose root folder is ``root``, at or below the top."""
        return PackageView(self, root, path_below(self.top, root))


def path_below(top: Path, folder: Path) -> str:
    """Return the NFC path of a folder from the top, '' for the top itself."""
    return "" if folder == top else nfc_name(os.fsencode(folder.relative_to(top)))


def list_submission(top: Path) -> SubmissionTree:
    """List a submission. Raises FondsError SOURCE_UNREADABLE."""
    tree = walk(top)
    files: dict[str, Found] = {}
    wrong: list[Finding] = []
    for where in tree.paths:
        for one in tree.entries(where):
            if not one.regular:
                wrong.append(finding("NOT_REGULAR_FILE", one.where))
            elif one.where in files:
                wrong.append(finding("BAG_NAMES_COLLIDE", one.where, count=2))
            else:
                files[one.where] = one
    return SubmissionTree(top, files, tuple(wrong))


class PackageView:
    """The files of one package, whose folder is ``root``. Paths are NFC, from that folder, with '/'.

    ``base`` is the path of the folder from the top of the submission, '' for the top.
    """

    def __init__(self, tree: SubmissionTree, root: Path, base: str) -> None:
        self._tree, self.root, self.base = tree, root, base
        self._prefix = f"{base}/" if base else ""
        inside = (where for where in tree.files if where.startswith(self._prefix))
        self.paths = sorted((where[len(self._prefix) :] for where in inside), key=natural_key)
        self._known = frozenset(self.paths)

    def __contains__(self, path: str) -> bool:
        return path in self._known

    def where(self, path: str) -> str:
        """Return the path of a file seen from the top of the submission."""
        return self._prefix + path

    def found(self, path: str) -> Found:
        """Return a file."""
        return self._tree.files[self.where(path)]

    def open(self, path: str) -> BinaryIO:
        """Open a file for reading. Raises OSError."""
        return os.fdopen(open_regular(self.found(path).path), "rb")

    def any_case(self, path: str) -> str:
        """Return the file that has this path in any case of its letters, '' when none has."""
        if path in self._known:
            return path
        return next((one for one in self.paths if one.casefold() == path.casefold()), "")

    def resolve(self, href: str, base: str) -> str:
        """Return the file that an href of a METS file in the folder ``base`` leads to, '' when it leads to none."""
        target = resolve(href, base, lambda path: self.named(path) in self._known)
        path = self.named(target.path)
        return path if target.fault is not Fault.OUTSIDE and path in self._known else ""

    @staticmethod
    def named(path: str) -> str:
        """Return a path as this view has it; one from the file system may hold bytes that are no UTF-8."""
        return nfc_name(path.encode("utf-8", "surrogateescape"))

    def below(self, folder: str) -> Iterator[str]:
        """Yield the files below a folder, numbers in names as numbers."""
        return (path for path in self.paths if path.startswith(f"{folder}/"))

    def folders(self, parent: str) -> list[str]:
        """Return the folders directly in another one that hold files, in the order of their files."""
        start = len(parent) + 1
        inside = (path[start:].partition("/") for path in self.below(parent))
        return list(dict.fromkeys(f"{parent}/{name}" for name, slash, _ in inside if slash))
