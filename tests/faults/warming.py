"""What every child would load for itself is loaded before any is forked: schemas, texts, statements, workbooks.

Children then do what they are made for, which is half of the work. It is for drivers that strike at the disk, and not
for those that refuse files: there the program's own, loaded when they are needed, are among what is refused.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.packaging.digest import hash_file
from fonds.repository.backends.imaging import VipsImaging
from fonds.repository.ingest import ingest
from fonds.repository.ports.imaging import Decoded
from tests.faults.children import Subject, in_child
from tests.faults.judging import half_visible, holdings, unsound


@dataclass(frozen=True)
class Seen(VipsImaging):
    """What libvips said of the pages of a delivery, by their digests: it starts threads, and those survive no fork."""

    said: Mapping[str, Decoded]

    def decode(self, path: Path) -> Decoded:
        """Return what was said of a file with these bytes."""
        return self.said[hash_file(path)[1]]


def _seen(source: Path) -> Seen:
    def look() -> list[str]:
        pages = sorted(source.rglob("*.jpg"))
        return [hash_file(page)[1] + pickle.dumps(VipsImaging().decode(page)).hex() for page in pages]

    return Seen({line[:64]: pickle.loads(bytes.fromhex(line[64:])) for line in in_child(look)})


def warm(subject: Subject) -> None:
    """Take the delivery in twice and judge it, in this very process; the repository can be thrown away then."""
    archive = replace(subject.open(), imaging=_seen(subject.source))
    dossiers = len(ingest(archive, subject.source, agent="tester").ingested)
    assert dossiers
    assert not ingest(archive, subject.source, agent="tester").ingested
    assert not [*half_visible(subject), *unsound(subject, archive, dossiers)]
    assert holdings(subject)
    del archive
    ready()


def ready() -> None:
    """Close the catalogues that nobody holds any more, and see to it that this process can be forked."""
    gc.collect()
    assert len(os.listdir("/proc/self/task")) == 1, "a process with threads is not to be forked"  # noqa: PTH208
