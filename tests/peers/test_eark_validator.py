"""Packages that we write, before a judge who does not know us: the public E-ARK validator, in its own environment."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from fonds.packaging.csip import validate_package
from fonds.packaging.tt05 import PackageKind
from tests.packaging.csip.packages import Change, edit, inside, put, remove, unset
from tests.peers.conftest import KINDS
from tests.peers.eark import Message, ValidatorCrashedError, alarms
from tests.peers.false_alarms import FALSE_ALARMS, read_mets, unexplained
from tests.support import ROOT

Break = Callable[[Path], object]
CONTENT = "//m:fileGrp[starts-with(@USE, 'Representations/')]"
FIRST = "//m:digiprovMD/m:mdRef"


@pytest.fixture(scope="module")
def judged(packages: dict[str, Path]) -> dict[str, list[Message]]:
    """What the validator says against each kind."""
    return {kind: alarms(package) for kind, package in packages.items()}


@pytest.fixture
def broken(packages: dict[str, Path], tmp_path: Path) -> Callable[[Break], Path]:
    """Return a function that breaks a copy of the AIP."""

    def copied(change: Break) -> Path:
        target = tmp_path / packages["aip"].name
        shutil.copytree(packages["aip"], target)
        change(target)
        return target

    return copied


@pytest.mark.parametrize("kind", KINDS)
def test_the_public_validator_finds_nothing_but_its_known_false_alarms(
    packages: dict[str, Path], judged: dict[str, list[Message]], kind: str
) -> None:
    assert unexplained(packages[kind], judged[kind]) == []
    assert validate_package(packages[kind]).valid


def test_every_known_false_alarm_is_still_raised(packages: dict[str, Path], judged: dict[str, list[Message]]) -> None:
    found = [(read_mets(packages[kind]), messages) for kind, messages in judged.items()]
    idle = [row for row in FALSE_ALARMS if not any(row.explains(one, mets) for mets, all_ in found for one in all_)]
    assert idle == [], "a row that explains nothing would only hide a fault"


def test_every_known_false_alarm_is_in_the_docs() -> None:
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    table = text[text.index("\n## Validator") : text.index("\n## Dialect")]
    told = {cell for row in re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE) for cell in row.split(", ")}
    assert {row.rule for row in FALSE_ALARMS} - told == set()
    assert all(row.why for row in FALSE_ALARMS)


def in_mets(change: Change) -> Break:
    return lambda package: edit(package / "METS.xml", change)


@pytest.mark.parametrize(
    ("rule", "ours", "change"),
    [
        ("CSIPSTR4", "PKG_NO_METS", lambda package: (package / "METS.xml").unlink()),
        ("XML-1", "PKG_SCHEMA_BROKEN", in_mets(inside("/m:mets", "<m:metsHdr/>"))),
        ("CSIP1", "CSIP1", in_mets(unset("/m:mets", "OBJID"))),
        ("CSIP2", "CSIP2", in_mets(put("/m:mets", "TYPE", "Papers"))),
        ("CSIP12", "CSIP12", in_mets(put("//m:agent", "TYPE", "INDIVIDUAL"))),
        ("CSIP17", "CSIP17", in_mets(remove("//m:dmdSec"))),
        ("CSIP62", "CSIP62", in_mets(unset(CONTENT, "csip:CONTENTINFORMATIONTYPE"))),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_broken_package_is_found_by_both_judges(
    broken: Callable[[Break], Path], rule: str, ours: str, change: Break
) -> None:
    package = broken(change)
    assert rule in {one.rule for one in unexplained(package, alarms(package))}
    assert ours in {found.code for found in validate_package(package).findings}


def test_where_the_public_validator_breaks_down_it_is_no_approval(broken: Callable[[Break], Path]) -> None:
    package = broken(in_mets(unset(FIRST, "SIZE")))
    with pytest.raises(ValidatorCrashedError, match="SIZE"):
        alarms(package)
    assert "CSIP41" in {found.code for found in validate_package(package).findings}


@pytest.mark.parametrize("kind", PackageKind)
def test_packages_of_the_state_dialect_are_sound_in_structure_and_schema(
    handed_over: dict[PackageKind, Path], kind: PackageKind
) -> None:
    """The circular has its own rules for what METS says, which the validator does not know."""
    found = alarms(handed_over[kind])
    assert [one for one in found if one.rule.startswith(("XML", "CSIPSTR")) and one.severity == "Error"] == []
