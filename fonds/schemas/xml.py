"""The one door through which XML enters: no DTD, no entities, no network; and the official schemas.

Nothing else in Fonds builds a parser. A document with a DOCTYPE is refused whole, because everything an
attacker can do to a parser (entity bombs, reading local files) begins there and no format of this archive
needs one. Whoever reads finding aids of others may ask for a harmless one to be taken out first (``doctype``); the
parser never sees it. The schemas are files of the package; an import by URL is answered from there as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from io import BytesIO
from threading import Lock
from typing import BinaryIO

from lxml import etree
from lxml.etree import _Element, _ElementTree

from fonds.errors import FondsError, RefusedError
from fonds.schemas.doctype import DeclaresError, blank_doctype

_CHUNK = 64 * 1024
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TOLD_AS_BYTES = re.compile(r"line \d+: b['\"](.*)['\"]", re.DOTALL)
_FILES = {
    "mets": ("mets.xsd", "DILCISExtensionMETS.xsd"),
    "premis": ("premis-v3-0.xsd",),
    "ead3": ("ead3.xsd",),
    "xlink": ("xlink.xsd",),
    "dilcis": ("DILCISExtensionMETS.xsd",),
}
_XSD = "http://www.w3.org/2001/XMLSchema"
_validating = Lock()
_TOLD = 500


class XmlRefusedError(RefusedError):
    """The document is not read.

    ``XML_DOCTYPE``: it declares a document type. ``XML_DOCTYPE_DECLARES``: that may be, but it declares entities or
    attributes as well. ``XML_MALFORMED(line, reason)``: it is not well-formed XML.
    ``XML_UNEXPECTED(expected, found)``: it is XML, of another kind than the one asked for.
    """


class SchemaMissingError(FondsError):
    """``SCHEMA_MISSING(name)``: the official schema was not put into the package when it was built."""


def replace_illegal(text: str) -> str:
    """Return ``text`` with every character that XML 1.0 cannot carry (clause 2.2) as U+FFFD.

    Intake calls this once and keeps a note of it; the writers raise ValueError rather than drop a character.
    """
    return _ILLEGAL.sub("\ufffd", text)


def parse(source: BinaryIO | bytes) -> _ElementTree:
    """Return the document as a tree. Raises XmlRefusedError."""
    stream, start = _opened(source)
    parser = etree.XMLPullParser(events=(), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        _feed(parser, start, stream)
        return parser.close().getroottree()
    except etree.XMLSyntaxError as error:
        raise _malformed(error, parser) from error


def line_of(element: _Element) -> int:
    """Return the line that an element begins in, 0 when it is not known; libxml2 counts to 65,535 and stays there."""
    line: object = getattr(element, "sourceline", None)  # lxml-stubs give it no type
    return line if isinstance(line, int) else 0


def iterparse(source: BinaryIO | bytes, tags: Iterable[str], *, doctype: bool = False) -> Iterator[_Element]:
    """Yield every element with one of ``tags`` ("{namespace}name") when it is complete, in document order.

    An element is emptied as soon as the next one is asked for, so memory does not grow with the document;
    its parents keep their attributes. ``doctype`` lets a document type declaration be that says nothing the document
    needs: it is taken out unread, and an entity that only a DTD would declare is an error of the document. Raises
    XmlRefusedError, at the start or where the document breaks.
    """
    wanted = tuple(tags)
    stream, start = _opened(source, doctype=doctype)
    parser = etree.XMLPullParser(
        events=("end",), tag=wanted, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for data in _chunks(start, stream):
            parser.feed(data)
            yield from _finished(parser, wanted)
        parser.close()
        yield from _finished(parser, wanted)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, parser) from error


def iterwalk(source: BinaryIO | bytes, tags: Iterable[str]) -> Iterator[tuple[bool, _Element]]:
    """Yield (True, element) where an element with one of ``tags`` begins, (False, element) where it is complete.

    Where one begins, what stands in it is not to be looked at yet; what stands before it in its parents is there.
    A complete element is emptied as in ``iterparse``. Raises XmlRefusedError.
    """
    wanted = tuple(tags)
    stream, start = _opened(source)
    parser = etree.XMLPullParser(
        events=("start", "end"), tag=wanted, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for data in _chunks(start, stream):
            parser.feed(data)
            yield from _walked(parser, wanted)
        parser.close()
        yield from _walked(parser, wanted)
    except etree.XMLSyntaxError as error:
        raise _malformed(error, parser) from error


def _walked(parser: etree.XMLPullParser, tags: tuple[str, ...]) -> Iterator[tuple[bool, _Element]]:
    for event, element in parser.read_events():
        if isinstance(element, _Element):  # always: only "start" and "end" are asked for
            yield event == "start", element
            if event == "end":
                _let_go(element, tags)


def root_name(source: BinaryIO | bytes) -> str:
    """Return the name of the root element, "{namespace}name" or "name". Raises XmlRefusedError."""
    probe = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    _, start = _opened(source)
    probe.feed(start)
    return str(next(_events(probe)).tag)


def _finished(parser: etree.XMLPullParser, tags: tuple[str, ...]) -> Iterator[_Element]:
    for element in _events(parser):
        yield element
        _let_go(element, tags)


def _let_go(element: _Element, tags: tuple[str, ...]) -> None:
    # Not removed itself: libxml2 still appends text to it. The one before is safe to drop.
    tail = element.tail
    element.clear()
    element.tail = tail
    before, parent = element.getprevious(), element.getparent()
    if before is not None and parent is not None and before.tag in tags:
        parent.remove(before)


def _events(parser: etree.XMLPullParser) -> Iterator[_Element]:
    for _, element in parser.read_events():
        if isinstance(element, _Element):  # always: only "start" and "end" are asked for
            yield element


def _opened(source: BinaryIO | bytes, *, doctype: bool = False) -> tuple[BinaryIO, bytes]:
    """Read up to the root element with a parser that is thrown away, to refuse a DOCTYPE before building.

    With ``doctype`` it is taken out, and what is left is looked at once more in the same way.
    """
    stream = BytesIO(source) if isinstance(source, bytes) else source
    probe = etree.XMLPullParser(
        events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    seen = bytearray()
    try:
        while data := stream.read(_CHUNK):
            seen += data
            probe.feed(data)
            for root in _events(probe):
                declared = root.getroottree().docinfo.doctype  # type: ignore[attr-defined]  # not in lxml-stubs
                start = _without_doctype(bytes(seen), allowed=doctype) if declared else bytes(seen)
                return stream, start
        probe.close()
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error
    raise XmlRefusedError("XML_MALFORMED", line=1, reason="no element")


def _without_doctype(start: bytes, *, allowed: bool) -> bytes:
    if not allowed:
        raise XmlRefusedError("XML_DOCTYPE")
    try:
        start = blank_doctype(start)
    except DeclaresError as error:
        raise XmlRefusedError("XML_DOCTYPE_DECLARES") from error
    except ValueError as error:
        raise XmlRefusedError("XML_DOCTYPE") from error
    _opened(start)
    return start


def _chunks(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield start
    while data := stream.read(_CHUNK):
        yield data


def _feed(parser: etree.XMLPullParser, start: bytes, stream: BinaryIO) -> None:
    for data in _chunks(start, stream):
        parser.feed(data)


def _malformed(error: etree.XMLSyntaxError, parser: etree.XMLPullParser | None = None) -> XmlRefusedError:
    """Return the refusal; the log of the parser says better what was wrong first, such as an undeclared entity."""
    log = [] if parser is None else [entry for entry in parser.feed_error_log if entry.level_name == "FATAL"]
    if log:
        return XmlRefusedError("XML_MALFORMED", line=log[0].line, reason=str(log[0].message))
    # Where a schema listens too, lxml gives the message of libxml2 as the text of a bytes object.
    told = _TOLD_AS_BYTES.fullmatch(error.msg or "")
    return XmlRefusedError("XML_MALFORMED", line=error.lineno or 0, reason=told[1] if told else error.msg)


class _Local(etree.Resolver):
    """Answers every import, whatever URL it names, with the file of that name in the package, or fails."""

    def resolve(  # type: ignore[override]  # lxml-stubs forgets the context argument
        self, system_url: str, public_id: str | None, context: object
    ) -> object:
        name = system_url.rpartition("/")[2]
        return self.resolve_string(official_schema(name), context, base_url=name)


def official_schema(name: str) -> bytes:
    """Return an official schema ("mets.xsd") as it was published. Raises SchemaMissingError when it is not there."""
    found = files("fonds.schemas").joinpath("xsd", name)
    if not found.is_file():
        raise SchemaMissingError("SCHEMA_MISSING", name=name)
    return found.read_bytes()


@cache
def schema(name: str) -> etree.XMLSchema:
    """Return the official schema ``mets|premis|ead3|xlink|dilcis``; ``mets`` checks CSIP attributes as well.

    Raises KeyError for another name and SchemaMissingError when the package was built without it.
    """
    root = etree.Element(f"{{{_XSD}}}schema", {"targetNamespace": "urn:fonds:driver"})
    for file in _FILES[name]:
        namespace = parse(official_schema(file)).getroot().get("targetNamespace", "")
        etree.SubElement(root, f"{{{_XSD}}}import", {"namespace": namespace, "schemaLocation": file})
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    parser.resolvers.add(_Local())
    return etree.XMLSchema(etree.fromstring(etree.tostring(root), parser, base_url="driver.xsd"))


def validate(name: str, source: BinaryIO | bytes) -> list[str]:
    """Check a document against an official schema; return messages ``line N: what``, none when it is valid.

    Raises XmlRefusedError, SchemaMissingError, and KeyError for an unknown schema.
    """
    document, rules = parse(source), schema(name)
    with _validating:  # the schema object holds the messages of the last check
        rules.validate(document)
        log = list(rules.error_log)  # type: ignore[call-overload]  # not in lxml-stubs
        return [f"line {entry.line}: {entry.message}" for entry in log]


def validate_stream(name: str, source: BinaryIO | bytes) -> list[str]:
    """Check a document of any size against an official schema without building it in memory.

    Returns at most 500 messages, none when it is valid. They name no lines (the streaming check of libxml2 does not
    know them), and uniqueness of IDs is not checked; ``validate`` does both, with the whole document in memory.
    Raises XmlRefusedError, SchemaMissingError, and KeyError for an unknown schema.
    """
    faults: list[str] = []
    parser = _passing(schema(name))
    for _ in _passed(parser, source):
        log = list(parser.feed_error_log)
        faults = [str(entry.message) for entry in log if entry.domain_name == "SCHEMASV"]
        if len(faults) >= _TOLD:
            break
    return faults[:_TOLD]


def check_well_formed(source: BinaryIO | bytes) -> None:
    """Read a document of any size to its end without building it in memory. Raises XmlRefusedError."""
    for _ in _passed(_passing(), source):
        pass


class _Nothing:
    """A parser target that is told of no element: nothing is built, and libxml2 does everything by itself."""

    def close(self) -> None:
        """The end of the document."""


def _passing(rules: etree.XMLSchema | None = None) -> etree.XMLParser:
    return etree.XMLParser(
        target=_Nothing(),  # type: ignore[arg-type]  # the stubs ask for every method; lxml calls those that are there
        schema=rules,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )


def _passed(parser: etree.XMLParser, source: BinaryIO | bytes) -> Iterator[None]:
    """Pass a document through the parser; yields now and then, and when it was read to its end."""
    stream, start = _opened(source)
    try:
        for data in _chunks(start, stream):
            parser.feed(data)
            yield
        parser.close()
        yield
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from error
