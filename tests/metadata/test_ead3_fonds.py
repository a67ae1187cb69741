"""The EAD3 of a whole fonds: valid, a stream both ways, and nothing of any unit is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml.etree import _Element

from fonds.metadata.ead3 import Maintenance, read_fonds, write_ead3, write_fonds
from fonds.metadata.model import DescribedUnit, Description, Kind, Value
from fonds.schemas.xml import XmlRefusedError, parse, validate, validate_stream
from tests.metadata.samples import DOCUMENT, DOSSIER, FONDS, OBJID, PICTURE, SERIES, WHEN, descriptions, dossier
from tests.support import ROOT

NS = {"e": "http://ead3.archivists.org/schema/"}
MAINTENANCE = Maintenance("Trung tâm Lưu trữ lịch sử", WHEN)
UNITS = [
    DescribedUnit("f", "", FONDS),
    DescribedUnit("d0", "f", DOSSIER),
    DescribedUnit("s1", "f", SERIES),
    DescribedUnit("d1", "s1", DOSSIER, OBJID),
    DescribedUnit("i1", "d1", DOCUMENT),
    DescribedUnit("i2", "d1", PICTURE),
    DescribedUnit("s1a", "s1", Description(Kind.SERIES)),
    DescribedUnit("d2", "s1a", Description(Kind.DOSSIER)),
    DescribedUnit("s2", "f", SERIES),
]


def written(units: list[DescribedUnit]) -> bytes:
    out = BytesIO()
    write_fonds(out, iter(units), MAINTENANCE)
    return out.getvalue()


def test_valid_and_read_back_in_order() -> None:
    document = written(UNITS)
    assert validate("ead3", document) == []
    assert list(read_fonds(BytesIO(document))) == UNITS


def test_a_fonds_with_nothing_in_it() -> None:
    document = written(UNITS[:1])
    assert validate("ead3", document) == []
    assert list(read_fonds(BytesIO(document))) == UNITS[:1]


def test_a_dossier_names_its_package_and_one_that_is_not_digitised_names_none() -> None:
    root = parse(written(UNITS)).getroot()
    found = root.xpath("//e:c[e:did/e:unitid='d1']/e:did/e:dao", namespaces=NS)
    assert isinstance(found, list)
    assert len(found) == 1
    assert isinstance(found[0], _Element)
    assert {str(key): str(said) for key, said in found[0].attrib.items()} == {
        "daotype": "derived", "localtype": "package", "identifier": OBJID, "href": OBJID.replace("uuid-", "urn:uuid:"),
    }  # fmt: skip
    assert root.xpath("count(//e:dao)", namespaces=NS) == 1


IDS = st.uuids().map(lambda found: f"uuid-{found}")
KINDS = (Kind.SERIES, Kind.DOSSIER, Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA)


@st.composite
def hierarchies(draw: st.DrawFn) -> list[DescribedUnit]:
    """Any hierarchy: every unit below one of those that are open, of any kind, with any description."""
    units = [DescribedUnit(draw(IDS), "", draw(descriptions(Kind.FONDS)))]
    above = [units[0].id]
    for _ in range(draw(st.integers(0, 12))):
        depth = draw(st.integers(1, len(above)))
        package = draw(st.sampled_from(["", OBJID]))
        units.append(DescribedUnit(draw(IDS), above[depth - 1], draw(descriptions(*KINDS)), package))
        above[depth:] = [units[-1].id]
    return units


@pytest.mark.unmeasured
@settings(max_examples=150, deadline=None)
@given(hierarchies())
def test_any_fonds_reads_back(units: list[DescribedUnit]) -> None:
    document = written(units)
    assert list(read_fonds(BytesIO(document))) == units
    assert validate("ead3", document) == []


@pytest.mark.parametrize(
    "units",
    [
        [],
        UNITS[1:],
        [replace(UNITS[0], id="")],
        [replace(UNITS[0], parent="x")],
        [UNITS[0], UNITS[4]],  # its dossier is not there
        [UNITS[0], UNITS[2], UNITS[1], UNITS[3]],  # its series is closed already
        [UNITS[0], replace(UNITS[2], id="")],
        [UNITS[0], replace(UNITS[0], id="g", parent="f")],
    ],
)
def test_another_order_is_refused(units: list[DescribedUnit]) -> None:
    with pytest.raises(ValueError, match=r"fonds|follow"):
        written(units)


def test_what_fails_while_it_is_written_is_told_as_it_was() -> None:
    def units() -> Iterator[DescribedUnit]:
        yield from UNITS[:5]
        raise KeyError("from the catalogue")

    with pytest.raises(KeyError, match="from the catalogue"):
        write_fonds(BytesIO(), units(), MAINTENANCE)
    with pytest.raises(ValueError, match="XML compatible"):
        written([*UNITS[:4], DescribedUnit("i", "d1", Description(Kind.DOCUMENT, {"subject": Value("\x00")}))])


def dossier_file() -> bytes:
    out = BytesIO()
    write_ead3(out, dossier(), MAINTENANCE)
    return out.getvalue()


@pytest.mark.parametrize(
    "source",
    [
        b"<ead/>",
        dossier_file(),  # its fonds has no id: it is not the description of a fonds
        written(UNITS).replace(b"tt05:series", b"tt05:fonds", 1),
        written(UNITS).replace(b"tt05:series", b"tt05:tomorrow", 1),
        written(UNITS)[:-20],
    ],
)
def test_another_file_is_refused(source: bytes) -> None:
    with pytest.raises(XmlRefusedError):
        list(read_fonds(BytesIO(source)))


_MEASURE = """
import resource, sys
from tests.metadata.test_ead3_fonds import many, MAINTENANCE
from fonds.metadata.ead3 import read_fonds, write_fonds
with open(sys.argv[2], "wb") as out:
    write_fonds(out, many(int(sys.argv[1])), MAINTENANCE)
with open(sys.argv[2], "rb") as source:
    print(sum(1 for _ in read_fonds(source)))
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def many(dossiers: int) -> Iterator[DescribedUnit]:
    yield from (UNITS[0], UNITS[2])
    for number in range(dossiers):
        yield DescribedUnit(f"d-{number}", "s1", DOSSIER, f"uuid-{number:08}")
        yield DescribedUnit(f"i-{number}", f"d-{number}", DOCUMENT)


def test_memory_does_not_grow_with_the_fonds(tmp_path: Path) -> None:
    few, most = (_peak(dossiers, tmp_path / f"{dossiers}.xml") for dossiers in (200, 6000))
    assert most - few < 8 * 1024
    with (tmp_path / "6000.xml").open("rb") as source:
        assert validate_stream("ead3", source) == []


def _peak(dossiers: int, path: Path) -> int:
    """The most memory of a process of its own that writes and reads so many, in KiB."""
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(dossiers), str(path)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    found, peak = done.stdout.split()
    assert int(found) == dossiers * 2 + 2
    return int(peak)
