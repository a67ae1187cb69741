"""Packages that travel as one file: zip and tar, plain or compressed, in and out.

What comes in is hostile until it is shown not to be: ``unpack`` writes a new private folder whole, or refuses with a
finding for everything that is wrong. What goes out is the same bytes every time.
"""

from __future__ import annotations

from fonds.packaging.transport.forms import Form, form_of, is_packed
from fonds.packaging.transport.limits import LIMITS, Limits
from fonds.packaging.transport.pack import PackingRefusedError, WrittenFile, pack_tar, pack_zip
from fonds.packaging.transport.report import PackedRefusedError, TransportProgress, Unpacked
from fonds.packaging.transport.unpack import unpack

__all__ = [
    "LIMITS",
    "Form",
    "Limits",
    "PackedRefusedError",
    "PackingRefusedError",
    "TransportProgress",
    "Unpacked",
    "WrittenFile",
    "form_of",
    "is_packed",
    "pack_tar",
    "pack_zip",
    "unpack",
]
