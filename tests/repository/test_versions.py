"""A new version changes what it means to change, shares the rest with the one before, and leaves that as it was."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import bagit
import pytest

from fonds.metadata.model import DossierRecord, FileRecord, Value
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.packaging.eark import PackageContent
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.holding import stored_content
from fonds.repository.ports.catalogue import Aip
from fonds.repository.rebuild import rebuild
from fonds.repository.versions import Change, describe_anew, new_version
from tests.factories import SAMPLE, dossier_packages, ingest_sample, page_image

DESCRIBED = Change("metadata modification", "Title corrected", "lan", "misread in the inventory")


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return ingest_sample(tmp_path / "repo", tmp_path / "source", SAMPLE[:1])[0]


def only(archive: Archive) -> Aip:
    (aip,) = dossier_packages(archive)
    return aip


def folder(archive: Archive, aip: Aip) -> Path:
    return archive.root / "store" / aip.location


def bytes_of(package: Path) -> dict[str, bytes]:
    return {path.relative_to(package).as_posix(): path.read_bytes() for path in package.rglob("*") if path.is_file()}


def retitled(record: DossierRecord, title: str = "Tiêu đề đã sửa") -> DossierRecord:
    values = {**record.dossier.values, "title": Value(title)}
    return replace(record, dossier=replace(record.dossier, values=values))


def test_a_new_description_is_a_new_version_that_shares_the_payload(archive: Archive) -> None:
    first = only(archive)
    before = bytes_of(folder(archive, first))
    second = describe_anew(archive, first, retitled, DESCRIBED)
    assert (second.objid, second.version, second.location) == (
        first.objid, 2, first.location.replace("/v1/", "/v2/"),
    )  # fmt: skip
    assert bytes_of(folder(archive, first)) == before
    for path in before:
        if "/data/" in path:
            assert (folder(archive, first) / path).stat().st_ino == (folder(archive, second) / path).stat().st_ino
    new = folder(archive, second) / "data"
    old = "data/metadata/descriptive/ead3.xml"
    assert (new / "metadata/descriptive/superseded/v1/ead3.xml").read_bytes() == before[old]
    assert (new / "metadata/descriptive/ead3.xml").read_bytes() != before[old]
    unit = archive.holdings.unit(first.objid)
    assert unit is not None
    assert unit.title == "Tiêu đề đã sửa"


def test_every_version_is_valid_by_itself_and_for_the_library_of_congress(archive: Archive) -> None:
    aip = only(archive)
    for title in ("Một", "Hai"):  # each from the one before
        aip = describe_anew(archive, aip, partial(retitled, title=title), DESCRIBED)
    assert aip.version == 3
    for version in (1, 2, 3):
        stored = archive.holdings.aip(aip.objid, version)
        assert stored is not None
        package = folder(archive, stored)
        assert validate_bag(package).valid
        report = validate_package(package / "data")
        assert [found.code for found in report.findings] == []
        bagit.Bag(str(package)).validate()
    content = stored_content(archive, aip)
    assert [file.path for file in content.superseded] == [
        f"metadata/descriptive/superseded/v{version}/{name}"
        for version in (1, 2)
        for name in ("ead3.xml", "dc.xml", "simpledc.xml")
    ]
    mets = (folder(archive, aip) / "data/METS.xml").read_text()
    assert mets.count('STATUS="SUPERSEDED"') == 6
    assert f'OBJID="{aip.objid}"' in mets


def test_premis_keeps_the_events_of_all_versions_and_who_acted(archive: Archive) -> None:
    second = describe_anew(archive, only(archive), retitled, DESCRIBED)
    third = describe_anew(archive, second, lambda record: retitled(record, "x"), replace(DESCRIBED, agent="minh"))
    content = stored_content(archive, third)
    assert [event.type for event in content.events] == [
        "transfer", "validation", "information package creation", "metadata modification", "metadata modification",
    ]  # fmt: skip
    people = {agent.id: agent.name for agent in content.agents if agent.type == "person"}
    assert sorted(people.values()) == ["lan", "minh", "tester"]
    assert [people[event.agents[0]] for event in content.events[3:]] == ["lan", "minh"]
    assert "misread in the inventory" in content.events[3].detail
    assert len({event.id for event in content.events}) == 5


def test_created_stays_and_modified_moves(archive: Archive) -> None:
    first = stored_content(archive, only(archive))
    second = stored_content(archive, describe_anew(archive, only(archive), retitled, DESCRIBED))
    assert (second.created, second.record.id) == (first.created, first.record.id)
    assert second.modified >= first.modified


def test_a_corrected_page_replaces_one_file_and_its_predecessor_stays_in_the_old_version(
    archive: Archive, tmp_path: Path
) -> None:
    first = only(archive)
    page_image(tmp_path / "better.jpg", "sua lai")
    better = (tmp_path / "better.jpg").read_bytes()

    def corrected(content: PackageContent, root: Path) -> PackageContent:
        (one,) = content.representations
        old = list(one.files)[1]
        path = f"{one.folder}/data/0002_v2.jpg"
        (root / path).parent.mkdir(parents=True)
        (root / path).write_bytes(better)
        file = FileRecord(path, len(better), sha256(better).hexdigest(), "image/jpeg", content.created)
        files = [file if known is old else known for known in one.files]
        pages = tuple(replace(page, path=path) if page.path == old.path else page for page in one.pages)
        record = replace(content.record, pages=pages)
        return replace(content, record=record, representations=[replace(one, files=files, pages=pages)])

    change = Change("modification", "Page 2 scanned again", "lan", objects=("representations/rep1/data/0002_v2.jpg",))
    second = new_version(archive, first, corrected, change, needed=len(better))
    package = folder(archive, second)
    assert validate_bag(package).valid
    assert validate_package(package / "data").findings == ()
    data = package / "data/representations/rep1/data"
    assert sorted(path.name for path in data.iterdir()) == ["0001.jpg", "0002_v2.jpg"]
    assert (data / "0001.jpg").stat().st_nlink == 2
    assert (data / "0002_v2.jpg").read_bytes() == better
    assert sorted(path.name for path in (folder(archive, first) / data.relative_to(package)).iterdir()) == [
        "0001.jpg", "0002.jpg",
    ]  # fmt: skip
    page = archive.holdings.page(f"{first.objid}.2.2")
    assert page is not None
    assert page.path.endswith("0002_v2.jpg")
    assert archive.holdings.page(f"{first.objid}.1.2") is not None


def test_versions_come_back_with_a_rebuild_and_pass_the_audit(archive: Archive) -> None:
    second = describe_anew(archive, only(archive), retitled, DESCRIBED)
    held = [archive.holdings.aip(second.objid, version) for version in (1, 2)]
    result = rebuild(archive, agent="tester")
    assert result.unreadable == []
    assert [archive.holdings.aip(second.objid, version) for version in (1, 2)] == held
    assert archive.holdings.aip(second.objid) == second
    assert audit(archive, agent="tester", scope="all").problems == []


def test_linked_payload_is_not_read_again(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    for module in ("fonds.packaging.eark.bagged", "fonds.packaging.eark.files"):
        real = __import__(module, fromlist=["hash_file"]).hash_file

        def noted(path: Path, *, cold: bool = False, real: object = real) -> tuple[int, str]:
            read.append(str(path))
            assert callable(real)
            result: tuple[int, str] = real(path, cold=cold)
            return result

        monkeypatch.setattr(f"{module}.hash_file", noted)
    describe_anew(archive, only(archive), retitled, DESCRIBED)
    assert any(path.endswith("ead3.xml") for path in read)
    assert not [path for path in read if "/rep1/data/" in path]


def test_what_fails_leaves_nothing_behind(archive: Archive) -> None:
    first = only(archive)

    def broken(_: DossierRecord) -> DossierRecord:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        describe_anew(archive, first, broken, DESCRIBED)
    assert archive.holdings.aip(first.objid) == first
    assert [place for place in archive.store.locations() if "/v2/" in place] == []
    assert archive.jobs.counts()["ingest"] == {"done": 2, "failed": 1}
