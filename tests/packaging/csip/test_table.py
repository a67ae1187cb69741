"""The table of requirements agrees with the code, and every row of it that can be broken is found when it is."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from importlib.resources import files
from pathlib import Path

import pytest

from fonds.packaging.csip import requirements, validate_package
from fonds.packaging.csip.requirements import Requirement
from fonds.packaging.csip.table import FORMS
from fonds.schemas.findings import Severity
from fonds.schemas.messages import LANGUAGES, catalogue
from tests.packaging.csip.packages import Case, Change, judge, put, remove, unset
from tests.support import ROOT, shared_file

RULES = ROOT / "fonds" / "packaging" / "csip" / "rules"
MAP = "//m:structMap[@LABEL='CSIP']"
AT = {
    "mets": "/m:mets",
    "metsHdr": "//m:metsHdr",
    "dmdSec": "//m:dmdSec",
    "dmdSec/mdRef": "//m:dmdSec/m:mdRef",
    "amdSec/digiprovMD": "//m:digiprovMD",
    "amdSec/digiprovMD/mdRef": "//m:digiprovMD/m:mdRef",
    "amdSec/rightsMD": "//m:rightsMD",
    "amdSec/rightsMD/mdRef": "//m:rightsMD/m:mdRef",
    "fileSec": "//m:fileSec",
    "fileGrp": "//m:fileGrp",
    "file": "//m:file",
    "file/FLocat": "//m:FLocat",
    "structMap": MAP,
    "div": f"{MAP}/m:div",
    "div/Metadata": f"{MAP}/m:div/m:div[@LABEL='Metadata']",
    "div/Documentation": f"{MAP}/m:div/m:div[@LABEL='Documentation']",
    "div/Schemas": f"{MAP}/m:div/m:div[@LABEL='Schemas']",
    "div/Representations": f"{MAP}/m:div/m:div[@LABEL='Representations']",
    "div/Representations/": f"{MAP}/m:div/m:div[starts-with(@LABEL, 'Representations/')]",
    "div/mptr": f"{MAP}//m:mptr",
}
# What a missing ID, location, group name or child necessarily takes with it.
ALSO = {
    "ID": ("PKG_ID_DANGLING", "PKG_ID_FORM", "CSIP91", "CSIP92", "CSIP93", "CSIP95", "CSIP96", "CSIP108", "CSIP116"),
    "xlink:href": ("PKG_FILE_NOT_LISTED", "CSIP105", "PKG_HREF_BROKEN"),
    "USE": ("CSIP60", "CSIP93", "CSIP96", "CSIP116"),
    "csip:OAISPACKAGETYPE": ("SIP4",),
    "PROFILE": ("SIP2",),
    "CHECKSUMTYPE": ("PKG_DIGEST_NOT_CHECKED",),
    "CHECKSUM": ("PKG_DIGEST_WRONG",),
}
TABLE = [row for row in requirements() if row.by == "table"]
ATTRIBUTES = [row for row in TABLE if row.attribute]


def package_of(row: Requirement) -> str:
    return "flat" if row.at == "div/Representations" else "sip"


def missing(row: Requirement) -> Case:
    if row.child:
        change: Change = remove(f"({AT[row.at]})[1]/m:{row.child}")
        return Case(row.id, package_of(row), change, also=("PKG_FILE_NOT_LISTED",), note="missing")
    change = unset(AT[row.at], row.attribute)
    return Case(row.id, package_of(row), change, also=ALSO.get(row.attribute, ()), note="missing")


def wrong(row: Requirement) -> Case:
    value = "  " if row.form == "text" else "≠"
    change = put(AT[row.at], row.attribute, value)
    return Case(row.id, package_of(row), change, also=ALSO.get(row.attribute, ()), note="wrong")


CASES = [
    *(missing(row) for row in TABLE if row.level != "MAY" and not row.optional),
    *(wrong(row) for row in ATTRIBUTES),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_broken_row_is_found_and_nothing_else_is_blamed(case: Case, copy: Callable[[str], Path]) -> None:
    report = judge(case, copy(case.package))
    codes = {found.code for found in report.findings}
    assert case.expected in codes
    assert codes - {case.expected, "PKG_SCHEMA_BROKEN", *case.also} == set()
    level = next(row.severity for row in requirements() if row.id == case.expected)
    assert {found.severity for found in report.findings if found.code == case.expected} == {level}
    assert level is not Severity.ERROR or not report.valid


def test_enough_rows_are_broken() -> None:
    assert len(CASES) > 110


# --- the table itself -----------------------------------------------------------------------------------------------


def test_there_are_174_requirements() -> None:
    rows = requirements()
    assert len(rows) == 174
    assert Counter(row.spec for row in rows) == {"CSIP": 118, "SIP": 40, "DIP": 9, "AIP": 7}
    named = [row.id for row in rows if not row.id.startswith("REF_")]
    assert len(named) == len(set(named))


def test_the_table_has_the_ids_and_levels_of_the_specification() -> None:
    lines = shared_file("reference/requirements.tsv").read_text("utf-8").splitlines()[1:]
    assert [tuple(line.split("\t")[:2]) for line in lines] == [(row.id, row.level) for row in requirements()]


def test_every_row_is_judged_by_something_that_is_there() -> None:
    for row in requirements():
        if row.by == "table":
            assert row.at in AT
            assert bool(row.child) != bool(row.attribute)
            assert row.child or row.form in FORMS
        elif row.by:
            assert callable(import_module(f"fonds.packaging.csip.rules.{row.by}").check)
        else:
            assert row.id == "CSIP45" or row.id.startswith("REF_")  # nothing can break them


def test_every_rule_names_its_requirements_and_the_table_names_the_rule() -> None:
    by = {row.id: row.by for row in requirements() if row.by}
    for path in RULES.glob("*.py"):
        for code in re.findall(r'"((?:CSIP|SIP|DIP|AIPM)\d+)"', path.read_text("utf-8")):
            assert by[code] in {path.stem, "content_groups"}, f"{path.name}: {code}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_requirement_has_words(lang: str) -> None:
    words = catalogue(lang)
    for row in requirements():
        if not row.id.startswith("REF_"):
            assert "{found}" in words[f"finding.{row.id}"]
            assert words[f"finding.{row.id}.action"]


def test_the_file_holds_one_row_a_line() -> None:
    text = files("fonds.schemas.csip").joinpath("requirements.json").read_text("utf-8")
    assert len(text.splitlines()) == len(json.loads(text)) + 2


# --- the unbroken ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "kind"), [("aip", "AIP"), ("sip", "SIP"), ("dip", "DIP"), ("flat", "SIP")])
def test_an_unbroken_package_has_no_error_and_no_warning(valid: dict[str, Path], name: str, kind: str) -> None:
    for expected in (None, kind):
        report = validate_package(valid[name], kind=expected)
        assert report.findings == ()
        assert report.valid
        assert report.kind == kind
        assert report.counts["mets"] == (1 if name == "flat" else 2)
        assert report.counts["premis"] >= 2
        on_disk = [path for path in valid[name].rglob("*") if path.is_file()]
        assert report.counts["files"] == len([path for path in on_disk if name != "aip" or "data" in path.parts])
