"""Identifiers come out the same whenever they are made, and never the same for two things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.ids import fonds_id, is_objid, item_id, new_objid, page_id, series_id, split_page_id

OBJID = "uuid-0f4a1c8e-6d2b-4c3a-9a57-2b1e8d7c6f50"
CODES = st.text(st.sampled_from("ab/%2F"), max_size=6)


def test_they_are_the_same_for_ever() -> None:
    # Written down here: packages and links of readers hold such ids, so none of them may ever change.
    assert fonds_id("H99.12.P01") == "uuid-35c4d838-2b02-5feb-9a2e-c5c9f3681693"
    assert series_id("H99.12.P01", "01") == "uuid-6cc15144-196d-56ae-b307-fe167df77769"


def test_new_ones_are_new_and_well_formed() -> None:
    made = {new_objid() for _ in range(100)}
    assert len(made) == 100
    assert all(is_objid(one) for one in made)
    assert is_objid(fonds_id("P01"))


@pytest.mark.parametrize("text", ["", "uuid-", "x", f"{OBJID}\n", OBJID.upper(), f" {OBJID}"])
def test_what_is_none(text: str) -> None:
    assert not is_objid(text)


@given(st.tuples(CODES, CODES), st.tuples(CODES, CODES))
def test_two_series_never_share_an_id(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (series_id(*one) == series_id(*other)) == (one == other)


def test_kinds_and_numbers_are_told_apart() -> None:
    objid = new_objid()
    made = {item_id(objid, kind, number) for kind in ("document", "picture") for number in range(1, 20)}
    assert len(made) == 38


@given(st.integers(1, 999_999), st.integers(1, 9_999_999))
def test_page_ids_go_there_and_back(version: int, sequence: int) -> None:
    objid = new_objid()
    assert split_page_id(page_id(objid, version, sequence)) == (objid, version, sequence)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "a.1",
        "a.0.1",
        "a.1.0",
        "a.01.1",
        "a.1.1.1",
        "../a.1.1",
        "a/b.1.1",
        "a.1.1\n",
        "a.\u0661.1",
        f"{'a' * 81}.1.1",
    ],
)
def test_what_is_no_page_id(text: str) -> None:
    assert split_page_id(text) is None
