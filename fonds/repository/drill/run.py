"""A drill: planted, audited, judged, repaired, judged again, in rounds, until every kind of fault had its turn.

The audit and the repair are the real ones; what they did is judged by comparing bytes, not by what they say.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fonds.packaging.digest import hash_handle
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.copies.place import reachable
from fonds.repository.drill.faults import FLIP, KINDS, Expected, Ground, NoRoomError, Report, kinds
from fonds.repository.drill.sample import choose, small, take_sample
from fonds.repository.fixity import MAIN_COPY, Sealed
from fonds.repository.named import all_versions
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.store import StoredFile
from fonds.repository.proof.verify_log import check_log
from fonds.repository.repair.run import repair

DRILL = "drill"
FLIP_KIND = "flip"
LOG_KIND = "log-row"
_A_ROUND = 8
"""How many faults are in a package at the same time, at most."""


@dataclass(slots=True)
class Fault:
    """A fault that was planted. ``expected`` is what an audit must tell; ``path`` the first file of it.

    ``found``: the audit told all of it. ``repairable``: there was another place to take good bytes from. ``repaired``:
    every byte is as it was sealed again.
    """

    kind: str
    copy: str
    objid: str
    expected: Expected
    found: bool = False
    repairable: bool = True
    repaired: bool = False

    @property
    def reports(self) -> set[Report]:
        """What an audit must tell."""
        return {(self.objid, self.copy, version, path) for version, path in self.expected}


@dataclass(slots=True)
class DrillResult:
    """What a drill came to. ``false`` are reports that no fault explains, ``skipped`` kinds that were not planted."""

    seed: int
    packages: int = 0
    versions: int = 0
    places: int = 0
    faults: list[Fault] = field(default_factory=list)
    false: list[Report] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    log_found: bool = False
    seconds: float = 0.0
    left_out: int = 0

    @property
    def missed(self) -> list[Fault]:
        """The faults that the audit did not tell of."""
        return [one for one in self.faults if not one.found]

    @property
    def unrepaired(self) -> list[Fault]:
        """The faults that could have been repaired and were not."""
        return [one for one in self.faults if one.repairable and not one.repaired]

    @property
    def good(self) -> bool:
        """Whether everything was found, nothing else was told, and whatever could be repaired was."""
        return self.log_found and not (self.missed or self.false or self.unrepaired)

    @property
    def counts(self) -> dict[str, int]:
        """How many faults became what; the edited row of the log is one of them."""
        return {
            "planted": len(self.faults) + 1,
            "found": len(self.faults) - len(self.missed) + self.log_found,
            "missed": len(self.missed) + (not self.log_found),
            "false": len(self.false),
            "repaired": sum(one.repaired for one in self.faults),
            "unrepairable": sum(not one.repairable and not one.repaired for one in self.faults),
            "not_repaired": len(self.unrepaired),
        }


@dataclass(frozen=True, slots=True)
class DrillProgress:
    """How far a drill is: faults dealt with and in all."""

    done: int
    total: int


def drill(
    archive: Archive,
    scratch: Archive,
    *,
    agent: str,
    seed: int,
    packages: int = 5,
    flips: int = 100,
    progress: Callable[[DrillProgress], None] = lambda _: None,
) -> DrillResult:
    """Hold a drill on some packages of ``archive``, in ``scratch``, an empty repository that is of no use afterwards.

    The same ``seed`` draws the same packages, and the same faults as long as the packages are the same. That it was
    held, and what it came to, is a row of the log of ``archive``; nothing else there is written. Raises FondsError
    DRILL_EMPTY, STORE_FULL.
    """
    began, draw = time.monotonic(), random.Random(seed)  # noqa: S311 - it must be possible to draw the same again
    scratch = small(scratch)
    chosen = choose(archive, draw, packages)
    taken = take_sample(archive, scratch, chosen, agent)
    result = DrillResult(seed, len(taken), left_out=len(chosen) - len(taken))
    _Drill(scratch, taken, result, draw, agent).run(flips, progress)
    result.log_found = _log_row(scratch, draw)
    result.seconds = round(time.monotonic() - began, 1)
    _record(archive, result, agent)
    return result


def _record(archive: Archive, result: DrillResult, agent: str) -> None:
    detail = {
        "seed": result.seed, "packages": result.packages, "places": result.places, **result.counts,
        "kinds": sorted({one.kind for one in result.faults} | {LOG_KIND}),
        "missed_kinds": sorted({one.kind for one in result.missed}), "skipped": result.skipped,
    }  # fmt: skip
    archive.log.append(DRILL, agent=agent, outcome="success" if result.good else "failure", detail=detail)


def _log_row(scratch: Archive, draw: random.Random) -> bool:
    """Edit a row of the audit log; returns whether its check tells."""
    files = sorted((scratch.root / scratch.settings.log).glob("audit-*.jsonl"))
    lines = files[-1].read_bytes().splitlines(keepends=True)
    number = draw.randrange(len(lines))
    lines[number] = lines[number].replace(b'"agent":"', b'"agent":"x', 1)
    files[-1].write_bytes(b"".join(lines))
    return bool(check_log(scratch).problems)


class _Drill:
    """The rounds of a drill."""

    def __init__(
        self, scratch: Archive, objids: Sequence[str], result: DrillResult, draw: random.Random, agent: str
    ) -> None:
        self._scratch, self._result, self._draw, self._agent = scratch, result, draw, agent
        self._stores = {MAIN_COPY: scratch.store} | {one.copy.name: one.store for one in reachable(scratch)}
        self._versions = {objid: self._sealed(objid) for objid in objids}
        self._lasting = set[Report]()  # what could not be repaired, and is told again
        result.places = len(self._stores)
        result.versions = sum(map(len, self._versions.values()))

    def _sealed(self, objid: str) -> dict[int, tuple[Aip, dict[str, str]]]:
        found = {}
        for aip in all_versions(self._scratch, objid):
            digests = self._scratch.holdings.digests(objid, aip.version)
            found[aip.version] = (aip, Sealed(aip, digests).expected)
        return found

    def run(self, flips: int, progress: Callable[[DrillProgress], None]) -> None:
        """Plant one fault of each kind and so many flips of single bits, in as many rounds as it takes."""
        waiting = deque([*kinds(), *[FLIP_KIND] * flips])
        self._result.skipped = [kind for kind in KINDS if kind not in waiting]
        total = len(waiting)
        while waiting:
            planted, waiting = self._planted(waiting)
            if not planted:
                self._result.skipped += sorted(set(waiting))
                return
            self._judge(planted)
            self._result.faults += planted
            progress(DrillProgress(total - len(waiting), total))

    def _planted(self, waiting: deque[str]) -> tuple[list[Fault], deque[str]]:
        """Plant what finds room; returns that, and what has to wait for another round."""
        grounds = [self._ground(objid) for objid in self._versions]
        counts = dict.fromkeys((ground.objid for ground in grounds), 0)
        planted, left = list[Fault](), deque[str]()
        for kind in waiting:
            fault = self._one(kind, [ground for ground in grounds if counts[ground.objid] < _A_ROUND])
            if fault is None:
                left.append(kind)
            else:
                counts[fault.objid] += 1
                planted.append(fault)
        return planted, left

    def _ground(self, objid: str) -> Ground:
        """Return a package in one place, so that all others still have good bytes."""
        name = self._draw.choice(sorted(self._stores))
        lasting = {(version, path) for one, copy, version, path in self._lasting if (one, copy) == (objid, name)}
        gone = {version for version, path in lasting if not path}
        there = {number: one for number, one in self._versions[objid].items() if number not in gone}
        return Ground(name, self._stores[name], there or self._versions[objid], lasting)

    def _one(self, kind: str, grounds: Sequence[Ground]) -> Fault | None:
        """Plant one fault in the first package that has room for it."""
        plant = FLIP if kind == FLIP_KIND else KINDS[kind]
        for ground in self._draw.sample(grounds, len(grounds)):
            try:
                expected = plant(ground, self._draw)
            except (NoRoomError, FileNotFoundError):
                continue
            ground.touched |= expected.keys()
            for version, path in list(expected):
                if not path:  # the whole version is gone
                    ground.touched |= {(version, one) for one in ground.versions[version][1]}
            return Fault(kind, ground.name, ground.objid, expected, repairable=len(self._stores) > 1)
        return None

    def _judge(self, planted: Sequence[Fault]) -> None:
        """Audit, repair, and look at the bytes: what was told, what was told for nothing, what is good again."""
        told = audit(self._scratch, agent=self._agent, scope=ALL)
        reports = {(one.objid, one.copy, one.version, one.path): one.result for one in told.problems}
        explained = set(self._lasting)
        for fault in planted:
            fault.found = all(
                reports.get((fault.objid, fault.copy, version, path)) in results
                for (version, path), results in fault.expected.items()
            )
            explained |= fault.reports
        self._result.false += sorted(reports.keys() - explained)
        repair(self._scratch, agent=self._agent)
        wrong = set(self._wrong())
        for fault in planted:
            fault.repaired = not any(self._is_wrong(report, wrong) for report in fault.reports)
            if not fault.repaired:
                self._lasting |= fault.reports

    def _is_wrong(self, report: Report, wrong: set[Report]) -> bool:
        objid, copy, version, path = report
        if path:
            return report in wrong or (objid, copy, version, "") in wrong
        return any(one[:3] == (objid, copy, version) for one in wrong)

    def _wrong(self) -> Iterator[Report]:
        """Yield everything that is not, byte for byte, what it was when the drill began."""
        for name, store in self._stores.items():
            for objid, versions in self._versions.items():
                for number, (aip, expected) in versions.items():
                    for path in _differing(store.files(aip.location), expected, self._opener(name, aip)):
                        yield objid, name, number, path

    def _opener(self, name: str, aip: Aip) -> Callable[[str], str]:
        def digest(path: str) -> str:
            try:
                with self._stores[name].open(aip.location, path) as source:
                    return hash_handle(source.fileno())[1]
            except OSError:
                return ""

        return digest


def _differing(there: Iterator[StoredFile], expected: dict[str, str], digest: Callable[[str], str]) -> Iterator[str]:
    try:
        present = {file.path for file in there}
    except OSError:
        yield ""
        return
    yield from present - expected.keys()
    yield from (path for path, sha256 in expected.items() if digest(path) != sha256)


def scratch_root(folder: Path) -> Path:
    """Return where in a folder the scratch repository goes; its copies lie beside it."""
    return folder / "repository"
