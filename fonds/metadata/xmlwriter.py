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
        self._namespaces = namespaces
        self._names: dict[tuple[str, bool], str] = {}

    def element(self, name: str, attributes: Mapping[str, str] | None = None) -> AbstractContextManager[object]:
        """Open an element for the time of the ``with`` block."""
        return self._stream.element(self._expand(name), self._attributes(attributes or {}))

    def leaf(self, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> None:
        """Write an element that holds text only."""
        with self.element(name, attributes):
            if text:
                self._stream.write(text)

    def line(self) -> None:
        """Break the line, for the person who opens the file in an editor; only between elements."""
        self._stream.write("\n")

    def _attributes(self, attributes: Mapping[str, str]) -> dict[str, str]:
        return {self._expand(name, attribute=True): value for name, value in attributes.items() if value}

    def _expand(self, name: str, *, attribute: bool = False) -> str:
        known = self._names.get((name, attribute))
        if known is None:
            # QName checks what lxml's stream does not: that it is a name at all.
            known = etree.QName(self._clark(name, attribute)).text
            self._names[(name, attribute)] = known
        return known

    def _clark(self, name: str, attribute: bool) -> str:
        prefix, colon, local = name.rpartition(":")
        if not colon and (attribute or None not in self._namespaces):
            return name
        return f"{{{self._namespaces[prefix if colon else None]}}}{local}"


@contextmanager
def document(
    out: BinaryIO,
    root: str,
    namespaces: Mapping[str | None, str],
    attributes: Mapping[str, str] | None = None,
) -> Iterator[XmlWriter]:
    """Write a UTF-8 document with this root element to ``out``, which stays open.

    ``namespaces`` maps prefixes (None: the default namespace) to URIs.
    """
    with etree.xmlfile(out, encoding="UTF-8") as raw:
        stream: _Stream = raw
        writer = XmlWriter(stream, namespaces)
        stream.write_declaration()
        # Private names, because only the root declares namespaces and no one else has a use for that.
        expanded, values = writer._expand(root), writer._attributes(attributes or {})  # noqa: SLF001
        with stream.element(expanded, values, nsmap=namespaces):
            writer.line()
            yield writer
