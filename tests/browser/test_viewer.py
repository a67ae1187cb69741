"""The viewer in a browser. Every visit also proves that nothing is complained about (errors, security policy)."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.viewer import stocked as lib

VIEW = f"/d/{lib.OPEN}/view"
LONG = f"/d/{lib.LONG}/view"
PAINTED = """() => {
    const canvas = document.querySelector("#canvas canvas");
    if (!canvas || !canvas.width) return false;
    const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    pixel.drawImage(canvas, canvas.width / 2, canvas.height / 2, 1, 1, 0, 0, 1, 1);
    const { data } = pixel.getImageData(0, 0, 1, 1);
    return data[3] === 255;
}"""


def _painted(page: Page) -> None:
    """Wait until there is paper in the middle of the stage."""
    page.wait_for_function(PAINTED)


def _at(page: Page, number: int) -> None:
    expect(page).to_have_url(re.compile(rf"page={number}(#|$)"))


def test_opens_and_paints_the_page(desk: Visit) -> None:
    with desk.page.expect_response(re.compile(rf"/iiif/image/{lib.OPEN}\.1\.1/\d+,\d+,.*/default\.jpg")) as tile:
        desk.page.goto(VIEW)
    assert tile.value.status == 200
    _painted(desk.page)
    expect(desk.page.locator("#notice")).to_be_hidden()


def test_keys_turn_pages_and_say_so(desk: Visit) -> None:
    desk.page.goto(VIEW)
    _painted(desk.page)
    desk.page.keyboard.press("ArrowRight")
    _at(desk.page, 2)
    expect(desk.page.locator("#live")).to_have_text("Tờ 2, trang 2 trên 5")
    expect(desk.page).to_have_title(re.compile("^Tờ 2 · "))
    desk.page.keyboard.press("PageUp")
    _at(desk.page, 1)
    desk.page.keyboard.press("End")
    _at(desk.page, 5)
    expect(desk.page.locator('.turner [data-do="next"]')).to_have_attribute("aria-disabled", "true")


def test_keys_work_when_the_image_has_the_focus(desk: Visit) -> None:
    desk.page.goto(VIEW)
    _painted(desk.page)
    desk.page.locator("#canvas .openseadragon-canvas").click()
    desk.page.keyboard.press("ArrowRight")
    _at(desk.page, 2)


def test_zoom_is_in_the_address_and_is_announced(desk: Visit) -> None:
    desk.page.goto(VIEW)
    _painted(desk.page)
    desk.page.keyboard.press("+")
    expect(desk.page).to_have_url(re.compile(r"page=1#xywh=\d+,\d+,\d+,\d+$"))
    expect(desk.page.locator("#live")).to_have_text(re.compile(r"Phóng \d+ %"))
    desk.page.keyboard.press("0")
    expect(desk.page).to_have_url(re.compile(r"page=1$"))


def test_an_address_with_a_region_opens_there(desk: Visit) -> None:
    desk.page.goto(f"{VIEW}?page=2#xywh=100,150,200,150")
    _painted(desk.page)
    desk.page.keyboard.press("+")
    expect(desk.page).not_to_have_url(re.compile("xywh=100,150,200,150"))
    found = re.search(r"xywh=(\d+),(\d+),(\d+),(\d+)", desk.page.url)
    assert found
    x, y, width, height = map(int, found.groups())
    assert 50 <= x <= 300
    assert 100 <= y <= 300
    assert width <= 300
    assert height <= 300


def test_restricted_and_unreadable_pages_are_explained(desk: Visit) -> None:
    desk.page.goto(f"{VIEW}?page=3")
    desk.page.keyboard.press("ArrowRight")
    expect(desk.page.locator("#notice")).to_contain_text("chế độ sử dụng hạn chế")
    desk.page.keyboard.press("ArrowRight")
    expect(desk.page.locator("#notice")).to_contain_text("chưa hiển thị được")
    desk.page.keyboard.press("Home")
    expect(desk.page.locator("#notice")).to_be_hidden()
    _painted(desk.page)


def test_a_long_dossier_opens_at_once_at_its_end(desk: Visit) -> None:
    desk.page.goto(f"{LONG}?page=120")
    _painted(desk.page)
    expect(desk.page.locator("#strip [aria-current]")).to_have_text("120")
    expect(desk.page.locator("#strip [aria-current] img")).to_be_visible()
    assert desk.page.locator("#strip .thumb").count() < 30


def test_going_to_a_page_by_number(desk: Visit) -> None:
    desk.page.goto(LONG)
    desk.page.keyboard.press("g")
    desk.page.keyboard.type("77")
    desk.page.keyboard.press("Enter")
    _at(desk.page, 77)
    expect(desk.page.locator("#strip [aria-current]")).to_be_in_viewport()
    desk.page.keyboard.press("g")
    desk.page.keyboard.type("900")
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#toast")).to_contain_text("trang 1 đến 130")
    _at(desk.page, 77)


def test_going_to_a_sheet_by_its_name(desk: Visit) -> None:
    desk.page.goto(VIEW)
    for name, number in (("2a", 3), ("02A", 3)):
        desk.page.keyboard.press("g")
        desk.page.keyboard.type(name)
        desk.page.keyboard.press("Enter")
        _at(desk.page, number)
        desk.page.keyboard.press("Home")
        _at(desk.page, 1)


def test_the_strip_turns_pages(desk: Visit) -> None:
    desk.page.goto(LONG)
    desk.page.locator("#strip").evaluate("strip => strip.scrollTo(0, 100 * 164)")
    desk.page.locator("#strip .thumb", has_text="103").click()
    _at(desk.page, 103)


def test_light_and_contrast(desk: Visit) -> None:
    desk.page.goto(VIEW)
    _painted(desk.page)
    desk.page.keyboard.press("b")
    desk.page.locator("#contrast").fill("180")
    desk.page.locator("#invert").check()
    filters = desk.page.locator("#canvas .openseadragon-canvas").evaluate("element => element.style.filter")
    assert filters == "invert(1) contrast(180%)"
    desk.page.get_by_role("button", name="Như ban đầu").click()
    assert not desk.page.locator("#canvas .openseadragon-canvas").evaluate("element => element.style.filter")
    desk.page.locator("#stage").press("Escape")
    expect(desk.page.locator("#adjust")).to_be_hidden()


def test_the_description_follows_the_page(desk: Visit) -> None:
    desk.page.goto(VIEW)
    panel = desk.page.locator("#panel")
    expect(panel).to_contain_text("Quyết định thành lập ban đê điều")
    desk.page.keyboard.press("End")
    expect(panel).to_contain_text("Mục lục chưa ghi văn bản nào ở tờ này")
    desk.page.keyboard.press("p")
    expect(panel).to_be_hidden()
    desk.page.reload()
    expect(panel).to_be_hidden()


def test_link_and_citation_are_copied(desk: Visit, address: str) -> None:
    desk.page.goto(VIEW)
    desk.page.keyboard.press("ArrowRight")
    _at(desk.page, 2)
    desk.page.keyboard.press("c")
    expect(desk.page.locator("#toast")).to_have_text("Đã sao chép")
    copied = desk.page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith(f", tờ 2. {address}{VIEW}?page=2")
    desk.page.keyboard.press("l")
    desk.page.wait_for_function(f"async () => await navigator.clipboard.readText() === '{address}{VIEW}?page=2'")


def test_help_lists_the_keys(desk: Visit) -> None:
    desk.page.goto(f"{VIEW}?lang=en")
    desk.page.keyboard.press("?")
    expect(desk.page.get_by_role("dialog", name="Keyboard shortcuts")).to_contain_text("Next page")
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("dialog")).to_be_hidden()


def test_back_leads_to_where_one_came_from(desk: Visit) -> None:
    desk.page.goto(f"/d/{lib.OPEN}")
    desk.page.get_by_role("link", name="Mở đọc hồ sơ").click()
    desk.page.wait_for_url("**/view**")
    desk.page.keyboard.press("ArrowRight")
    _at(desk.page, 2)
    desk.page.go_back()
    expect(desk.page).to_have_url(re.compile(rf"/d/{lib.OPEN}$"))


def test_dossier_page_copies_its_citation(desk: Visit) -> None:
    desk.page.goto(f"/d/{lib.OPEN}")
    desk.page.get_by_role("button", name="Sao chép trích dẫn").click()
    expect(desk.page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    assert lib.OPEN_TITLE in desk.page.evaluate("navigator.clipboard.readText()")


def test_on_a_phone_the_strip_lies_at_the_bottom_and_nothing_sticks_out(phone: Visit) -> None:
    phone.page.goto(f"{LONG}?page=60")
    _painted(phone.page)
    strip = phone.page.locator("#strip").bounding_box()
    assert strip
    assert strip["y"] > 700
    assert strip["width"] == 390
    expect(phone.page.locator("#strip [aria-current]")).to_be_in_viewport()
    phone.page.locator("#strip .thumb", has_text="61").tap()
    _at(phone.page, 61)
    for address in ("/", f"/d/{lib.OPEN}", f"/f/{lib.FONDS_ID}", "/search?q=de", "/about", f"{LONG}?page=2"):
        phone.page.goto(address)
        assert phone.page.evaluate("document.documentElement.scrollWidth") <= 390, address


def test_without_scripts_pages_can_be_read_and_turned(plain: Visit) -> None:
    plain.page.goto(VIEW)
    still = plain.page.locator(".still img")
    expect(still).to_be_visible()
    assert still.evaluate("image => image.naturalWidth") > 0
    expect(plain.page.locator(".needs-js:visible")).to_have_count(0)
    plain.page.get_by_role("link", name="Trang sau").click()
    _at(plain.page, 2)


def test_english_and_dark_are_complete(desk: Visit) -> None:
    desk.page.emulate_media(color_scheme="dark")
    desk.page.goto("/?lang=en")
    expect(desk.page.get_by_role("heading", name="Read the archives from anywhere")).to_be_visible()
    paper = desk.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert max(int(part) for part in re.findall(r"\d+", paper)) < 60
