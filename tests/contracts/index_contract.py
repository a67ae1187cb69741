"""What every index must do. A back end's test inherits from ``IndexContract`` and says how to make an empty one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.errors import UsageError
from fonds.repository.backends.memory_index import MemoryIndex
from fonds.repository.ports.index import OPEN, RESTRICTED, Filters, Found, Index, IndexDocument
from fonds.repository.search.query import parse

EVERYBODY = frozenset({OPEN})
STAFF = frozenset({OPEN, RESTRICTED})
ANY = Filters()


def document(
    unit: str, title: str = "", *, access: str = OPEN, kind: str = "dossier", fonds: str = "P01", **more: str
) -> IndexDocument:
    """An index document; ``more`` are its other fields, or ``earliest`` and ``latest``."""
    earliest, latest = more.pop("earliest", ""), more.pop("latest", "")
    years = range(int(earliest[:4]), int(latest[:4]) + 1) if earliest and latest else ()
    level = "fonds" if kind == "fonds" else "file"
    return IndexDocument(unit, access, kind, level, fonds, {"title": title, **more}, years, earliest, latest)


def ask(index: Index, text: str, *, filters: Filters = ANY, access: frozenset[str] = EVERYBODY) -> Found:
    return index.search(parse(text), filters=filters, access=access, limit=1000)


def ids(found: Found) -> list[str]:
    return [hit.id for hit in found.hits]


# The fixture is shared by all examples, so each begins with replace_all; a commit waits for the disk, so they are few;
# and one suite is run by several back ends, which is what it is for.
_EACH_BEGINS_EMPTY = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.differing_executors],
)


class IndexContract:
    """Inherit, and give a fixture ``index`` with an empty index."""

    def test_an_index_that_was_never_written_to_finds_nothing(self, index: Index) -> None:
        found = ask(index, "hòa", access=STAFF)
        assert (found.total, list(found.hits)) == (0, [])
        assert not index.is_made()

    def test_an_index_is_made_by_its_first_commit_even_an_empty_one(self, index: Index) -> None:
        index.replace_all([])
        assert index.is_made()

    def test_update_is_visible_at_once_and_says_how_many(self, index: Index) -> None:
        assert index.update([document("a", "Hồ sơ ruộng đất"), document("b", "Sổ lương")]) == 2
        assert ids(ask(index, "ruộng đất")) == ["a"]

    def test_update_replaces_by_id(self, index: Index) -> None:
        index.update([document("a", "Hồ sơ ruộng đất"), document("b", "Sổ lương")])
        assert index.update([document("a", "Sổ hộ tịch")]) == 1
        assert ask(index, "ruộng").total == 0
        assert ids(ask(index, "hộ tịch")) == ["a"]
        assert ids(ask(index, "lương")) == ["b"]

    def test_update_with_nothing_changes_nothing(self, index: Index) -> None:
        index.update([document("a", "Sổ lương")])
        assert index.update([]) == 0
        assert ids(ask(index, "lương")) == ["a"]

    def test_removed_is_gone_and_unknown_ids_do_not_matter(self, index: Index) -> None:
        index.update([document("a", "Sổ lương"), document("b", "Sổ lương")])
        assert index.update([], removed=["a", "never there"]) == 0
        found = ask(index, "lương")
        assert (found.total, ids(found), found.facets["kind"]) == (1, ["b"], {"dossier": 1})

    def test_what_is_removed_and_given_is_there(self, index: Index) -> None:
        index.update([document("a", "Sổ lương")])
        index.update([document("a", "Sổ hộ tịch")], removed=["a"])
        assert ids(ask(index, "hộ tịch")) == ["a"]

    def test_a_document_given_twice_counts_once_the_last_one(self, index: Index) -> None:
        twice = [document("a", "Sổ lương"), document("a", "Sổ hộ tịch")]
        assert index.update(twice) == 1
        assert (ask(index, "sổ").total, ids(ask(index, "hộ tịch"))) == (1, ["a"])
        assert index.replace_all(twice) == 1
        assert (ask(index, "sổ").total, ids(ask(index, "hộ tịch"))) == (1, ["a"])

    def test_replace_all_forgets_what_was_there(self, index: Index) -> None:
        index.update([document("a", "Sổ lương"), document("r", "Sổ lương", access=RESTRICTED)])
        assert index.replace_all(iter([document("b", "Sổ hộ tịch")])) == 1
        assert ask(index, "lương", access=STAFF).total == 0
        assert ids(ask(index, "hộ tịch")) == ["b"]
        assert index.replace_all([]) == 0
        assert ask(index, "hộ tịch", access=STAFF).total == 0

    def test_a_rebuild_that_fails_leaves_the_old_index(self, index: Index) -> None:
        def documents() -> Iterable[IndexDocument]:
            yield document("b", "Sổ hộ tịch")
            raise RuntimeError("the catalogue went away")

        index.update([document("a", "Sổ lương")])
        with pytest.raises(RuntimeError, match="went away"):
            index.replace_all(documents())
        assert ids(ask(index, "sổ")) == ["a"]

    def test_restricted_material_leaves_no_trace_for_everybody(self, index: Index) -> None:
        open_one = document("a", "Biên bản họp", earliest="1962-01-01", latest="1962-12-31")
        secret = [
            document(f"r{n}", "Biên bản họp kín", access=RESTRICTED, fonds="P09", kind="fonds",
                     earliest="1975-01-01", latest="1975-12-31")
            for n in range(5)
        ]  # fmt: skip
        index.update([open_one])
        before = ask(index, "biên bản")
        index.update(secret)
        assert ask(index, "biên bản") == before  # total, scores and facets: statistics of words do not leak either
        for text in ("kín", "kin*", '"họp kín"', "1975", "bien ban -hop", "r1"):
            found = ask(index, text)
            assert (found.total, list(found.hits)) == (0, []), text
            assert not any(found.facets.values()), text
        assert ask(index, "biên bản", filters=Filters(fonds_code="P09")).total == 0
        assert ask(index, "biên bản", access=frozenset()).total == 0
        staff = ask(index, "biên bản", access=STAFF)
        assert staff.total == 6
        assert staff.facets["fonds"] == {"P09": 5, "P01": 1}
        assert sorted(ids(ask(index, "biên bản", access=frozenset({RESTRICTED})))) == ["r0", "r1", "r2", "r3", "r4"]

    def test_a_unit_moves_between_the_classes(self, index: Index) -> None:
        index.update([document("a", "Biên bản họp")])
        index.update([document("a", "Biên bản họp", access=RESTRICTED)])
        assert ask(index, "biên bản").total == 0
        assert ids(ask(index, "biên bản", access=STAFF)) == ["a"]
        index.update([document("a", "Biên bản họp")])
        assert ids(ask(index, "biên bản")) == ["a"]
        assert ask(index, "biên bản", access=frozenset({RESTRICTED})).total == 0

    def test_a_unit_in_both_classes_is_one_hit_and_its_restricted_document_is_the_whole(self, index: Index) -> None:
        index.update([
            document("a", "Hồ sơ cán bộ", text="Quyết định"),
            document("a", "Hồ sơ cán bộ", text="Quyết định\nBản kiểm điểm", access=RESTRICTED),
        ])  # fmt: skip
        staff = ask(index, "quyết định", access=STAFF)
        assert (staff.total, ids(staff), staff.facets["kind"]) == (1, ["a"], {"dossier": 1})
        assert ids(ask(index, "cán bộ kiểm điểm", access=STAFF)) == ["a"]
        assert ask(index, "cán bộ -kiểm", access=STAFF).total == 0
        assert ids(ask(index, "cán bộ -kiểm")) == ["a"]
        assert ask(index, "kiểm điểm").total == 0

    def test_filters(self, index: Index) -> None:
        index.update([
            document("a", "Sổ", fonds="P01", earliest="1960-01-01", latest="1962-12-31"),
            document("b", "Sổ", fonds="P02", earliest="1962-06-01", latest="1970-12-31"),
            document("c", "Sổ", fonds="P01", kind="fonds", earliest="1980-01-01", latest="1980-01-01"),
            document("undated", "Sổ", fonds="P02"),
        ])  # fmt: skip

        def passing(filters: Filters) -> list[str]:
            return sorted(ids(ask(index, "sổ", filters=filters)))

        assert passing(ANY) == ["a", "b", "c", "undated"]
        assert passing(Filters(fonds_code="P01")) == ["a", "c"]
        assert passing(Filters(fonds_code="P0")) == []
        assert passing(Filters(kinds=frozenset({"fonds"}))) == ["c"]
        assert passing(Filters(kinds=frozenset({"fonds", "dossier"}))) == ["a", "b", "c", "undated"]
        assert passing(Filters(earliest="1962-12-31", latest="1962-12-31")) == ["a", "b"]
        assert passing(Filters(earliest="1963-01-01")) == ["b", "c"]
        assert passing(Filters(latest="1962-05-31")) == ["a"]
        assert passing(Filters(earliest="1962", latest="1962")) == ["a", "b"]
        assert passing(Filters(fonds_code="P02", earliest="1970-12-31", latest="1979-12-31")) == ["b"]

    def test_facets_count_all_hits_not_the_page(self, index: Index) -> None:
        index.update([
            document("a", "Sổ", fonds="P01", earliest="1959-01-01", latest="1961-12-31"),
            document("b", "Sổ", fonds="P02", earliest="1965-01-01", latest="1965-12-31"),
            document("c", "Sổ", fonds="P01", kind="fonds"),
        ])  # fmt: skip
        found = index.search(parse("sổ"), filters=ANY, access=EVERYBODY, limit=1)
        assert (found.total, len(found.hits)) == (3, 1)
        assert found.facets == {
            "fonds": {"P01": 2, "P02": 1},
            "kind": {"dossier": 2, "fonds": 1},
            "decade": {"1950": 1, "1960": 2},
        }
        assert list(found.facets["decade"]) == ["1950", "1960"]

    def test_pages_of_an_answer_are_disjoint_and_complete(self, index: Index) -> None:
        index.replace_all(document(f"u{n:02}", "Sổ lương " + "tháng " * (n % 5)) for n in range(25))
        query = parse("sổ lương")
        pages = [index.search(query, filters=ANY, access=EVERYBODY, offset=at, limit=10) for at in (0, 10, 20, 30)]
        assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
        assert {page.total for page in pages} == {25}
        seen = [unit for page in pages for unit in ids(page)]
        assert sorted(seen) == [f"u{n:02}" for n in range(25)]
        assert ids(ask(index, "sổ lương")) == seen

    def test_scores_fall_and_equal_ones_are_in_order_of_id(self, index: Index) -> None:
        index.update([document("b", "Sổ lương"), document("c", "Sổ lương"), document("a", "Sổ lương")])
        index.update([document("d", "Giấy", text="sổ lương và nhiều thứ khác không liên quan")])
        found = ask(index, "sổ lương")
        assert ids(found) == ["a", "b", "c", "d"]
        scores = [hit.score for hit in found.hits]
        assert scores == sorted(scores, reverse=True)
        assert scores[-1] > 0

    def test_rank_follows_the_field(self, index: Index) -> None:
        names = ("code", "title", "people", "places", "subjects", "text")
        for name in reversed(names):
            index.update([document(name, **{name: "lương"})])
        assert ids(ask(index, "lương")) == list(names)

    def test_words_that_stand_together_come_first(self, index: Index) -> None:
        index.update([
            document("apart", "Hòa giải ở xã Bình Minh"),
            document("together", "Báo cáo ở xã Hòa Bình"),
            document("turned", "Giải quyết ở xã Bình Hòa"),
        ])  # fmt: skip
        assert ids(ask(index, "hoa binh"))[0] == "together"

    def test_a_phrase_does_not_reach_across_lines_or_fields(self, index: Index) -> None:
        index.update([
            document("fields", "Báo cáo", people="năm"),
            document("lines", "x", text="báo cáo\nnăm"),
            document("one", "x", text="báo cáo năm"),
        ])  # fmt: skip
        assert ids(ask(index, '"báo cáo năm"')) == ["one"]

    def test_a_phrase_with_a_repeated_word(self, index: Index) -> None:
        index.update([document("a", "xã xã viên"), document("b", "xã viên xã")])
        assert ids(ask(index, '"xã xã viên"')) == ["a"]

    def test_a_prefix_stands_for_at_most_64_terms_the_most_frequent_first(self, index: Index) -> None:
        many = [document(f"u{n:03}", f"kh{n:03}") for n in range(100)]
        index.replace_all([*many, document("v", "kh099")])
        found = ask(index, "kh*")
        assert found.total == 65
        assert {"u099", "v", "u000", "u062"} <= set(ids(found))
        assert "u063" not in ids(found)

    def test_a_text_of_any_characters_is_indexed_and_asked_for(self, index: Index) -> None:
        odd = "a\x00b =hòa #mã @1968 ﷺ 🏛 Ω\r\nd\x0be"
        index.update([document("a", odd)])
        assert ids(ask(index, "ﷺ Ω")) == ["a"]
        assert ids(ask(index, "hòa")) == ["a"]
        with pytest.raises(UsageError, match="QUERY_EMPTY"):
            parse("🏛")

    @pytest.mark.unmeasured
    @_EACH_BEGINS_EMPTY
    @given(data=st.data())
    def test_a_rebuild_gives_the_same_answers_as_updates(self, index: Index, data: st.DataObject) -> None:
        changes: list[tuple[list[IndexDocument], list[str]]] = data.draw(_CHANGES)
        index.replace_all([])
        held: dict[tuple[str, str], IndexDocument] = {}
        for documents, removed in changes:
            index.update(documents, removed)
            gone = {*removed, *(one.id for one in documents)}
            held = {key: one for key, one in held.items() if key[1] not in gone}
            held |= {(one.access, one.id): one for one in documents}
        texts: Sequence[str] = data.draw(st.lists(_QUERIES, min_size=1, max_size=3))
        before = [ask(index, text, access=STAFF) for text in texts]
        index.replace_all(held.values())
        assert [ask(index, text, access=STAFF) for text in texts] == before


class SameAsReference:
    """For every index but the plain one in memory, which is the reference."""

    @pytest.mark.unmeasured
    @_EACH_BEGINS_EMPTY
    @given(data=st.data())
    def test_finds_the_same_as_the_reference(self, index: Index, data: st.DataObject) -> None:
        """Any sequence of changes, any query: the same units, the same counts (ranks may differ)."""
        reference = MemoryIndex()
        index.replace_all([])
        for documents, removed in data.draw(_CHANGES):
            assert index.update(documents, removed) == reference.update(documents, removed)
        for text in data.draw(st.lists(_QUERIES, min_size=1, max_size=5)):
            access, filters = data.draw(_ACCESS), data.draw(_FILTERS)
            expected = ask(reference, text, filters=filters, access=access)
            found = ask(index, text, filters=filters, access=access)
            assert sorted(ids(found)) == sorted(ids(expected)), text
            assert (found.total, found.facets) == (expected.total, expected.facets), text


_SYLLABLES = [
    "hòa",
    "hoà",
    "hoa",
    "Hóa",
    "bình",
    "binh",
    "sỹ",
    "sĩ",
    "si",
    "đất",
    "dat",
    "1968",
    "147/QĐ-UB",
    "5/2/1962",
]
_TEXT = st.lists(st.sampled_from([*_SYLLABLES, "\n"]), max_size=8).map(" ".join)
_DOCUMENTS = st.builds(
    document,
    st.sampled_from("abcde"),
    _TEXT,
    access=st.sampled_from([OPEN, RESTRICTED]),
    kind=st.sampled_from(["dossier", "fonds"]),
    fonds=st.sampled_from(["P01", "P02"]),
    text=_TEXT,
    code=st.sampled_from(["", "H99.P01.1", "H99.P01.12"]),
    earliest=st.sampled_from(["", "1958-01-01", "1962-02-05"]),
    latest=st.sampled_from(["", "1962-02-05", "1971-12-31"]),
)
_CHANGES = st.lists(
    st.tuples(st.lists(_DOCUMENTS, max_size=5), st.lists(st.sampled_from("abcde"), max_size=2)), max_size=4
)
_ACCESS = st.sets(st.sampled_from([OPEN, RESTRICTED])).map(frozenset)
_FILTERS = st.builds(
    Filters,
    fonds_code=st.sampled_from(["", "P01"]),
    kinds=st.sampled_from([frozenset[str](), frozenset({"dossier"})]),
    earliest=st.sampled_from(["", "1960-01-01"]),
    latest=st.sampled_from(["", "1970-01-01"]),
)
_PARTS = [
    *_SYLLABLES,
    *("ho*", "1*", "H99.P01.1", "P01.12", "tháng 2 năm 1962", "năm 1962"),
    *('"hòa bình"', '"hoa binh dat"', '"sỹ hòa"', '-"hoa binh"', "-hòa", "-hoa", "-1968", "-b*"),
]
_QUERIES = st.tuples(
    st.sampled_from([*_SYLLABLES, "ho*", '"hoa binh"']), st.lists(st.sampled_from(_PARTS), max_size=3)
).map(lambda parts: " ".join([parts[0], *parts[1]]))
