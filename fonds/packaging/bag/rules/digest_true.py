"""RFC 8493, 3: every digest in every manifest is that of the file."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, _: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for listed in name.listed:
        file = name.file_of(listed)
        algorithm = listed.manifest.algorithm
        actual = file.digests.get(algorithm.hashlib_name) if file and algorithm else None
        if actual is not None and actual != listed.digest:
            data = {"manifest": listed.manifest.name, "expected": listed.digest, "actual": actual}
            yield finding("BAG_DIGEST_WRONG", printable(name.path), **data)
