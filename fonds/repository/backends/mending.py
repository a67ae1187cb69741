"""Putting a file back into a package of a file system store, and taking things out of one, without losing anything.

What stands in the way is kept: as a second name of the same bytes where links can be made, so that the file's own name
never shows nothing, and by renaming it where they cannot.
"""

from __future__ import annotations

import errno
import os
import uuid
from contextlib import suppress
from pathlib import Path

from fonds.packaging.digest import copy_file
from fonds.packaging.durable import make_folder, sync_file, sync_folder


def exchange(ready: Path, target: Path, kept: Path) -> None:
    """Let ``target`` name what ``ready`` holds, and ``kept`` what ``target`` named, if anything. Raises OSError."""
    make_folder(target.parent)
    fresh = _another_name(ready)
    if os.path.lexists(target):
        make_folder(kept.parent)
        _keep(target, kept)
        sync_folder(kept.parent)
    fresh.replace(target)
    sync_folder(target.parent)


def take_out(target: Path, kept: Path, root: Path) -> None:
    """Rename ``target`` to ``kept``, and remove the folders below ``root`` that are empty then. Raises OSError."""
    make_folder(kept.parent)
    target.rename(kept)
    sync_folder(kept.parent)
    folder = target.parent
    while root in folder.parents and _removed(folder):
        folder = folder.parent
    sync_folder(folder)


def _another_name(ready: Path) -> Path:
    """Return a second name of a file in its stage, of the same bytes where that can be done."""
    fresh = ready.with_name(f"{ready.name}-{uuid.uuid4()}")
    try:
        os.link(ready, fresh)
    except OSError:
        # No links here, or no more of them for this file.
        copy_file(ready, fresh)
        sync_file(fresh)
    return fresh


def _keep(target: Path, kept: Path) -> None:
    try:
        os.link(target, kept, follow_symlinks=False)
    except OSError as error:
        if error.errno == errno.EROFS:
            raise
        # A folder, a file of somebody else, or a file system without links: the name is empty for a moment.
        target.rename(kept)


def _removed(folder: Path) -> bool:
    with suppress(OSError):
        folder.rmdir()
        return True
    return False
