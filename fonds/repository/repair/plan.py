"""What is wrong with a package in one place, and from where each file can be had again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fonds.repository.fixity import Sealed
from fonds.repository.ports.catalogue import Problem
from fonds.repository.repair.survey import Place, Reading, Survey

RESTORED, QUARANTINED, REMADE = "restored", "quarantined", "remade"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was just read and has the digest that is looked for."""

    place: Place
    location: str
    path: str


Sources = Mapping[str, Sequence[Source]]
"""By SHA-256 where a file with such bytes was just read, the best first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: give a file its bytes again, put aside what does not belong, or make a whole version again.

    ``path`` is the file in the bag, as it is on the disk ('' for the version as a whole); ``sha256`` what it must be.
    """

    did: str
    sealed: Sealed
    path: str
    problem: Problem
    sha256: str = ""


@dataclass(slots=True)
class Plan:
    """What is to be done in one place; ``hopeless`` is what nobody has good bytes for."""

    place: Place
    steps: list[Step] = field(default_factory=list)
    hopeless: list[Problem] = field(default_factory=list)

    def of(self, did: str) -> list[Step]:
        """Return the steps of a kind."""
        return [step for step in self.steps if step.did == did]


def plans(surveyed: Survey) -> tuple[list[Plan], dict[str, list[Source]]]:
    """Return what is to be done in each place where something is wrong, and where good bytes are.

    A file is taken from wherever it was read and had the digest that was sealed: in a package that is good as a whole
    if there is one, else in any other. Nothing else counts, whatever an earlier check said.
    """
    sources = _sources(surveyed)
    made: dict[str, Plan] = {}
    for reading in surveyed.readings:
        plan = made.setdefault(reading.place.name, Plan(reading.place))
        for step in _steps(reading):
            if _can_be_had(step, sources):
                plan.steps.append(step)
            else:
                plan.hopeless.append(step.problem)
    return [plan for plan in made.values() if plan.steps or plan.hopeless], sources


def _sources(surveyed: Survey) -> dict[str, list[Source]]:
    wanted = {sha for reading in surveyed.readings for step in _steps(reading) for sha in _needed(step)}
    found: dict[str, list[Source]] = defaultdict(list)
    for reading in sorted(surveyed.readings, key=lambda one: bool(one.problems)) if wanted else ():
        bad = {problem.path for problem in reading.problems}
        if "" not in bad:
            for path, sha in reading.sealed.expected.items():
                if sha in wanted and path not in bad:
                    found[sha].append(Source(reading.place, reading.sealed.aip.location, path))
    return dict(found)


def _needed(step: Step) -> list[str]:
    return list(step.sealed.expected.values()) if step.did == REMADE else [step.sha256] if step.sha256 else []


def _can_be_had(step: Step, sources: Sources) -> bool:
    return all(sha in sources for sha in _needed(step))


def _steps(reading: Reading) -> Iterator[Step]:
    sealed, expected = reading.sealed, reading.sealed.expected
    for problem in reading.problems:
        if not problem.path:
            yield Step(REMADE, sealed, "", problem)
        elif problem.result == "extra":
            yield Step(QUARANTINED, sealed, _real_path(reading, problem.path), problem)
        else:
            yield Step(RESTORED, sealed, problem.path, problem, expected[problem.path])


def _real_path(reading: Reading, told: str) -> str:
    """Return the path of a stray file as it is on the disk: a problem tells it escaped where it is not UTF-8."""
    for file in reading.place.store.files(reading.sealed.aip.location):
        if file.path.encode(errors="backslashreplace").decode() == told:
            return file.path
    return told
