"""The units of a finding aid in the order of the document: a parser gives what is below before what is above."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import BinaryIO

from fonds.metadata.ead_import import ImportedUnit, read_finding_aid
from fonds.metadata.model import Kind
from fonds.metadata.plain import dump_description, load_description
from fonds.packaging.spool import Spool

HELD = 10_000
"""Units held in memory; more go to the disk. 10,000 take about 20 MB."""
_TOLD = 500


def read_in_order(
    source: BinaryIO, spool: Spool, progress: Callable[[int], None] = lambda _: None
) -> Iterator[ImportedUnit]:
    """Yield the units of a finding aid, each after its parent; ``spool`` is empty and holds them meanwhile.

    ``progress`` takes how many were read. Raises XmlRefusedError, and OSError when the temporary disk is full.
    """
    count = 0
    for unit in read_finding_aid(source):
        said = [unit.level, unit.description.kind.value, dump_description(unit.description), unit.internal]
        text = json.dumps(said, ensure_ascii=True, separators=(",", ":"))
        spool.add((f"{unit.number:010d}", unit.depth, unit.parent, "", int(unit.hidden), text))
        count += 1
        if count % _TOLD == 0:
            progress(count)
    progress(count)
    for key, depth, parent, _, hidden, text in spool:
        level, kind, description, internal = json.loads(text)
        yield ImportedUnit(
            int(key), parent, depth, level, load_description(Kind(kind), description),
            tuple((path, xml) for path, xml in internal), bool(hidden),
        )  # fmt: skip
