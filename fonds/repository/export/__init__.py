"""Packages out of the archive: the stored one itself (AIP), one for another archive (SIP), a copy for a reader (DIP).

Every file is compared with what was sealed at ingest while it is read; a DIP holds what the policy gives its reader and
nothing else; each package is judged by our own rules, and written down in the audit log, before anybody sees it.
"""

from __future__ import annotations

from fonds.repository.export.order import Exported, ExportOrder, ExportProgress, ExportResult
from fonds.repository.export.run import export

__all__ = ["ExportOrder", "ExportProgress", "ExportResult", "Exported", "export"]
