"""What is asked of an export, and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from fonds.metadata.tt05 import PackageKind
from fonds.packaging.dip import RequestSlip
from fonds.packaging.eark import PackageType
from fonds.packaging.forms import Dialect, Form
from fonds.repository.outcome import Blocked
from fonds.schemas.findings import Finding


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is wanted: the kind of package, where to, in which form.

    ``version`` 0 is the newest. ``slip`` is the reader's request that a DIP answers. ``loose``: a lot of loose
    documents (``…_tailieu``) instead of a dossier; only in ``tt05-2025``.
    """

    type: PackageType
    out: Path
    form: Form
    version: int = 0
    slip: RequestSlip | None = None
    loose: bool = False

    @property
    def kind(self) -> PackageKind:
        """Which package of the circular is made."""
        if self.type is PackageType.DIP:
            return PackageKind.DIP
        return PackageKind(f"{self.type.value}_{'tailieu' if self.loose else 'hoso'}")

    @property
    def name(self) -> str:
        """What is made, in one word: SIP, AIP, DIP, or the circular's own name."""
        return self.kind.value if self.form.dialect is Dialect.TT05 else self.type.value


@dataclass(frozen=True, slots=True)
class Exported:
    """A package that is in the folder. ``id`` is the stored package it was made from, ``part`` the document in it.

    ``made`` says that it is new. ``findings`` are the gaps of its description and what its reader was not given.
    """

    path: Path
    objid: str
    id: str
    code: str
    version: int
    pages: int
    files: int
    bytes: int
    part: str = ""
    made: bool = True
    findings: Sequence[Finding] = ()


@dataclass(slots=True)
class ExportResult:
    """What became of an export: packages, and what was left out and why."""

    packages: list[Exported] = field(default_factory=list)
    blocked: list[Blocked] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ExportProgress:
    """How far an export is: packages done and in all, files read of the one in hand and in all."""

    packages: int
    total: int
    files: int
    total_files: int
