"""One dossier of a delivery on its way into a SIP of either dialect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.tt05 import PackageKind, folder_name, make_objid
from fonds.packaging.eark import SIGNATURE, PackageContent, build_package
from fonds.packaging.forms import Dialect, Form
from fonds.packaging.names import safe_name
from fonds.packaging.outgoing import Outgoing
from fonds.packaging.standing import Standing
from fonds.packaging.tt05 import PackageFacts, Payload, write_package
from fonds.repository.intake.submission import SubmittedDossier
from fonds.repository.submission_signature import signature
from fonds.repository.submitted import (
    SOFTWARE,
    SourceChangedError,
    copy_payload,
    dossier_record,
    now,
    payload_records,
)
from fonds.repository.submitting import SubmissionHeader, sip_content, sip_objid, submission_header
from fonds.schemas.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class PackOrder:
    """How to pack: the folder for the packages, their form, and who hands over under which agreement.

    ``loose``: what is packed are lots of loose documents and not dossiers (SIP_tailieu; only in ``tt05-2025``).
    """

    out: Path
    form: Form
    organization: str = ""
    agreement: str = ""
    loose: bool = False

    @property
    def kind(self) -> PackageKind:
        """Which package of the circular is made."""
        return PackageKind.SIP_LOT if self.loose else PackageKind.SIP_DOSSIER


@dataclass(frozen=True, slots=True)
class Packed:
    """A SIP that is in the folder. ``gaps`` are the errors of its description, ``made`` says that it is new."""

    path: Path
    objid: str
    code: str
    pages: int
    files: int
    bytes: int
    made: bool = True
    gaps: Sequence[Finding] = ()


class OtherPackageError(Exception):
    """The place is taken by a package with something else in it; ``reason`` is content, header or unreadable."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason


class Sip:
    """One dossier on its way into a SIP."""

    def __init__(self, dossier: SubmittedDossier, order: PackOrder, agent: str) -> None:
        self._dossier, self._order, self._agent = dossier, order, agent
        self._id = sip_objid(dossier)
        self._files = payload_records(dossier)
        self._record = dossier_record(dossier, self._id, self._files)
        self._mark = signature(dossier)
        self.size = sum(file.size for file in dossier.files)
        if order.form.dialect is Dialect.TT05:
            self.objid = make_objid(order.kind, self._id, safe_name(self._record.fonds_code))
        else:
            self.objid = self._id
        self.folder = folder_name(self.objid)

    def _header(self) -> SubmissionHeader:
        order = self._order
        return submission_header(
            self._record, organization=order.organization, agreement=order.agreement, signature=self._mark
        )

    def require_same(self, standing: Standing) -> None:
        """Raise OtherPackageError when the package that is there is not what would be made."""
        if standing.signature != self._mark:
            raise OtherPackageError(standing.path, "content" if standing.signature else "unreadable")
        wanted = self._header()
        agreement = dict(wanted.alternatives).get("SUBMISSIONAGREEMENT", "")
        if self._order.form.dialect is Dialect.TT05:
            agreement = agreement or self._record.code
        submitter = wanted.agents[-1].name
        if (standing.agreement, standing.organization, standing.bag) != (agreement, submitter, self._bag):
            raise OtherPackageError(standing.path, "header")

    @property
    def _bag(self) -> bool:
        return self._order.form.bag and self._order.form.dialect is Dialect.EARK

    def make(self, stage: Path) -> None:
        """Make the package in ``stage``. Raises SourceChangedError, and as ``build_package`` and ``write_package``."""
        if self._order.form.dialect is Dialect.TT05:
            self._make_tt05(stage)
        else:
            build_package(stage / self.folder, self._fill, bag=self._bag, info={SIGNATURE: self._mark})

    def _fill(self, root: Path) -> PackageContent:
        files = copy_payload(self._dossier, root)
        return sip_content(self._dossier, files, self._agent, self._header(), Dialect.EARK)

    def _make_tt05(self, stage: Path) -> None:
        known = sip_content(self._dossier, self._files, self._agent, self._header(), Dialect.TT05)
        facts = PackageFacts(
            now(), SOFTWARE, self._header().agents[-1].name, self._order.agreement,
            events=known.events, file_events=known.representations[0].events, agents=known.agents,
            alternatives=((SIGNATURE, self._mark),),
        )  # fmt: skip
        files = [Payload(record, file.path) for record, file in zip(self._files, self._dossier.files, strict=True)]
        try:
            write_package(stage, self._order.kind, self._record, files, facts)
        except RefusedError as error:
            changed = next((file for file in self._dossier.files if file.path == error.data.get("path")), None)
            if changed is None:
                raise
            raise SourceChangedError(changed.where) from error

    def made(self, outgoing: Outgoing) -> Packed:
        """Return what is to be told of the package that was made."""
        gaps = [one for one in outgoing.findings if one.severity is Severity.ERROR]
        pages = len(self._record.pages)
        return Packed(outgoing.path, self.objid, self._dossier.code, pages, outgoing.files, outgoing.bytes, gaps=gaps)

    def unchanged(self, there: Standing) -> Packed:
        """Return what is to be told of the package that is there already."""
        pages = len(self._record.pages)
        return Packed(there.path, self.objid, self._dossier.code, pages, there.files, there.bytes, made=False)
