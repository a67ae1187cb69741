"""Walking what lies below a folder, so that nothing is left out in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn


def walked(root: Path, *, leaves_first: bool = False) -> Iterator[tuple[Path, list[str], list[str]]]:
    """Yield (folder, names of its folders, names of all else) for ``root`` and every folder below, links not followed.

    Raises OSError for a folder that cannot be listed: ``os.walk`` and ``Path.glob`` by themselves go on as if it were
    empty. A caller may sort the names of folders, which are then entered in that order.
    """
    for folder, folders, names in os.walk(root, topdown=not leaves_first, onerror=_raise):
        yield Path(folder), folders, names


def _raise(error: OSError) -> NoReturn:
    raise error
