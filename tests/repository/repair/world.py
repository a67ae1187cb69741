"""A repository with several places, seen from outside: where its files lie, and what is wrong with them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.metadata.model import DossierRecord, Value
from fonds.packaging.digest import hash_file
from fonds.repository.archive import Archive
from fonds.repository.audit import AuditResult
from fonds.repository.audit import audit as run_audit
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ports.catalogue import Aip
from fonds.repository.repair.outcome import RepairResult
from fonds.repository.repair.run import repair as run_repair
from tests.factories import SAMPLE, dossier_packages, open_inline

PAGE = "data/representations/rep1/data/0001.jpg"
OTHER_PAGE = "data/representations/rep1/data/0002.jpg"
NAS, DISK = "nas", "đĩa rời"
VERSIONS = 3
"""How many versions the first dossier has; they share their pages."""


def retitled(record: DossierRecord) -> DossierRecord:
    title = Value(record.dossier.text("title") + " (sửa)")
    return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, "title": title}))


@dataclass(frozen=True)
class World:
    """A repository in a folder of its own, ``NAS`` and ``DISK`` beside it."""

    archive: Archive
    folder: Path

    @property
    def first(self) -> Aip:
        """The newest version of the dossier with several."""
        return next(aip for aip in dossier_packages(self.archive) if aip.code == SAMPLE[0].code)

    @property
    def second(self) -> Aip:
        """The dossier with one version."""
        return next(aip for aip in dossier_packages(self.archive) if aip.code == SAMPLE[1].code)

    def root(self, copy: str) -> Path:
        """Where the store or a copy lies."""
        return self.folder / ("repo/store" if copy == MAIN_COPY else copy)

    def file(self, copy: str, path: str, version: int = 0, aip: Aip | None = None) -> Path:
        """A file of a version, the newest of the first dossier unless said otherwise."""
        objid = (aip or self.first).objid
        found = self.archive.holdings.aip(objid, version)
        assert found is not None
        return self.root(copy) / found.location / path

    def audit(self, **more: str) -> AuditResult:
        return run_audit(self.archive, agent="lan", **{"scope": "all"} | more)  # type: ignore[arg-type]  # texts alone

    def repair(self, *packages: str, dry_run: bool = False) -> RepairResult:
        return run_repair(self.archive, packages, agent="hoa", dry_run=dry_run)

    def wrong(self) -> list[str]:
        """Everything in the packages that is not as it was sealed, found without the program under test."""
        return [line for copy in (MAIN_COPY, NAS, DISK) for line in self._wrong(copy)]

    def _wrong(self, copy: str) -> Iterator[str]:
        if not self.root(copy).exists():
            return
        for aip in self.archive.holdings.packages(limit=1000):
            expected = dict(self.archive.holdings.digests(aip.objid, aip.version))
            expected |= {"manifest-sha256.txt": aip.manifest, "tagmanifest-sha256.txt": aip.tagmanifest}
            place = self.root(copy) / aip.location
            there = {path.relative_to(place).as_posix(): path for path in place.rglob("*") if not path.is_dir()}
            yield from (f"{copy} {aip.location}/{path}: extra" for path in there.keys() - expected.keys())
            for path, sha256 in expected.items():
                file = there.get(path)
                if file is None or file.is_symlink() or hash_file(file)[1] != sha256:
                    yield f"{copy} {aip.location}/{path}"

    def actions(self, *wanted: str) -> list[str]:
        return [row.action for row in self.archive.log.rows() if row.action in wanted]


def opened(folder: Path) -> World:
    """Open a repository that was copied, with the copies that lie beside it."""
    archive = open_inline(folder / "repo")
    for copy in archive.copies.copies():
        archive.copies.register(replace(copy, url=f"file://{folder / copy.name}"))
    return World(archive, folder)


def copied(source: Path, target: Path) -> None:
    """Copy a folder; names of the same bytes share them again."""
    known: dict[tuple[int, int], Path] = {}

    def copy(one: str, other: str) -> str:
        facts = Path(one).stat()
        key = facts.st_dev, facts.st_ino
        if facts.st_nlink > 1 and key in known:
            Path(other).hardlink_to(known[key])
        else:
            shutil.copy2(one, other)
            known[key] = Path(other)
        return other

    shutil.copytree(source, target, copy_function=copy)


def spoil(path: Path, at: int = -1) -> None:
    """Flip a bit in place: every name of these bytes sees it."""
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
