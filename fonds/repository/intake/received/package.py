"""What a package says, whoever made it: read with as much tolerance as nothing is lost by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from fonds.metadata.mets import MetsAgent, MetsDocument
from fonds.metadata.model import Agent, Description, Event, FileRecord, Kind, Page
from fonds.schemas.findings import Finding, finding

_ROLES = {"CREATOR", "EDITOR", "ARCHIVIST", "PRESERVATION", "DISSEMINATOR", "CUSTODIAN", "IPOWNER"}
_TYPES = {"INDIVIDUAL", "ORGANIZATION", "OTHER"}


@dataclass(frozen=True, slots=True)
class ReadItem:
    """A document of a package: on the pages with these numbers (``sequences``), or in these files."""

    description: Description
    sequences: tuple[int, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(slots=True)
class Described:
    """What the descriptive metadata say; ``fonds`` None: not which fonds it belongs to.

    ``identifiers`` are other names of the dossier, with where they stand.
    """

    dossier: Description = field(default_factory=lambda: Description(Kind.DOSSIER))
    fonds: Description | None = None
    series: Description | None = None
    items: tuple[ReadItem, ...] = ()
    identifiers: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class ReadRepresentation:
    """One representation: its folder, its files in order, and the pages where the package says which there are."""

    base: str
    files: list[str]
    pages: tuple[Page, ...] = ()
    events: list[Event] = field(default_factory=list)


@dataclass(slots=True)
class ReadPackage:
    """Everything that was understood. Paths are from the package root.

    ``stated`` is what is said of files, by path; ``digests`` are the SHA-256 that METS states. Objects of events are
    paths of files from the top of the submission, representations as they will be (``representations/rep1``), or what
    was written.
    """

    objid: str
    label: str
    header: tuple[MetsAgent, ...] = ()
    alternatives: tuple[tuple[str, str], ...] = ()
    described: Described = field(default_factory=Described)
    representations: list[ReadRepresentation] = field(default_factory=list)
    stated: dict[str, FileRecord] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    agents: list[Agent] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def payload(self) -> set[str]:
        """Return the files of all representations."""
        return {path for one in self.representations for path in one.files}

    def kept_only(self, path: str, reason: str) -> None:
        """Note that a metadata file is kept, and that nothing of it is used."""
        self.findings.append(finding("RECEIVED_KEPT_ONLY", path, reason=reason))


def begun(root: MetsDocument, name: str) -> ReadPackage:
    """Return a package of which only the header is known; ``name`` is that of its folder."""
    return ReadPackage(
        root.objid or name,
        root.label,
        tuple(agent for agent in root.agents if _carried(agent)),
        tuple((kind, value) for kind, value in root.alternatives if kind and value),
    )


def _carried(agent: MetsAgent) -> bool:
    """Say whether an agent of the header goes along: no program, and in the words that METS has for agents."""
    return agent.other_type != "SOFTWARE" and bool(agent.name) and agent.role in _ROLES and agent.type in _TYPES


def moment(text: str) -> str:
    """Return a time that can be believed: ISO 8601 with a zone, '' for anything else."""
    try:
        return text if datetime.fromisoformat(text).tzinfo else ""
    except ValueError:
        return ""
