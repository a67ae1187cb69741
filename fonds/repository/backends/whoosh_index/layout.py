"""Where the index lies: numbered generations, a pointer to the current one, one lock for all who write.

::

    <folder>/current            {"generation": "g000002", "terms": "1"}
    <folder>/g000002/open/      a Whoosh index
    <folder>/g000002/restricted/
    <folder>/lock

A rebuild fills ``g000003.new``, gives it its name and then renames a new pointer over the old one: readers see all
of it or none. A killed rebuild leaves a folder nobody points to, and the next writer takes it away.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import FondsError
from fonds.repository.ports.index import OPEN, RESTRICTED
from fonds.repository.search.terms import VERSION

CLASSES = (OPEN, RESTRICTED)
"""Open first: what becomes restricted is gone from the open index before it is anywhere else."""

_PRIVATE = 0o700  # Whoosh reads pickles: nobody else may ever write here
_POINTER = "current"
_FINISHED = re.compile(r"g[0-9]{6}")
_GENERATION = re.compile(r"g[0-9]{6}(\.new)?")
_WAIT = 0.05  # seconds between two tries for the lock


def broken(folder: Path, reason: object) -> FondsError:
    """Return the error for an index that cannot be read (to be raised from its cause)."""
    return FondsError("INDEX_BROKEN", folder=folder, reason=str(reason) or type(reason).__name__)


@dataclass(frozen=True, slots=True)
class Layout:
    """The folder of one index."""

    folder: Path

    def current(self) -> Path | None:
        """Return the folder of the current generation, None when there has never been one.

        Raises FondsError INDEX_BROKEN when the pointer cannot be read, leads nowhere, was written for other terms, or
        is missing beside a finished generation.
        """
        try:
            pointer = json.loads((self.folder / _POINTER).read_text("utf-8"))
            name, version = str(pointer["generation"]), str(pointer["terms"])
        except FileNotFoundError as error:
            if any(_FINISHED.fullmatch(one.name) for one in self._generations()):
                raise broken(self.folder, error) from error
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise broken(self.folder, error) from error
        if version != VERSION:
            raise broken(self.folder, f"terms {version}, not {VERSION}")
        if not _FINISHED.fullmatch(name) or not (self.folder / name).is_dir():
            raise broken(self.folder, f"{name!r} is not there")
        return self.folder / name

    def create(self) -> Path:
        """Make the folders of a new generation; nobody points to it yet. For the holder of the lock."""
        numbers = [int(one.name[1:7]) for one in self._generations()]
        generation = self.folder / f"g{max(numbers, default=0) + 1:06d}.new"
        for access in CLASSES:
            (generation / access).mkdir(mode=_PRIVATE, parents=True)
        return generation

    def switch(self, generation: Path) -> Path:
        """Point to a finished generation, atomically and lasting; return it under its name."""
        finished = generation.with_suffix("")
        sync(generation)
        generation.rename(finished)
        sync(self.folder)
        fresh = self.folder / f"{_POINTER}.new"
        with fresh.open("w", encoding="utf-8") as stream:
            json.dump({"generation": finished.name, "terms": VERSION}, stream)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(self.folder / _POINTER)
        sync(self.folder)
        return finished

    def clean(self, keep: Path | None) -> None:
        """Take away every generation but one. For the holder of the lock."""
        for generation in self._generations():
            if generation != keep:
                shutil.rmtree(generation)

    @contextmanager
    def lock(self, wait: float) -> Iterator[None]:
        """Hold the lock of the writers, waiting up to ``wait`` seconds. Raises FondsError INDEX_LOCKED."""
        self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        self.folder.chmod(_PRIVATE)
        with (self.folder / "lock").open("a") as stream:
            until = time.monotonic() + wait
            while not _locked(stream.fileno()):
                if time.monotonic() >= until:
                    raise FondsError("INDEX_LOCKED", folder=self.folder)
                time.sleep(_WAIT)
            yield  # closing the file gives the lock back, and so does the end of the process

    def _generations(self) -> list[Path]:
        return [one for one in self.folder.glob("g*") if _GENERATION.fullmatch(one.name)]


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sync(path: Path) -> None:
    """Make a file, or the names in a folder, last through a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
