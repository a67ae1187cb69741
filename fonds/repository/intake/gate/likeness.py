"""NEAR_DUPLICATE: pages of a dossier that look alike, though their files are not the same byte for byte.

A notice and no finding: two sheets may well be alike, and nothing about the delivery is wrong then. So it is told apart
from the findings, counted with none of them, and no reason for a warning in the package.
"""

from __future__ import annotations

from collections.abc import Iterator

from fonds.repository.intake.gate.assemble import Assembled
from fonds.repository.likeness import find_alike
from fonds.schemas.findings import Finding, finding


def check_likeness(content: Assembled) -> Iterator[Finding]:
    """Report each file whose pages look like earlier ones, in reading order.

    Blank pages are like none, and files of the same bytes are DUPLICATE_CONTENT already.
    """
    readings = content.readings
    pages = [
        (file, frame, fingerprint)
        for file in dict.fromkeys(place.file for place in content.places)
        for frame, fingerprint in enumerate(readings[file].decoded.fingerprints)
    ]
    alike: dict[int, list[str]] = {}
    for earlier, later in find_alike([fingerprint for _, _, fingerprint in pages]):
        (first, first_frame, _), (second, frame, _) = pages[earlier], pages[later]
        if first == second or readings[first].sha256 != readings[second].sha256:
            names = (_page(content, second, frame), _page(content, first, first_frame))
            alike.setdefault(second, []).append(" ≈ ".join(names))
    for file, pairs in alike.items():
        yield finding("NEAR_DUPLICATE", content.found[file].where, pairs="; ".join(pairs))


def _page(content: Assembled, file: int, frame: int) -> str:
    """Return the name of a page: that of its file, and its number where the file has several."""
    name = content.found[file].name
    return f"{name} [{frame + 1}]" if len(content.readings[file].decoded.fingerprints) > 1 else name
