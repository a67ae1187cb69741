"""Finding aids of other archives, EAD 2002 and EAD3: fonds, series, dossiers and documents, digitised or not.

``import_finding_aid`` says what one would change and, when told so, stores a new version of the package of the fonds
with all of it, and the file itself among its documentation. ``undo_import`` takes that back. What is held already
stays as its own package describes it; of a fonds or series what is missing is filled in.

    reading    the units of the file, put into the order of the document through a temporary file
    placing    what each becomes here: its id, its place in our hierarchy
    plan       against what is held: new, the same, changed, held
    draft      the whole fonds as it shall be, from several sources, in reading order
"""

from __future__ import annotations

from fonds.repository.finding_aid.importing import FindingAid, import_finding_aid
from fonds.repository.finding_aid.plan import FindingAidResult, Previewed, Verdict
from fonds.repository.finding_aid.undoing import imported_by, undo_import

__all__ = [
    "FindingAid",
    "FindingAidResult",
    "Previewed",
    "Verdict",
    "import_finding_aid",
    "imported_by",
    "undo_import",
]
