from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.errors import UsageError
from fonds.repository.search.query import (
    LONGEST,
    MOST_TERMS,
    Clause,
    Phrase,
    Prefix,
    Query,
    Special,
    Word,
    parse,
)


def words(text: str) -> tuple[Word, ...]:
    return tuple(Word(word) for word in text.split())


def phrase(text: str) -> Phrase:
    return Phrase(words(text))


def special(term: str, parts: str, *more: str) -> Special:
    return Special((term, *more), phrase(parts))


@pytest.mark.parametrize(
    ("text", "required"),
    [
        ("ruong dat", words("ruong dat")),
        ("  ruong,dat; ", words("ruong dat")),
        ("HOA", words("hoa")),
        ('"ruong dat" so', (phrase("ruong dat"), Word("so"))),
        ("“ruong dat”", (phrase("ruong dat"),)),
        ('"ruong"', words("ruong")),
        ('"ruong dat', (phrase("ruong dat"),)),
        ('so "ruong dat', (Word("so"), phrase("ruong dat"))),
        ('so"ruong dat"', (Word("so"), phrase("ruong dat"))),
        ("nguy*", (Prefix("nguy"),)),
        ("so nguye*", (Word("so"), Prefix("nguye"))),
        ("nguyễ*", (Prefix("nguye"),)),
        ("Ha-Noi", (phrase("ha noi"),)),
        ("H99.12.P01.1971.08", (special("#h99.12.p01.1971.08", "h99 12 p01 1971 08"),)),
        ("h99.12.p01.1971.08.", (special("#h99.12.p01.1971.08", "h99 12 p01 1971 08"),)),
        ("147/QĐ-UB", (special("#147/qd-ub", "147 qd ub", "147/qd-ub"),)),
        ("05/QĐ.UB", (special("#05/qd.ub", "05 qd ub", "5/qd-ub"),)),
        ("1968", (special("@1968", "1968"),)),
        ("nam 1968", (Word("nam"), special("@1968", "1968"))),
        ("Viet Nam 1968", (*words("viet nam"), special("@1968", "1968"))),
        ("3000", words("3000")),
        ("5/2/1962", (special("1962-02-05", "5 2 1962"),)),
        ("05-02-1962", (special("1962-02-05", "05 02 1962"),)),
        ("1962-02-05", (special("1962-02-05", "1962 02 05"),)),
        ("ngay 5 thang 2 nam 1962", (special("1962-02-05", "5 thang 2 nam 1962"),)),
        ("2/1962", (special("1962-02", "2 1962"),)),
        ("so ngay 5.2.1962 dat", (Word("so"), special("1962-02-05", "5 2 1962"), Word("dat"))),
    ],
)
def test_what_is_looked_for(text: str, required: tuple[Clause, ...]) -> None:
    assert parse(text).required == required
    assert parse(text).excluded == ()


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("so -dat", words("dat")),
        ("-dat so", words("dat")),
        ('so -"ruong dat"', (phrase("ruong dat"),)),
        ("so -nguy*", (Prefix("nguy"),)),
        ("so -1968", (special("@1968", "1968"),)),
        ("so -5/2/1962", (special("1962-02-05", "5 2 1962"),)),
        ("so -ha-noi", (phrase("ha noi"),)),
        ("so - dat", ()),
        ("so-dat", ()),
    ],
)
def test_what_is_excluded(text: str, excluded: tuple[Clause, ...]) -> None:
    assert parse(text).excluded == excluded


def test_the_words_for_a_date_are_not_looked_for() -> None:
    assert parse("năm 1968").required == (special("@1968", "1968"),)
    assert parse("ngày 5 tháng 2 năm 1962").required == (special("1962-02-05", "5 thang 2 nam 1962"),)
    assert parse("năm nay").required == (Word("nam", "năm"), Word("nay", "nay"))
    assert parse("Việt Nam 1968").required[:2] == (Word("viet", "việt"), Word("nam", "nam"))


def test_exact_forms_are_wished_for_only_when_the_query_has_marks() -> None:
    assert parse("nguyen van hoa").required == words("nguyen van hoa")
    assert parse("Nguyễn Van Hoà").required == (Word("nguyen", "nguyễn"), Word("van", "van"), Word("hoa", "hòa"))
    assert parse('"Kỹ sỹ"').required == (Phrase((Word("ki", "kĩ"), Word("si", "sĩ"))),)
    assert parse("hoa -hòa").excluded == (Word("hoa", "hòa"),)
    assert parse("hòa -hoa").excluded == (Word("hoa", "hoa"),)
    assert parse("hoa -binh").excluded == words("binh")


def test_runs_of_words_are_wished_to_stand_together() -> None:
    assert parse("hoa binh").near == (phrase("hoa binh"),)
    assert parse("Hòa Bình").near == (phrase("hoa binh"),)
    assert parse('so sach "x y" hoa binh 1968 dat').near == (phrase("so sach"), phrase("hoa binh"))
    assert parse("hoa").near == ()


@pytest.mark.parametrize("text", ["", "   ", '""', '"', "-", "*", "-*", "?!", "-hòa", '-"hòa bình" -1968', "🏛"])
def test_nothing_to_look_for(text: str) -> None:
    with pytest.raises(UsageError, match="QUERY_EMPTY"):
        parse(text)


def test_a_document_is_not_a_question() -> None:
    assert parse("a" * LONGEST).required
    with pytest.raises(UsageError, match="QUERY_TOO_LONG"):
        parse("a" * (LONGEST + 1))
    assert len(parse("a " * MOST_TERMS).required) == MOST_TERMS
    for text in ("a " * (MOST_TERMS + 1), '"' + "a " * (MOST_TERMS + 1), "b " + "-a " * MOST_TERMS):
        with pytest.raises(UsageError, match="QUERY_TOO_LONG"):
            parse(text)


_SIGNS = st.sampled_from([*'"-*/.,0159 năđ=#@“»\u0300\x00', "1968", "5/2/1962", "tháng 2 năm 1962", "QĐ-UB"])


@given(st.one_of(st.text(max_size=80), st.lists(_SIGNS, max_size=40).map("".join)))
def test_any_text_is_a_query_or_a_usage_error(text: str) -> None:
    query: Query | None = None
    refused = ""
    try:
        query = parse(text)
    except UsageError as error:
        refused = error.code
    assert (query is None) == (refused in {"QUERY_EMPTY", "QUERY_TOO_LONG"})
    if query is not None:
        _check(query)


def _check(query: Query) -> None:
    """Nothing empty reaches an index: an empty phrase or prefix would mean everything."""
    assert query.required
    for clause in (*query.required, *query.excluded):
        match clause:
            case Word(folded) | Prefix(folded):
                assert folded
                assert not folded.startswith(("=", "#", "@"))
            case Phrase(parts):
                assert len(parts) > 1
                assert all(part.fold for part in parts)
            case Special(terms, Phrase(parts)):
                assert terms
                assert parts
