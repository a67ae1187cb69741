"""BagIt (RFC 8493): reading, writing and validating bags.

Written is version 1.0; read are the drafts from 0.93 on too.
"""

from __future__ import annotations

from fonds.packaging.bag.algorithms import ALGORITHMS, WRITABLE
from fonds.packaging.bag.manifest import Entry, manifest_lines, read_manifest
from fonds.packaging.bag.names import decode_path, encode_path
from fonds.packaging.bag.report import BagProgress, BagReport
from fonds.packaging.bag.tags import MANIFEST, TAGMANIFEST, Seal, write_tags
from fonds.packaging.bag.validate import validate_bag
from fonds.packaging.bag.write import SourceRefusedError, WrittenBag, write_bag

__all__ = [
    "ALGORITHMS",
    "MANIFEST",
    "TAGMANIFEST",
    "WRITABLE",
    "BagProgress",
    "BagReport",
    "Entry",
    "Seal",
    "SourceRefusedError",
    "WrittenBag",
    "decode_path",
    "encode_path",
    "manifest_lines",
    "read_manifest",
    "validate_bag",
    "write_bag",
    "write_tags",
]
