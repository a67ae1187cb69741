"""What ``--vendor`` means for ``check`` and ``ingest``: who digitised."""

from __future__ import annotations

from fonds.errors import UsageError
from fonds.repository.deliveries.record import vendor_key, vendor_name


def vendor_of(given: str) -> str:
    """Return the vendor's name as it is recorded, '' for none. Raises UsageError VENDOR_NAME."""
    name = vendor_name(given)
    if given and not vendor_key(name):
        raise UsageError("VENDOR_NAME", name=given)
    return name
