"""A page that a new version took over keeps its access copy: no picture is opened again for a new title."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from fonds.metadata.ids import page_id
from fonds.metadata.model import DossierRecord, FileRecord, Page, Value
from fonds.packaging.eark import PackageContent
from fonds.repository.access import access_path, ensure_access
from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Access, Aip, PageRow
from fonds.repository.ports.imaging import AccessFacts, Decoded, ImageFacts, ImageRequest, Imaging
from fonds.repository.versions import Change, describe_anew, new_version
from fonds.repository.work import work
from tests.factories import SAMPLE, dossier_packages, ingest_sample, page_image

DESCRIBED = Change("metadata modification", "Title corrected", "lan")


@dataclass
class Watched:
    """The real imaging, with a list of what was made by it."""

    real: Imaging
    made: list[str] = field(default_factory=list)

    def inspect(self, path: Path) -> ImageFacts:
        return self.real.inspect(path)

    def decode(self, path: Path) -> Decoded:
        return self.real.decode(path)

    def make_access(self, path: Path, frame: int, target: Path) -> AccessFacts:
        self.made.append(f"{path.name}:{frame}")
        return self.real.make_access(path, frame, target)

    def render(self, access: Path, request: ImageRequest) -> bytes:
        return self.real.render(access, request)


@pytest.fixture
def imaging(tmp_path: Path) -> tuple[Archive, Watched]:
    """A repository with one dossier of two pages and no access copies yet."""
    archive = ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE[:1])[0]
    watched = Watched(archive.imaging)
    return replace(archive, imaging=watched), watched


def only(archive: Archive) -> Aip:
    (aip,) = dossier_packages(archive)
    return aip


def rows(archive: Archive) -> Sequence[PageRow]:
    return archive.holdings.pages(only(archive).objid).items


def retitled(record: DossierRecord) -> DossierRecord:
    return replace(record, dossier=replace(record.dossier, values={**record.dossier.values, "title": Value("Khác")}))


def make_all(archive: Archive) -> None:
    work(archive, stopped=lambda: False)


def test_a_new_title_makes_no_copy_again(imaging: tuple[Archive, Watched]) -> None:
    archive, watched = imaging
    make_all(archive)
    assert watched.made == ["0001.jpg:0", "0002.jpg:0"]
    before = [(access_path(archive, row), archive.holdings.access(row.id)) for row in rows(archive)]
    describe_anew(archive, only(archive), retitled, DESCRIBED)
    make_all(archive)
    assert len(watched.made) == 2
    for row, (path, known) in zip(rows(archive), before, strict=True):
        assert known is not None
        assert row.id.split(".")[1] == "2"
        assert archive.holdings.access(row.id) == Access(row.id, known.width, known.height, known.levels)
        assert access_path(archive, row).samefile(path)
    assert archive.jobs.counts()["access"] == {"done": 2}
    assert not list((archive.access_folder / ".making").iterdir())


def test_a_reader_who_comes_first_is_not_made_to_wait(imaging: tuple[Archive, Watched]) -> None:
    archive, watched = imaging
    make_all(archive)
    describe_anew(archive, only(archive), retitled, DESCRIBED)
    path, known = ensure_access(archive, rows(archive)[0])
    assert path.exists()
    assert known == archive.holdings.access(page_id(only(archive).objid, 2, 1))
    assert len(watched.made) == 2


def test_copies_of_an_older_version_than_the_last_are_found_too(imaging: tuple[Archive, Watched]) -> None:
    archive, watched = imaging
    make_all(archive)
    for _ in range(2):  # the second version never gets copies of its own
        describe_anew(archive, only(archive), retitled, DESCRIBED)
    make_all(archive)
    assert len(watched.made) == 2
    assert all(access_path(archive, row).exists() for row in rows(archive))


def test_only_what_changed_is_made(imaging: tuple[Archive, Watched], tmp_path: Path) -> None:
    archive, watched = imaging
    make_all(archive)
    page_image(tmp_path / "better.jpg", "sua lai")
    better = (tmp_path / "better.jpg").read_bytes()

    def corrected(content: PackageContent, root: Path) -> PackageContent:
        (one,) = content.representations
        path = f"{one.folder}/data/0002_v2.jpg"
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(better)
        new = FileRecord(path, len(better), sha256(better).hexdigest(), "image/jpeg", content.created)
        first, second = one.pages
        # The other way round too: what was page 1 is page 2 now, and its copy comes along.
        pages: tuple[Page, ...] = (replace(second, sequence=1, path=path), replace(first, sequence=2))
        record = replace(content.record, pages=pages, items=())
        files = [next(iter(one.files)), new]
        return replace(content, record=record, representations=[replace(one, files=files, pages=pages)])

    first_copy = access_path(archive, rows(archive)[0])
    new_version(archive, only(archive), corrected, Change("modification", "", "lan"), needed=len(better))
    make_all(archive)
    assert watched.made == ["0001.jpg:0", "0002.jpg:0", "0002_v2.jpg:0"]
    assert access_path(archive, rows(archive)[1]).samefile(first_copy)


def test_where_a_copy_is_gone_or_cannot_be_linked_it_is_made(
    imaging: tuple[Archive, Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, watched = imaging
    make_all(archive)
    access_path(archive, rows(archive)[0]).unlink()
    describe_anew(archive, only(archive), retitled, DESCRIBED)
    make_all(archive)
    assert watched.made[2:] == ["0001.jpg:0"]

    def refuse(*_: object) -> None:
        raise PermissionError(1, "no links here")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    describe_anew(archive, only(archive), retitled, DESCRIBED)
    make_all(archive)
    assert watched.made[3:] == ["0001.jpg:0", "0002.jpg:0"]


def test_a_copy_that_is_there_and_was_forgotten_is_taken_over(imaging: tuple[Archive, Watched]) -> None:
    archive, watched = imaging
    make_all(archive)
    describe_anew(archive, only(archive), retitled, DESCRIBED)
    old, new = (archive.access_folder / f"{only(archive).objid[-2:]}/{only(archive).objid}/v{n}" for n in (1, 2))
    shutil.copytree(old, new, copy_function=lambda source, target: Path(target).hardlink_to(source))
    make_all(archive)
    assert len(watched.made) == 2
    assert all(archive.holdings.access(row.id) for row in rows(archive))
    assert not list((archive.access_folder / ".making").iterdir())
