"""Which fonds and which dossier a package is: what it says, what the archive holds, what the person typed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from fonds.metadata.model import Description, Kind, Value, fonds_code
from fonds.repository.intake.received.package import ReadPackage
from fonds.schemas.findings import Finding, finding

_CODES = {"archiveCode", "fondsCode"}

Held = Callable[[str], Description | None]
"""Returns the description of a fonds that the archive holds, by its code."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The fonds (empty when it is not known) and the dossier as they will be held."""

    fonds: Description
    dossier: Description
    findings: tuple[Finding, ...]


def identify(package: ReadPackage, given: str, held: Held) -> Identity:
    """Settle fonds, code and title. ``given`` is the code of the fonds that the person typed, '' for none.

    A fonds that is held stays as it is described in the archive.
    """
    found: list[Finding] = []
    fonds = _fonds(package.described.fonds, given, held, found)
    dossier = package.described.dossier
    if not dossier.text("fileCode"):
        code, source = next(iter(package.described.identifiers), (package.objid, "OBJID"))
        dossier = _with(dossier, "fileCode", code)
        found.append(finding("RECEIVED_CODE_FOUND", ".", code=code, source=source))
    if not dossier.text("title"):
        dossier = _with(dossier, "title", dossier.text("fileCode"))
        found.append(finding("RECEIVED_NO_TITLE", "."))
    return Identity(fonds, dossier, tuple(found))


def _with(dossier: Description, key: str, text: str) -> Description:
    return replace(dossier, values={**dossier.values, key: Value(text)})


def _fonds(said: Description | None, given: str, held: Held, found: list[Finding]) -> Description:
    own = fonds_code(said) if said else ""
    code = given or own
    if not code:
        found.append(finding("RECEIVED_FONDS_MISSING", "."))
        return Description(Kind.FONDS)
    if given and own and own != given:
        found.append(finding("RECEIVED_FONDS_OTHER", ".", said=own, given=given))
    known = held(code)
    if known is None:
        return _new(said, own, code)
    if said and own == code and said != known and (set(said.values) - _CODES or said.extra):
        found.append(finding("RECEIVED_FONDS_HELD", ".", code=code))
    return known


def _new(said: Description | None, own: str, code: str) -> Description:
    """Return a fonds that is not held yet: as the package describes it, unless it speaks of another one."""
    if said and own == code:
        return said
    values = {"fondsCode": Value(code)}
    return replace(said, values={**said.values, **values}) if said and not own else Description(Kind.FONDS, values)
