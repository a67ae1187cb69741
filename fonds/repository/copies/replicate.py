"""One stored version of a package into one copy: read, hashed and written in one pass, read back cold, published.

It goes the way it went into the first store: a stage on the disk of the copy, synced, read back, renamed, the parent
synced; then a row in the audit log, then one in the catalogue. Killed in between it is not there, or is there whole and
is read once more before it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from fonds.config import place_path
from fonds.errors import FondsError, RefusedError
from fonds.packaging.bag import MANIFEST, TAGMANIFEST
from fonds.packaging.digest import copy_handle, hash_file
from fonds.packaging.durable import disk_errors
from fonds.repository.archive import Archive
from fonds.repository.copies.place import Replica
from fonds.repository.due import due_at
from fonds.repository.fixity import check_package
from fonds.repository.ports.catalogue import Aip
from fonds.repository.ports.copies import FAILED, VERIFIED, PackageCopy
from fonds.repository.staging import stage_of

REPLICATION = "replication"
"""The action in the log; a term of the eventType vocabulary of PREMIS."""
_SPARE_BYTES = 16 * 1024 * 1024

Sizes = Callable[[int], None]
"""Takes how many bytes have been dealt with since it was last called."""


def replicate(
    archive: Archive, replica: Replica, aip: Aip, digests: Mapping[str, str], agent: str, show: Sizes = lambda _: None
) -> None:
    """Bring one version into a copy and write down that it is there; what is there already is read instead.

    ``digests`` maps each path in the bag but the two manifests, which the seal names, to its SHA-256. Raises FondsError
    COPY_SOURCE_DAMAGED (the first store does not hold what was sealed), RefusedError COPY_DIFFERS (the copy holds
    something else there, and nothing is overwritten), STORE_FULL and its kin. That it failed is written down too.
    """
    try:
        linked = _brought(archive, replica, aip, digests, show)
    except FondsError as error:
        name = replica.copy.name
        archive.copies.record([PackageCopy(aip.objid, aip.version, name, FAILED, reason=error.code)])
        if error.code in _CONTENT:
            detail = {**_told(replica, aip), "error": error.code, "path": str(error.data.get("file", ""))}
            archive.log.append(REPLICATION, agent=agent, subject=aip.objid, outcome="failure", detail=detail)
        raise
    _written_down(archive, replica, aip, linked, agent)


_CONTENT = {"COPY_SOURCE_DAMAGED", "COPY_DIFFERS"}
"""Something is wrong with a package, and not only with the way to a disk."""


def _told(replica: Replica, aip: Aip) -> dict[str, object]:
    return {
        "version": aip.version, "copy": replica.copy.name, "url": replica.copy.url, "location": aip.location,
        "manifest": aip.manifest, "tagmanifest": aip.tagmanifest,
    }  # fmt: skip


def _written_down(archive: Archive, replica: Replica, aip: Aip, linked: int, agent: str) -> None:
    detail = {**_told(replica, aip), "files": aip.files, "bytes": aip.bytes, "linked": linked}
    row = archive.log.append(REPLICATION, agent=agent, subject=aip.objid, detail=detail)
    archive.copies.record([verified(archive, aip, replica.copy.name, row.when)])


def verified(archive: Archive, aip: Aip, name: str, when: str) -> PackageCopy:
    """Return that a version was found good in a copy at a time (ISO 8601), and when it is due to be read again."""
    due = due_at(aip.objid, datetime.fromisoformat(when), archive.settings.days_of(name))
    return PackageCopy(aip.objid, aip.version, name, VERIFIED, when, due.isoformat(timespec="milliseconds"))


def _brought(archive: Archive, replica: Replica, aip: Aip, digests: Mapping[str, str], show: Sizes) -> int:
    """Make sure that a version is in a copy, as it was sealed; returns how many of its files are links."""
    store = replica.store
    try:
        with disk_errors(Path(place_path(replica.copy.url))):
            if not store.exists(aip.location):
                return _Copying(archive, replica, aip, digests, show).run()
    except FondsError as error:
        if error.code != "LOCATION_TAKEN":  # somebody else was faster: what is there now is read
            raise
    found = check_package(store, aip, digests, replica.copy.name)
    if not found.ok:
        path = f"{replica.copy.url}/{aip.location}"
        raise RefusedError("COPY_DIFFERS", name=replica.copy.name, path=path, file=found.problems[0].path)
    show(aip.bytes)
    return 0


class _Copying:
    """One version on its way into a copy that does not have it."""

    def __init__(self, archive: Archive, replica: Replica, aip: Aip, digests: Mapping[str, str], show: Sizes) -> None:
        self._archive, self._aip, self._show = archive, aip, show
        self._name, self._url, self._store = replica.copy.name, replica.copy.url, replica.store
        self._expected = {**digests, MANIFEST: aip.manifest, TAGMANIFEST: aip.tagmanifest}
        self._other = self._neighbour()
        self._same = self._alike(self._other)
        self._linked: set[str] = set()

    def _neighbour(self) -> Aip | None:
        """Return the version before, or after, that was found good in this copy: its files can be linked to."""
        archive, aip = self._archive, self._aip
        for version in (aip.version - 1, aip.version + 1):
            known = archive.copies.entries(aip.objid, version)
            if any(one.copy == self._name and one.state == VERIFIED for one in known):
                return archive.holdings.aip(aip.objid, version)
        return None

    def _alike(self, neighbour: Aip | None) -> dict[str, str]:
        """Return by path which of our files are files of the neighbour, as far as no audit says otherwise of them."""
        if neighbour is None:
            return {}
        archive = self._archive
        problems = archive.fixity.problems(objid=neighbour.objid, limit=10_000).items
        bad = {problem.path for problem in problems if problem.copy == self._name}
        digests = archive.holdings.digests(neighbour.objid, neighbour.version)
        held = {path: sha for path, sha in digests.items() if path not in bad}
        paths = {sha: path for path, sha in held.items()}
        same = {path: path if held.get(path) == sha else paths.get(sha, "") for path, sha in self._expected.items()}
        return {path: other for path, other in same.items() if other and path.startswith("data/")}

    def run(self) -> int:
        """Write, verify and publish it; returns how many files are links."""
        store, place = self._store, self._aip.location
        self._check_room()
        with stage_of(store) as stage:
            for path in sorted(self._expected):
                (stage / path).parent.mkdir(parents=True, exist_ok=True)
                if not self._link(path, stage / path):
                    self._copy(path, stage / path)
            store.settle(stage)
            self._read_back(stage)
            store.publish(stage, place)
        return len(self._linked)

    def _check_room(self) -> None:
        sizes = {file.path: file.size for file in self._archive.store.files(self._aip.location)}
        needed = sum(size for path, size in sizes.items() if path not in self._same) + _SPARE_BYTES
        free = self._store.free()
        if free < needed:
            raise FondsError("STORE_FULL", path=self._url, reason="room", needed=needed, free=free)

    def _link(self, path: str, target: Path) -> bool:
        """Link a file to that of the neighbour; False when there is none and it has to be copied."""
        same = self._same.get(path)
        if same is None or self._other is None:
            return False
        if self._store.link(self._other.location, same, target):
            self._linked.add(path)
        self._show(target.stat().st_size)
        return True

    def _copy(self, path: str, target: Path) -> None:
        try:
            source = self._archive.store.open(self._aip.location, path)
        except OSError as error:
            raise self._damaged(path) from error
        with source:
            size, sha256 = copy_handle(source.fileno(), target)
        if sha256 != self._expected[path]:
            raise self._damaged(path)
        self._show(size)

    def _damaged(self, path: str) -> FondsError:
        return FondsError("COPY_SOURCE_DAMAGED", path=self._aip.location, file=path)

    def _read_back(self, stage: Path) -> None:
        """Read what was written from the disk. What is linked was read when it was written."""
        for path, expected in self._expected.items():
            if path not in self._linked and hash_file(stage / path, cold=True)[1] != expected:
                raise FondsError("STORE_FAILED", path=f"{self._url}/{self._aip.location}/{path}", reason="read-back")
