"""Receipt and minute: the form of the state, every dossier, every reason, nothing that the reader may not see."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pypdfium2
import pytest

from fonds.errors import UsageError
from fonds.packaging.paper import page_html
from fonds.repository.archive import Archive
from fonds.repository.deliveries.ledger import MOST_FINDINGS
from fonds.repository.deliveries.papers import criteria
from fonds.repository.deliveries.printing import paper_of, pdf_of, write_paper
from fonds.repository.deliveries.record import HandOver
from fonds.repository.deliveries.register import delivery
from fonds.repository.deliveries.telling import listed
from fonds.repository.ingest import ingest
from fonds.repository.policy import ANONYMOUS, Role, User
from fonds.schemas.findings import severities
from fonds.schemas.messages import LANGUAGES, text
from tests.factories import SAMPLE, DossierRow, make_archive, make_delivery

CLERK = User("lan", Role.ARCHIVIST)
BROKEN = DossierRow("H99.12.P01.1965.04", "Hồ sơ <b>hỏng</b>", extra={"0003.jpg": b""})
PRIVATE = SAMPLE[1]
SCANS = BROKEN.folder


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> tuple[Archive, int]:
    folder = tmp_path_factory.mktemp("taken")
    archive = make_archive(folder / "repo")
    source = make_delivery(folder / "P01", [*SAMPLE, BROKEN])
    named = replace(
        archive,
        settings=replace(archive.settings, archive_name="Kho A", archive_parent="Sở Nội vụ", archive_place="Lam Khê"),
    )
    return named, ingest(archive, source, agent="lan", hand_over=HandOver("Công ty Á Châu", "Trần Văn Bình")).delivery


@pytest.mark.parametrize(("lang", "word"), [("vi", "BIÊN NHẬN"), ("en", "RECEIPT")])
def test_the_receipt_says_who_what_and_how_much(taken: tuple[Archive, int], lang: str, word: str) -> None:
    archive, number = taken
    page = page_html(paper_of(archive, number, "receipt", CLERK, lang)).decode()
    entry = archive.deliveries.get(number)
    assert entry is not None
    inventory = entry.record["inventory"]
    assert isinstance(inventory, dict)
    for said in (word, "CỘNG HÒA" if lang == "vi" else "VIET", "SỞ NỘI VỤ", "KHO A", "Công ty Á Châu", "Trần Văn Bình"):
        assert said in page
    for said in (inventory["sha256"], entry.source, entry.seal):
        assert str(said) in page
    cells = re.findall(r'<td class="number">([^<]+)</td>', page)
    assert cells[:3] == ["4", "10", "10"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_minute_names_every_dossier_and_every_reason(taken: tuple[Archive, int], lang: str) -> None:
    archive, number = taken
    page = page_html(paper_of(archive, number, "minute", CLERK, lang)).decode()
    for row in (*SAMPLE, BROKEN):
        assert row.code in page
    assert "ZERO_BYTE" in page
    assert "Hồ sơ &lt;b&gt;hỏng&lt;/b&gt;" in page
    assert PRIVATE.title in page
    assert not re.search(r"paper\.[a-z]+\.", page.partition("</style>")[2])
    assert page.count('class="paper-signature"') == 2


def test_who_may_not_read_a_description_does_not_read_its_title_here(taken: tuple[Archive, int]) -> None:
    archive, number = taken
    page = page_html(paper_of(archive, number, "minute", ANONYMOUS, "vi")).decode()
    assert SAMPLE[0].title in page
    assert PRIVATE.title not in page
    assert "(không in tiêu đề)" in page


def test_the_pdf_says_the_same_and_is_made_the_same_again(taken: tuple[Archive, int]) -> None:
    archive, number = taken
    paper = paper_of(archive, number, "minute", CLERK, "vi")
    made = pdf_of(paper)
    document = pypdfium2.PdfDocument(io.BytesIO(made))
    text = " ".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", " ")
    for said in ("BIÊN BẢN", "Độc lập - Tự do - Hạnh phúc", "ZERO_BYTE", BROKEN.code, "Lam Khê, ngày"):
        assert said in text
    assert pdf_of(paper) == made


def test_only_these_forms_are_written(taken: tuple[Archive, int], tmp_path: Path) -> None:
    archive, number = taken
    with pytest.raises(UsageError, match="REPORT_FORMAT"):
        write_paper(tmp_path / "x.docx", archive, number, "receipt", CLERK, "vi")
    write_paper(tmp_path / "x.html", archive, number, "receipt", CLERK, "vi")
    assert (tmp_path / "x.html").read_bytes().startswith(b"<!doctype html>")


def test_a_criterion_counts_only_codes_that_exist_and_each_once() -> None:
    codes = [code for group in criteria().values() for code in group]
    assert set(codes) <= severities().keys()
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_not_named_is_counted_and_said_where_it_is(lang: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Alike errors are one sentence with all their places; the record names the first twenty."""
    folder = tmp_path_factory.mktemp("many")
    archive = make_archive(folder / "repo")
    empty = {f"{number:04d}.jpg": b"" for number in range(3, 3 + MOST_FINDINGS + 11)}
    source = make_delivery(folder / "P01", [DossierRow("H99.12.P01.1965.04", "Hồ sơ", extra=empty)])
    number = ingest(archive, source, agent="lan").delivery
    (one,) = delivery(archive, number)[1].dossiers
    page = page_html(paper_of(archive, number, "minute", CLERK, lang)).decode()
    assert one.more >= 11
    assert page.count("ZERO_BYTE") == 1
    assert f"{SCANS}/0003.jpg; 0004.jpg; 0005.jpg" in page
    assert text(lang, "paper.reason.more", {"count": one.more}) in page
    assert f'fonds check "{source}" --report' in unescape(page)


def test_places_are_short_where_the_folder_is_the_same() -> None:
    assert listed(["a/b/1.jpg", "a/b/2.jpg", "a/b/2.jpg", "a/c/1.jpg", "x", "y"]) == "a/b/1.jpg; 2.jpg; a/c/1.jpg; x; y"
