"""EAD3: valid, and nothing of a description is lost on the way through the file."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fonds.metadata.ead3 import Maintenance, read_ead3, write_ead3
from fonds.metadata.mets import FileGroup, MetsPackage, write_mets
from fonds.metadata.model import Description, DossierRecord, Item, Kind, Value
from fonds.metadata.record import read_record
from fonds.schemas.xml import XmlRefusedError, parse, validate
from tests.metadata.samples import (
    BASE,
    DOSSIER,
    FONDS,
    NASTY,
    OBJID,
    TEXT,
    WHEN,
    descriptions,
    dossier,
    files,
    pages,
    stream,
)

NS = {"e": "http://ead3.archivists.org/schema/"}
MAINTENANCE = Maintenance("Trung tâm Lưu trữ lịch sử tỉnh Lào Cai", WHEN)


def written(record: DossierRecord, maintenance: Maintenance = MAINTENANCE) -> BytesIO:
    out = BytesIO()
    write_ead3(out, record, maintenance)
    return stream(out)


EMPTY = DossierRecord(OBJID, Description(Kind.FONDS), Description(Kind.DOSSIER), Description(Kind.SERIES))


@pytest.mark.parametrize(
    "record",
    [dossier(), dossier(1), dossier(500), dossier(items=False), dossier(series=False), dossier(0), EMPTY],
    ids=["3 pages", "1 page", "500 pages", "no items", "no series", "no pages", "empty"],
)
def test_valid_and_read_back(record: DossierRecord) -> None:
    document = written(record)
    assert validate("ead3", document.getvalue()) == []
    assert read_ead3(document) == replace(record, pages=())


@pytest.mark.parametrize("count", [0, 1, 3, 500])
def test_a_record_comes_back_from_the_xml_files_alone(count: int) -> None:
    record = dossier(count)
    mets = BytesIO()
    group = FileGroup("Data", files(count))
    write_mets(mets, MetsPackage("rep1", WHEN, ("Fonds", "0"), groups=[group], pages=record.pages, base=BASE))
    assert read_record(written(record), stream(mets), BASE) == record


def test_a_dossier_without_a_representation() -> None:
    assert read_record(written(dossier(0))) == dossier(0)


ITEMS = st.lists(
    st.builds(
        Item,
        TEXT,
        descriptions(Kind.DOCUMENT, Kind.PICTURE, Kind.MEDIA),
        st.lists(st.integers(1, 3), max_size=3).map(tuple),
    ),
    max_size=3,
).map(tuple)


@pytest.mark.unmeasured
@settings(max_examples=80)
@given(
    st.builds(
        DossierRecord,
        id=TEXT,
        fonds=descriptions(Kind.FONDS),
        dossier=descriptions(Kind.DOSSIER),
        series=st.none() | descriptions(Kind.SERIES),
        items=ITEMS,
        pages=st.just(pages(3)),
    )
)
def test_any_record_reads_back(record: DossierRecord) -> None:
    document = written(record)
    assert read_ead3(document) == replace(record, pages=())
    assert validate("ead3", document.getvalue()) == []


def values(path: str, record: DossierRecord | None = None) -> list[str]:
    found = parse(written(record or dossier())).xpath(path, namespaces=NS)
    assert isinstance(found, list)
    return [str(one) for one in found]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("//e:archdesc/@level", ["fonds"]),
        ("//e:c/@level", ["series", "file", "item", "item", "item"]),
        ("//e:c/@encodinganalog", [f"tt05:{k}" for k in ("series", "dossier", "document", "picture", "media")]),
        ("//e:c[@level='file']/e:did/e:unitid[@localtype='id']/text()", [OBJID]),
        ("//e:c[@level='file']/e:did/e:unittitle/text()", [NASTY]),
        ("//e:fromdate/@standarddate", ["1954~"]),
        ("//e:todate/@standarddate", ["1975-12"]),
        ("//e:todate/@notbefore", ["1975-12-01"]),
        ("//e:todate/@notafter", ["1975-12-31"]),
        ("//e:c[@level='item'][1]//e:datesingle/@standarddate", []),
        ("//e:c[@level='file']/e:accessrestrict[@localtype='02']/e:p/text()", ["Sử dụng có điều kiện"]),
        ("//e:c[@level='file']/e:appraisal/@localtype", ["01"]),
        ("//e:archdesc/e:bioghist/e:p/text()", ["Dòng một\nDòng hai\r\nDòng ba"]),
        ("//e:c[@level='file']/e:did/e:langmaterial/e:language/@langcode", ["vie", "fra"]),
        ("//e:c[@level='file']/e:controlaccess/e:subject/e:part/text()", ["chống hạn", "thủy lợi", "đê điều"]),
        ("//e:quantity/text()", ["120"]),
        ("//e:origination/e:corpname/e:part/text()", ["UBHC tỉnh Lào Cai"]),
        ("//e:geogname/e:part/text()", ["Lào Cai"]),
        ("//e:odd[@localtype='extra']/e:head/text()", ["Cột lạ", "Cột lạ"]),
        ("//e:c[@level='file']/e:did/e:dao/@href", [f"{BASE}/METS.xml"]),
        ("//e:c[@level='item'][1]//e:dao/@identifier", ["1", "2"]),
        ("//e:c[@level='item'][1]//e:dao/@label", ["1", "1v"]),
        ("//e:c[@level='item'][1]//e:dao/@href", [f"{BASE}/data/0001.tif", f"{BASE}/data/0002.tif"]),
        ("//e:maintenancestatus/@value", ["new"]),
    ],
)
def test_fields_stand_where_the_crosswalk_puts_them(path: str, expected: list[str]) -> None:
    assert values(path) == expected


def test_a_revision_says_so() -> None:
    document = written(dossier(), replace(MAINTENANCE, revised=True))
    assert validate("ead3", document.getvalue()) == []
    assert b'<maintenancestatus value="revised">' in document.getvalue()


def test_indented_by_somebody_it_still_reads() -> None:
    record = replace(dossier(), dossier=DOSSIER)
    text = written(record).getvalue().decode()
    for tag in ("origination", "corpname", "genreform", "controlaccess", "subject", "daterange"):
        text = text.replace(f"</{tag}>", f"\n   </{tag}>").replace(f"<{tag}>", f"<{tag}>\n    ")
    assert read_ead3(BytesIO(text.encode())) == replace(record, pages=())


@pytest.mark.parametrize("bad", ["\x00", "\x0c", "\x1f", "\ud800", "\ufffe", "\uffff"])
def test_a_character_xml_cannot_carry_is_refused(bad: str) -> None:
    record = replace(dossier(), fonds=replace(FONDS, values={"fondName": Value(f"UBND{bad}")}))
    with pytest.raises(ValueError, match=r"XML compatible|surrogates"):
        write_ead3(BytesIO(), record, MAINTENANCE)


@pytest.mark.parametrize("key", ["", "a b", "title/code", "tiêuĐề"])
def test_what_is_no_field_key_is_refused(key: str) -> None:
    record = replace(dossier(), fonds=Description(Kind.FONDS, {key: Value("x")}))
    with pytest.raises(ValueError, match="field key"):
        write_ead3(BytesIO(), record, MAINTENANCE)


def test_an_item_on_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="no page 2"):
        write_ead3(BytesIO(), replace(dossier(), pages=pages(1)), MAINTENANCE)


EAD = b'<ead xmlns="http://ead3.archivists.org/schema/">%s</ead>'


@pytest.mark.parametrize(
    "source",
    [
        b"<ead/>",
        EAD % b"",
        EAD % b"<archdesc><dsc/></archdesc>",
        EAD % b'<archdesc encodinganalog="tt05:fonds"><dsc><c level="file"/></dsc></archdesc>',
    ],
)
def test_another_ead_is_refused(source: bytes) -> None:
    with pytest.raises(XmlRefusedError, match="XML_UNEXPECTED"):
        read_ead3(BytesIO(source))
