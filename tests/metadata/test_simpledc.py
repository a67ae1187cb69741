"""The state's simpledc: the right fields in the right order, and a reader that loses nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.model import Description, Kind, Value
from fonds.metadata.simpledc import (
    SimpleDc,
    archive_code,
    description_of,
    dossier_fields,
    item_fields,
    read_simpledc,
    write_simpledc,
)
from fonds.schemas.xml import XmlRefusedError
from tests.metadata.samples import DOCUMENT, NASTY, PICTURE, TEXT, dossier, stream


def round_trip(fields: list[tuple[str, str]]) -> SimpleDc:
    out = BytesIO()
    write_simpledc(out, fields)
    return read_simpledc(stream(out))


def test_a_dossier_has_18_fields_with_codes_and_dates_as_written() -> None:
    fields = dossier_fields(dossier())
    assert len(fields) == 18
    assert fields[:7] == [
        ("arcFileCode", "H99.12.1968.05"),
        ("title", NASTY),
        ("maintenance", "01"),
        ("mode", "02"),
        ("language", "08"),
        ("startDate", "khoảng 1954"),
        ("endDate", "12/1975"),
    ]
    assert round_trip(fields).elements == tuple(fields)


@pytest.mark.parametrize(
    ("description", "count", "some"),
    [
        (DOCUMENT, 19, {"arcFileCode": "H99.12.1968.05", "typeName": "22", "subject": "V/v chống hạn"}),
        (PICTURE, 18, {"imageTitle": "Cầu Phố Mới", "colour": "02", "typePic": ""}),
        (Description(Kind.MEDIA), 19, {"movieTitle": ""}),
    ],
    ids=["document", "picture", "recording"],
)
def test_items_have_the_fields_of_their_annex(description: Description, count: int, some: dict[str, str]) -> None:
    fields = item_fields(dossier(), description)
    assert len(fields) == len(dict(fields)) == count
    assert some.items() <= dict(fields).items()
    assert round_trip(fields).elements == tuple(fields)


def test_a_fonds_is_no_item() -> None:
    with pytest.raises(KeyError):
        item_fields(dossier(), Description(Kind.FONDS))


def test_the_archive_comes_before_the_code_once() -> None:
    record = dossier()
    assert archive_code(record) == record.code
    other = type(record)(record.id, record.fonds, Description(Kind.DOSSIER, {"fileCode": Value("1968.05")}))
    assert archive_code(other) == "H99.12.1968.05"


@given(st.lists(st.tuples(st.sampled_from(["title", "mode", "la", "x-1"]), TEXT)))
def test_any_text_in_any_order_comes_back(fields: list[tuple[str, str]]) -> None:
    assert round_trip(fields).elements == tuple(fields)


def test_a_delivery_is_read_tolerantly() -> None:
    source = (
        b'<dc:simpledc xmlns:dc="urn:any"><dc:mode>1</dc:mode><!-- note --><dc:unknown>giu  lai</dc:unknown>'
        b"<dc:arcFileCode> H99.1 </dc:arcFileCode><dc:mode>03</dc:mode><dc:title/></dc:simpledc>"
    )
    read = read_simpledc(BytesIO(source))
    assert read.text("mode") == "1"
    assert read.text("nothing") == ""
    assert description_of(read, Kind.DOSSIER) == Description(
        Kind.DOSSIER,
        {"mode": Value("Công khai", "1", "01"), "fileCode": Value("H99.1", " H99.1 ")},
        (("unknown", "giu  lai"), ("mode", "03")),
    )


def test_another_root_is_refused() -> None:
    with pytest.raises(XmlRefusedError, match="XML_UNEXPECTED"):
        read_simpledc(BytesIO(b"<dc/>"))


def test_an_impossible_name_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid"):
        write_simpledc(BytesIO(), [("không được", "x")])
