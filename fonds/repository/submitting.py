"""What a SIP says: who made the archives, who hands them over, under which agreement; and what was done before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fonds.metadata.ids import submission_objid
from fonds.metadata.mets import MetsAgent
from fonds.metadata.model import DossierRecord, FileRecord, fonds_code
from fonds.metadata.simpledc import archive_code
from fonds.packaging.eark import FIRST, SIGNATURE, PackageContent, PackageType, Representation
from fonds.packaging.forms import Dialect
from fonds.repository.checked import check_events
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.submitted import (
    SOFTWARE,
    access_rights,
    acting,
    creation_event,
    dossier_record,
    file_events,
    gate_event,
    now,
)

MADE: Mapping[Dialect, str] = {
    Dialect.EARK: "E-ARK SIP 2.2 with everything that is known of the dossier",
    Dialect.TT05: "SIP of Circular 05/2025/TT-BNV with everything that is known of the dossier",
}
"""What PREMIS says of the making of a SIP."""


@dataclass(frozen=True, slots=True)
class SubmissionHeader:
    """What the header of a SIP says of who hands over what, under which agreement (SIP3 to SIP20)."""

    agents: tuple[MetsAgent, ...]
    alternatives: tuple[tuple[str, str], ...]
    status: str = "NEW"


def submission_header(
    record: DossierRecord, *, organization: str = "", agreement: str = "", signature: str = ""
) -> SubmissionHeader:
    """Return the header of the SIP of a dossier.

    Who made the archives is the fonds (SIP9); ``organization`` hands over, the fonds itself where it is ''. The code of
    the fonds identifies both, as in the circular. ``signature`` is that of the submission.
    """
    creator = record.fonds.text("fondName") or record.fonds_code
    code = record.fonds_code, "IDENTIFICATIONCODE"
    told = (("SUBMISSIONAGREEMENT", agreement), ("REFERENCECODE", archive_code(record)), (SIGNATURE, signature))
    return SubmissionHeader(
        (
            MetsAgent("ARCHIVIST", "ORGANIZATION", creator, "", *code),
            MetsAgent("CREATOR", "ORGANIZATION", organization or creator, "", *code),
        ),
        tuple((kind, text) for kind, text in told if text),
    )


def sip_objid(dossier: SubmittedDossier) -> str:
    """Return the OBJID of the SIP of a dossier, the same whenever its producer packs it."""
    return submission_objid(fonds_code(dossier.fonds), dossier.code)


def sip_content(
    dossier: SubmittedDossier, files: Sequence[FileRecord], agent: str, header: SubmissionHeader, dialect: Dialect
) -> PackageContent:
    """Put the content of a SIP together at its producer's; ``agent`` is who packs it."""
    created = now()
    record = dossier_record(dossier, sip_objid(dossier), files)
    file_level = (*file_events(created), *check_events(dossier.files, files, created))
    return PackageContent(
        type=PackageType.SIP,
        record=record,
        representations=(Representation(FIRST, files, record.pages, file_level),),
        events=[gate_event(dossier, created), creation_event(created, MADE[dialect])],
        agents=acting(agent),
        rights=(access_rights(record),),
        created=created,
        modified=created,
        software=SOFTWARE,
        header=header.agents,
        alternatives=header.alternatives,
        status=header.status,
    )
