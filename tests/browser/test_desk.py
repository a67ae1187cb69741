"""The desk as a clerk meets it: columns put right by hand, work that goes on before his eyes, papers that print."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, expect

from fonds.repository.archive import Archive
from fonds.repository.deliveries.ledger import Ledger
from fonds.repository.deliveries.record import HandOver, Outcome
from fonds.repository.deliveries.register import register
from fonds.repository.policy import Role, User
from fonds.viewer.app import create_app
from fonds.viewer.staff import Desk
from tests.browser.conftest import Visit, serving, visit_to
from tests.cli.running import in_process
from tests.factories import SAMPLE, make_archive, make_delivery
from tests.repository.intake.building import checked

KEY = "k" * 43
VENDOR = "Công ty Á Châu"
DOSSIERS = 90
ODD = "Nội dung tập"


@dataclass(frozen=True)
class Served:
    """A repository whose desk is served, a delivery with a header that nobody knows, the number of a long one."""

    address: str
    archive: Archive
    source: Path
    number: int


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    archive = make_archive(folder / "repo")
    source = make_delivery(folder / "P01", SAMPLE)
    number = _long_delivery(archive, source)
    book = load_workbook(source / "MucLuc.xlsx")
    for cell in book["MucLucHoSo"][1]:
        cell.value = ODD if cell.value == "Tiêu đề hồ sơ" else cell.value
    book.save(source / "MucLuc.xlsx")
    with serving(create_app(archive, desk=Desk(User("lan", Role.ARCHIVIST), KEY))) as address:
        yield Served(address, archive, source, number)


def _long_delivery(archive: Archive, source: Path) -> int:
    """Register a delivery of many dossiers, for a paper of several pages."""
    _, dossiers = checked(source)
    ledger = Ledger("ingest", HandOver(VENDOR, "Trần Văn Bình"))
    ledger.brought(source / "MucLuc.xlsx")
    for number in range(DOSSIERS):
        ledger.note(dossiers[number % len(dossiers)], Outcome.ACCEPTED, 1)
    return register(archive, ledger.closed([]), agent="lan", source=str(source), summary={})


def _at_the_desk(browser: Browser, served: Served, width: int) -> Visit:
    visit = visit_to(browser, served.address, viewport={"width": width, "height": 768})
    visit.page.goto(f"/desk/enter?key={KEY}")
    return visit


@pytest.fixture
def clerk(browser: Browser, served: Served) -> Iterator[Visit]:
    visit = _at_the_desk(browser, served, 1366)
    yield visit
    visit.context.close()
    assert (visit.complaints, visit.foreign) == ([], [])


@pytest.fixture
def narrow(browser: Browser, served: Served) -> Iterator[Visit]:
    visit = _at_the_desk(browser, served, 390)
    yield visit
    visit.context.close()
    assert (visit.complaints, visit.foreign) == ([], [])


def test_a_column_is_put_right_with_the_keyboard_and_the_next_check_reads_it(
    clerk: Visit, served: Served, capfd: pytest.CaptureFixture[str]
) -> None:
    check = ["--repo", str(served.archive.root), "--format", "json", "check", str(served.source), "--vendor", VENDOR]
    assert in_process(capfd, check).code != 0
    page = clerk.page
    page.get_by_role("link", name="Ánh xạ cột").click()
    page.get_by_label("Đơn vị số hóa").fill(VENDOR)
    page.get_by_label("Bảng mục lục (.xlsx)").set_input_files(served.source / "MucLuc.xlsx")
    page.get_by_role("button", name="Đề xuất").press("Enter")
    expect(page.get_by_text("Còn thiếu một trong các trường: Tiêu đề hồ sơ")).to_be_visible()
    page.get_by_role("link", name="1 cột cần xem lại").press("Enter")
    expect(page.get_by_label(ODD)).to_be_focused()
    page.keyboard.type("Tiêu đề")
    expect(page.get_by_label(ODD)).to_have_value("title")
    page.get_by_role("button", name="Lưu cho đơn vị").press("Enter")
    expect(page.get_by_role("status")).to_contain_text(VENDOR)
    answer = in_process(capfd, check)
    assert (answer.code, answer.document["dossiers"]) == (0, len(SAMPLE))
    page.get_by_role("link", name="Ánh xạ cột").first.click()
    expect(page.get_by_role("listitem").filter(has_text=f"{VENDOR} cong-ti-a-chau.toml")).to_be_visible()


def test_work_goes_on_before_the_eyes_of_who_watches(clerk: Visit, served: Served) -> None:
    jobs, page = served.archive.jobs, clerk.page
    job = jobs.start("delivery", "/giao-nop/P02", total=200, detail={"pid": os.getpid()})
    try:
        page.goto("/desk/")
        bar = page.get_by_role("progressbar", name="/giao-nop/P02")
        expect(bar).to_have_attribute("value", "0")
        jobs.progress(job, 50, 200, detail={"pid": os.getpid(), "dossiers": 7})
        expect(bar).to_have_attribute("value", "25", timeout=9000)
        expect(page.locator(".job-facts")).to_have_text(re.compile(r"50/200 tệp · 7 hồ sơ · .* còn khoảng"))
        expect(page.get_by_role("status")).to_have_text("Đang làm: 1 việc; đứng lại: 0.")
    finally:
        jobs.finish(job)
    expect(page.get_by_text("Không có việc gì đang chạy.")).to_be_visible(timeout=9000)


def test_on_a_phone_nothing_sticks_out(narrow: Visit, served: Served) -> None:
    one = f"/desk/deliveries/{served.number}"
    for address in ("/desk/", "/desk/jobs", "/desk/deliveries", one, f"{one}/receipt", f"{one}/minute",
                    "/desk/vendors", "/desk/vendors/cong-ty-a-chau", "/desk/mappings/"):  # fmt: skip
        narrow.page.goto(f"{address}?lang=en")
        assert narrow.page.evaluate("document.documentElement.scrollWidth") <= 390, address


@pytest.mark.parametrize(("lang", "head"), [("vi", "Mã hồ sơ"), ("en", "Dossier code")])
def test_the_minute_prints_page_by_page(clerk: Visit, served: Served, lang: str, head: str) -> None:
    clerk.page.goto(f"/desk/deliveries/{served.number}/minute?lang={lang}")
    printed = pypdfium2.PdfDocument(io.BytesIO(clerk.page.pdf(prefer_css_page_size=True)))
    pages = [page.get_textpage().get_text_range() for page in printed]
    assert len(pages) >= 4
    widths = {round(page.get_width() * 25.4 / 72) for page in printed}
    assert widths == {210}
    listed = [text for text in pages if re.search(r"H99\.12\.P01\.19\d\d", text)]
    assert len(listed) >= 3
    assert all(head in text for text in listed), "the head of the table stands on every page"
    assert [text.split()[0] for text in pages[1:]] == [str(number) for number in range(2, len(pages) + 1)]
    assert "/desk/" not in pages[0]
    assert "PDF" not in pages[0].split("\n")[0]
    # Who signs sees what he signs for: the last page has more than the names.
    assert re.search("02 bản|2 copies", pages[-1])


def test_the_curves_of_fixity_are_drawn_and_nothing_sticks_out(narrow: Visit, clerk: Visit, served: Served) -> None:
    for visit in (narrow, clerk):
        page = visit.page
        page.goto("/desk/fixity")
        plots = page.get_by_role("img", name=re.compile("Phần đã kiểm tra|Lần kiểm tra|Tốc độ"))
        expect(plots).to_have_count(4)
        box = plots.first.bounding_box()
        assert box is not None
        assert box["width"] > 250
        assert box["height"] > 80
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0
