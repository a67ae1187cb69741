"""The pages of a made-up dossier, as many as wanted: plain values, so that every contestant is told the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

CREATED = "2026-01-05T08:00:00Z"
REPRESENTATION = "representations/rep1"
SIZE = 2048


@dataclass(frozen=True, slots=True)
class PageFile:
    """One page and its file; ``sha256`` is that of ``content``."""

    number: int
    path: str
    original_name: str
    sha256: str

    @property
    def content(self) -> bytes:
        """The bytes of the file: no two files are the same."""
        return content(self.number)


def content(number: int) -> bytes:
    """The bytes of one file."""
    return number.to_bytes(8, "big") * (SIZE // 8)


def pages(count: int) -> Iterator[PageFile]:
    """Yield so many pages."""
    for number in range(1, count + 1):
        path = f"{REPRESENTATION}/data/{number:06}.tif"
        name = f"Mục lục 01/Hồ sơ {number // 500:04}/Tờ {number:06}.tif"
        yield PageFile(number, path, name, sha256(content(number)).hexdigest())
