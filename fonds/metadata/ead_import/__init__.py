"""Finding aids of other archives, EAD 2002 and EAD3, as our descriptions; nothing they say is lost.

A field is filled where the crosswalk has one and the level knows it (``fields``). Where the field does not say all of
an element (attributes, mixed content, heads, a second title), and for every element without a field, its XML is kept
in ``extra`` under its path (``did/physdesc``). Dates become EDTF, from @normal or @standarddate where they are given.
"""

from __future__ import annotations

from fonds.metadata.ead_import.model import Branch, ImportedUnit, tree
from fonds.metadata.ead_import.read import read_finding_aid

__all__ = ["Branch", "ImportedUnit", "read_finding_aid", "tree"]
