"""METS: valid, complete by CSIP and E-ARK AIP, read back as it was written, and flat in memory."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.mets import (
    FileGroup,
    MetadataRef,
    MetsAgent,
    MetsPackage,
    Section,
    iter_files,
    metadata_ref,
    read_mets,
    write_mets,
)
from fonds.metadata.model import FileRecord, Page
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.schemas.xml import XmlRefusedError, parse, validate
from tests.metadata.samples import BASE, NASTY, OBJID, TEXT, WHEN, file, files, metadata_file, pages, stream
from tests.support import ROOT

NS = {
    "m": "http://www.loc.gov/METS/",
    "x": "http://www.w3.org/1999/xlink",
    "c": "https://DILCIS.eu/XML/METS/CSIPExtensionMETS",
}
SOFTWARE = ("Fonds", "0.1.0")


def root_package() -> MetsPackage:
    described = [metadata_file(f"metadata/descriptive/{name}.xml") for name in ("ead3", "dc", "simpledc")]
    old = MetadataRef(metadata_file("metadata/descriptive/old.xml"), "EAD", version="2002", status="SUPERSEDED")
    return MetsPackage(
        objid=OBJID,
        created=WHEN,
        software=SOFTWARE,
        metadata=[
            *map(metadata_ref, described),
            old,
            metadata_ref(metadata_file("metadata/preservation/premis.xml")),
            metadata_ref(metadata_file("metadata/preservation/premis-rights.xml")),
        ],
        groups=[
            FileGroup("Documentation", [file(1, "documentation")]),
            FileGroup("Schemas", iter(())),
            FileGroup("Representations/rep1", [metadata_file(f"{BASE}/METS.xml")]),
        ],
        label=NASTY,
        modified=WHEN,
        agents=[MetsAgent("CREATOR", "ORGANIZATION", "Trung tâm <Lưu trữ>", "", "H99.12", "IDENTIFICATIONCODE")],
        alternatives=[("REFERENCECODE", "H99.12.1968.05")],
    )


def representation(count: int) -> MetsPackage:
    return MetsPackage(
        objid="rep1",
        created=WHEN,
        software=SOFTWARE,
        metadata=[metadata_ref(metadata_file(f"{BASE}/metadata/preservation/premis.xml"))],
        groups=[FileGroup("Data", tuple(files(count)))],
        pages=pages(count),
        base=BASE,
    )


def written(package: MetsPackage) -> BytesIO:
    out = BytesIO()
    write_mets(out, package)
    return stream(out)


@pytest.mark.parametrize(
    "package",
    [
        root_package(),
        representation(0),
        representation(1),
        representation(500),
        MetsPackage(OBJID, WHEN, SOFTWARE),
    ],
    ids=["root", "no pages", "1 page", "500 pages", "bare"],
)
def test_valid_by_the_official_schema(package: MetsPackage) -> None:
    assert validate("mets", written(package)) == []


def values(package: MetsPackage, path: str) -> list[str]:
    found = parse(written(package)).xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return [str(one) for one in found]


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [
        ("CSIP1", "/m:mets/@OBJID", [OBJID]),
        ("CSIP2", "/m:mets/@TYPE", ["Textual works \u2013 Digital"]),
        ("AIPM2", "/m:mets/@PROFILE", ["https://earkdip.dilcis.eu/profile/E-ARK-AIP-v2-2-0.xml"]),
        ("CSIP4", "/m:mets/@c:CONTENTINFORMATIONTYPE", ["OTHER"]),
        ("CSIP7", "/m:mets/m:metsHdr/@CREATEDATE", [WHEN]),
        ("CSIP8", "/m:mets/m:metsHdr/@LASTMODDATE", [WHEN]),
        ("AIPM3", "/m:mets/m:metsHdr/@c:OAISPACKAGETYPE", ["AIP"]),
        ("CSIP11-13", "//m:agent[@ROLE='CREATOR'][@TYPE='OTHER'][@OTHERTYPE='SOFTWARE']/m:name/text()", ["Fonds"]),
        ("CSIP15-16", "//m:agent/m:note[@c:NOTETYPE='SOFTWARE VERSION']/text()", ["0.1.0"]),
        ("CSIP17", "/m:mets/m:dmdSec/m:mdRef/@MDTYPE", ["EAD", "DC", "OTHER", "EAD"]),
        ("AIPM4", "/m:mets/m:dmdSec/@STATUS", ["CURRENT"] * 3 + ["SUPERSEDED"]),
        ("CSIP31", "count(/m:mets/m:amdSec)=1", []),
        ("AIPM6", "//m:digiprovMD/m:mdRef/@MDTYPE", ["PREMIS"]),
        ("AIPM7", "//m:digiprovMD/m:mdRef/@MDTYPEVERSION", ["3.0"]),
        ("CSIP45", "//m:rightsMD/m:mdRef/@x:href", ["metadata/preservation/premis-rights.xml"]),
        ("CSIP64", "//m:fileGrp/@USE", ["Documentation", "Representations/rep1"]),
        ("CSIP62", "//m:fileGrp/@c:CONTENTINFORMATIONTYPE", ["OTHER", "OTHER"]),
        ("CSIP63", "//m:fileGrp/@c:OTHERCONTENTINFORMATIONTYPE", ["Archival dossier"] * 2),
        ("CSIP81-82", "//m:structMap[@TYPE='PHYSICAL']/@LABEL", ["CSIP"]),
        ("CSIP84", "//m:structMap/m:div/@LABEL", [OBJID]),
        (
            "CSIP88",
            "//m:structMap/m:div/m:div/@LABEL",
            ["Metadata", "Documentation", "Representations", "Representations/rep1"],
        ),
        ("CSIP104", "//m:div[@LABEL='Representations']/m:fptr/@FILEID", ["grp-2"]),
        ("CSIP91", "//m:div[@LABEL='Metadata']/@ADMID", ["amd-1 amd-2"]),
        ("CSIP92", "//m:div[@LABEL='Metadata']/@DMDID", ["dmd-1 dmd-2 dmd-3"]),
        ("CSIP116", "//m:div[@LABEL='Documentation']/m:fptr/@FILEID", ["grp-1"]),
        ("CSIP108", "//m:div[@LABEL='Representations/rep1']/m:mptr/@x:title", ["grp-2"]),
        ("CSIP110", "//m:mptr[@LOCTYPE='URL'][@x:type='simple']/@x:href", [f"{BASE}/METS.xml"]),
    ],
)
def test_requirements_of_csip_and_aip(rule: str, path: str, expected: list[str]) -> None:
    if not expected:
        assert parse(written(root_package())).xpath(path, namespaces=NS) is True, rule
    else:
        assert values(root_package(), path) == expected, rule


def test_every_reference_is_complete() -> None:
    tree = parse(written(root_package()))
    wanted = {"MIMETYPE", "SIZE", "CREATED", "CHECKSUM", "CHECKSUMTYPE"}
    for path in ("//m:mdRef", "//m:file"):
        found = tree.findall(f".{path[0:2]}{{{NS['m']}}}{path[4:]}")
        assert found
        for element in found:
            assert wanted <= {str(key) for key in element.keys()}  # noqa: SIM118 - an lxml element iterates children
    for element in tree.findall(f".//{{{NS['m']}}}mdRef") + tree.findall(f".//{{{NS['m']}}}FLocat"):
        assert element.get("LOCTYPE") == "URL"
        assert element.get(f"{{{NS['x']}}}type") == "simple"
        assert element.get(f"{{{NS['x']}}}href")


def test_root_reads_back() -> None:
    package = root_package()
    read = read_mets(written(package))
    assert (read.objid, read.type, read.profile, read.package_type) == (
        package.objid,
        package.type,
        package.profile,
        "AIP",
    )
    assert (read.label, read.created, read.modified) == (NASTY, WHEN, WHEN)
    assert read.agents == (
        MetsAgent("CREATOR", "OTHER", "Fonds", "SOFTWARE", "0.1.0", "SOFTWARE VERSION"),
        *package.agents,
    )
    assert read.alternatives == (("REFERENCECODE", "H99.12.1968.05"),)
    assert read.representations == (("Representations/rep1", f"{BASE}/METS.xml"),)
    sections = {Section.DESCRIPTIVE: 4, Section.RIGHTS: 1, Section.PROVENANCE: 1}
    assert {s: sum(m.section is s for m in read.metadata) for s in sections} == sections
    refs = {entry.file.record() for entry in read.metadata if entry.file}
    assert refs == {ref.file for ref in package.metadata}


@pytest.mark.parametrize("count", [1, 500])
def test_representation_reads_back(count: int) -> None:
    read = read_mets(written(representation(count)), BASE)
    bare = [FileRecord(f.path, f.size, f.sha256, f.mimetype, f.created) for f in files(count)]
    assert [one.record() for one in read.files] == bare
    assert {one.use for one in read.files} == {"Data"}
    assert read.pages == pages(count)
    assert list(iter_files(written(representation(count)), BASE)) == list(read.files)


PATHS = [f"{BASE}/data/{name}" for name in ("0001.tif", "a+b.tif", "100% &<'>\".tif", "Tờ số 2a.tif", "x/y#z?.pdf")]


@given(
    st.lists(
        st.builds(
            Page,
            sequence=st.integers(1, 10**6),
            label=TEXT,
            path=st.sampled_from(PATHS),
            frame=st.integers(0, 3000),
            width=st.integers(0, 10**6),
            height=st.integers(0, 10**6),
            dpi=st.floats(0, 1e6),
            blank=st.booleans(),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_any_pages_read_back(some: list[Page]) -> None:
    group = FileGroup("Data", [replace(file(1), path=path) for path in PATHS])
    package = replace(representation(0), groups=[group], pages=some)
    document = written(package)
    assert list(read_mets(document, BASE).pages) == some
    assert validate("mets", document.getvalue()) == []


def test_hrefs_are_percent_encoded() -> None:
    group = FileGroup("Data", [replace(file(1), path=path) for path in PATHS])
    package = replace(representation(0), groups=[group])
    assert values(package, "//m:FLocat/@x:href") == [
        "data/0001.tif",
        "data/a%2Bb.tif",
        "data/100%25%20%26%3C%27%3E%22.tif",
        "data/T%E1%BB%9D%20s%E1%BB%91%202a.tif",
        "data/x/y%23z%3F.pdf",
    ]


def test_pages_of_a_file_of_many_pages() -> None:
    path = f"{BASE}/data/0001.tif"
    package = replace(representation(1), pages=[Page(1, "1", path), Page(2, "2a", path, 1, 10, 20)])
    assert values(package, "//m:area/@CONTENTIDS") == ["data/0001.tif#page=1", "data/0001.tif#page=2"]
    assert values(package, "//m:div[@TYPE='page']/@ORDERLABEL") == ["1", "2a"]
    assert values(package, "//m:area/@COORDS") == ["0,0,10,20"]


@pytest.mark.parametrize(
    "package",
    [
        replace(representation(1), base="representations/rep2"),
        replace(representation(1), pages=[Page(1, "1", f"{BASE}/data/none.tif")]),
        replace(representation(1), pages=[Page(1, "1", file(1).path, dpi=float("nan"))]),
        replace(representation(1), pages=[Page(1, "1", file(1).path, dpi=-1.0)]),
        replace(root_package(), label="\x00"),
    ],
    ids=["outside", "no file", "nan", "negative", "NUL"],
)
def test_what_cannot_be_written_is_refused(package: MetsPackage) -> None:
    with pytest.raises(ValueError, match=r"."):
        write_mets(BytesIO(), package)


def test_a_faulty_mets_of_somebody_else_is_read() -> None:
    source = (
        b'<mets:mets xmlns:mets="http://www.loc.gov/METS/" xmlns:xl="http://www.w3.org/1999/xlink" OBJID="x">'
        b'<mets:dmdSec ID="d"><mets:mdRef xl:href="./metadata/a%20b.xml"/></mets:dmdSec>'
        b'<mets:fileSec><mets:fileGrp USE="U"><mets:fileGrp><mets:file ID="f" SIZE="many">'
        b'<mets:FLocat xl:href="file:///data/a+b.tif"/></mets:file></mets:fileGrp></mets:fileGrp></mets:fileSec>'
        b'<mets:structMap><mets:div TYPE="page" ORDER="x"><mets:fptr FILEID="nowhere"/></mets:div></mets:structMap>'
        b"</mets:mets>"
    )
    read = read_mets(BytesIO(source))
    assert (read.objid, read.created, read.pages) == ("x", "", ())
    (one,) = read.files
    assert (one.use, one.path, one.size, one.checksum) == ("U", "data/a+b.tif", None, "")
    with pytest.raises(ValueError, match=r"data/a\+b\.tif"):
        one.record()
    (entry,) = read.metadata
    assert entry.file is not None
    assert entry.file.path == "metadata/a b.xml"


def test_another_document_is_refused() -> None:
    with pytest.raises(XmlRefusedError, match="XML_UNEXPECTED"):
        read_mets(BytesIO(b"<html/>"))


@pytest.mark.parametrize("count", [100, 1000])
def test_mets_and_premis_stay_under_2_kb_a_page(count: int) -> None:
    mets, premis = BytesIO(), BytesIO()
    write_mets(mets, representation(count))
    write_premis(premis, Premis(BASE, PremisKind.REPRESENTATION, (OBJID,), files(count)))
    assert (len(mets.getvalue()) + len(premis.getvalue())) / count < 2000


MEMORY = """
import resource, sys
from fonds.metadata.mets import iter_files, write_mets
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.metadata import premis
from tests.metadata.samples import BASE, OBJID, files
from tests.metadata.test_mets import representation
from dataclasses import replace
from fonds.metadata.mets import FileGroup

def run(count):
    package = replace(representation(0), groups=[FileGroup("Data", files(count))])
    with open(sys.argv[1], "wb") as out:
        write_mets(out, package)
    with open(sys.argv[1], "rb") as source:
        assert sum(1 for _ in iter_files(source, BASE)) == count
    with open(sys.argv[1], "wb") as out:
        write_premis(out, Premis(BASE, PremisKind.REPRESENTATION, (OBJID,), files(count)))
    with open(sys.argv[1], "rb") as source:
        assert sum(1 for _ in premis.iter_files(source)) == count
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

before = run(100)
print(run(20_000) - before)
"""


def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    """20,000 files: 30 MB of XML, which as trees would take some 200 MiB. tracemalloc does not see libxml2's part."""
    done = subprocess.run(
        [sys.executable, "-c", MEMORY, str(tmp_path / "x.xml")],
        check=True,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert int(done.stdout) < 8 * 1024  # KiB
