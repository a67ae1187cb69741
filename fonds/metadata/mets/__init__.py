"""METS 1.12 as E-ARK CSIP 2.2 and AIP 2.2 profile it: the packing list of a package or representation.

``write_mets`` writes a stream; ``read_mets`` reads a whole document and ``iter_files`` only its files,
one at a time. ``model`` says what is in it, ``pages`` how the order of the pages is kept and ``related`` how packages
point to one another.
"""

from __future__ import annotations

from fonds.metadata.mets.model import (
    AIP_PROFILE,
    DIP_PROFILE,
    SIP_PROFILE,
    SUPERSEDED,
    TYPE_COLLECTION,
    TYPE_TEXT,
    FileGroup,
    MetadataEntry,
    MetadataRef,
    MetsAgent,
    MetsDocument,
    MetsFile,
    MetsPackage,
    Related,
    Section,
    metadata_ref,
)
from fonds.metadata.mets.read import iter_children, iter_files, read_mets
from fonds.metadata.mets.write import write_mets

__all__ = [
    "AIP_PROFILE",
    "DIP_PROFILE",
    "SIP_PROFILE",
    "SUPERSEDED",
    "TYPE_COLLECTION",
    "TYPE_TEXT",
    "FileGroup",
    "MetadataEntry",
    "MetadataRef",
    "MetsAgent",
    "MetsDocument",
    "MetsFile",
    "MetsPackage",
    "Related",
    "Section",
    "iter_children",
    "iter_files",
    "metadata_ref",
    "read_mets",
    "write_mets",
]
