"""What a repair came to, package by package."""

from __future__ import annotations

from dataclasses import dataclass, field

from fonds.errors import FondsError
from fonds.repository.ports.catalogue import Problem
from fonds.repository.repair.mend import Done
from fonds.repository.repair.plan import Step


@dataclass(slots=True)
class Repaired:
    """One package.

    ``planned`` is what was to be done, ``done`` what was; ``hopeless`` is what no place has good bytes for, and was
    left as it is. ``unreached`` are the places that could not be had; ``errors`` what stood in the way of a repair
    that was needed: a place that could not be had or written to. ``verified``: everything was read again afterwards and
    is as it was sealed. ``closed`` are the numbers of the incidents that were closed.
    """

    objid: str
    name: str
    planned: list[Step] = field(default_factory=list)
    done: list[Done] = field(default_factory=list)
    hopeless: list[Problem] = field(default_factory=list)
    unreached: list[tuple[str, FondsError]] = field(default_factory=list)
    errors: list[tuple[str, FondsError]] = field(default_factory=list)
    verified: bool = False
    closed: list[int] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong with it any more, anywhere."""
        return self.verified and not self.hopeless and not self.errors


@dataclass(slots=True)
class RepairResult:
    """All packages that were looked at. ``resumed`` counts repairs that had been cut short and were gone on with."""

    dry_run: bool = False
    packages: list[Repaired] = field(default_factory=list)
    resumed: int = 0

    @property
    def good(self) -> bool:
        """Whether everything is right now; after a dry run, whether it could be put right."""
        if self.dry_run:
            return not any(one.hopeless or one.errors or one.planned for one in self.packages)
        return all(one.good for one in self.packages)

    @property
    def hopeless(self) -> bool:
        """Whether something is wrong that cannot be put right from any place that could be read."""
        return any(one.hopeless for one in self.packages)


@dataclass(frozen=True, slots=True)
class RepairProgress:
    """How far a repair is: packages done and in all, and the name of the one at hand."""

    packages: int
    total: int
    name: str
