"""Bringing files and lines together: the short way hides nothing, and memory does not grow with the bag."""

from __future__ import annotations

import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from fonds.packaging.bag.algorithms import ALGORITHMS, Manifest
from fonds.packaging.bag.assemble import Assembly, is_portable
from fonds.packaging.bag.declaration import CURRENT
from fonds.packaging.bag.facts import CaseTwins, DiskFile, Layout, Name
from fonds.packaging.bag.rules import name_portable, registry, system_file
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
            one.add_file(path, 1, digests.split()[:wanted])
        for number, (manifest, path, digest) in enumerate(lines):
            one.add_listing(manifest, number, path, digest)
    short = {name.path: _findings(name) for name in assembly.odd_names()}
    long = {name.path: _findings(name) for name in everything.odd_names()}
    assert {path: found for path, found in short.items() if found} == {path: f for path, f in long.items() if f}
    assert list(assembly.case_twins()) == list(everything.case_twins())


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
        assembly.add_file(path, number, [digest])
        assembly.add_listing(SHA256, number, path, digest)
    assembly.add_file(twin, 0, ["0" * 64])
    assert [name.path for name in assembly.odd_names()] == [twin]
    assert list(assembly.case_twins()) == [CaseTwins(twin, f"{folder}/000000007.tif")]
    assembly.close()


def test_a_hundred_thousand_files_stay_within_eighty_megabytes() -> None:
    done = subprocess.run([sys.executable, "-c", GROWTH], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(done.stdout) < 80_000, "KiB above what ten files take"
