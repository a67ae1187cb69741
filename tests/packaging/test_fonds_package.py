"""The package of a fonds: right by everybody's tools, and it says again what it was told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

import bagit
import pytest

from fonds.metadata.ids import dossier_id, fonds_id, series_id
from fonds.metadata.mets import Related
from fonds.metadata.model import Agent, DescribedUnit, Description, Event, FileRecord, Kind, Value
from fonds.packaging.bag import validate_bag
from fonds.packaging.csip import validate_package
from fonds.packaging.eark import (
    FondsContent,
    fonds_children,
    fonds_units,
    read_fonds_package,
    seal_fonds_package,
    write_fonds_package,
)
from fonds.schemas.xml import XmlRefusedError, validate
from tests.support import ROOT

CODE = "H99.12.P01"
OBJID = fonds_id(CODE)
WHEN = "2025-11-21T20:00:00+00:00"


def said(kind: Kind, **values: str) -> Description:
    return Description(kind, {key: Value(text) for key, text in values.items()})


FONDS = said(Kind.FONDS, archiveCode="H99.12", fondsCode="P01", fondName="Phông <A> & B")
AID = b"<ead><archdesc/></ead>"
CONTENT = FondsContent(
    objid=OBJID,
    fonds=FONDS,
    events=(Event("event-1", "information package creation", WHEN, "success", ("agent-fonds",), "made"),),
    agents=(Agent("agent-fonds", "Fonds", "software", "0.1"),),
    created=WHEN,
    modified=WHEN,
    software=("Fonds", "0.1"),
    documentation=[
        FileRecord("documentation/findingaid-1.xml", len(AID), sha256(AID).hexdigest(), "application/xml", WHEN,
                   original_name="Mục lục.xml"),
    ],
)  # fmt: skip


def units(dossiers: int) -> Iterator[DescribedUnit]:
    series = series_id(CODE, "01")
    yield DescribedUnit(OBJID, "", FONDS)
    yield DescribedUnit(series, OBJID, said(Kind.SERIES, fileCatalog="01"))
    for number in range(dossiers):
        unit = dossier_id(CODE, str(number))
        package = unit if number % 2 else ""
        yield DescribedUnit(unit, series, said(Kind.DOSSIER, fileCode=f"HS {number}", title="Hồ sơ " * 9), package)
        yield DescribedUnit(f"{unit}-1", unit, said(Kind.DOCUMENT, subject="Công văn"))


def children(dossiers: int) -> Iterator[Related]:
    return (Related(unit.package, unit.description.text("fileCode")) for unit in units(dossiers) if unit.package)


def make(folder: Path, content: FondsContent = CONTENT, dossiers: int = 5) -> Path:
    """Make the bag ``<folder>/<OBJID>``; returns it."""
    bag = folder / OBJID
    root = bag / "data"
    (root / "documentation").mkdir(parents=True)
    for file in content.documentation:
        (root / file.path).write_bytes(AID)
    written = write_fonds_package(root, content, units(dossiers), children(dossiers))
    seal_fonds_package(bag, content, written, {})
    return bag


def opener(bag: Path, path: str) -> BinaryIO:
    return (bag / "data" / path).open("rb")


@pytest.mark.parametrize("dossiers", [0, 1, 5])
def test_it_is_right_for_everybody(tmp_path: Path, dossiers: int) -> None:
    bag = make(tmp_path, dossiers=dossiers)
    assert validate_bag(bag).findings == ()
    report = validate_package(bag / "data")
    assert (report.kind, report.findings) == ("AIP", ())
    assert validate_package(bag, kind="AIP").findings == ()
    bagit.Bag(str(bag)).validate()
    for name, schema in (
        ("METS.xml", "mets"), ("metadata/descriptive/ead3.xml", "ead3"), ("metadata/preservation/premis.xml", "premis"),
    ):  # fmt: skip
        assert validate(schema, (bag / "data" / name).read_bytes()) == []


def test_it_says_again_what_it_was_told(tmp_path: Path) -> None:
    bag = make(tmp_path)
    assert read_fonds_package(lambda path: opener(bag, path)) == CONTENT
    assert list(fonds_units(lambda path: opener(bag, path))) == list(units(5))
    assert list(fonds_children(lambda path: opener(bag, path))) == list(children(5)) != []


def test_mets_names_the_packages_by_objid_with_the_code_of_the_dossier(tmp_path: Path) -> None:
    mets = (make(tmp_path) / "data" / "METS.xml").read_text("utf-8")
    urn = dossier_id(CODE, "1").replace("uuid-", "urn:uuid:")
    assert 'TYPE="Collection"' in mets
    assert 'csip:OAISPACKAGETYPE="AIP"' in mets
    assert f'<div TYPE="child AIP" LABEL="HS 1"><mptr LOCTYPE="URN" xlink:type="simple" xlink:href="{urn}">' in mets


def test_a_later_version_says_that_it_is_one(tmp_path: Path) -> None:
    bag = make(tmp_path, replace(CONTENT, modified="2026-01-01T00:00:00+00:00"))
    assert b'<maintenancestatus value="revised">' in (bag / "data/metadata/descriptive/ead3.xml").read_bytes()
    assert validate_package(bag / "data").findings == ()


def test_what_is_no_package_of_a_fonds_is_not_read_as_one(tmp_path: Path) -> None:
    bag = make(tmp_path)
    mets = bag / "data" / "METS.xml"
    mets.write_bytes(mets.read_bytes().replace(OBJID.encode(), b"uuid-another"))
    with pytest.raises(XmlRefusedError):
        read_fonds_package(lambda path: opener(bag, path))
    mets.write_bytes(mets.read_bytes().replace(b"Collection", b"Mixed"))
    with pytest.raises(XmlRefusedError):
        read_fonds_package(lambda path: opener(bag, path))


_MEASURE = """
import resource, sys
from pathlib import Path
from tests.packaging.test_fonds_package import make, opener
from fonds.packaging.eark import fonds_children, read_fonds_package
bag = make(Path(sys.argv[2]), dossiers=int(sys.argv[1]))
read_fonds_package(lambda path: opener(bag, path))
print(sum(1 for _ in fonds_children(lambda path: opener(bag, path))))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_memory_does_not_grow_with_the_fonds(tmp_path: Path) -> None:
    few, many = (_peak(dossiers, tmp_path / str(dossiers)) for dossiers in (200, 8000))
    assert many - few < 8 * 1024


def _peak(dossiers: int, folder: Path) -> int:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(dossiers), str(folder)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    found, peak = done.stdout.split()
    assert int(found) == dossiers // 2
    return int(peak)
