"""EAD3 1.1.1: the master description of a dossier and of a whole fonds, from which the catalogue is rebuilt.

``archdesc`` (the fonds) holds ``dsc`` > ``c level="series"`` where there is a series > ``c level="file"`` (the
dossier) > ``c level="item"`` (its documents and pictures). Nothing is lost, by these rules:

- ``@encodinganalog`` of a level names what it describes (``tt05:dossier``), that of an element the field whose text
  it holds (``tt05:title``); the keys are those of ``schemas/vocabulary/fields.json``. The element is the one the
  crosswalk to ISAD(G) gives (``places``); a field without a place is an ``odd`` with its label as head.
- ``@localtype`` of such an element is the code from the code list. Where EAD3 has no such attribute (language,
  quantities, dates) the code is ``<didnote encodinganalog="tt05:language/code">``.
- Where the delivered cell read otherwise, ``<didnote encodinganalog="tt05:title/written">`` keeps it.
- Columns that no field answers to are ``<odd localtype="extra">`` with the header as ``head``.
- Dates are ``unitdatestructured``; ``@localtype`` names the field, ``@standarddate`` is EDTF, ``@notbefore`` and
  ``@notafter`` bound it. ``langcode``, the split subjects and these attributes are derived and not read back.
- Ids are ``<unitid localtype="id">``; an item points to each of its pages with a ``dao`` whose ``@identifier`` is
  the sequence of the page. What a page is (sheet, file, size) is kept in the METS of the representation.
- The EAD3 of a whole fonds has every level with its id, the series in the series they belong to. A dossier whose
  package is in the store has a ``dao`` that names it by OBJID; pages are known by the packages alone.

The writer raises ValueError for a character that XML 1.0 cannot carry: intake has to replace such characters
(``schemas.xml.replace_illegal``) and note it, because silently dropping them here would falsify the record.
"""

from __future__ import annotations

from fonds.metadata.ead3.control import Maintenance
from fonds.metadata.ead3.fonds import write_fonds
from fonds.metadata.ead3.read import read_ead3, read_fonds
from fonds.metadata.ead3.write import write_ead3

__all__ = ["Maintenance", "read_ead3", "read_fonds", "write_ead3", "write_fonds"]
