"""Dublin Core of a dossier."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest

from fonds.metadata.dublincore import dublin_core, write_dublin_core
from fonds.metadata.model import Description, DossierRecord, Kind, Value
from fonds.schemas.xml import parse
from tests.metadata.samples import NASTY, OBJID, dossier

DC = "{http://purl.org/dc/elements/1.1/}"


def test_a_dossier_by_the_crosswalk() -> None:
    assert dublin_core(dossier()) == [
        ("title", NASTY),
        ("creator", "UBHC tỉnh Lào Cai"),
        ("creator", "Không rõ"),
        ("subject", "chống hạn"),
        ("subject", "thủy lợi"),
        ("subject", "đê điều"),
        ("publisher", "H99.12"),
        ("date", "1954~/1975-12"),
        ("type", "Collection"),
        ("format", "120 trang"),
        ("identifier", OBJID),
        ("identifier", "H99.12.1968.05"),
        ("language", "vie"),
        ("language", "fra"),
        ("relation", "H99.12.P01 Ủy ban nhân dân xã Bản Phiệt"),
        ("rights", "Sử dụng có điều kiện"),
    ]


def test_the_file_holds_the_same() -> None:
    out = BytesIO()
    write_dublin_core(out, dossier())
    root = parse(out.getvalue()).getroot()
    assert root.tag == "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc"
    assert [(str(one.tag).removeprefix(DC), one.text) for one in root] == dublin_core(dossier())


def test_what_is_not_known_is_left_out() -> None:
    record = DossierRecord(OBJID, Description(Kind.FONDS), Description(Kind.DOSSIER))
    assert dublin_core(record) == [
        ("type", "Collection"),
        ("identifier", OBJID),
        ("rights", "Sử dụng có điều kiện"),
    ]


@pytest.mark.parametrize(
    ("start", "end", "dates"),
    [
        ("1954", "1954", ["1954"]),
        ("1954", "không rõ", ["1954"]),
        ("1954", "1970-1975", ["1954", "1970/1975"]),
        ("không rõ", "", []),
    ],
)
def test_dates(start: str, end: str, dates: list[str]) -> None:
    values = {"startDate": Value(start), "endDate": Value(end)}
    record = replace(dossier(), dossier=Description(Kind.DOSSIER, values))
    assert [text for name, text in dublin_core(record) if name == "date"] == dates
