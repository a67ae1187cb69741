"""Which of the five packages this is.

The descriptions tell it better than METS, where the circular's own examples contradict its tables (a DIP that calls
itself SIP).
"""

from __future__ import annotations

from fonds.metadata.mets import MetsDocument
from fonds.metadata.simpledc import SimpleDc
from fonds.metadata.tt05.model import PackageKind


def detect(mets: MetsDocument, ead: SimpleDc, *, preserved: bool) -> PackageKind:
    """Return the kind; ``preserved`` says that there is a PREMIS file, which counts where nothing else tells."""
    names = {name for name, _ in ead.elements}
    if "requestID" in names:
        return PackageKind.DIP
    oais = _oais(mets, names, preserved)
    lot = "source" in names or (mets.type.casefold() == "collection" and "startDate" not in names)
    if oais == "DIP":
        return PackageKind.DIP
    if oais == "AIP":
        return PackageKind.AIP_LOT if lot else PackageKind.AIP_DOSSIER
    return PackageKind.SIP_LOT if lot else PackageKind.SIP_DOSSIER


def _oais(mets: MetsDocument, names: set[str], preserved: bool) -> str:
    for said in (mets.package_type, mets.type):
        if said.upper() in {"SIP", "AIP", "DIP"}:
            return said.upper()
    archival = "arcFileCode" in names or mets.objid.casefold().startswith("urn")
    return "AIP" if archival or (preserved and "fileCode" not in names) else "SIP"
