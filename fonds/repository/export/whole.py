"""Packages that are the stored one whole: the AIP itself, a SIP for another archive, both in either dialect."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from fonds.metadata.model import Event, FileRecord
from fonds.metadata.tt05 import folder_name, make_objid
from fonds.packaging.eark import PackageContent, PackageType, build_package, given_files
from fonds.packaging.forms import Dialect
from fonds.packaging.names import safe_name
from fonds.packaging.tt05 import PackageFacts, held_package, write_package
from fonds.repository.export.plan import Plan, Task, new_event, size_of
from fonds.repository.submitted import SOFTWARE, acting, now, with_agents
from fonds.repository.submitting import MADE, submission_header


def whole_package(task: Task, content: PackageContent) -> Plan:
    """Return the plan for an AIP or a SIP."""
    if task.order.form.dialect is Dialect.TT05:
        return _tt05(task, content)
    if task.order.type is PackageType.AIP:
        return stored_package(task, len(content.record.pages))
    return _submission(task, content)


def stored_package(task: Task, pages: int = 0) -> Plan:
    """Return the plan for the stored bag, byte for byte: that of a dossier with so many pages, or of a fonds."""
    aip, bag = task.aip, task.order.form.bag

    def make(stage: Path) -> None:
        task.sealed.copy_all(stage / aip.objid, bag=bag)

    return Plan(aip.objid, aip.objid, len(task.sealed.digests), aip.bytes, pages, make)


def _submission(task: Task, content: PackageContent) -> Plan:
    sip = _as_submission(task, content)
    files = list(given_files(sip))

    def fill(root: Path) -> PackageContent:
        for file in files:
            task.sealed.copy(f"data/{file.path}", root / file.path)
        return sip

    def make(stage: Path) -> None:
        build_package(stage / task.aip.objid, fill, bag=task.order.form.bag)

    return Plan(task.aip.objid, task.aip.objid, len(files), size_of(files), len(content.record.pages), make)


def _as_submission(task: Task, content: PackageContent) -> PackageContent:
    """Return the content with the header of a SIP, and the event that it was made."""
    header = submission_header(content.record, organization=task.holder)
    when = now()
    told = _told(task, content, when)
    return replace(
        told,
        type=PackageType.SIP,
        created=when,
        modified=when,
        software=SOFTWARE,
        header=header.agents,
        alternatives=(*header.alternatives, task.mark),
        status=header.status,
        parent="",
    )


def _told(task: Task, content: PackageContent, when: str) -> PackageContent:
    """Return the content with the event that a package was made of it, and who made that."""
    agents, actors = with_agents(content.agents, acting(task.agent), "export")
    detail = f"{MADE[task.order.form.dialect]}; from version {task.aip.version} of the stored package"
    event = Event("event-export", "information package creation", when, "success", actors, detail)
    return replace(content, agents=agents, events=[*content.events, new_event(content.events, event)])


def _tt05(task: Task, content: PackageContent) -> Plan:
    order, record = task.order, content.record
    objid = make_objid(order.kind, record.id, safe_name(record.fonds_code))
    files = list(_carried(content))

    def make(stage: Path) -> None:
        for file in files:
            task.sealed.require_same(file)
            task.sealed.verify(f"data/{file.path}")
        when = now()
        # An AIP of the circular says by itself out of which package it was made.
        told = content if order.type is PackageType.AIP else _told(task, content, when)
        with ExitStack() as places:
            store, place = task.archive.store, task.aip.location
            held = held_package(told, lambda path: places.enter_context(store.local(place, f"data/{path}")))
            facts = held.facts(PackageFacts(when, SOFTWARE, task.holder, alternatives=(task.mark,)))
            write_package(stage, order.kind, record, held.payload, facts)

    return Plan(objid, folder_name(objid), len(files), size_of(files), len(record.pages), make)


def _carried(content: PackageContent) -> Iterator[FileRecord]:
    """Yield the files that a package of the circular takes along as they are."""
    for one in content.representations:
        yield from one.files
    yield from content.documentation
    yield from content.superseded
