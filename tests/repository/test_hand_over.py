"""The whole way of a hand-over: packed at the producer's or exported from an archive, taken in by another archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.metadata.model import DossierRecord
from fonds.packaging.eark import PackageContent, PackageType
from fonds.packaging.forms import Form
from fonds.repository.archive import Archive
from fonds.repository.holding import stored_content
from fonds.repository.ingest import ingest
from tests.factories import SAMPLE, dossier_packages, make_archive, make_delivery
from tests.outgoing import BAG, BARE, TAR, TT05, TT05_ZIP, ZIP, exported, packed, stocked
from tests.support import shared_sample

FORMS = [BAG, BARE, ZIP, TAR, TT05, TT05_ZIP]
EACH = pytest.mark.parametrize("form", FORMS, ids=lambda one: f"{one.dialect}-{one.packed or one.bag}")


def held(archive: Archive) -> dict[str, PackageContent]:
    """What is stored of each dossier, by its code."""
    aips = dossier_packages(archive)
    return {aip.code: stored_content(archive, aip) for aip in aips}


def said(record: DossierRecord) -> tuple[object, ...]:
    """The record without ids, which an archive may give anew."""
    items = [(item.description, item.pages) for item in record.items]
    return record.fonds, record.series, record.dossier, items, record.pages


def files(content: PackageContent) -> list[tuple[str, str, str, str, str, str]]:
    """What is known of each file, as far as it must not get lost on the way."""
    return [
        (file.sha256, file.original_name, file.original_raw, file.puid, file.format_name, file.mimetype)
        for file in content.representations[0].files
    ]


def take_in(archive: Archive, folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        assert ingest(archive, path, agent="receiver").blocked == []


def compare(wanted: dict[str, PackageContent], came: dict[str, PackageContent]) -> Iterator[PackageContent]:
    assert came.keys() == wanted.keys()
    for code, content in wanted.items():
        assert said(came[code].record) == said(content.record)
        assert files(came[code]) == files(content)
        yield came[code]


@pytest.fixture(scope="module")
def producer(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive that took the delivery in directly: what must be known of it in the end. Only read."""
    return stocked(tmp_path_factory.mktemp("producer"))


@EACH
def test_what_a_producer_packs_is_taken_in_whole(producer: Archive, tmp_path: Path, form: Form) -> None:
    packed(producer.root.parent / "source", tmp_path / "sip", form)
    archive = make_archive(tmp_path / "repo")
    take_in(archive, tmp_path / "sip")
    for content in compare(held(producer), held(archive)):
        assert "minh" in {agent.name for agent in content.agents}, "who packed it is known"


@EACH
@pytest.mark.parametrize("kind", [PackageType.SIP, PackageType.AIP])
def test_what_an_archive_exports_is_taken_in_whole_by_another(
    producer: Archive, tmp_path: Path, kind: PackageType, form: Form
) -> None:
    exported(producer, [row.code for row in SAMPLE], kind, tmp_path / "out", form)
    archive = make_archive(tmp_path / "repo")
    take_in(archive, tmp_path / "out")
    for content in compare(held(producer), held(archive)):
        assert "tester" in {agent.name for agent in content.agents}, "who ingested it before is known"
        assert "transfer" in {event.type for event in content.events}


def test_the_sample_fonds(tmp_path: Path) -> None:
    source = shared_sample("fonds_A_clean") / "H99.12_P01"
    direct = stocked(tmp_path / "direct", source=source)
    for number, form in enumerate((BAG, TT05_ZIP)):
        packed(source, tmp_path / str(number), form)
        archive = make_archive(tmp_path / f"repo{number}")
        take_in(archive, tmp_path / str(number))
        assert len(list(compare(held(direct), held(archive)))) == 8


def test_packed_anew_after_a_correction_is_another_content(tmp_path: Path) -> None:
    packed(make_delivery(tmp_path / "1", SAMPLE[:1]), tmp_path / "a", BAG)
    packed(make_delivery(tmp_path / "2", [replace(SAMPLE[0], title="Đã sửa")]), tmp_path / "b", BAG)
    (first,), (second,) = (list((tmp_path / name).iterdir()) for name in "ab")
    assert first.name == second.name, "it is the same dossier"
    archive = make_archive(tmp_path / "repo")
    assert len(ingest(archive, first, agent="receiver").ingested) == 1
    assert len(ingest(archive, first, agent="receiver").unchanged) == 1
    again = ingest(archive, second, agent="receiver")
    assert [found.code for one in again.blocked for found in one.findings] == ["CONTENT_CHANGED"]
