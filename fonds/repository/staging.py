"""A folder of a store in which a package is made: there as long as it is worked on, and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fonds.packaging.interrupts import Held
from fonds.repository.ports.store import Store


@contextmanager
def stage_of(store: Store) -> Iterator[Path]:
    """Give a stage of a store; it is removed when the ``with`` ends, published or not, by an interrupt too.

    Raises FondsError STORE_FULL and its kin.
    """
    stage: Path | None = None
    try:
        with Held():
            stage = store.stage()
        yield stage
    finally:
        if stage is not None:
            store.discard(stage)
