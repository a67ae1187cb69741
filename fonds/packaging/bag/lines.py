"""The lines of a text tag file (RFC 8493, 2.3), read as a stream and as bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from itertools import chain

Read = Callable[[int], bytes]
"""Gives at most so many bytes of a file, none at its end."""

MAX_LINE = 64 * 1024
"""Bytes of the longest line that is taken in: sixteen times the longest path of Linux."""
_BLOCK = 256 * 1024
_ENDING = re.compile(rb"\r\n|\r|\n")
_KNOWN = re.compile(
    r"utf-8|utf-16(-[lb]e)?|utf-32(-[lb]e)?|ascii|iso8859-\d+|cp\d+|koi8-[ru]|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc_jp|euc_kr|mac-roman"
)


def known_encoding(name: str) -> str | None:
    """Return Python's name of a character encoding, or None for one that is not for texts or not known."""
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return found if _KNOWN.fullmatch(found) else None


def tag_lines(read: Read, encoding: str = "utf-8") -> Iterator[bytes | None]:
    """Yield the lines of a tag file without their ends (LF, CR or CRLF), in UTF-8; None for one too long.

    Only those three end a line: other characters that Unicode calls line ends may stand in a name. Lines of a UTF-8
    file are the bytes of the file, valid UTF-8 or not. Raises UnicodeError for other encodings, and OSError.
    """
    return chain.from_iterable(tag_blocks(read, encoding))


def tag_blocks(read: Read, encoding: str = "utf-8") -> Iterator[list[bytes | None]]:
    """Yield the lines that ``tag_lines`` gives by some thousand, as they are read."""
    rest, skipping = b"", False
    for block in _utf8(read, encoding):
        data = rest + block
        # A CR at the end of a block may be half of a CRLF.
        held = b"\r" if data.endswith(b"\r") else b""
        *lines, rest = _split(data[: len(data) - len(held)])
        if lines:
            yield [None if (skipping and not n) or len(line) > MAX_LINE else line for n, line in enumerate(lines)]
            skipping = False
        if len(rest) > MAX_LINE:
            rest, skipping = b"", True
        rest += held
    if skipping or rest:
        yield [None if skipping else rest.removesuffix(b"\r")]


def _split(data: bytes) -> list[bytes]:
    return _ENDING.split(data) if b"\r" in data else data.split(b"\n")


def _utf8(read: Read, encoding: str) -> Iterator[bytes]:
    if encoding in {"utf-8", "ascii"}:
        while block := read(_BLOCK):
            yield block
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    while block := read(_BLOCK):
        yield decoder.decode(block).encode()
    yield decoder.decode(b"", final=True).encode()
