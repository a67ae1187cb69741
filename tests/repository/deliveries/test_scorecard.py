"""Scorecards: counted by hand, over several deliveries."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

import openpyxl
import pytest

from fonds.repository.deliveries.record import Handed, Outcome, Record
from fonds.repository.deliveries.scorecard import Scorecard, Trend, scorecard
from fonds.repository.deliveries.vendors import table_bytes
from fonds.repository.ports.deliveries import Entry
from fonds.schemas.findings import Severity

GOOD, BAD, HELD, READY = Outcome.ACCEPTED, Outcome.REFUSED, Outcome.UNCHANGED, Outcome.READY


def delivered(number: int, outcomes: Mapping[str, Outcome], errors: int, kind: str = "ingest") -> tuple[Entry, Record]:
    dossiers = tuple(Handed(code, outcome, "P01", pages=100) for code, outcome in outcomes.items())
    entry = Entry(number, kind, "2026-01-01T00:00:00+00:00", "lan", "=SUM(A1)", "Á Châu", "a-chau", "f" * 64, {})
    return entry, Record(kind, entry.when, dossiers=dossiers, counts={"error": errors, "warning": 3, "info": 0})


def card(*deliveries: tuple[Entry, Record]) -> Scorecard:
    return scorecard("a-chau", "Á Châu", deliveries)


def test_a_dossier_passes_at_once_or_comes_again() -> None:
    found = card(
        delivered(1, {"01": GOOD, "02": BAD, "03": BAD, "04": GOOD}, 4),
        delivered(2, {"01": HELD, "02": GOOD, "03": BAD}, 1),
        delivered(3, {"03": GOOD, "05": GOOD, "06": BAD}, 1),
    )
    assert [(one.score.first, one.score.passed, one.score.again) for one in found.lines] == [
        (4, 2, 0),
        (0, 0, 2),
        (2, 1, 1),
    ]
    assert found.total.pass_rate == 3 / 6
    assert found.lines[1].score.pass_rate is None
    assert found.outstanding == ("06",)
    assert (found.total.again, found.total.refused, found.total.pages) == (3, 1, 1000)


def test_a_recorded_check_is_the_first_time() -> None:
    found = card(delivered(1, {"01": READY, "02": BAD}, 1, "check"), delivered(2, {"01": GOOD, "02": GOOD}, 0))
    assert (found.total.first, found.total.passed, found.total.again) == (2, 1, 1)
    assert found.outstanding == ()


def test_findings_are_counted_for_a_thousand_pages() -> None:
    score = card(delivered(1, {"01": GOOD, "02": GOOD}, 1)).lines[0].score
    assert [score.per_thousand(one) for one in (Severity.ERROR, Severity.WARNING, Severity.INFO)] == [5, 15, 0]
    assert card(delivered(1, {}, 1)).total.per_thousand(Severity.ERROR) is None


@pytest.mark.parametrize(
    ("errors", "trend"), [((10, 1), Trend.BETTER), ((1, 10), Trend.WORSE), ((5, 5), Trend.SAME), ((5,), Trend.UNKNOWN)]
)
def test_the_newest_is_compared_with_all_before_it(errors: tuple[int, ...], trend: Trend) -> None:
    assert card(*(delivered(n, {f"{n}": GOOD}, count) for n, count in enumerate(errors))).trend is trend


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_tables_say_the_same_and_hold_no_formula(lang: str) -> None:
    cards = [card(delivered(1, {"01": GOOD, "02": BAD}, 2))]
    sheet = openpyxl.load_workbook(io.BytesIO(table_bytes(cards, ".xlsx", lang))).worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[1][:2] == ["Á Châu", 1]
    assert sheet["E2"].data_type == "s"
    written = table_bytes(cards, ".csv", lang)
    assert written.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(io.StringIO(written.decode("utf-8-sig"))))
    assert table[0] == rows[0]
    assert table[1][4] == "'=SUM(A1)"
    assert table[1][5:8] == ["2", "200", "0"]
    assert len(table[1]) == len(table[0])
