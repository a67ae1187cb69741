"""Amounts as people write them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.amounts import Hours, Quota, byte_count, hours, part, quota, span_seconds

READ: list[tuple[Callable[[str], object], str, object]] = [
    (byte_count, "20MB", 20_000_000),
    (byte_count, "20M", 20_000_000),
    (byte_count, "20 mb/s", 20_000_000),
    (byte_count, "20MiB", 20 << 20),
    (byte_count, "1.5GB", 1_500_000_000),
    (byte_count, "1,5GB", 1_500_000_000),
    (byte_count, "2TB", 2 * 10**12),
    (byte_count, "512", 512),
    (byte_count, "512B", 512),
    (span_seconds, "2h", 7200),
    (span_seconds, "30m", 1800),
    (span_seconds, "90s", 90),
    (span_seconds, "1h30m", 5400),
    (span_seconds, "1H30M5S", 5405),
    (hours, "", None),
    (hours, "20:00-06:00", Hours(time(20), time(6))),
    (hours, "8:30-17:00", Hours(time(8, 30), time(17))),
    (quota, "", Quota()),
    (quota, "500", Quota(packages=500)),
    (quota, "200GB", Quota(bytes=200 * 10**9)),
    (part, "1/1", (1, 1)),
    (part, "3/7", (3, 7)),
]

REFUSED: list[tuple[Callable[[str], object], str]] = [
    *((byte_count, text) for text in ("", "0", "0MB", "-1MB", "MB", "20XB", "20MBps", "1e9", "٢MB", "0.1")),
    *((span_seconds, text) for text in ("", "0s", "2", "2d", "30m2h", "h", "-1h", "1.5h")),
    *((hours, text) for text in ("20:00", "24:00-06:00", "20:60-06:00", "20-6", "06:00-06:00", "x")),
    *((quota, text) for text in ("0", "-5", "5 packages", "0GB")),
    *((part, text) for text in ("0/7", "8/7", "1/0", "1", "1/7/2", "a/b", "")),
]


@pytest.mark.parametrize(("read", "text", "meant"), READ, ids=[f"{f.__name__} {text}" for f, text, _ in READ])
def test_what_is_understood(read: Callable[[str], object], text: str, meant: object) -> None:
    assert read(text) == meant


def refuses(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize(("read", "text"), REFUSED, ids=[f"{f.__name__} {text}" for f, text in REFUSED])
def test_what_is_not(read: Callable[[str], object], text: str) -> None:
    assert refuses(read, text)


@given(st.text(max_size=12))
def test_anything_else_is_a_value_error_or_understood(text: str) -> None:
    for read in (byte_count, span_seconds, hours, quota, part):
        assert refuses(read, text) in {True, False}


@given(st.times(), st.times(), st.times())
def test_hours_over_midnight_are_those_that_are_not_in_between(begin: time, end: time, moment: time) -> None:
    if begin != end:
        assert (moment in Hours(begin, end)) != (moment in Hours(end, begin))
        assert begin in Hours(begin, end)
        assert end not in Hours(begin, end)
