"""Version N+1 of a stored package: what did not change is linked, what changed is written, nothing is taken away.

Every version is a complete bag. Files that stay are hard links to those of the version before and are not read again;
the audit reads them. A description that was replaced is kept below ``metadata/descriptive/superseded/v<N>/`` and marked
SUPERSEDED in METS; PREMIS keeps the events of all versions. The OBJID never changes (AIPM1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.errors import RefusedError
from fonds.metadata.model import DossierRecord, Event
from fonds.packaging.eark import PackageContent, given_files, superseded_path
from fonds.packaging.names import location
from fonds.repository.archive import Archive
from fonds.repository.holding import stored_content
from fonds.repository.ports.catalogue import Aip
from fonds.repository.recovery import require_settled
from fonds.repository.repair.events import with_care
from fonds.repository.storing import Filled, Place, Reason, recorded, store_package
from fonds.repository.submitted import SOFTWARE, access_rights, acting, now, with_agents

Edit = Callable[[PackageContent, Path], PackageContent]
"""Takes the content of a version and the root of the package to be; returns the content of the next.

New payload is written into the root and listed in the content; what is listed there and not written is linked.
"""


@dataclass(frozen=True, slots=True)
class Change:
    """Why a version is made.

    ``event`` is a term of the LoC eventType vocabulary, ``detail`` says in words what was done and ``outcome_note``
    what came of it; ``agent`` is who did it, ``reason`` why, as that person put it. ``objects`` are the files
    concerned, none for the package as a whole. ``signature`` is that of the new submission, '' when nothing new was
    submitted. ``run`` is the job that this version is a part of, 0 for none.
    """

    event: str
    detail: str
    agent: str
    reason: str = ""
    outcome_note: str = ""
    objects: tuple[str, ...] = ()
    signature: str = ""
    run: int = 0

    @property
    def why(self) -> dict[str, object]:
        """What the log keeps of it."""
        said: dict[str, object] = {"change": self.event, "reason": self.reason, "detail": self.detail}
        return said | {"run": self.run} if self.run else said


def new_version(archive: Archive, aip: Aip, edit: Edit, change: Change, *, needed: int = 0) -> Aip:
    """Store the next version of a package; ``aip`` is its newest one. The caller holds the lock ``ingest``.

    ``needed`` is how many bytes ``edit`` writes. Raises what ``edit`` raises, RefusedError PACKAGE_BROKEN when the
    version before cannot be read, STORE_FULL and its kin; nothing is left in the store then. Raises VERSION_WAITING
    when a later version waits for its copies, CopiesLackingError when this one has to.
    """
    require_settled(archive, aip)
    before = stored_content(archive, aip)
    number = aip.version + 1
    place = Place(location(aip.fonds_code, aip.code, number, aip.objid), number, change.signature or aip.signature)

    def fill(root: Path) -> Filled:
        after = with_care(archive, aip.objid, edit(before, root))
        content = _next(before, after, aip.version, change)
        return Filled(content, frozenset(_link(archive, aip, before, content, root)))

    total = sum(len(one.files) for one in before.representations)
    with recorded(archive, aip.code, place.location, total, change.why):
        return store_package(archive, place, needed, fill, Reason(change.agent, change.why))


def describe_anew(archive: Archive, aip: Aip, edit: Callable[[DossierRecord], DossierRecord], change: Change) -> Aip:
    """Store the next version of a package with another description; pages and files stay. Raises as ``new_version``."""

    def described(content: PackageContent, _: Path) -> PackageContent:
        return replace(content, record=edit(content.record))

    return new_version(archive, aip, described, change)


def _next(before: PackageContent, after: PackageContent, version: int, change: Change) -> PackageContent:
    """Return the content of the next version, with what every new version has to say."""
    when = now()
    agents, acted = with_agents(after.agents, acting(change.agent), str(version + 1))
    event = Event(
        f"event-{version + 1}-1", change.event, when, "success", acted,
        "\n".join(text for text in (change.detail, change.reason) if text), change.outcome_note, change.objects,
    )  # fmt: skip
    content = replace(
        after,
        modified=when,
        software=SOFTWARE,
        agents=agents,
        events=[*after.events, event],
        rights=(access_rights(after.record),),
    )
    if before.record == after.record:
        return content  # EAD3 names the pages' files too: it stays only where they do
    old = [replace(file, path=superseded_path(version, file.path)) for file in before.described.values()]
    return replace(content, described={}, superseded=[*before.superseded, *old])


def _link(archive: Archive, aip: Aip, before: PackageContent, content: PackageContent, root: Path) -> Iterable[str]:
    """Link everything that the content names and that does not lie in the stage yet; yields what is linked."""
    stored = {superseded_path(aip.version, file.path): file.path for file in before.described.values()}
    for file in given_files(content):
        target = root / file.path
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        if _linked(archive, aip, f"data/{stored.get(file.path, file.path)}", target):
            yield f"data/{file.path}"


def _linked(archive: Archive, aip: Aip, path: str, target: Path) -> bool:
    """Link one stored file; that it is not there is the fault of the version before. Raises PACKAGE_BROKEN."""
    try:
        return archive.store.link(aip.location, path, target)
    except FileNotFoundError as error:
        raise RefusedError("PACKAGE_BROKEN", path=aip.location, reason=path) from error
