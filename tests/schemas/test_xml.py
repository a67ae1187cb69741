"""The one XML door: what it refuses, what it lets go of, and that schemas load without a network."""

from __future__ import annotations

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fonds.metadata.xmlwriter import document
from fonds.schemas import xml

BOMB = b"<!DOCTYPE a [<!ENTITY b 'bbbbbbbbbb'><!ENTITY c '&b;&b;&b;&b;'>]><a>&c;</a>"
EXTERNAL = b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"
REMOTE = b"<!DOCTYPE a SYSTEM 'http://127.0.0.1:9/a.dtd'><a/>"
PLAIN = b"<!DOCTYPE a><a/>"


@pytest.mark.parametrize(
    "source",
    [BOMB, EXTERNAL, REMOTE, PLAIN, b"<!-- long -->" * 20_000 + PLAIN, PLAIN.decode().encode("utf-16")],
)
def test_doctype_is_refused_by_both_ways_of_reading(source: bytes) -> None:
    with pytest.raises(xml.XmlRefusedError) as whole:
        xml.parse(source)
    with pytest.raises(xml.XmlRefusedError) as streamed:
        list(xml.iterparse(source, ["a"]))
    assert whole.value.code == streamed.value.code == "XML_DOCTYPE"


@pytest.mark.parametrize("source", [b"", b" ", b"text", b"<a>", b"<a><b></a>", b"<a/><a/>", b"<a>\x01</a>"])
def test_broken_xml_is_refused_with_its_line(source: bytes) -> None:
    for read in (xml.parse, lambda it: list(xml.iterparse(it, ["b"]))):
        with pytest.raises(xml.XmlRefusedError) as refused:
            read(source)
        assert refused.value.code == "XML_MALFORMED"
        assert isinstance(refused.value.data["line"], int)


def test_depth_is_limited() -> None:
    with pytest.raises(xml.XmlRefusedError):
        xml.parse(b"<a>" * 10_000 + b"</a>" * 10_000)


def test_a_stream_is_read_to_its_end() -> None:
    source = BytesIO(b"<a>" + b"<b>x</b>" * 50_000 + b"</a>")
    assert len(xml.parse(source).getroot()) == 50_000


def test_iterparse_keeps_parents_and_drops_what_is_done() -> None:
    source = b"<a><g use='1'>" + b"<b n='x'>t<c/></b>\n" * 20_000 + b"</g><z/></a>"
    count = 0
    for element in xml.iterparse(source, ["b", "g"]):
        parent = element.getparent()
        assert parent is not None
        if element.tag == "b":
            assert (element.get("n"), element.text, parent.get("use")) == ("x", "t", "1")
            assert len(parent) < 10_000  # a chunk may be built before it is looked at, never the document
            count += 1
        else:
            assert len(element) <= 1
    assert count == 20_000


@pytest.mark.parametrize("name", ["mets", "premis", "ead3", "xlink", "dilcis"])
def test_official_schemas_load_from_the_package(name: str) -> None:
    assert xml.schema(name) is xml.schema(name)


def test_an_unknown_schema_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        xml.schema("marc")


def test_validate_says_where() -> None:
    source = b'<mets xmlns="http://www.loc.gov/METS/">\n<structMap><div/></structMap>\n<nonsense/></mets>'
    messages = xml.validate("mets", source)
    assert len(messages) == 1
    assert messages[0].startswith("line 3: ")
    assert "nonsense" in messages[0]


def test_csip_attributes_are_checked_with_mets() -> None:
    source = (
        b'<mets xmlns="http://www.loc.gov/METS/" xmlns:c="https://DILCIS.eu/XML/METS/CSIPExtensionMETS" '
        b'c:CONTENTINFORMATIONTYPE="whatever"><structMap><div/></structMap></mets>'
    )
    assert any("CONTENTINFORMATIONTYPE" in message for message in xml.validate("mets", source))


@given(st.text(st.characters(codec=None)))
def test_what_xml_cannot_carry_is_replaced_and_otherwise_refused(text: str) -> None:
    legal = xml.replace_illegal(text)
    out = BytesIO()
    with document(out, "a", {}, {"b": legal}) as writer:
        writer.leaf("c", legal)
    root = xml.parse(out.getvalue()).getroot()
    assert (root.get("b") or "", root.findtext("c")) == (legal, legal)
    if legal != text:
        with pytest.raises(ValueError, match=r"XML compatible|surrogates"), document(BytesIO(), "a", {}) as writer:
            writer.leaf("c", text)


def test_the_streaming_check_finds_what_the_tree_finds() -> None:
    good = b'<mets xmlns="http://www.loc.gov/METS/"><structMap><div/></structMap></mets>'
    bad = good.replace(b"div", b"dov")
    for _ in range(2):  # the second time, what went wrong before must have left no trace
        assert xml.validate_stream("mets", good) == []
        (fault,) = xml.validate_stream("mets", bad)
        assert xml.validate("mets", bad) == [f"line 1: {fault}"]
        with pytest.raises(xml.XmlRefusedError):
            xml.validate_stream("mets", b"<a>" * 100_000)


def test_the_streaming_check_reads_to_the_end() -> None:
    whole = b'<mets xmlns="http://www.loc.gov/METS/"><structMap><div/></structMap>' + b" " * 200_000 + b"</mets>"
    assert xml.validate_stream("mets", whole) == []
    for cut in (1, 100, 150_000, len(whole) - 50):
        with pytest.raises(xml.XmlRefusedError) as error:
            xml.validate_stream("mets", whole[:-cut])
        assert error.value.code == "XML_MALFORMED"
        assert "b'" not in str(error.value.data["reason"])


def test_the_streaming_check_stops_at_a_flood_of_faults() -> None:
    flood = b'<mets xmlns="http://www.loc.gov/METS/"><structMap><div>%s</div></structMap></mets>' % (
        b'<div X="1"/>' * 50_000
    )
    assert len(xml.validate_stream("mets", flood)) == 500


def test_a_document_of_any_size_is_read_to_its_end() -> None:
    xml.check_well_formed(b"<root>" + b"<a>text</a>" * 50_000 + b"</root>")
    with pytest.raises(xml.XmlRefusedError):
        xml.check_well_formed(b"<root>" + b"<a>text</a>" * 50_000 + b"</rot>")
    with pytest.raises(xml.XmlRefusedError):
        xml.check_well_formed(b"<!DOCTYPE a><a>text</a>")


def test_the_root_is_named() -> None:
    assert xml.root_name(b'<mets xmlns="http://www.loc.gov/METS/"/>') == "{http://www.loc.gov/METS/}mets"
    assert xml.root_name(b"<root>" + b"<a/>" * 50_000) == "root"
