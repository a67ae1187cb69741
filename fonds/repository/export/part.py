"""A DIP: what one reader is given of a stored package, with the sheet that says so, in either dialect."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from fonds.metadata.ids import dissemination_objid
from fonds.metadata.mets import MetsAgent
from fonds.metadata.model import Event, FileRecord
from fonds.metadata.tt05 import PackageKind, folder_name, make_objid, request_fields
from fonds.metadata.tt05.identifiers import HANOI
from fonds.packaging.digest import hash_file
from fonds.packaging.dip import AuthenticationSheet, RequestSlip, delivered_documents, make_sheet, write_sheet
from fonds.packaging.eark import PackageContent, PackageType, build_package
from fonds.packaging.forms import Dialect
from fonds.packaging.names import safe_name
from fonds.packaging.tt05 import PackageFacts, Payload, write_package
from fonds.repository.export.given import ARCHIVE, Given, given_part
from fonds.repository.export.plan import NotGivenError, Plan, Task, archive_name, new_event, size_of
from fonds.repository.submitted import SOFTWARE, access_rights, acting, now, with_agents
from fonds.schemas.findings import Finding, finding

SHEET_FILE = "documentation/authentication-sheet.pdf"
_PDFA = ("application/pdf", "fmt/478", "Acrobat PDF/A - Portable Document Format", "2u")


def copy_for_reader(task: Task, content: PackageContent) -> Plan:
    """Return the plan for a DIP. Raises NotGivenError when there is nothing that may be given."""
    given = given_part(
        content, task.allowed, archive_name(task, content.record), item=task.chosen.item, floor=task.chosen.floor
    )
    if not given.representation.files or (task.chosen.item and not given.record.pages):
        raise NotGivenError(task.chosen, "nothing")
    copy = _Copy(task, given)
    files = list(given.representation.files)
    return Plan(
        copy.objid, folder_name(copy.objid), len(files), size_of(files), len(given.record.pages), copy.make,
        tuple(_withheld(task, given)), copy.sheet.code if copy.sheet else "",
    )  # fmt: skip


def _withheld(task: Task, given: Given) -> Iterator[Finding]:
    if given.withheld:
        yield finding("EXPORT_PAGES_WITHHELD", task.chosen.unit.code or task.chosen.unit.id, count=given.withheld)


class _Copy:
    """One DIP on its way."""

    def __init__(self, task: Task, given: Given) -> None:
        self._task, self._given = task, given
        slip, aip = task.order.slip, task.aip
        asked = _fingerprint(asdict(slip)) if slip else ""
        self._id = dissemination_objid(aip.objid, aip.version, task.chosen.item, asked)
        self._record = replace(given.record, id=self._id)
        self.objid = self._id
        if task.order.form.dialect is Dialect.TT05:
            self.objid = make_objid(PackageKind.DIP, self._id, safe_name(given.record.fonds_code))
        self.sheet = self._sheet(slip) if slip else None

    def _sheet(self, slip: RequestSlip) -> AuthenticationSheet:
        given = tuple(item for item in self._record.items if item.pages)
        return make_sheet(
            slip,
            delivered_documents(replace(self._record, items=given)),
            objid=self.objid,
            archive=self._task.holder,
            issued=datetime.now(HANOI).date(),
        )

    def make(self, stage: Path) -> None:
        """Make the package in ``stage``."""
        if self._task.order.form.dialect is Dialect.TT05:
            self._make_tt05(stage)
        else:
            build_package(stage / self.objid, self._fill, bag=self._task.order.form.bag)

    def _fill(self, root: Path) -> PackageContent:
        for file in self._given.representation.files:
            self._task.sealed.require_same(file)
            self._task.sealed.copy(f"data/{file.path}", root / file.path)
        content = self._content()
        if self.sheet is None:
            return content
        return replace(content, documentation=[_written(root / SHEET_FILE, self.sheet, content.modified)])

    def _content(self) -> PackageContent:
        task, slip, when = self._task, self._task.order.slip, now()
        told = self._told(when)
        holder = MetsAgent(
            "DISSEMINATOR", "ORGANIZATION", archive_name(task, self._record), "",
            self._record.fonds.text("archiveCode"), "IDENTIFICATIONCODE",
        )  # fmt: skip
        return PackageContent(
            type=PackageType.DIP,
            record=self._record,
            representations=(told.representation,),
            events=told.events,
            agents=told.agents,
            rights=(access_rights(self._record),),
            created=when,
            modified=when,
            software=SOFTWARE,
            header=(holder,),
            alternatives=(task.mark,),
            request=request_fields(slip.request) if slip else (),
        )

    def _told(self, when: str) -> Given:
        """Return what is given with the event that it was, which names its source, and this software."""
        given, aip = self._given, self._task.aip
        _, software = acting("")
        agents, actors = with_agents(given.agents, [software], "dip")
        event = Event(
            "event-dissemination", "dissemination", when, "success", (*actors, ARCHIVE), f"Version {aip.version}",
            objects=(aip.objid, self.objid), roles=("source", "outcome"),
        )  # fmt: skip
        return replace(given, agents=tuple(agents), events=(*given.events, new_event(given.events, event)))

    def _make_tt05(self, stage: Path) -> None:
        task, when = self._task, now()
        told = self._told(when)
        sheet = stage / "sheet.pdf"
        kept = {}
        if self.sheet:
            _written(sheet, self.sheet, when)
            kept[SHEET_FILE] = sheet
        facts = PackageFacts(
            when, SOFTWARE, task.holder, events=told.events, file_events=told.representation.events,
            agents=told.agents, rights=(access_rights(self._record),), alternatives=(task.mark,), kept=kept,
            request=task.order.slip.request if task.order.slip else None,
        )  # fmt: skip
        with ExitStack() as places:
            files = [Payload(file, places.enter_context(self._place(file))) for file in told.representation.files]
            write_package(stage, PackageKind.DIP, self._record, files, facts)

    def _place(self, file: FileRecord) -> AbstractContextManager[Path]:
        """Return where a file lies, after it was compared with its seal."""
        task = self._task
        task.sealed.require_same(file)
        task.sealed.verify(f"data/{file.path}")
        return task.archive.store.local(task.aip.location, f"data/{file.path}")


def _written(path: Path, sheet: AuthenticationSheet, when: str) -> FileRecord:
    """Write the sheet; return its record."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as out:
        write_sheet(out, sheet)
    size, sha256 = hash_file(path)
    mimetype, puid, name, version = _PDFA
    return FileRecord(SHEET_FILE, size, sha256, mimetype, when, puid, name, version)


def _fingerprint(facts: object) -> str:
    written = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()
