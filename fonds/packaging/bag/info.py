"""The bag metadata ``bag-info.txt`` (RFC 8493, 2.2.2): reading its elements in order, and writing them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_LABEL = re.compile(r"([^:]*?)([ \t]*):([ \t]*)(.*)", re.DOTALL)
_OXUM = re.compile(r"(\d{1,20})\.(\d{1,20})")


@dataclass(frozen=True, slots=True)
class Element:
    """One metadata element. ``spaces`` tells that the blanks around its colon are not those of version 1.0."""

    line: int
    label: str
    value: str
    spaces: bool = False


@dataclass(frozen=True, slots=True)
class BadElement:
    """A line that is no element and continues none. ``reason`` is 'form', 'text' or 'long'."""

    line: int
    reason: str


def info_name(version: tuple[int, int]) -> str:
    """Return the file name of the metadata: it was package-info.txt before version 0.96."""
    return "bag-info.txt" if version >= (0, 96) else "package-info.txt"


def read_info(lines: Iterable[bytes | None]) -> Iterator[Element | BadElement]:
    """Yield the elements of a bag-info.txt, from its lines in UTF-8; continued lines are joined by a blank."""
    held: Element | None = None
    for number, line in enumerate(lines, 1):
        found = _parse(number, line)
        if isinstance(found, str):
            if held is not None:
                held = Element(held.line, held.label, f"{held.value} {found}".strip(), held.spaces)
            elif found:
                yield BadElement(number, "form")
            continue
        if held is not None:
            yield held
        held = found if isinstance(found, Element) else None
        if isinstance(found, BadElement):
            yield found
    if held is not None:
        yield held


def _parse(number: int, line: bytes | None) -> Element | BadElement | str:
    """Return an element, or the text of a continuation (a blank line is an empty one), or what is wrong."""
    if line is None:
        return BadElement(number, "long")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return BadElement(number, "text")
    if text[:1] in {" ", "\t", ""}:
        return text.strip(" \t")
    match = _LABEL.fullmatch(text)
    if match is None or not match[1]:
        return BadElement(number, "form")
    return Element(number, match[1], match[4], bool(match[2]) or match[3] not in {" ", "\t"})


def read_oxum(value: str) -> tuple[int, int] | None:
    """Return (bytes, files) of a Payload-Oxum, or None when it is not one."""
    match = _OXUM.fullmatch(value.strip(" \t"))
    return (int(match[1]), int(match[2])) if match else None


def info_bytes(info: Mapping[str, str]) -> bytes:
    """Return the bytes of a bag-info.txt."""
    # A value is one line: RFC 8493, 2.2.2 would allow continuation lines, but not every reader unfolds them.
    return "".join(f"{label}: {' '.join(value.split())}\n" for label, value in info.items()).encode()
