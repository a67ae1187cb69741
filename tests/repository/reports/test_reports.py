"""Reports and forms of a real repository: the numbers are those of its rows, the same in every form."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from lxml import html

from fonds.errors import UsageError
from fonds.packaging.paper import page_html
from fonds.repository.archive import Archive
from fonds.repository.audit import ALL, audit
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.deliveries.printing import pdf_of
from fonds.repository.ports.incidents import DECIDED, REPAIRED
from fonds.repository.reports import forms
from fonds.repository.reports.fixity import fixity_report, instants, period
from fonds.repository.reports.model import Report
from fonds.repository.reports.writing import report_bytes, write_report
from tests.factories import dossier_packages, ingest_sample

DAMAGED = "data/representations/rep1/data/0001.jpg"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A repository with a copy, a whole run, and one that found a damaged file, which a third did not find any more."""
    folder = tmp_path_factory.mktemp("reports")
    archive, _ = ingest_sample(folder / "repo", folder / "source")
    add_copy(archive, str(folder / "usb <1>"), "usb", "USB", "lan")
    sync(archive, [], agent="lan")
    audit(archive, agent="minh", scope=ALL)
    path = archive.root / "store" / dossier_packages(archive)[0].location / DAMAGED
    whole = path.read_bytes()
    path.write_bytes(whole[:-1] + b"\x00")
    audit(archive, agent="minh", scope=ALL)
    path.write_bytes(whole)
    path = archive.root / "store" / dossier_packages(archive)[1].location / DAMAGED
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    audit(archive, agent="minh", scope=ALL)
    return archive


@pytest.fixture(scope="module")
def report(archive: Archive) -> Report:
    return fixity_report(archive)


def tables(page: bytes) -> dict[str, list[list[str]]]:
    """The plain values of every table of a page."""
    rows_of = {str(table.get("id")): table.iterfind("tbody/tr") for table in html.fromstring(page).iter("table")}
    return {
        name: [[str(cell.get("value")) for cell in row.iter("data")] for row in rows] for name, rows in rows_of.items()
    }


def said_in(page: bytes) -> str:
    """The words of a page."""
    return "".join(str(part) for part in html.fromstring(page).itertext())


def sections(table: bytes) -> list[list[list[str]]]:
    """The tables of a CSV file without their titles and heads."""
    found: list[list[list[str]]] = [[]]
    for row in csv.reader(io.StringIO(table.decode("utf-8-sig"))):
        if row:
            found[-1].append(row)
        else:
            found.append([])
    return [rows[2:] for rows in found if rows]


def plain(value: object) -> str:
    return "" if value is None else str(value)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_form_has_the_same_data(report: Report, lang: str) -> None:
    document = json.loads(report_bytes(report, ".json", lang))
    shown, listed = tables(report_bytes(report, ".html", lang)), sections(report_bytes(report, ".csv", lang))
    for grid, rows in zip([report.facts, *report.grids], listed, strict=True):
        wanted = [[plain(value) for value in record.values()] for record in document[grid.name]]
        assert rows == wanted, grid.name
        if grid is not report.facts:
            assert shown[grid.name] == wanted
            assert wanted
    page = html.fromstring(report_bytes(report, ".html", lang))
    facts = [one.get("value") for one in next(page.iter("dl")).iter("data")]
    assert [facts] == listed[0]


def test_the_numbers_are_those_of_the_rows(archive: Archive, report: Report) -> None:
    document = json.loads(report_bytes(report, ".json", "vi"))
    versions = len(archive.holdings.packages())
    assert [(one["copy"], one["packages"], one["due"], one["fresh"]) for one in document["places"]] == [
        ("main", versions, 0, 1.0), ("usb", versions, 0, 1.0),
    ]  # fmt: skip
    assert [one["problems"] for one in document["runs"]] == [1, 1, 0]
    assert [one["packages"] for one in document["runs"]] == [2 * versions] * 3
    assert all(one["rate"] > 0 and one["complete"] == "whole" for one in document["runs"])
    new, old = document["problems"]
    assert (new["closed"], old["path"], old["result"]) == ("", DAMAGED, "digest")
    assert old["closed"] > old["found"]
    assert old["expected"] != old["actual"]
    today = document["days"][-1]
    assert (today["held"], today["fresh"], today["never"], today["oldest"]) == (2 * versions, 2 * versions, 0, 0)
    assert (today["checks"], today["failed"], today["problems"]) == (6 * versions, 2, 2)
    assert [one["day"] for one in document["days"]][-1] == report.until
    assert len(document["days"]) <= 2, "there is nothing to tell of the days before the first dossier came"
    assert document["facts"][0]["open_problems"] == 1
    assert document["facts"][0]["rate"] > 0


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_page_needs_nothing_besides_itself(report: Report, lang: str) -> None:
    page = report_bytes(report, ".html", lang)
    found = html.fromstring(page)
    assert found.get("lang") == lang
    assert len(list(found.iter("svg"))) == 4
    assert not list(found.iter("script", "link", "img", "iframe"))
    assert not [one for one in found.iter() if one.get("src") or one.get("style")]
    (main,) = found.iter("main")
    told = "".join(str(part) for part in main.itertext())
    assert "fixity." not in told
    assert "{" not in told
    html.fromstring(page, parser=html.HTMLParser(recover=False))


def test_a_report_of_other_days_has_only_these(archive: Archive) -> None:
    long_ago = fixity_report(archive, date(2020, 1, 1), date(2020, 1, 3))
    document = json.loads(report_bytes(long_ago, ".json", "vi"))
    assert (document["since"], document["until"]) == ("2020-01-01", "2020-01-03")
    assert (document["days"], document["runs"], document["problems"]) == ([], [], [])
    assert len(document["places"]) == 2
    assert set(tables(report_bytes(long_ago, ".html", "vi"))) == {"places"}


def test_days_that_are_meant() -> None:
    today = date(2026, 11, 22)
    assert period(None, None, today) == (date(2026, 8, 25), today)
    assert period(date(2026, 1, 1), date(2027, 1, 1), today) == (date(2026, 1, 1), today)
    begin, end = (datetime.fromisoformat(one) for one in instants(today, today))
    assert end - begin == timedelta(days=1)
    assert begin.astimezone().date() == today
    assert begin.tzinfo == UTC


def test_another_form_is_refused(report: Report, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="REPORT_FORMAT"):
        write_report(tmp_path / "a.docx", report, "vi")
    assert not list(tmp_path.iterdir())


# --- printed forms ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("kind", forms.FORMS)
def test_every_form_prints(archive: Archive, kind: str, lang: str) -> None:
    paper = forms.form_paper(archive, kind, 0, (None, None), lang)
    page = page_html(paper).decode()
    assert "form." not in page
    assert "…………" in page
    assert "<1>" not in page
    assert pdf_of(paper).startswith(b"%PDF-")


def words(archive: Archive, kind: str, number: int = 0) -> str:
    return said_in(page_html(forms.form_paper(archive, kind, number, (None, None), "vi")))


def test_a_check_minute_tells_of_its_run(archive: Archive) -> None:
    last, middle, first = (run.id for run in archive.fixity.runs().items)
    good, bad = words(archive, forms.CHECK, first), words(archive, forms.CHECK, middle)
    assert "Mọi tệp được đọc đều đúng như khi nhập kho." in good
    assert DAMAGED not in good
    for said in ("Phát hiện 1 sự cố", DAMAGED, dossier_packages(archive)[0].code, "minh", f"Lượt kiểm tra số {middle}"):
        assert said in bad
    assert dossier_packages(archive)[1].code in words(archive, forms.CHECK, last)
    assert "CHƯA TRỌN VẸN" not in bad
    with pytest.raises(UsageError, match="AUDIT_RUN_MISSING"):
        words(archive, forms.CHECK, 999)


def test_a_backup_is_told_with_what_went_into_the_copy(archive: Archive) -> None:
    versions = archive.holdings.packages()
    for kind in (forms.BACKUP, forms.BACKUP_LOG):
        told = words(archive, kind)
        for said in ("usb", "usb <1>", "USB", str(len(versions))):
            assert said in told, kind
    assert "khớp SHA-256" in words(archive, forms.BACKUP)
    assert "lan" in words(archive, forms.BACKUP_LOG)
    empty = forms.backup_journal(archive, date(2020, 1, 1), date(2020, 1, 2), "vi")
    assert "Không có lần sao lưu nào" in page_html(empty).decode()
    with pytest.raises(UsageError, match="BACKUP_MISSING"):
        words(archive, forms.BACKUP, 999)


def test_an_incident_is_told_with_its_checks(archive: Archive) -> None:
    new, old = archive.reports.problem_rows("", "").items
    open_, closed = words(archive, forms.INCIDENT, new.id), words(archive, forms.INCIDENT, old.id)
    assert "CHƯA XỬ LÝ XONG" in open_
    assert "đã hết, theo lần kiểm tra" in closed
    assert closed.count("nguyên vẹn") == 2
    assert closed.count("có sự cố") == 1
    for said in (dossier_packages(archive)[0].code, DAMAGED, old.problem.expected, old.problem.actual):
        assert said in closed
    with pytest.raises(UsageError, match="PROBLEM_MISSING"):
        words(archive, forms.INCIDENT, 999)


def test_what_was_done_about_an_incident_is_told(archive: Archive) -> None:
    problem = archive.reports.problem_rows("", "").items[1]
    (known,) = archive.incidents.listed(objid=problem.problem.objid).items
    assert "phục hồi" not in words(archive, forms.INCIDENT, problem.id)
    done = replace(known, closed="2099-01-02T03:04:05.000+00:00", closed_by="Trần Thị Lan", reason="bản gốc đã hỏng")
    try:
        archive.incidents.put(replace(done, how=REPAIRED, sources="usb\n"))
        assert "Trần Thị Lan phục hồi bằng chương trình từ bản: usb;" in words(archive, forms.INCIDENT, problem.id)
        archive.incidents.put(replace(done, how=DECIDED))
        assert "giữ nguyên hiện trạng, lý do: bản gốc đã hỏng" in words(archive, forms.INCIDENT, problem.id)
    finally:
        archive.incidents.put(known)
