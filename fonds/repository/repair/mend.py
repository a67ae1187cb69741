"""One place put right: good bytes are staged, synced and read back first; then every file is exchanged by itself.

What was in the way is kept in the quarantine of the same store, with a note of what it is. Killed at any moment, each
file is what it was or what it must be, and the next run does the rest.
"""

from __future__ import annotations

import errno
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.digest import copy_handle, hash_file, hash_handle
from fonds.packaging.durable import disk_errors
from fonds.repository.ports.catalogue import Aip, Problem
from fonds.repository.ports.store import QUARANTINE
from fonds.repository.repair.plan import QUARANTINED, REMADE, RESTORED, Plan, Source, Step
from fonds.repository.staging import stage_of

_OURS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}
"""What a disk says that cannot be written to; anything else, while a file is fetched, is the source's."""


@dataclass(frozen=True, slots=True)
class Done:
    """A step that was done; ``source`` is where its bytes came from, None where none were needed or many."""

    step: Step
    source: Source | None = None


@dataclass(slots=True)
class Mended:
    """What was done in a place. ``lost`` had a source when it was planned, which had gone bad when it was to be used.

    ``sources`` are the names of the places that bytes were taken from.
    """

    done: list[Done] = field(default_factory=list)
    lost: list[Problem] = field(default_factory=list)
    sources: set[str] = field(default_factory=set)


class Mending:
    """The work in one place. ``number`` is the row of the log that says what is intended: the name of the quarantine.

    What was made good is added to ``sources``: a version that is made again can share bytes with it.
    """

    def __init__(self, plan: Plan, sources: MutableMapping[str, list[Source]], number: int) -> None:
        self._plan, self._sources, self._number = plan, sources, number
        self._store = plan.place.store
        self.mended = Mended()

    def run(self) -> Mended:
        """Do what is planned; returns what was done. Raises FondsError STORE_FULL, STORE_READ_ONLY, STORE_FAILED.

        ``mended`` says what was done before an error.
        """
        with stage_of(self._store) as stage:
            ready = self._fetched(stage)
            self._store.put_note(f"{QUARANTINE}/{self._number}.json", self._note())
            for step in self._plan.of(QUARANTINED):
                self._store.set_aside(step.sealed.aip.location, step.path, self._aside(step))
                self._did(step)
            for key, step in _keyed(self._plan.of(RESTORED)):
                if key in ready:
                    self._put_back(step, *ready[key])
        for step in sorted(self._plan.of(REMADE), key=lambda one: one.sealed.aip.version):
            self._remake(step)
        return self.mended

    def _fetched(self, stage: Path) -> Mapping[_Key, tuple[Path, Source]]:
        """Bring the bytes that files need into the stage, synced and read back; what versions share is there once."""
        ready: dict[_Key, tuple[Path, Source]] = {}
        for number, (key, step) in enumerate(_keyed(self._plan.of(RESTORED))):
            if key not in ready:
                source = self._fetch(step.sha256, stage / str(number))
                if source is not None:
                    ready[key] = stage / str(number), source
            if key not in ready:
                self.mended.lost.append(step.problem)
        self._store.settle(stage)
        for (sha256, _), (path, _) in ready.items():
            self._require(path, sha256)
        return ready

    def _fetch(self, sha256: str, target: Path) -> Source | None:
        """Copy a file to ``target`` from the first place that gives it as it was sealed; returns which that was."""
        for source in self._sources.get(sha256, ()):
            if _copied(source, target) == sha256:
                return source
            with suppress(FileNotFoundError):
                target.unlink()
        return None

    def _require(self, path: Path, sha256: str) -> None:
        with disk_errors(path):
            found = hash_file(path, cold=True)[1]
        if found != sha256:
            raise FondsError("STORE_FAILED", path=path, reason="read-back")

    def _put_back(self, step: Step, ready: Path, source: Source) -> None:
        aip = step.sealed.aip
        self._store.put_back(ready, aip.location, step.path, self._aside(step))
        with disk_errors(Path(step.path)), self._store.open(aip.location, step.path) as file:
            if hash_handle(file.fileno(), cold=True)[1] != step.sha256:
                raise FondsError("STORE_FAILED", path=f"{aip.location}/{step.path}", reason="read-back")
        self._did(step, source)
        self._sources[step.sha256].append(Source(self._plan.place, aip.location, step.path))

    def _remake(self, step: Step) -> None:
        """Make a version again that is gone or cannot be listed; what is there goes aside once the new one is ready."""
        aip, expected = step.sealed.aip, step.sealed.expected
        with stage_of(self._store) as stage:
            used = set[Source]()
            for path, sha256 in sorted(expected.items()):
                (stage / path).parent.mkdir(parents=True, exist_ok=True)
                if not self._filled(stage / path, sha256, used):
                    self.mended.lost.append(step.problem)
                    return
            self._store.settle(stage)
            for path, sha256 in expected.items():
                self._require(stage / path, sha256)
            if self._store.exists(aip.location):
                self._store.set_aside(aip.location, "", self._aside(step))
            self._store.publish(stage, aip.location)
        self._did(step)
        for path, sha256 in expected.items():
            self._sources[sha256].append(Source(self._plan.place, aip.location, path))

    def _filled(self, target: Path, sha256: str, used: set[Source]) -> bool:
        """Put bytes into a stage: shared with another version here where that can be done, else copied.

        ``used`` are the files that something in this stage is a link to: two files of one version never share bytes.
        """
        for source in self._sources.get(sha256, ()):
            if source.place.name == self._plan.place.name and source not in used:
                used.add(source)
                with disk_errors(target):
                    self._store.link(source.location, source.path, target)
                self.mended.sources.add(source.place.name)
                return True
        source_of = self._fetch(sha256, target)
        if source_of is not None:
            self.mended.sources.add(source_of.place.name)
        return source_of is not None

    def _did(self, step: Step, source: Source | None = None) -> None:
        self.mended.done.append(Done(step, source))
        if source is not None:
            self.mended.sources.add(source.place.name)

    def _aside(self, step: Step) -> str:
        return f"{self._number}/{kept(step.sealed.aip, step.path)}"

    def _note(self) -> bytes:
        """Return what lies beside the things that were put aside, and says what they are."""
        said = {
            "format": 1,
            "row": self._number,
            "copy": self._plan.place.name,
            "files": [_noted(step) for step in self._plan.steps],
        }
        return json.dumps(said, ensure_ascii=False, indent=1).encode(errors="backslashreplace") + b"\n"


_Key = tuple[str, int]
"""A digest, and how many files of the same version with that digest come before: two of them never share bytes."""


def _keyed(steps: Sequence[Step]) -> Iterator[tuple[_Key, Step]]:
    seen = Counter[tuple[int, str]]()
    for step in steps:
        same = step.sealed.aip.version, step.sha256
        yield (step.sha256, seen[same]), step
        seen[same] += 1


def kept(aip: Aip, path: str) -> str:
    """Return under which path, below the row's number, the quarantine keeps something of a package."""
    return f"{aip.location}/{path}" if path else aip.location


def _noted(step: Step) -> dict[str, object]:
    problem = step.problem
    return {
        "package": problem.objid, "version": problem.version, "path": problem.path, "result": problem.result,
        "expected": step.sha256, "actual": problem.actual, "kept": kept(step.sealed.aip, problem.path),
    }  # fmt: skip


def _copied(source: Source, target: Path) -> str:
    """Copy a file; returns the SHA-256 of what was written, '' when the source cannot be read."""
    try:
        file = source.place.store.open(source.location, source.path)
    except OSError:
        return ""
    with file:
        try:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return copy_handle(file.fileno(), target)[1]
        except OSError as error:
            if error.errno in _OURS:
                with disk_errors(target):
                    raise
            return ""


def taken_from(done: Sequence[Done]) -> dict[str, list[Done]]:
    """Return by the name of the place what was taken from it."""
    found: dict[str, list[Done]] = {}
    for one in done:
        if one.source is not None:
            found.setdefault(one.source.place.name, []).append(one)
    return found
