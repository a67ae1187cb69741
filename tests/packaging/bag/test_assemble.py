"""Bringing files and lines together: the short way hides nothing, and memory does not grow with the bag."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.packaging.bag.algorithms import ALGORITHMS, Manifest
from fonds.packaging.bag.assemble import Assembly
from fonds.packaging.bag.declaration import CURRENT
from fonds.packaging.bag.facts import CaseTwins, DiskFile, Layout, Name
from fonds.packaging.bag.portable import is_portable
from fonds.packaging.bag.rules import name_portable, registry, system_file
from fonds.packaging.outcome import Outcome
from fonds.packaging.spool import Record, Spool
from tests.support import ROOT

SHA256 = Manifest("manifest-sha256.txt", False, ALGORITHMS["sha256"])
SHA512 = Manifest("manifest-sha512.txt", False, ALGORITHMS["sha512"])
TAGS = Manifest("tagmanifest-sha256.txt", True, ALGORITHMS["sha256"])
LAYOUT = Layout(CURRENT, "utf-8", (SHA256, SHA512, TAGS), payload_folder=True)

PATHS = st.sampled_from(
    ["data/a", "data/A", "data/\u1ed3", "data/o\u0302\u0300", "data/aux", "data/.DS_Store", "x.txt"]
)
FILES = st.dictionaries(PATHS, st.sampled_from(["ab cd", "ab ce", ""]), max_size=5)
LINES = st.lists(
    st.tuples(st.sampled_from([SHA256, SHA512, TAGS]), PATHS, st.sampled_from(["ab", "cd"])).filter(
        lambda line: line[0].tag != line[1].startswith("data/")
    ),
    max_size=12,
)


def _findings(name: Name) -> list[str]:
    return [found.code for rule in registry.NAME for found in rule(name, LAYOUT)]


@given(FILES, LINES)
def test_the_short_way_hides_nothing(files: dict[str, str], lines: list[tuple[Manifest, str, str]]) -> None:
    assembly, everything = Assembly(LAYOUT), Assembly(LAYOUT)
    everything._is_plain = lambda *_: False  # type: ignore[method-assign] # the long way for every name
    for one in (assembly, everything):
        for path, digests in files.items():
            wanted = len(one.algorithms(payload=path.startswith("data/")))
            one.add_files([path], [Outcome(1, tuple(digests.split()[:wanted]))], payload=path.startswith("data/"))
        for number, (manifest, path, digest) in enumerate(lines):
            one.add_listings(manifest, number, [(digest, path)])
    short = {name.path: _findings(name) for name in assembly.odd_names()}
    long = {name.path: _findings(name) for name in everything.odd_names()}
    assert {path: found for path, found in short.items() if found} == {path: f for path, f in long.items() if f}
    assert list(assembly.case_twins()) == list(everything.case_twins())


ONE = Layout(CURRENT, "utf-8", (SHA256, TAGS), payload_folder=True)
UNREAD = Layout(CURRENT, "utf-8", (SHA256, TAGS), payload_folder=True, fast=True)
PAYLOAD = PATHS.filter(lambda path: path.startswith("data/"))
CUT = st.integers(1, 4)


@given(
    st.dictionaries(PAYLOAD, st.sampled_from([Outcome(1, ("ab",)), Outcome(1, ("cd",)), Outcome(0, (), 5)])),
    st.lists(st.tuples(st.sampled_from(["ab", "cd"]), PAYLOAD), max_size=9),
    st.sampled_from([ONE, UNREAD]),
    st.tuples(CUT, CUT, st.booleans(), st.integers(0, 9)),
)
def test_what_is_put_aside_on_its_way_in_hides_nothing(
    files: dict[str, Outcome], lines: list[tuple[str, str]], layout: Layout, how: tuple[int, int, bool, int]
) -> None:
    files_at_once, lines_at_once, lines_first, limit = how
    meeting, apart = Assembly(layout), Assembly(layout)
    assert meeting._pairs is not None
    meeting._pairs._limit, apart._pairs = limit, None
    read = {path: one if one.error or not layout.fast else Outcome(one.size, ()) for path, one in files.items()}
    for one in (meeting, apart):
        come = [partial(_come, one, read, files_at_once), partial(_say, one, lines, lines_at_once)]
        for part in reversed(come) if lines_first else come:
            part()
    assert {one.path: one for one in meeting.odd_names()} == {one.path: one for one in apart.odd_names()}
    assert list(meeting.case_twins()) == list(apart.case_twins())


@pytest.mark.parametrize("damaged", [(), ("data/\u1ed2",), ("data/\u1ed3",), ("data/\u1ed2", "data/\u1ed3")])
def test_names_that_differ_in_capitals_are_told_wherever_they_went(damaged: tuple[str, ...]) -> None:
    assembly = Assembly(ONE)
    both = ["data/\u1ed2", "data/\u1ed3"]
    assembly.add_listings(SHA256, 1, [("ab", path) for path in both])
    assembly.add_files(both, [Outcome(1, ("cd" if path in damaged else "ab",)) for path in both], payload=True)
    assert [name.path for name in assembly.odd_names()] == list(damaged)
    assert list(assembly.case_twins()) == [CaseTwins(*both)]


def _come(assembly: Assembly, files: dict[str, Outcome], at_once: int) -> None:
    for paths in batched(files, at_once):
        assembly.add_files(paths, [files[path] for path in paths], payload=True)


def _say(assembly: Assembly, lines: list[tuple[str, str]], at_once: int) -> None:
    for first in range(0, len(lines), at_once):
        assembly.add_listings(SHA256, first, lines[first : first + at_once])


def batched(paths: Iterable[str], size: int) -> Iterator[list[str]]:
    """Cut into lists of ``size`` (``itertools.batched`` is there from 3.12 on)."""
    coming = iter(paths)
    while batch := list(islice(coming, size)):
        yield batch


_PARTS = [
    "/",
    "con",
    "LPT1",
    ".",
    " ",
    "Thumbs.db",
    ".DS_Store",
    "._",
    ".x",
    "desktop.ini",
    "a",
    "\u0130",
    "\u017f",
    "\x07",
]


@given(st.lists(st.one_of(st.sampled_from(_PARTS), st.characters(exclude_categories=["Cs"])), max_size=8).map("".join))
def test_a_name_that_is_called_portable_is_so_for_the_rules(path: str) -> None:
    name = Name(path, [DiskFile(path, 0, {})], ())
    if is_portable(path):
        assert [found for rule in (name_portable.check, system_file.check) for found in rule(name, LAYOUT)] == []


@given(st.lists(st.tuples(st.text(max_size=5), st.integers(0, 2)), max_size=60), st.integers(1, 20))
def test_a_spool_sorts_whatever_it_holds_in_memory(keys: list[tuple[str, int]], limit: int) -> None:
    records: list[Record] = [(key, kind, 0, f"{key}/x", 1, "") for key, kind in keys]
    with Spool(limit) as spool:
        for record in records:
            spool.add(record)
        assert list(spool) == sorted(records)
        assert list(spool) == sorted(records), "it can be read again"


GROWTH = """
import resource
from tests.packaging.bag.test_assemble import SHA256, hundred_thousand
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
hundred_thousand(10)
start = peak()
hundred_thousand(100_000)
print(peak() - start)
"""


def hundred_thousand(count: int) -> None:
    """Bring together so many files and lines, one of which has a twin in capitals."""
    assembly = Assembly(Layout(CURRENT, "utf-8", (SHA256,), payload_folder=True))
    folder, twin = "data/representations/rep1/data", "data/REPRESENTATIONS/rep1/data/000000007.tif"
    for number in range(count):
        path, digest = f"{folder}/{number:09d}.tif", f"{number:064x}"
        assembly.add_listings(SHA256, number, [(digest, path)])
        assembly.add_files([path], [Outcome(number, (digest,))], payload=True)
    assembly.add_files([twin], [Outcome(0, ("0" * 64,))], payload=True)
    assert [name.path for name in assembly.odd_names()] == [twin]
    assert list(assembly.case_twins()) == [CaseTwins(twin, f"{folder}/000000007.tif")]
    assembly.close()


def test_a_hundred_thousand_files_stay_within_eighty_megabytes() -> None:
    done = subprocess.run([sys.executable, "-c", GROWTH], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 80_000, "KiB above what ten files take"
