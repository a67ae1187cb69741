"""Where an href of METS leads in the package, also when other producers write it in their own way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from posixpath import normpath
from urllib.parse import unquote_to_bytes

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


class Fault(StrEnum):
    """What is wrong with an href; ``FORM`` is a departure from the rules that still leads to the file."""

    NONE = ""
    FORM = "form"
    OUTSIDE = "outside"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Target:
    """A path from the package root ('' when there is none), and what is wrong with the href."""

    path: str
    fault: Fault = Fault.NONE


def resolve(href: str, base: str, has: Callable[[str], bool]) -> Target:
    """Return where ``href``, which stands in a METS file in the folder ``base``, leads; ``has`` asks the disk.

    Tried in this order: as RFC 3986 has it, then undecoded, with blanks for '+' (as Java encodes forms, and commons-ip
    2.0 hrefs), without a fragment, with slashes for backslashes. The first that is there counts; when none is, the
    first. Raises nothing.
    """
    plain = re.sub(r"^file:/*", "", href) if href.lower().startswith("file:") else href
    if plain.startswith("/") or _SCHEME.match(plain):
        return Target("", Fault.OUTSIDE)
    fault = Fault.FORM if plain != href else Fault.NONE
    first = Target("", Fault.BROKEN)
    for number, candidate in enumerate(_candidates(plain)):
        target = _below(base, candidate, Fault.FORM if number else fault)
        if target.path and has(target.path):
            return target
        first = first if number else target
    return Target(first.path) if first.fault is Fault.FORM else first


def _candidates(href: str) -> Iterator[str]:
    yield _decoded(href)
    if "%" in href:
        yield href
    if "+" in href:
        yield _decoded(href.replace("+", " "))
    if "#" in href:
        yield _decoded(href.partition("#")[0])
    if "\\" in href:
        yield href.replace("\\", "/")


def _decoded(href: str) -> str:
    try:
        return unquote_to_bytes(href).decode()
    except UnicodeError:
        return ""


def _below(base: str, path: str, fault: Fault) -> Target:
    if not path or "\0" in path:
        return Target("", Fault.BROKEN)
    found = normpath(f"{base}/{path}" if base else path)
    if found == ".." or found.startswith(("../", "/")):
        return Target("", Fault.OUTSIDE)
    return Target(found, fault) if found != "." else Target("", Fault.BROKEN)
