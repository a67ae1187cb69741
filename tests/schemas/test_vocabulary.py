"""The code lists and field lists are whole, and a value is found by its code or its label."""

from __future__ import annotations

import pytest

from fonds.metadata.model import Kind
from fonds.schemas.findings import Severity, count_by_severity, finding, severities
from fonds.schemas.vocabulary import code_list, fields, find_code, label, package_fields

KINDS = [kind.value for kind in Kind]
LISTS = sorted({rule.codes for kind in KINDS for rule in fields(kind).values() if rule.codes})


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_labels_and_a_known_type(kind: str) -> None:
    assert fields(kind)
    for key, rule in fields(kind).items():
        assert key == rule.key
        assert rule.labels.keys() == {"vi", "en"}
        assert all(words.strip() == words != "" for words in rule.labels.values())
        assert rule.need in {"required", "optional", "conditional", "local"}, rule.need
        assert rule.length >= 0
    labels = [rule.labels["vi"] for rule in fields(kind).values()]
    assert len(labels) == len(set(labels))


PACKAGES = ["SIP_hoso", "SIP_tailieu", "AIP_hoso", "AIP_tailieu", "DIP"]


@pytest.mark.parametrize("package", PACKAGES)
@pytest.mark.parametrize("part", ["package", "document", "picture", "media"])
def test_every_field_of_a_package_has_labels_and_a_list_that_is_there(package: str, part: str) -> None:
    for key, rule in package_fields(package, part).items():
        assert key == rule.key
        assert all(words.strip() == words != "" for words in rule.labels.values())
        assert rule.labels.keys() == {"vi", "en"}
        assert rule.need in {"required", "optional", "conditional"}
        assert rule.type in {"string", "number", "date", "boolean"}
        assert not rule.codes or code_list(rule.codes)


@pytest.mark.parametrize("name", LISTS)
def test_every_code_list_that_a_field_names_is_there(name: str) -> None:
    terms = code_list(name)
    assert terms
    for lang in ("vi", "en"):
        words = [term.labels[lang].casefold() for term in terms.values()]
        assert len(words) == len(set(words))


@pytest.mark.parametrize("name", LISTS)
def test_every_term_is_found_by_code_and_by_label(name: str) -> None:
    for code, term in code_list(name).items():
        assert find_code(name, code) == code
        assert find_code(name, f"  {term.labels['vi'].upper()} ") == code
        assert label(name, code, "en") == term.labels["en"]


@pytest.mark.parametrize(
    ("value", "code"),
    [("1", "01"), (" 02 ", "02"), ("mật", "03"), ("", ""), ("4", ""), ("²", ""), ("001", ""), ("x", "")],
)
def test_a_value_as_people_write_it(value: str, code: str) -> None:
    assert find_code("mode", value) == code


def test_an_unknown_code_is_its_own_label() -> None:
    assert label("mode", "99", "vi") == "99"


def test_an_unknown_list() -> None:
    with pytest.raises(KeyError):
        code_list("absent")


def test_findings_get_their_severity_from_the_vocabulary() -> None:
    made = finding("ZERO_BYTE", "a/b.tif", code="x", where="y")
    assert (made.code, made.severity, made.where) == ("ZERO_BYTE", Severity.ERROR, "a/b.tif")
    assert made.data == {"code": "x", "where": "y"}
    with pytest.raises(KeyError):
        finding("NO_SUCH_CODE", "a")


def test_findings_are_counted() -> None:
    codes = ("ZERO_BYTE", "NO_FILES", "BLANK_PAGE")
    assert count_by_severity([finding(code, "a") for code in codes]) == {"error": 2, "warning": 0, "info": 1}
    assert count_by_severity([]) == {"error": 0, "warning": 0, "info": 0}
    assert set(severities().values()) == set(Severity)
