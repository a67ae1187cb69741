"""A document type declaration is taken out where it says nothing, refused where it does, and never followed."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from fonds.schemas import xml
from fonds.schemas.doctype import DeclaresError, blank_doctype

PUBLIC = b'<!DOCTYPE ead PUBLIC "+//ISBN 1-931666-00-8//DTD ead.dtd (EAD 2002)//EN" "ead.dtd">'
HARMLESS = [
    b"<!DOCTYPE ead>",
    PUBLIC,
    b"<!DOCTYPE ead PUBLIC '-//X//Y' 'y' >",
    b'<!DOCTYPE ead SYSTEM "http://127.0.0.1:9/no>such[.dtd"\n>',
    PUBLIC.replace(b">", b" [ ]>"),
    b"<!DOCTYPE ead [\n<!-- a [ > ' \" comment ]> -->\n<?e <x> ?>\n<!ELEMENT ead ANY><!NOTATION g SYSTEM 'g>'>\n] >",
]
DECLARING = [
    b'<!DOCTYPE ead [<!ENTITY b "bold">]>',
    b'<!DOCTYPE ead PUBLIC "a" "b" [<!ENTITY logo SYSTEM "logo.gif" NDATA gif>]>',
    b'<!DOCTYPE ead [<!ENTITY % x SYSTEM "%s">]>',
    b'<!DOCTYPE ead [<!ATTLIST c audience CDATA "internal">]>',
    b'<!DOCTYPE ead [<!-- --><!ELEMENT ead ANY><!ENTITY a "x">]>',
]
BOMB = b"<!DOCTYPE a [<!ENTITY l0 'lol'>%s]><a>&l9;</a>" % b"".join(
    b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10)
)


def texts(source: bytes) -> list[str | None]:
    return [element.text for element in xml.iterparse(source, ["b"], doctype=True)]


@pytest.mark.parametrize("declaration", HARMLESS)
@pytest.mark.parametrize("before", [b"", b"<?xml version='1.0'?>\n<!-- <!DOCTYPE x> -->\n", b"\xef\xbb\xbf"])
def test_one_that_says_nothing_is_taken_out(before: bytes, declaration: bytes) -> None:
    source = before + declaration + b"\n<ead><b>one</b><b>two</b></ead>"
    assert texts(source) == ["one", "two"]
    left = blank_doctype(source)
    assert b"<!DOCTYPE ead" not in left
    assert (len(left), left.count(b"\n")) == (len(source), source.count(b"\n"))
    for read in (
        lambda: xml.parse(source),
        lambda: list(xml.iterparse(source, ["b"])),
    ):  # everywhere else it is refused
        with pytest.raises(xml.XmlRefusedError, match="XML_DOCTYPE"):
            read()


def test_lines_stay_what_they_were() -> None:
    source = PUBLIC.replace(b" PUBLIC", b"\nPUBLIC") + b"\n<ead>\n<b></c></ead>"
    with pytest.raises(xml.XmlRefusedError) as refused:
        texts(source)
    assert (refused.value.code, refused.value.data["line"]) == ("XML_MALFORMED", 4)


@pytest.mark.parametrize("declaration", DECLARING)
def test_one_that_declares_something_is_refused_and_it_is_said_why(declaration: bytes) -> None:
    with pytest.raises(xml.XmlRefusedError) as refused:
        texts(declaration + b"<ead><b>x</b></ead>")
    assert refused.value.code == "XML_DOCTYPE_DECLARES"
    with pytest.raises(DeclaresError):
        blank_doctype(declaration + b"<ead/>")


def test_a_bomb_is_refused_at_once() -> None:
    began = time.monotonic()
    with pytest.raises(xml.XmlRefusedError) as refused:
        texts(BOMB)
    assert refused.value.code in {"XML_DOCTYPE_DECLARES", "XML_MALFORMED"}  # libxml2 may see it first
    assert time.monotonic() - began < 2


def test_nothing_outside_the_file_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("do not tell")
    declares = tmp_path / "declares.dtd"
    declares.write_text('<!ENTITY told "by the DTD">')
    for source in (
        b'<!DOCTYPE ead [<!ENTITY s SYSTEM "%s">]><ead><b>&s;</b></ead>' % str(secret).encode(),
        b'<!DOCTYPE ead [<!ENTITY %% d SYSTEM "%s"> %%d;]><ead><b>&told;</b></ead>' % str(declares).encode(),
        b'<!DOCTYPE ead SYSTEM "%s"><ead><b>&told;</b></ead>' % str(declares).encode(),
    ):
        with pytest.raises(xml.XmlRefusedError) as refused:
            texts(source)
        assert "tell" not in str(refused.value.data)
        assert "DTD" not in str(refused.value.data)


def test_an_entity_that_only_the_dtd_declares_is_an_error_and_not_a_gap() -> None:
    with pytest.raises(xml.XmlRefusedError) as refused:
        texts(PUBLIC + b"\n<ead><b>caf&eacute;</b></ead>")
    assert refused.value.code == "XML_MALFORMED"
    assert "eacute" in str(refused.value.data["reason"])


def test_where_it_cannot_be_found_it_is_refused() -> None:
    source = "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE ead><ead><b>x</b></ead>".encode("utf-16")
    with pytest.raises(xml.XmlRefusedError, match="XML_DOCTYPE"):
        texts(source)


def test_a_long_declaration_takes_no_longer_than_it_is_long() -> None:
    for filler in (b"<!--" + b"- " * 500_000 + b"-->", b" " * 1_000_000, b"<!ELEMENT a ANY>" * 50_000):
        began = time.monotonic()
        with pytest.raises(DeclaresError):
            blank_doctype(b"<!DOCTYPE ead [" + filler + b"<!ENTITY a 'b'>]><ead/>")
        assert time.monotonic() - began < 2


def test_walking_sees_beginnings_with_what_stands_before_them() -> None:
    source = b"<a><h>x</h>" + b"<g><h>y</h><b>1</b><b>2</b></g>" * 20_000 + b"</a>"
    seen = {True: 0, False: 0}
    for begins, element in xml.iterwalk(source, ["a", "g", "b"]):
        seen[begins] += 1
        parent = element.getparent()
        if element.tag == "b":
            assert parent is not None
            assert parent.findtext("h") == "y"
            assert begins or element.text in {"1", "2"}
    assert seen == {True: 60_001, False: 60_001}
