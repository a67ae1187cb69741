"""A written package is right by other people's tools: LoC's bagit, sha256sum, the official XSDs."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import bagit
import pytest

from fonds.metadata.ids import is_objid
from fonds.packaging.names import location, safe_name
from fonds.repository.archive import Archive
from fonds.schemas.xml import validate
from tests.factories import ingest_sample

SCHEMAS = {
    "METS.xml": "mets",
    "representations/rep1/METS.xml": "mets",
    "metadata/descriptive/ead3.xml": "ead3",
    "metadata/preservation/premis.xml": "premis",
    "representations/rep1/metadata/preservation/premis.xml": "premis",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("aip")
    return ingest_sample(folder / "repo", folder / "source")[0]


def packages(archive: Archive) -> list[Path]:
    """Return the packages of the dossiers; that of the fonds has a test of its own."""
    return [archive.root / "store" / place for place in archive.store.locations() if "/_fonds/" not in place]


def test_every_package_is_a_bag_for_the_library_of_congress(archive: Archive) -> None:
    assert len(packages(archive)) == 3
    for package in packages(archive):
        bag = bagit.Bag(str(package))
        bag.validate()
        assert bag.version_info == (1, 0)
        assert bag.info["External-Identifier"] == package.name
        assert is_objid(package.name)


def test_every_package_can_be_checked_with_sha256sum_alone(archive: Archive) -> None:
    tool = shutil.which("sha256sum")
    assert tool, "coreutils are part of every system this runs on"
    for package in packages(archive):
        for manifest in ("manifest-sha256.txt", "tagmanifest-sha256.txt"):
            done = subprocess.run(
                [tool, "--check", "--strict", manifest], cwd=package, capture_output=True, check=False
            )
            assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("path", "schema"), SCHEMAS.items())
def test_the_xml_is_valid_against_the_official_schema(archive: Archive, path: str, schema: str) -> None:
    for package in packages(archive):
        with (package / "data" / path).open("rb") as source:
            assert validate(schema, source) == []


def test_the_folder_is_named_by_fonds_dossier_version_and_objid(archive: Archive) -> None:
    first = next(iter(archive.store.locations())).split("/")
    assert first[:3] == ["H99.12.P01", "H99.12.P01.1962.01", "v1"]


def test_masters_are_the_delivered_bytes(archive: Archive, tmp_path: Path) -> None:
    source = archive.root.parent / "source" / "ML01" / "HS_01"
    package = packages(archive)[0] / "data" / "representations" / "rep1" / "data"
    assert [page.read_bytes() for page in sorted(package.iterdir())] == [
        page.read_bytes() for page in sorted(source.iterdir())
    ]


def test_nothing_but_packages_and_notes_is_in_the_store(archive: Archive) -> None:
    assert sorted(entry.name for entry in (archive.root / "store").iterdir()) == [
        "H99.12.P01",
        "README.txt",
        "_audit-log",
    ]


@pytest.mark.parametrize("code", ["H99.12.P01.1971.08", "LS-0001", "a_b"])
def test_a_portable_code_is_its_own_name(code: str) -> None:
    assert safe_name(code) == code


@pytest.mark.parametrize(
    "code", ["Hồ sơ 1", "a/b", "..", ".a", "con", "CON.txt", "a b", "x" * 200, "", "a.", "_a", "đ"]
)
def test_another_code_gets_a_portable_name_of_its_own(code: str) -> None:
    name = safe_name(code)
    assert name != code
    assert name.isascii()
    assert "/" not in name
    assert len(name) <= 100
    assert name[0].isalnum()
    assert safe_name(name) == name


def test_two_codes_never_share_a_name() -> None:
    codes = ["Hòa", "Hoà", "hoa", "Hoa/", "Hoa ", "hoa-1", "Hóa"]
    assert len({safe_name(code) for code in codes}) == len(codes)
    assert location("P 1", "a/b", 2, "uuid-1").count("/") == 3
