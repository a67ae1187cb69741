"""Correcting descriptions in bulk: a table goes out, comes back changed, and what it changes gets new versions.

``export_table`` writes the table, ``import_table`` reads it back, shows what it would change and, when told so, does it
as one run; ``undo_run`` takes a run back. What is edited are dossiers and the documents, pictures and recordings in
them: units whose record lies in a dossier's package. Fonds and series are refused (``rows.py``): their own
descriptions lie in the fonds' package.
"""

from __future__ import annotations

from fonds.repository.describe.export import Exported, export_table
from fonds.repository.describe.importing import import_table
from fonds.repository.describe.result import CellChange, DescribeResult, NewVersion, UnitChange
from fonds.repository.describe.runs import Run, recent_runs
from fonds.repository.describe.undo import undo_run

__all__ = [
    "CellChange",
    "DescribeResult",
    "Exported",
    "NewVersion",
    "Run",
    "UnitChange",
    "export_table",
    "import_table",
    "recent_runs",
    "undo_run",
]
