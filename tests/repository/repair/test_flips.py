"""B1: ten thousand bits flipped over payload, manifests, METS, tags and seal: all found and repaired, none wrongly.

Many flips a round, judged file by file; the bytes are compared without the program under test.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from fonds.packaging.digest import hash_file
from fonds.repository.archive import Archive
from fonds.repository.audit import audit
from fonds.repository.copies.manage import add_copy
from fonds.repository.copies.sync import sync
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.ingest import ingest
from fonds.repository.repair.run import repair
from fonds.repository.repair.told import GIVEN
from tests.factories import DossierRow, make_archive, make_delivery, page_image
from tests.faults.running import workplace

FLIPS = 10_000
A_FILE = 12
"""Flips in a file at a time, each of another bit: they never undo one another."""
NAS = "nas"
Key = tuple[str, str]
"""Copy and path below the store."""


@pytest.fixture
def archive() -> Iterator[Archive]:
    """Ten dossiers of small pages, in the store and one copy."""
    with workplace() as folder:
        rows = [DossierRow(f"H99.12.P01.1962.{number:02}", f"Hồ sơ số {number}") for number in range(10)]
        source = make_delivery(folder / "source", rows)
        for page in source.rglob("*.jpg"):
            page_image(page, page.as_posix()[-14:], size=(310, 440))
        archive = make_archive(folder / "repo")
        assert len(ingest(archive, source, agent="tester").ingested) == len(rows)
        add_copy(archive, str(folder / NAS), NAS, "", "tester")
        assert sync(archive, [], agent="tester").complete
        yield archive


def root(archive: Archive, copy: str) -> Path:
    return archive.root / "store" if copy == MAIN_COPY else archive.root.parent / NAS


def digests(archive: Archive) -> dict[Key, str]:
    """Every file of every package, in both places, with its SHA-256."""
    found = {}
    for copy in (MAIN_COPY, NAS):
        for aip in archive.holdings.packages(limit=1000):
            place = root(archive, copy) / aip.location
            for path in place.rglob("*"):
                if path.is_file():
                    found[copy, f"{aip.location}/{path.relative_to(place).as_posix()}"] = hash_file(path)[1]
    return found


def flip(path: Path, draw: random.Random) -> int:
    """Flip bits of a file; returns how many."""
    content = bytearray(path.read_bytes())
    bits = draw.sample(range(8 * len(content)), A_FILE)
    for bit in bits:
        content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    return len(bits)


def drawn(good: dict[Key, str], draw: random.Random) -> list[Key]:
    """Choose files to be damaged: a package in one place, or each of its files in one of the two."""
    found = []
    for package in sorted({path.rsplit("/data/", 1)[0] for _, path in good if path.endswith("/data/METS.xml")}):
        files = sorted(path for copy, path in good if copy == MAIN_COPY and path.startswith(f"{package}/"))
        one = draw.choice((MAIN_COPY, NAS, ""))
        found += [(one or draw.choice((MAIN_COPY, NAS)), path) for path in files if draw.random() < 0.8]
    return found


def told(archive: Archive) -> set[Key]:
    """What an audit tells of, as places of files."""
    problems = audit(archive, agent="tester", scope="all").problems
    places = {(aip.objid, aip.version): aip.location for aip in archive.holdings.packages(limit=1000)}
    return {(one.copy, f"{places[one.objid, one.version]}/{one.path}") for one in problems}


@pytest.mark.unmeasured
def test_every_flip_is_found_and_repaired_from_a_good_copy(archive: Archive) -> None:
    draw, flips = random.Random(1962), 0
    good = digests(archive)
    assert told(archive) == set(), "no false alarm"
    kinds = set[str]()
    while flips < FLIPS:
        bad = drawn(good, draw)
        for copy, path in bad:
            flips += flip(root(archive, copy) / path, draw)
            kinds.add(path.rpartition("/")[2])
        assert told(archive) == set(bad), "all of them, and nothing else"
        rows = [row for row in archive.log.rows() if row.action == GIVEN]
        assert repair(archive, agent="tester").good
        given = [row for row in archive.log.rows() if row.action == GIVEN][len(rows) :]
        taken = {(str(row.detail["copy"]), "/".join(file)) for row in given for file in row.detail["files"]}  # type: ignore[attr-defined]  # a list, as JSON gave it back
        assert taken
        assert not taken.intersection(bad), "none from a bad copy"
        assert digests(archive) == good
    assert kinds >= {
        "0001.jpg", "METS.xml", "premis.xml", "ead3.xml", "bagit.txt", "bag-info.txt", "manifest-sha256.txt",
        "tagmanifest-sha256.txt",
    }  # fmt: skip
    assert told(archive) == set(), "no false alarm"


def test_what_is_bad_everywhere_is_left_as_it_is(archive: Archive) -> None:
    draw = random.Random(1963)
    good = digests(archive)
    (path,) = draw.sample(sorted(path for copy, path in good if copy == MAIN_COPY), 1)
    bad = [(copy, path) for copy in (MAIN_COPY, NAS)]
    for copy, _ in bad:
        flip(root(archive, copy) / path, draw)
    damaged = digests(archive)
    assert told(archive) == set(bad)
    result = repair(archive, agent="tester")
    assert result.hopeless
    assert digests(archive) == damaged
    assert archive.incidents.listed().total == 2
