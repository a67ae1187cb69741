"""A single fault anywhere in a package: never a traceback, and never anything in the store that was not sent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fonds.errors import UsageError
from fonds.packaging import tt05
from fonds.packaging.bag import write_bag
from fonds.packaging.judge import judge
from fonds.packaging.tt05 import PackageFacts, PackageKind
from fonds.repository.archive import Archive
from fonds.repository.outcome import IngestResult
from tests.factories import DocumentRow, DossierRow, make_delivery
from tests.packaging.tt05.building import quick_folder
from tests.repository.received.making import (
    Foreign,
    bag_of,
    exported,
    quick_archive,
    rebuilt,
    stocked_archive,
    take_in,
    tarred,
    tree_of,
    zipped,
)

ROW = DossierRow("H99.12.P01.1962.01", "Báo cáo", documents=(DocumentRow("Văn bản", 1, 2),))
KINDS = ("ours", "foreign", "flat", "state", "bag", "zip", "tar")
OPERATIONS = ("flip", "cut", "append", "empty", "delete", "rename", "twin", "junk", "odd name", "link", "text")
REFUSALS = {"SOURCE_NOT_FOLDER", "INVENTORY_MISSING", "OPTION_FONDS_NOT_USED"}
"""What is said where nothing looks like a package any more."""
_NUMBERS = count(1)


@dataclass(frozen=True)
class Case:
    """Valid packages of every kind, and the archive that they are handed to."""

    folder: Path
    archive: Archive

    def copy(self, kind: str) -> Path:
        """Return a copy of a package, to be broken."""
        (source,) = (self.folder / kind).iterdir()
        target = self.folder / "work"
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir()
        if source.is_file():
            return Path(shutil.copy(source, target))
        return Path(shutil.copytree(source, target / source.name))


@pytest.fixture(scope="module")
def case() -> Iterator[Case]:
    with quick_folder() as folder:
        stock = stocked_archive(folder / "sending", folder / "delivery", [ROW])
        for kind in KINDS:
            (folder / kind).mkdir()
        ours = exported(stock.archive, stock.aips[0], folder / "ours")
        Foreign(premis=True).make(folder / "foreign")
        Foreign(flat=True, objid="flat").make(folder / "flat")
        held = tt05.read_held(ours / "data")
        facts = held.facts(PackageFacts("2026-03-05T17:30:00+00:00", ("Fonds", "0.1.0")))
        tt05.write_package(folder / "state", PackageKind.AIP_DOSSIER, held.record, held.payload, facts)
        write_bag(make_delivery(folder / "scans", [ROW]), folder / "bag" / "bag")
        zipped(ours, folder / "zip" / "a.zip")
        tarred(ours, folder / "tar" / "a.tar.gz")
        yield Case(folder, quick_archive(folder / "receiving"))


def damage(path: Path, operation: str, at: int, byte: int) -> None:
    """Do one thing to a file."""
    content = path.read_bytes()
    place = at % max(len(content), 1)
    if operation in _BYTES:
        path.write_bytes(_BYTES[operation](content, place, byte))
    elif operation == "rename":
        path.rename(path.with_name(f"{byte}{path.name}"))
    elif operation == "twin":
        path.with_name(path.name + ".copy").write_bytes(content)
    elif operation == "odd name":
        Path(os.fsdecode(os.fsencode(path.parent) + b"/\xff\xfe.txt")).write_bytes(b"x")
    else:
        path.unlink()
        if operation == "link":
            path.symlink_to("/etc/hostname")


_BYTES: Mapping[str, Callable[[bytes, int, int], bytes]] = {
    "flip": lambda content, at, byte: content[:at] + bytes(b ^ byte for b in content[at : at + 1]) + content[at + 1 :],
    "cut": lambda content, at, _: content[:at],
    "append": lambda content, _, byte: content + bytes([byte]),
    "empty": lambda content, at, byte: b"",
    "junk": lambda content, at, byte: content[:at] + bytes(range(256)) * (byte % 3 + 1) + content[at:],
    "text": lambda content, at, byte: content.replace(b"00", b"&#x1F600;", 1).replace(b"SHA", b"", 1),
}


def files_of(source: Path) -> list[Path]:
    if source.is_file():
        return [source]
    return sorted(path for path in source.rglob("*") if path.is_file())


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(KINDS),
    operation=st.sampled_from(OPERATIONS),
    which=st.integers(0, 40),
    at=st.integers(0, 1_000_000),
    byte=st.integers(1, 255),
)
def test_one_fault_anywhere(case: Case, kind: str, operation: str, which: int, at: int, byte: int) -> None:
    source = case.copy(kind)
    payload = {path.read_bytes() for path in files_of(case.folder / "ours") if path.suffix == ".jpg"}
    payload |= {path.read_bytes() for kind in ("foreign", "flat") for path in (case.folder / kind).rglob("*.jpg")}
    files = files_of(source)
    damage(files[which % len(files)], operation, at, byte)
    if not source.exists() or source.is_symlink():
        return  # the whole package file is gone
    before = set(case.archive.store.locations())
    try:
        # Each time another fonds: what went in before must not keep this one out.
        result = take_in(case.archive, source, "" if kind == "bag" else f"P{next(_NUMBERS)}")
    except UsageError as error:
        if error.code not in REFUSALS:
            raise
        result = IngestResult(0, source)
    finally:
        assert not list((case.archive.root / "store").glob(".tmp-*"))
    new = set(case.archive.store.locations()) - before
    of_fonds = {place for place in new if "/_fonds/" in place}
    assert new - of_fonds == {aip.location for one in result.ingested if (aip := case.archive.holdings.aip(one.objid))}
    assert len(of_fonds) == len({one.objid for one in result.ingested})
    for one in result.ingested:
        aip = case.archive.holdings.aip(one.objid)
        assert aip is not None
        assert judge(bag_of(case.archive, aip)).valid
        found = rebuilt(case.archive, aip)
        if source.is_dir():
            assert found == tree_of(source)
        # No page that was not sent: the digests of the package speak for each.
        assert {content for path, content in found.items() if path.endswith(b".jpg")} <= payload


def test_without_a_fault_they_all_go_in(case: Case, tmp_path: Path) -> None:
    for number, kind in enumerate(KINDS):
        result = take_in(quick_archive(tmp_path / str(number)), case.copy(kind), "" if kind == "bag" else "P01")
        assert len(result.ingested) == 1, kind
