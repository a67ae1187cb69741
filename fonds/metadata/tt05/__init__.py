"""The dialect ``tt05-2025``: the information packages of Thông tư 05/2025/TT-BNV, Annexes I to V, by our reading.

Our reading rests on secondary sources; the circular contradicts itself in places. So what we write is strict, what we
read may deviate, and every list is data (``schemas/vocabulary/packages.json``). Pure: the files are the business of
``packaging.tt05``.
"""

from __future__ import annotations

from fonds.metadata.tt05.fields import document_fields, package_fields, request_fields
from fonds.metadata.tt05.identifiers import ObjectId, folder_name, make_objid, parse_objid
from fonds.metadata.tt05.mets import write_tt05_mets
from fonds.metadata.tt05.mets_model import Tt05Mets
from fonds.metadata.tt05.model import DocumentFiles, LinkedDocument, PackageKind, ReaderRequest

__all__ = [
    "DocumentFiles",
    "LinkedDocument",
    "ObjectId",
    "PackageKind",
    "ReaderRequest",
    "Tt05Mets",
    "document_fields",
    "folder_name",
    "make_objid",
    "package_fields",
    "parse_objid",
    "request_fields",
    "write_tt05_mets",
]
