"""What a package of the store gives to one of the dialect: the way from ``eark`` to ``tt05-2025``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from fonds.metadata.model import DossierRecord
from fonds.metadata.premis import Premis, read_premis
from fonds.metadata.record import read_record
from fonds.packaging.tt05.content import PackageFacts, Payload

_DESCRIPTION = "metadata/descriptive/ead3.xml"
_PREMIS = "metadata/preservation/premis.xml"
_REPRESENTATION = "representations/rep1"


@dataclass(frozen=True, slots=True)
class HeldPackage:
    """A dossier of the store: its record, its files where they lie, and what PREMIS says of package and files."""

    record: DossierRecord
    payload: tuple[Payload, ...]
    package: Premis
    representation: Premis

    def facts(self, facts: PackageFacts) -> PackageFacts:
        """Return these facts with the events, agents and rights of the package, which is named as their source.

        Another ``source``, where one is given, stays.
        """
        agents = {agent.id: agent for agent in (*self.package.agents, *self.representation.agents, *facts.agents)}
        return replace(
            facts,
            source=facts.source or self.record.id,
            events=(*self.package.events, *facts.events),
            file_events=(*self.representation.events, *facts.file_events),
            agents=tuple(agents.values()),
            rights=(*self.package.rights, *facts.rights),
        )


def read_held(root: Path) -> HeldPackage:
    """Read an ``eark`` AIP of ours; ``root`` is its ``data/``. No page is opened.

    Raises XmlRefusedError when a metadata file is broken, and OSError when one is missing.
    """
    inner = root / _REPRESENTATION
    with (root / _DESCRIPTION).open("rb") as ead3, (inner / "METS.xml").open("rb") as mets:
        record = read_record(ead3, mets, _REPRESENTATION)
    package, representation = _premis(root / _PREMIS), _premis(inner / _PREMIS)
    payload = tuple(Payload(file, root / file.path) for file in representation.files)
    return HeldPackage(record, payload, package, representation)


def _premis(path: Path) -> Premis:
    with path.open("rb") as stream:
        return read_premis(stream)
