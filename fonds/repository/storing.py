"""Putting one package into the store: staged, sealed, read back cold, published, logged, copied, catalogued, in order.

Whatever is killed in between is either not there, or is found again by ``recovery.recover``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.durable import disk_errors
from fonds.packaging.eark import (
    SIGNATURE,
    PackageContent,
    SealedPackage,
    seal_package,
    stored_digests,
    verify_package,
    write_package,
)
from fonds.repository.archive import Archive
from fonds.repository.copies.settle import CopiesLackingError, settle
from fonds.repository.logged import INGEST, WHY, log_stored
from fonds.repository.ports.catalogue import Aip
from fonds.repository.staging import stage_of
from fonds.repository.underway import mark_failed

_SPARE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Place:
    """Where a version of a package goes: its location in the store, its number and the signature of the submission."""

    location: str
    version: int
    signature: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A stage with its payload: what the package says, and the paths in the bag that are links to an older version."""

    content: PackageContent
    linked: Collection[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Reason:
    """Who stores a version, and what the log is to keep of why."""

    agent: str
    detail: Mapping[str, object] = field(default_factory=dict)


def store_package(archive: Archive, place: Place, needed: int, fill: Callable[[Path], Filled], reason: Reason) -> Aip:
    """Make, verify, publish and record one version of a package; returns it.

    ``fill`` puts the payload into the package root that it is given. ``needed`` is how many bytes that will take.
    Raises what ``fill`` raises, STORE_FULL before anything is written when it cannot fit, or any error of the disk;
    nothing is left in the store then. Raises CopiesLackingError when it is in the store, and in too few copies: it
    waits there and is not in the catalogue.
    """
    with staged(archive, place.location, needed) as stage:
        with disk_errors(stage):
            root = stage / "data"
            root.mkdir()
            filled = fill(root)
            content = filled.content
            written = write_package(root, content)
            sealed = seal_package(stage, content, written, {SIGNATURE: place.signature})
            digests = settled(archive, stage, sealed, filled.linked)
            sizes = sizes_in(stage, digests)
        archive.store.publish(stage, place.location)
    record = content.record
    aip = Aip(
        record.id, place.version, place.location, record.fonds_code, record.code, sealed.files, sealed.bytes,
        len(record.pages), place.signature, sealed.seal.manifest, sealed.seal.tagmanifest, content.modified,
    )  # fmt: skip
    log_stored(archive, aip, digests, reason.agent, reason.detail)
    settle(archive, aip, digests, reason.agent)
    archive.holdings.put(record, aip, digests, sizes)
    return aip


@contextmanager
def staged(archive: Archive, location: str, needed: int) -> Iterator[Path]:
    """Give a stage for a package that needs so many bytes; it is gone afterwards, published or not.

    Raises FondsError STORE_FULL.
    """
    check_room(archive, location, needed)
    with stage_of(archive.store) as stage:
        yield stage


def settled(archive: Archive, stage: Path, sealed: SealedPackage, linked: Collection[str]) -> dict[str, str]:
    """Make a sealed stage durable and read it back; returns path and SHA-256 of its files but the manifests.

    ``linked`` are the paths that are links to an older version. Raises OSError, FondsError STORE_FAILED.
    """
    archive.store.settle(stage)
    verify_package(stage, sealed, but=linked)
    return dict(stored_digests(lambda name: (stage / name).open("rb")))


def sizes_in(stage: Path, paths: Iterable[str]) -> dict[str, int]:
    """Return the bytes of files in a stage. Raises OSError."""
    return {path: (stage / path).stat().st_size for path in paths}


def check_room(archive: Archive, path: str, size: int) -> None:
    """Raise FondsError STORE_FULL when so many bytes, and a little more, do not fit into the store."""
    needed, free = size + _SPARE_BYTES, archive.store.free()
    if free < needed:
        raise FondsError("STORE_FULL", path=path, reason="room", needed=needed, free=free)


@contextmanager
def recorded(
    archive: Archive, subject: str, location: str, total: int, why: Mapping[str, object] | None = None
) -> Iterator[None]:
    """Make the storing of one package a job: its beginning and its end, good or bad, are rows.

    ``why`` is what the log will keep of why it is stored. When it was cut short after its package was published, the
    job stays as it is: ``recover`` takes that package in, and has the ``why`` from here. It waits when the package lies
    in too few copies.
    """
    detail = {"location": location, **({WHY: dict(why)} if why else {})}
    job = archive.jobs.start(INGEST, subject, total=total, detail=detail)
    try:
        yield
    except CopiesLackingError as error:
        archive.jobs.postpone(job, error.reason)
        raise
    except BaseException as error:
        if not archive.store.exists(location):
            mark_failed(archive, job, error)
        raise
    archive.jobs.finish(job)
