"""Packages on their way out: made beside their place, judged by our rules, packed, and there whole or not at all."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import FondsError, RefusedError
from fonds.packaging.bag.stage import clear_up, stage
from fonds.packaging.digest import leave_cache
from fonds.packaging.durable import disk_errors, make_folder, rename_folder, sync_folder, sync_tree
from fonds.packaging.judge import judge
from fonds.packaging.standing import file_sizes
from fonds.packaging.transport import pack_tar, pack_zip
from fonds.schemas.findings import Finding, Severity

GAPS = frozenset({"TT05_FIELD_MISSING", "TT05_FIELD_NEEDED", "TT05_DATE_INVALID"})
"""Errors of the description and not of the package: what the inventory does not say is asked for, not made up."""
_SPARE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A package that is ready: its place, all its files and their bytes, and what is to be said of it."""

    path: Path
    files: int
    bytes: int
    findings: tuple[Finding, ...]


class FaultyPackageError(FondsError):
    """A package that was made does not pass our own rules: it is removed. ``findings`` says what is wrong with it."""

    def __init__(self, path: Path, findings: tuple[Finding, ...]) -> None:
        codes = ", ".join(dict.fromkeys(one.code for one in findings))
        super().__init__("PACKAGE_FAULTY", path=path, codes=codes, where=findings[0].where)
        self.findings = findings


def prepare_folder(out: Path, *, outside: Path | None = None) -> Path:
    """Make the folder for packages where it is missing, rid it of what killed runs left; returns its real path.

    ``outside`` is what it must not lie in: the delivery, or the repository. Raises RefusedError OUT_INSIDE, FondsError
    OUTPUT_FAILED.
    """
    try:
        place = out.resolve()
        if outside is not None and place.is_relative_to(outside.resolve()):
            raise RefusedError("OUT_INSIDE", path=out, folder=outside)
        make_folder(place)
        clear_up(place)
    except (OSError, RuntimeError) as error:  # RuntimeError: links in a circle, until Python 3.13
        reason = os.strerror(errno.ENOTDIR) if isinstance(error, FileExistsError) else _reason(error)
        raise FondsError("OUTPUT_FAILED", path=out, reason=reason) from error
    return place


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", "") or str(error)


def put_out(
    target: Path, folder: str, make: Callable[[Path], object], *, packed: str = "", needed: int = 0,
    release: Callable[[Outgoing], object] = lambda _: None,
) -> Outgoing:  # fmt: skip
    """Put a package at ``target``, a new name in a folder that is there; durable when this returns.

    ``make`` makes the package as ``folder`` in the folder that it is given, with ``needed`` bytes of payload; then it
    is read back from the disk and judged by every rule. ``release`` is called when it is ready and nobody has seen it
    yet: when that fails, nothing goes out. ``packed`` is as in ``Form``. Raises FaultyPackageError for an error that is
    not one of ``GAPS``, RefusedError OUT_TAKEN, STORE_FULL and its kin, and what ``make`` and ``release`` raise; then
    nothing is left.
    """
    with disk_errors(target):
        require_free(target)
        _require_room(target, needed * (2 if packed else 1))
        with stage(target) as made:
            make(made.path)
            ready, outgoing = _ready(made.path / folder, target, packed)
            release(outgoing)
            require_free(target)
            rename_folder(ready, target)
            sync_folder(target.parent)
    return outgoing


def require_free(target: Path) -> None:
    """Raise RefusedError OUT_TAKEN when there is anything of this name."""
    if os.path.lexists(target):
        raise RefusedError("OUT_TAKEN", path=target)


def _require_room(target: Path, needed: int) -> None:
    needed, free = needed + _SPARE_BYTES, shutil.disk_usage(target.parent).free
    if free < needed:
        raise FondsError("STORE_FULL", path=target, reason="room", needed=needed, free=free)


def _ready(package: Path, target: Path, packed: str) -> tuple[Path, Outgoing]:
    sync_tree(package)
    leave_cache(package)
    said = judge(package)
    wrong = tuple(one for one in said.findings if one.severity is Severity.ERROR and one.code not in GAPS)
    if wrong:
        raise FaultyPackageError(target, wrong)
    sizes = file_sizes(package)
    outgoing = Outgoing(target, len(sizes), sum(sizes.values()), said.findings)
    if not packed:
        return package, outgoing
    pack = pack_zip if packed == "zip" else pack_tar
    return pack(package, package.with_name(target.name)).path, outgoing
