from __future__ import annotations

from fonds.repository.ports.index import OPEN, IndexDocument
from fonds.repository.search.terms import GAP, WEIGHTS, Terms, terms


def made(years: tuple[int, ...] = (), **fields: str) -> Terms:
    return terms(IndexDocument("u", OPEN, "dossier", "file", "P01", fields, years))


def test_folded_and_exact_form_stand_at_one_position() -> None:
    postings = made(title="Nguyễn Văn Hoà").postings
    assert {term: posting.positions for term, posting in postings.items()} == {
        "nguyen": [0], "=nguyễn": [0], "van": [1], "=văn": [1], "hoa": [2], "=hòa": [2],
    }  # fmt: skip


def test_a_word_without_marks_has_its_marker() -> None:
    assert set(made(title="hoa").postings) == {"hoa", "=hoa"}


def test_variants_of_spelling_are_the_same_terms() -> None:
    assert set(made(title="hoà sỹ quý").postings) == set(made(title="hòa sĩ quí").postings)


def test_numbers_dates_codes_and_years() -> None:
    postings = made(years=(1968, 1969), code="H99.12.P01.05", text="Số 05/QĐ.UB ngày 5/2/1962").postings
    assert {"#h99.12.p01.05", "h99", "5/qd-ub", "qd", "1962-02-05", "1962-02", "@1968", "@1969"} <= set(postings)
    assert "#số" not in postings
    assert "@1962" not in postings


def test_weights_follow_the_field_and_add_up() -> None:
    postings = made(code="x", title="x", people="x", places="x", subjects="x", text="x x").postings
    assert postings["x"].weight == sum(WEIGHTS.values()) + WEIGHTS["text"]
    assert list(WEIGHTS.values()) == sorted(WEIGHTS.values(), reverse=True)


def test_lines_and_fields_are_apart() -> None:
    postings = made(title="a b", text="c\n\nd").postings
    places = [postings[term].positions[0] for term in "abcd"]
    assert places[1] - places[0] == 1
    assert places[2] - places[1] > GAP
    assert places[3] - places[2] > GAP


def test_length_counts_syllables_once() -> None:
    assert made(title="Số 147/QĐ-UB", years=(1968,)).length == 4
    assert made().length == 0
