"""Makes a valid AIP of many small pages in a bag, with the writers of Fonds; it is not made durable."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from benchmarks._fonds_mets import AGENT, EVENT, make_mets, make_premis, records
from benchmarks._pages import CREATED, REPRESENTATION, SIZE, pages
from fonds.metadata.mets import FileGroup, MetsPackage, metadata_ref, write_mets
from fonds.metadata.model import FileRecord
from fonds.metadata.premis import Premis, PremisKind, write_premis
from fonds.metadata.simpledc import write_simpledc
from fonds.packaging.bag import Entry, write_tags

OBJID = "uuid-00000000-0000-4000-8000-000000000000"
SOFTWARE = ("Fonds", "0.1.0")


def make_package(folder: Path, count: int) -> Path:
    """Make the bag below ``folder``; returns it."""
    bag = folder / OBJID
    root = bag / "data"
    (root / REPRESENTATION / "data").mkdir(parents=True)
    for one in pages(count):
        (root / one.path).write_bytes(one.content)
    written = [_made(root, path, make) for path, make in _documents(root, count).items()]
    payload = [Entry(f"data/{one.path}", one.sha256) for one in (*records(count), *written)]
    total = SIZE * count + sum(one.size for one in written)
    write_tags(bag, payload, {"External-Identifier": OBJID, "Payload-Oxum": f"{total}.{len(payload)}"})
    return bag


def _documents(root: Path, count: int) -> dict[str, Callable[[BinaryIO], None]]:
    """What is written after the pages, in order: each names those before it."""
    description = "metadata/descriptive/simpledc.xml"
    premis = "metadata/preservation/premis.xml"
    inner, mets = f"{REPRESENTATION}/{premis}", f"{REPRESENTATION}/METS.xml"
    fields = [("title", "Báo cáo năm 1962")]
    package = Premis(OBJID, PremisKind.PACKAGE, related=(REPRESENTATION,), events=(EVENT,), agents=(AGENT,))
    return {
        description: partial(write_simpledc, fields=fields),
        premis: partial(write_premis, premis=package),
        inner: partial(make_premis, count=count),
        mets: lambda out: make_mets(out, count, metadata=[metadata_ref(_record(root, inner))]),
        "METS.xml": lambda out: write_mets(
            out,
            MetsPackage(
                OBJID, CREATED, SOFTWARE,
                metadata=[metadata_ref(_record(root, path)) for path in (description, premis)],
                groups=(FileGroup("Representations/rep1", (_record(root, mets),)),),
            ),
        ),
    }  # fmt: skip


def _made(root: Path, path: str, make: Callable[[BinaryIO], None]) -> FileRecord:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    with (root / path).open("wb") as out:
        make(out)
    return _record(root, path)


def _record(root: Path, path: str) -> FileRecord:
    content = (root / path).read_bytes()
    return FileRecord(path, len(content), sha256(content).hexdigest(), "application/xml", CREATED)
