"""RFC 8493, 6.1.2: names that Windows refuses, or that deceive the eye, travel badly."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding

_CHARACTERS = r'[<>:"|?*\\\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]'
"""What Windows forbids, control characters, and the invisible ones that turn or hide a part of a name."""
_ENDINGS = r"[. ](?:/|$)"
"""Windows drops dots and blanks at the end of a name."""
_RESERVED = r"(?:^|/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/]*)?(?:/|$)"
_NOT_PORTABLE = re.compile(f"{_CHARACTERS}|{_ENDINGS}|{_RESERVED}", re.IGNORECASE | re.ASCII)


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if name.files and _NOT_PORTABLE.search(name.path):
        yield finding("BAG_NAME_NOT_PORTABLE", printable(name.path))
