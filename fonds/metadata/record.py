"""The whole description of a dossier, read back from the XML files of its package and from nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import BinaryIO

from fonds.metadata.ead3 import read_ead3
from fonds.metadata.mets import read_mets
from fonds.metadata.model import DossierRecord


def read_record(ead3: BinaryIO, mets: BinaryIO | None = None, base: str = "representations/rep1") -> DossierRecord:
    """Return the record: descriptions from ``metadata/descriptive/ead3.xml``, pages from a representation.

    ``mets`` is the METS of the representation whose pages are read, None for a dossier that has none; ``base`` is
    its folder in the package. No image is touched. Raises XmlRefusedError.
    """
    record = read_ead3(ead3)
    return record if mets is None else replace(record, pages=read_mets(mets, base).pages)
