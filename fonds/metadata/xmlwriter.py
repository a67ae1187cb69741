"""Write XML as a stream: what is written is out, so memory does not grow with the number of pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import BinaryIO, Protocol

from lxml import etree

XSI = "http://www.w3.org/2001/XMLSchema-instance"


class _Stream(Protocol):
    """The part of lxml's incremental writer that is used; lxml-stubs does not know it."""

    def write_declaration(self) -> None: ...

    def element(
        self,
        tag: str,
        attrib: Mapping[str, str],
        nsmap: Mapping[str | None, str] | None = None,
    ) -> AbstractContextManager[object]: ...

    def write(self, text: str) -> None: ...


class XmlWriter:
    """Elements and texts in order. Names are ``local`` in the default namespace, or ``prefix:local``.

    An attribute whose value is '' is left out. Raises ValueError for a name that is not one, a prefix
    that is not declared (KeyError) or a character that XML cannot carry; what was written before it stays
    in the stream, which its owner throws away.
    """

    def __init__(self, stream: _Stream, namespaces: Mapping[str | None, str]) -> None:
        self._stream = stream
        self._elements = _Names(namespaces, attributes=False)
        self._attribute_names = _Names(namespaces, attributes=True)

    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> AbstractContextManager[object]:
        """Open an element for the time of the ``with`` block."""
        return self._stream.element(self._elements[name], self._attributes(attributes) if attributes else {})

    def leaf(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """Write an element that holds text only."""
        with self.element(name, attributes):
            if text:
                self._stream.write(text)

    def line(self) -> None:
        """Break the line, for the person who opens the file in an editor; only between elements."""
        self._stream.write("\n")

    def _attributes(self, attributes: Mapping[str, str]) -> dict[str, str]:
        names = self._attribute_names
        return {names[name]: value for name, value in attributes.items() if value}


class _Names(dict[str, str]):
    """Names as they are written in code -> as lxml wants them; worked out once each, because they come in millions."""

    def __init__(self, namespaces: Mapping[str | None, str], *, attributes: bool) -> None:
        super().__init__()
        self._namespaces, self._attributes = namespaces, attributes

    def __missing__(self, name: str) -> str:
        # QName checks what lxml's stream does not: that it is a name at all.
        known = self[name] = etree.QName(self._clark(name)).text
        return known

    def _clark(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        if not colon and (self._attributes or None not in self._namespaces):
            return name
        return f"{{{self._namespaces[prefix if colon else None]}}}{local}"


class _Kept:
    """What an output raised: lxml keeps quiet about it when that happens with the last block of a document."""

    def __init__(self, out: BinaryIO) -> None:
        self._write = out.write
        self.raised: BaseException | None = None

    def write(self, block: bytes) -> int:
        """Write as the output does."""
        try:
            return self._write(block)
        except BaseException as error:
            self.raised = error
            raise


@contextmanager
def document(
    out: BinaryIO,
    root: str,
    namespaces: Mapping[str | None, str],
    attributes: Mapping[str, str] | None = None,
) -> Iterator[XmlWriter]:
    """Write a UTF-8 document with this root element to ``out``, which stays open.

    ``namespaces`` maps prefixes (None: the default namespace) to URIs. Raises what ``out`` raises: then the document is
    cut short somewhere, even if ``out`` recovers.
    """
    kept = _Kept(out)
    with etree.xmlfile(kept, encoding="UTF-8") as raw:
        stream: _Stream = raw
        writer = XmlWriter(stream, namespaces)
        stream.write_declaration()
        # Private names, because only the root declares namespaces and no one else has a use for that.
        expanded, values = writer._elements[root], writer._attributes(attributes or {})  # noqa: SLF001
        with stream.element(expanded, values, nsmap=namespaces):
            writer.line()
            yield writer
    if kept.raised is not None:
        raise kept.raised
