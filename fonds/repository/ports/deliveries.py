"""The register of deliveries: what was received from whom and what became of it, told again from the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from fonds.repository.ports.catalogue import Slice


@dataclass(frozen=True, slots=True)
class Entry:
    """One delivery. ``number`` is that of its row in the audit log, and so never given twice; ``seal`` the row's hash.

    ``kind`` is ``ingest`` or ``check``; ``vendor`` the vendor's name as written, ``vendor_key`` the form in which all
    spellings of it are the same, '' for none. ``record`` is what the row says of it (``deliveries.record``).
    """

    number: int
    kind: str
    when: str
    agent: str
    source: str
    vendor: str
    vendor_key: str
    seal: str
    record: Mapping[str, object]


class Deliveries(Protocol):
    """A cache of rows of the audit log, which is the truth about them."""

    def put(self, entry: Entry) -> None:
        """Write an entry; idempotent by its number."""

    def get(self, number: int) -> Entry | None:
        """Return one delivery."""

    def recent(self, *, vendor_key: str = "", offset: int = 0, limit: int = 50) -> Slice[Entry]:
        """Return deliveries, newest first; with ``vendor_key`` those of one vendor only."""

    def vendors(self) -> list[tuple[str, str, int]]:
        """Return (key, name as last written, number of deliveries) of every vendor, by name."""

    def clear(self) -> None:
        """Forget everything that the log can give back."""
