"""Taking a document type declaration out of XML before it is read: nothing that it says is followed.

Finding aids in EAD 2002 begin with one as a rule. It is taken out only when that changes nothing of what the document
says: it may name an external DTD (which nobody loads), and declare elements and notations. One that declares entities
or attributes is refused, because what the text means would then stand in the declaration.
"""

from __future__ import annotations

import re

# Possessive throughout: what was matched is never tried another way, so time grows with the length only.
_SPACE = rb"[ \t\r\n]"
_PASSED = rb"(?:" + _SPACE + rb"++|<\?(?>.*?\?>)|<!--(?>.*?-->)"
_LITERAL = rb"(?:\"[^\"]*+\"|'[^']*+')"
_DECLARED = rb"|<!(?:ELEMENT|NOTATION)" + _SPACE + rb"(?:[^>\"']|" + _LITERAL + rb")*+>"
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?" + _PASSED + rb")*+", re.DOTALL)
_EXTERNAL = rb"(?:PUBLIC" + _SPACE + rb"++" + _LITERAL + _SPACE + rb"*+|SYSTEM" + _SPACE + rb"++)" + _LITERAL
_HEAD = rb"<!DOCTYPE" + _SPACE + rb"++[^ \t\r\n\[>\"']++" + _SPACE + rb"*+(?:" + _EXTERNAL + rb")?+" + _SPACE + rb"*+"
_DOCTYPE = re.compile(_HEAD + rb"(?:\[" + _PASSED + _DECLARED + rb")*+\]" + _SPACE + rb"*+)?+>", re.DOTALL)
_OPENED = re.compile(_HEAD + rb"\[", re.DOTALL)
_INK = re.compile(rb"[^\r\n]")


class DeclaresError(ValueError):
    """The declaration says something that the document would mean otherwise without: entities, or attributes."""


def blank_doctype(start: bytes) -> bytes:
    """Return the beginning of a well-formed document with blanks for its document type declaration; lines stay.

    ``start`` reaches to the root element or beyond. Raises DeclaresError, and ValueError where the declaration is not
    found: in an encoding in which ASCII is not ASCII, or where it is built in a way that finding aids never are.
    """
    prolog = _PROLOG.match(start)
    begin = prolog.end() if prolog else 0
    found = _DOCTYPE.match(start, begin)
    if found is None:
        if _OPENED.match(start, begin):
            raise DeclaresError
        raise ValueError("no document type declaration that can be taken out")
    return start[:begin] + _INK.sub(b" ", found[0]) + start[found.end() :]
