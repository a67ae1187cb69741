"""What one METS file of the ``tt05-2025`` dialect says, for writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fonds.metadata.mets import FileGroup, MetadataRef
from fonds.metadata.tt05.model import DocumentFiles, PackageKind


@dataclass(frozen=True, slots=True)
class Tt05Mets:
    """The METS of a package (``base`` '') or of its representation (``base`` "representations/rep1").

    ``package`` is the OBJID of the package, from which the ids in the file are made. ``created`` is ISO 8601;
    ``software`` name and version. ``fonds`` is the code that the note IDENTIFICATIONCODE carries, ``organization`` who
    hands over, ``agreement`` the registration of the hand-over, ``alternatives`` further altRecordID (TYPE, value).
    ``documents`` link descriptions to files; files of the
    data groups that no document names are attachments.
    """

    package: str
    kind: PackageKind
    created: str
    software: tuple[str, str]
    fonds: str
    organization: str = ""
    label: str = ""
    status: str = "NEW"
    agreement: str = ""
    alternatives: Sequence[tuple[str, str]] = ()
    base: str = ""
    metadata: Sequence[MetadataRef] = ()
    groups: Sequence[FileGroup] = ()
    documents: Sequence[DocumentFiles] = ()
