"""A repository of packages that are only files: as many and as large as are wanted, stored and sealed as all are."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fonds.bootstrap import init_archive
from fonds.metadata.model import Description, DossierRecord, Kind, Value
from fonds.packaging.bag import Entry, write_tags
from fonds.packaging.digest import digest_bytes, hash_file
from fonds.packaging.names import location
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Aip


@dataclass(frozen=True)
class Stock:
    """How many packages, how many files in each, and how large a file is (bytes)."""

    packages: int
    files: int
    size: int


def stocked(root: Path, stock: Stock) -> Archive:
    """Make a repository in which nothing was ever read again."""
    archive = init_archive(root, "networked", "benchmark")
    for number in range(1, stock.packages + 1):
        _store(archive, number, ((f"{page:06d}.tif", os.urandom(stock.size)) for page in range(stock.files)))
    return archive


def stocked_from(root: Path, source: Path) -> Archive:
    """Make a repository of one package, of the files below a folder."""
    archive = init_archive(root, "networked", "benchmark")
    files = sorted(path for path in source.rglob("*") if path.is_file())
    _store(archive, 1, ((path.relative_to(source).as_posix(), path.read_bytes()) for path in files))
    return archive


def _store(archive: Archive, number: int, files: Iterable[tuple[str, bytes]]) -> None:
    objid = f"uuid-00000000-0000-4000-8000-{number:012d}"
    record = DossierRecord(
        objid,
        Description(Kind.FONDS, {"archiveCode": Value("H99.12"), "fondsCode": Value("P01"), "fondName": Value("P01")}),
        Description(Kind.DOSSIER, {"fileCode": Value(f"HS.{number}"), "title": Value(f"Hồ sơ số {number}")}),
    )
    place = location(record.fonds_code, record.code, 1, objid)
    stage = archive.store.stage()
    entries = []
    for name, content in files:
        path = stage / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        entries.append(Entry(f"data/{name}", digest_bytes(content)))
    seal = write_tags(stage, entries, {"Source-Organization": "benchmark"})
    digests = {entry.path: entry.sha256 for entry in entries}
    digests |= {name: hash_file(stage / name)[1] for name in ("bagit.txt", "bag-info.txt")}
    sizes = {path: (stage / path).stat().st_size for path in digests}
    size = sum(path.stat().st_size for path in stage.rglob("*") if path.is_file())
    archive.store.publish(stage, place)
    aip = Aip(
        objid, 1, place, record.fonds_code, record.code, len(entries) + 4, size, len(entries), "benchmark",
        seal.manifest, seal.tagmanifest, "2026-01-01",
    )  # fmt: skip
    archive.holdings.put(record, aip, digests, sizes)
