"""What was handed over: a delivered folder, a package, a package file, or a folder of several of these."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.digest import hash_file
from fonds.packaging.judge import joined
from fonds.packaging.roots import METS_NAME
from fonds.packaging.transport import PackedRefusedError, TransportProgress, is_packed, unpack
from fonds.packaging.tt05.recognise import is_tt05
from fonds.packaging.unpacked import ENDING, is_package
from fonds.repository.intake.pages import PAGE_EXTENSIONS, split_name
from fonds.repository.intake.received.tree import path_below
from fonds.repository.intake.source import has_workbook, is_table
from fonds.repository.intake.submission import Receipt
from fonds.repository.intake.walk import is_stray, nfc_name
from fonds.repository.ports.store import Store
from fonds.repository.staging import stage_of
from fonds.schemas.findings import Finding, finding

_MAC = "__MACOSX"

Told = Callable[[str, int, int], None]
"""Takes the name of a step, how much of it is done and how much there is in all (0: not known)."""


@dataclass(frozen=True, slots=True)
class Submission:
    """One thing that was handed over, as a folder: its own, or one into which it was unpacked.

    ``place`` stands before the places of findings. ``bag`` is the folder of the bag around everything, None without
    one. ``packages`` are the folders of packages in it, bags around single packages included; ``delivery`` is the
    folder of a delivery with its inventory, where there is one instead. ``beside`` are folders beside packages that are
    none themselves: nothing of them is taken. ``findings`` are about the package file.
    """

    receipt: Receipt
    place: str
    top: Path
    bag: Path | None = None
    packages: tuple[Path, ...] = ()
    delivery: Path | None = None
    beside: tuple[Path, ...] = ()
    findings: tuple[Finding, ...] = ()

    def path_of(self, folder: Path) -> str:
        """Return the path of a folder from the top, '' for the top itself."""
        return path_below(self.top, folder)


def is_delivery(source: Path, inventory: Path | None) -> bool:
    """Say whether ``source`` is a folder of scans with its inventory, and not one of packages, or a package file.

    What cannot be looked into counts as a delivery: whoever opens that says why it cannot.
    """
    if source.is_file():
        return is_table(source) or not is_packed(source)  # a workbook is a zip by its content
    if not _may_list(source):
        return True
    if is_package(source):
        return False
    if inventory is not None:
        return True
    packages, files = _packages_in(source)
    # A table beside package files and nothing else is a list of them; a delivery has its scans there too.
    return not packages and (not files or (has_workbook(source) and _holds_scans(source)))


def _may_list(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.R_OK | os.X_OK)


def _holds_scans(folder: Path) -> bool:
    return any(path.is_dir() or split_name(path.name)[1].lower() in PAGE_EXTENSIONS for path in _entries(folder))


def _packages_in(folder: Path) -> tuple[list[Path], list[Path]]:
    """Return the packages that lie directly in a folder, and the package files, both in the order of their names."""
    entries = sorted(_entries(folder), key=lambda path: nfc_name(os.fsencode(path.name)))
    folders = [path for path in entries if not path.is_symlink() and path.is_dir() and is_package(path)]
    files = [path for path in entries if not path.is_symlink() and path.is_file() and ENDING.search(path.name)]
    return folders, files


def _entries(folder: Path) -> list[Path]:
    try:
        return [path for path in folder.iterdir() if not is_stray(nfc_name(os.fsencode(path.name)))]
    except OSError:
        return []  # whoever opens it says why


def handed_over(source: Path) -> tuple[list[Path], list[Finding]]:
    """Return the packages and package files of a source that is no delivery, and what is said of the rest of it."""
    source = source.resolve()
    if source.is_file() or is_package(source):
        return [source], []
    folders, files = _packages_in(source)
    found = sorted([*folders, *files])
    beside = (path for path in _entries(source) if path not in set(found) and path.name != _MAC)
    return found, [finding(_beside(path), shown(path)) for path in sorted(beside)]


def _beside(path: Path) -> str:
    return "RECEIVED_NOT_PACKAGE" if path.is_dir() else "RECEIVED_BESIDE"


def shown(path: Path) -> str:
    """Return the name of a file or folder as findings show it."""
    return nfc_name(os.fsencode(path.name))


@contextmanager
def opened(store: Store, path: Path, place: str, progress: Told) -> Iterator[Submission]:
    """Give what lies at ``path`` as a folder; a package file is unpacked into a private folder of the store.

    ``progress`` gets what is done with a package file (``hashing``, ``unpacking``), bytes done and bytes in all.

    That folder is on the store's own disk, so that the room for it is checked there, and it is removed, whatever
    happens; what a killed process leaves is removed by the next ingest (``Store.clean``). A package file that is
    refused gives its findings and nothing else. Raises FondsError PACKED_NO_ROOM, BAG_SOURCE_UNREADABLE,
    BAG_TARGET_FAILED.
    """
    if path.is_dir():
        yield _looked_into(Submission(Receipt(shown(path)), place, path), path)
        return
    place = f"{joined(place, shown(path)) if place else shown(path)}!"
    with stage_of(store) as stage:
        yield _unpacked(path, stage / (ENDING.sub("", path.name) or "package"), place, progress)


def _receipt(path: Path, progress: Told) -> Receipt:
    try:
        total = path.stat().st_size
        size, sha256 = hash_file(path, progress=lambda done: progress("hashing", done, total))
    except OSError as error:
        raise FondsError("BAG_SOURCE_UNREADABLE", path=path, reason=error.strerror or str(error)) from error
    return Receipt(shown(path), size, sha256)


def _unpacked(path: Path, target: Path, place: str, progress: Told) -> Submission:
    receipt = _receipt(path, progress)

    def show(now: TransportProgress) -> None:
        progress("unpacking", now.bytes, now.total_bytes)

    try:
        done = unpack(path, target, progress=show)
    except PackedRefusedError as error:
        return Submission(receipt, place, target, findings=error.findings)
    return _looked_into(Submission(receipt, place, target, findings=done.findings), target)


def _looked_into(submission: Submission, folder: Path) -> Submission:
    """Return the submission with the bag, packages or delivery that a folder is or holds."""
    if (folder / "bagit.txt").is_file():
        return _bag(submission, folder)
    if is_package(folder):
        return replace(submission, packages=(folder,))
    inside = _folders(folder)
    packages = [path for path in inside if is_package(path)]
    beside = tuple(path for path in inside if path not in packages) if packages else ()
    if len(packages) == 1 and (packages[0] / "bagit.txt").is_file():
        return _bag(replace(submission, beside=beside), packages[0])
    delivery = None if packages else _delivery(folder, inside)
    return replace(submission, packages=tuple(packages), beside=beside, delivery=delivery)


def _bag(submission: Submission, bag: Path) -> Submission:
    data = bag / "data"
    if is_bare_package(data):
        return replace(submission, bag=bag, packages=(bag,))
    inside = _folders(data)
    packages = tuple(path for path in inside if is_package(path))
    beside = (*submission.beside, *(path for path in inside if packages and path not in packages))
    delivery = None if packages else _delivery(data, inside)
    return replace(submission, bag=bag, packages=packages, beside=beside, delivery=delivery)


def _folders(folder: Path) -> list[Path]:
    """Return the folders directly in another one, without what operating systems put there."""
    inside = (path for path in _entries(folder) if path.is_dir() and not path.is_symlink())
    return sorted(path for path in inside if path.name != _MAC)


def _delivery(folder: Path, inside: list[Path]) -> Path | None:
    """Return the folder in which the inventory lies: this one, or the only one that it holds."""
    if has_workbook(folder):
        return folder
    return inside[0] if len(inside) == 1 and has_workbook(inside[0]) else None


def is_bare_package(folder: Path) -> bool:
    """Say whether a folder is the root of a package, with no bag around it."""
    return not folder.is_symlink() and ((folder / METS_NAME).is_file() or is_tt05(folder))


def package_root(folder: Path) -> Path:
    """Return the folder that holds the METS of a package: the folder itself, or the ``data`` of a bag."""
    return folder if is_bare_package(folder) else folder / "data"
