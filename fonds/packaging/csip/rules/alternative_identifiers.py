"""SIP5 to SIP8 (MAY): a record identifier that is given says something, and not twice where once is allowed."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

_CODES = {
    "SUBMISSIONAGREEMENT": "SIP5",
    "PREVIOUSSUBMISSIONAGREEMENT": "SIP6",
    "REFERENCECODE": "SIP7",
    "PREVIOUSREFERENCECODE": "SIP8",
}
_ONCE = {"SUBMISSIONAGREEMENT", "REFERENCECODE"}


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if document.kind != "SIP" or not document.is_root:
        return
    seen: set[str] = set()
    for kind, value, line in document.alternatives:
        code = _CODES.get(kind)
        if code and (not value or (kind in _ONCE and kind in seen)):
            yield breach(code, place(document.path, line), value)
        seen.add(kind)
