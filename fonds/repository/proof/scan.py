"""One pass over the audit log: its chain, the root of its tree at any sizes, the keys and checkpoints it names."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from fonds.errors import FondsError
from fonds.repository.chain import GENESIS, fault, row_line
from fonds.repository.ports.log import LogRow
from fonds.repository.proof.merkle import Tree, leaf_hash

CHECKPOINT = "checkpoint"
KEY = "checkpoint key"
_NAMES_KEY = {"init", KEY}


@dataclass(slots=True)
class Scan:
    """What the log says now. ``at`` has the head and the root (hex) of its first so many rows, where they were asked.

    ``keys`` are the public keys that its rows name, with the number of the row; ``signed`` the sizes of which its rows
    say that a checkpoint was made. ``broken_at`` is the first row that does not fit the chain, 0 when all do; a row
    that cannot be read ends the pass (``unreadable``).
    """

    rows: int = 0
    head: str = GENESIS
    root: str = ""
    at: dict[int, tuple[str, str]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    signed: set[int] = field(default_factory=set)
    broken_at: int = 0
    unreadable: bool = False


def row_leaf(row: LogRow) -> bytes:
    """Return the hash of a row as a leaf of the log's tree: its canonical line without the end of line."""
    return leaf_hash(row_line(row)[:-1])


def scan(rows: Iterable[LogRow], sizes: Collection[int] = ()) -> Scan:
    """Read the log once."""
    found, tree, wanted = Scan(), Tree(), set(sizes)
    try:
        for row in rows:
            if not found.broken_at and fault(row, found.rows, found.head):
                found.broken_at = found.rows + 1
            tree.append(row_leaf(row))
            found.rows, found.head = found.rows + 1, row.hash
            _note(found, row)
            if found.rows in wanted:
                found.at[found.rows] = (row.hash, tree.root.hex())
    except FondsError:
        found.unreadable, found.broken_at = True, found.broken_at or found.rows + 1
    found.root = tree.root.hex()
    return found


def _note(found: Scan, row: LogRow) -> None:
    if row.outcome != "success":
        return
    if row.action in _NAMES_KEY and isinstance(key := row.detail.get("public_key"), str):
        found.keys.setdefault(key, found.rows)
    if row.action == CHECKPOINT and isinstance(size := row.detail.get("rows"), int):
        found.signed.add(size)
