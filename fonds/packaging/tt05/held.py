"""What a package of the store gives to one of the dialect: the way from ``eark`` to ``tt05-2025``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.metadata.model import DossierRecord, FileRecord
from fonds.packaging.eark import PackageContent, Representation, read_package
from fonds.packaging.tt05.content import Further, PackageFacts, Payload

_SUPERSEDED = "metadata/descriptive/superseded/"
_KEPT = "documentation/fonds_superseded/"
Locate = Callable[[str], Path]
"""Says where a file lies, by its path from the package root."""


@dataclass(frozen=True, slots=True)
class HeldPackage:
    """A dossier of the store: all that its package says, and its files where they lie.

    ``payload`` are the files of the first representation, the one that readers see; ``further`` are the others.
    ``kept`` is what comes along besides: documentation, and descriptions of older versions.
    """

    content: PackageContent
    payload: tuple[Payload, ...]
    further: tuple[Further, ...]
    kept: Mapping[str, Path]

    @property
    def record(self) -> DossierRecord:
        """The description, with the pages of the first representation."""
        return self.content.record

    def facts(self, facts: PackageFacts) -> PackageFacts:
        """Return these facts with all that the package has besides record and payload, named as their source.

        Another ``source``, where one is given, stays.
        """
        content = self.content
        agents = {agent.id: agent for agent in (*content.agents, *facts.agents)}
        first = content.representations[:1]
        return replace(
            facts,
            source=facts.source or content.record.id,
            events=(*content.events, *facts.events),
            file_events=(*(event for one in first for event in one.events), *facts.file_events),
            agents=tuple(agents.values()),
            rights=(*content.rights, *facts.rights),
            kept={**self.kept, **facts.kept},
            details=(*content.documentation, *facts.details),
            further=(*self.further, *facts.further),
        )


def read_held(root: Path) -> HeldPackage:
    """Read an ``eark`` package of ours; ``root`` is the folder of its METS.xml. No page is opened.

    Raises XmlRefusedError when a metadata file is broken, and OSError when one is missing.
    """
    return held_package(read_package(lambda path: (root / path).open("rb")), lambda path: root / path)


def held_package(content: PackageContent, locate: Locate) -> HeldPackage:
    """Return the package that says this and whose files lie where ``locate`` says."""
    first, *others = content.representations or [Representation("rep1", ())]
    old = {file.path.replace(_SUPERSEDED, _KEPT): locate(file.path) for file in content.superseded}
    return HeldPackage(
        content,
        _payload(first.files, locate),
        tuple(Further(one.name, _payload(one.files, locate), one.pages, one.events) for one in others),
        {**old, **{file.path: locate(file.path) for file in content.documentation}},
    )


def _payload(files: Iterable[FileRecord], locate: Locate) -> tuple[Payload, ...]:
    return tuple(Payload(file, locate(file.path)) for file in files)
