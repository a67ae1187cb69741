"""METS (and PREMIS) of one representation by Fonds: ``python -m benchmarks._fonds_mets PAGES FOLDER [premis]``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from benchmarks._measured import measured
from benchmarks._pages import CREATED, REPRESENTATION, SIZE, pages
from fonds.metadata.mets import FileGroup, MetadataRef, MetsPackage, write_mets
from fonds.metadata.model import Agent, Event, FileRecord, Page
from fonds.metadata.premis import Premis, PremisKind, write_premis

SOFTWARE = ("Fonds", "0.1.0")
AGENT = Agent("agent-fonds", "Fonds", "software", "0.1.0")
EVENT = Event("event-1", "message digest calculation", CREATED, "success", (AGENT.id,), "SHA-256 of every file")


def records(count: int) -> Iterator[FileRecord]:
    """What METS and PREMIS are told of each file."""
    for one in pages(count):
        yield FileRecord(
            one.path, SIZE, one.sha256, "image/tiff", CREATED,
            "fmt/353", "Tagged Image File Format", "6.0", one.original_name,
        )  # fmt: skip


def make_mets(out: BinaryIO, count: int, metadata: Sequence[MetadataRef] = ()) -> None:
    """Write the METS of the representation; the order of the pages is a part of it."""
    order = [Page(one.number, str(one.number), one.path, 0, 2480, 3508, 300.0) for one in pages(count)]
    groups = (FileGroup("Data", records(count)),)
    write_mets(out, MetsPackage("rep1", CREATED, SOFTWARE, metadata, groups, pages=order, base=REPRESENTATION))


def make_premis(out: BinaryIO, count: int) -> None:
    """Write the PREMIS of the representation."""
    write_premis(out, Premis(REPRESENTATION, PremisKind.REPRESENTATION, (), records(count), (EVENT,), (AGENT,)))


def write(folder: Path, count: int, *, premis: bool) -> int:
    """Write into a folder; returns the bytes."""
    making = {"METS.xml": make_mets} | ({"premis.xml": make_premis} if premis else {})
    for name, make in making.items():
        with (folder / name).open("wb") as out:
            make(out, count)
    return sum((folder / name).stat().st_size for name in making)


if __name__ == "__main__":
    number, place, *more = sys.argv[1:]
    write(Path(place), 1, premis=True)  # whatever is loaded on first use is loaded
    measured(lambda: write(Path(place), int(number), premis=bool(more)))
