"""What lies in a package's folder: regular files only, found without following a link."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from fonds.packaging.walking import walked


def regular_files(folder: Path) -> tuple[str, ...]:
    """Return the paths of all regular files below ``folder``, with '/', sorted. Raises OSError."""
    found: list[str] = []
    for place, folders, names in walked(folder):
        folders.sort()
        for name in names:
            path = place / name
            if stat.S_ISREG(path.lstat().st_mode):
                found.append(path.relative_to(folder).as_posix())
    return tuple(sorted(found))


class Tree:
    """The files of a package, found by their exact path or, failing that, in another case of its letters."""

    def __init__(self, paths: tuple[str, ...]) -> None:
        self._exact = dict.fromkeys(paths)
        self._folded = {path.casefold(): path for path in reversed(paths)}

    def __iter__(self) -> Iterator[str]:
        """Yield the paths, sorted."""
        return iter(self._exact)

    def __contains__(self, path: str) -> bool:
        return path in self._exact

    def find(self, path: str) -> str:
        """Return the file that a path means, '' when there is none."""
        return path if path in self._exact else self._folded.get(path.casefold(), "")
