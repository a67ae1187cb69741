"""Packages of the state hand-over, dialect ``tt05-2025`` (Thông tư 05/2025/TT-BNV), by our reading of the circular.

``write_package`` and ``zip_package`` write them strictly, ``read_package`` reads anybody's, ``validate_package`` says
what is wrong with one, ``read_held`` gives what a package of the store brings along.
"""

from __future__ import annotations

from fonds.metadata.tt05.model import PackageKind, ReaderRequest
from fonds.packaging.tt05.content import Further, PackageFacts, Payload, WrittenPackage
from fonds.packaging.tt05.held import HeldPackage, held_package, read_held
from fonds.packaging.tt05.package import Tt05Package, Unread
from fonds.packaging.tt05.read import kept_files, read_package
from fonds.packaging.tt05.recognise import is_tt05
from fonds.packaging.tt05.validate import Tt05Report, validate_package
from fonds.packaging.tt05.write import write_package
from fonds.packaging.tt05.zip import zip_name, zip_package

__all__ = [
    "Further",
    "HeldPackage",
    "PackageFacts",
    "PackageKind",
    "Payload",
    "ReaderRequest",
    "Tt05Package",
    "Tt05Report",
    "Unread",
    "WrittenPackage",
    "held_package",
    "is_tt05",
    "kept_files",
    "read_held",
    "read_package",
    "validate_package",
    "write_package",
    "zip_name",
    "zip_package",
]
