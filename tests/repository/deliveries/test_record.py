"""What is recorded of a delivery: complete, without secrets, and the same when it is read again."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from fonds.errors import UsageError
from fonds.packaging.digest import hash_file
from fonds.packaging.paper import page_html
from fonds.repository.archive import Archive
from fonds.repository.copies.manage import add_copy
from fonds.repository.deliveries.printing import paper_of
from fonds.repository.deliveries.record import HandOver, Outcome, from_plain, to_plain, vendor_key
from fonds.repository.deliveries.register import delivery, restore_register
from fonds.repository.deliveries.vendors import vendor_card
from fonds.repository.ingest import ingest
from fonds.repository.outcome import IngestResult
from fonds.repository.policy import Role, User
from fonds.repository.rebuild import rebuild
from fonds.schemas.messages import LANGUAGES, text
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery

VENDOR = "Công ty TNHH  Số hóa Á Châu"
BROKEN = DossierRow("H99.12.P01.1965.04", "Hồ sơ có ảnh hỏng", extra={"0003.jpg": b""})
SECRET = DossierRow("H99.12.P01.1966.05", "Tên không ai được biết", mode="Mật")


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, IngestResult, Path]:
    """A repository that took in a delivery with one broken and one secret dossier; nobody changes it."""
    folder = tmp_path_factory.mktemp("taken")
    archive = make_archive(folder / "repo")
    source = make_delivery(folder / "P01", [*SAMPLE, BROKEN, SECRET])
    result = ingest(archive, source, agent="lan", hand_over=HandOver(VENDOR, "Trần Văn Bình"))
    return archive, result, source


def test_who_brought_what_when_and_what_became_of_it(taken: tuple[Archive, IngestResult, Path]) -> None:
    archive, result, source = taken
    entry, record = delivery(archive, result.delivery)
    assert (entry.kind, entry.agent, entry.source) == ("ingest", "lan", str(source))
    assert entry.vendor == "Công ty TNHH Số hóa Á Châu"
    assert (record.job, record.hand_over.person) == (result.job, "Trần Văn Bình")
    assert record.inventory is not None
    assert (record.inventory.name, record.inventory.sha256) == ("MucLuc.xlsx", hash_file(source / "MucLuc.xlsx")[1])
    assert record.amount().dossiers == 5
    accepted = record.amount(Outcome.ACCEPTED)
    pictures = [path for row in SAMPLE for path in (source / row.folder).iterdir()]
    assert (accepted.dossiers, accepted.pages, accepted.files) == (3, 7, len(pictures))
    assert accepted.bytes == sum(path.stat().st_size for path in pictures)
    refused = {one.code: [found.code for found in one.findings] for one in record.with_outcome(Outcome.REFUSED)}
    assert "ZERO_BYTE" in refused[BROKEN.code]
    assert refused[SECRET.code] == ["SECRET_ON_NETWORK"]
    assert record.counts["error"] == sum(map(len, refused.values())) + len(record.elsewhere)


def test_the_log_row_is_the_truth_and_the_register_comes_back_from_it(
    taken: tuple[Archive, IngestResult, Path],
) -> None:
    archive, result, _ = taken
    before = archive.deliveries.recent().items
    (row,) = (row for row in archive.log.rows() if row.action == "delivery")
    assert (row.number, row.hash) == (result.delivery, before[0].seal)
    assert row.detail["blocked"] == [BROKEN.code, SECRET.code]
    archive.deliveries.clear()
    assert archive.deliveries.recent().total == 0
    restore_register(archive)
    assert archive.deliveries.recent().items == before


def test_the_title_of_a_secret_dossier_is_recorded_nowhere(taken: tuple[Archive, IngestResult, Path]) -> None:
    archive, result, _ = taken
    entry = archive.deliveries.get(result.delivery)
    assert entry is not None
    written = json.dumps(entry.record, ensure_ascii=False)
    assert BROKEN.title in written
    assert SECRET.title not in written


def test_a_record_is_read_as_it_was_written(taken: tuple[Archive, IngestResult, Path]) -> None:
    archive, result, _ = taken
    _, record = delivery(archive, result.delivery)
    assert from_plain(json.loads(json.dumps(to_plain(record)))) == record


def test_an_unknown_number_is_a_wrong_request(taken: tuple[Archive, IngestResult, Path]) -> None:
    with pytest.raises(UsageError, match="DELIVERY_UNKNOWN"):
        delivery(taken[0], 1)


def test_a_rebuild_keeps_the_register(tmp_path: Path) -> None:
    archive = make_archive(tmp_path / "repo")
    number = ingest(archive, make_delivery(tmp_path / "P01", SAMPLE[:1]), agent="lan").delivery
    again = ingest(archive, tmp_path / "P01", agent="lan").delivery
    archive.deliveries.clear()
    rebuild(archive, agent="lan", index=False, access=False)
    assert [entry.number for entry in archive.deliveries.recent().items] == [again, number]
    assert delivery(archive, again)[1].amount(Outcome.UNCHANGED).dossiers == 1


def test_all_spellings_of_a_vendor_are_one() -> None:
    assert vendor_key("Công ty TNHH Số hóa Á Châu") == vendor_key("CÔNG TY TNHH SỐ HOÁ  Á CHÂU")
    assert vendor_key("Đông Đô & Co. 2") == "dong-do-co-2"
    assert vendor_key("../../etc") == "etc"
    assert vendor_key("…") == ""


def test_a_dossier_in_too_few_copies_waits_and_is_accepted_once_there_is_one_more(tmp_path: Path) -> None:
    lone = make_archive(tmp_path / "repo")
    archive = replace(lone, settings=replace(lone.settings, copies_required=2))
    source = make_delivery(tmp_path / "P01", SAMPLE[:1])
    first = ingest(archive, source, agent="lan", hand_over=HandOver(VENDOR))
    assert (len(first.waiting), first.ingested) == (1, [])
    _, record = delivery(archive, first.delivery)
    (one,) = record.with_outcome(Outcome.WAITING)
    assert (one.code, one.version, one.pages, one.findings) == (SAMPLE[0].code, 1, SAMPLE[0].pages, ())
    assert record.amount() == record.amount(Outcome.WAITING)
    for lang in LANGUAGES:
        page = page_html(paper_of(archive, first.delivery, "minute", User("lan", Role.ARCHIVIST), lang)).decode()
        assert text(lang, "paper.amount.waiting") in page
        assert text(lang, "paper.outcome.waiting") in page
    card = vendor_card(archive, VENDOR)
    assert (card.total.first, card.total.passed, card.outstanding) == (1, 1, ())
    add_copy(archive, str(tmp_path / "hai"), "hai", "", "lan")
    second = ingest(archive, source, agent="lan", hand_over=HandOver(VENDOR))
    assert (second.waiting, len(second.ingested)) == ([], 1)
    _, record = delivery(archive, second.delivery)
    assert [line.outcome for line in record.dossiers] == [Outcome.ACCEPTED]
