"""PREMIS 3.0: what the files are, what happened to them, who did it, and who may see them."""

from __future__ import annotations

from fonds.metadata.premis.model import Premis, PremisKind, Rights
from fonds.metadata.premis.read import iter_files, read_premis
from fonds.metadata.premis.write import write_premis

__all__ = ["Premis", "PremisKind", "Rights", "iter_files", "read_premis", "write_premis"]
