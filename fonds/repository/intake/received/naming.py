"""Names for the kept files of a submission: as they are where they are portable, else made, and never two alike."""

from __future__ import annotations

import re
from collections.abc import Iterable

from fonds.packaging.names import safe_name

_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,8}")


def portable_paths(paths: Iterable[str]) -> list[str]:
    """Return a portable path for each of these, in their order; they differ also where capitals do not count."""
    taken = set[str]()
    result = []
    for path in paths:
        *folders, name = path.split("/")
        wanted = "/".join([*(safe_name(folder) for folder in folders), _file_name(name)])
        result.append(_free(wanted, taken))
    return result


def _file_name(name: str) -> str:
    safe = safe_name(name)
    stem, dot, ending = name.rpartition(".")
    extension = f".{ending}" if stem and dot and _EXTENSION.fullmatch(f".{ending}") else ""
    return safe if safe == name else f"{safe}{extension.lower()}"


def _free(wanted: str, taken: set[str]) -> str:
    found, number = wanted, 1
    while found.casefold() in taken:
        number += 1
        stem, dot, ending = wanted.rpartition(".")
        found = f"{stem}-{number}.{ending}" if dot and "/" not in ending else f"{wanted}-{number}"
    taken.add(found.casefold())
    return found
