"""RFC 8493, 2.1.3: a manifest lists a file exactly once; before 1.0 twice the same digest was let pass."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.packaging.bag.facts import Layout, Name
from fonds.packaging.bag.names import printable
from fonds.schemas.findings import Finding, finding


def check(name: Name, layout: Layout) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    for manifest in layout.manifests:
        listed = name.by_manifest(manifest)
        if len(listed) < 2 or len({one.path for one in listed}) > 1:
            continue  # several spellings of a name are the business of names_distinct
        differ = len({one.digest for one in listed}) > 1
        code = "BAG_LISTED_TWICE" if differ or layout.strict else "BAG_LISTED_TWICE_OLD"
        yield finding(
            code, printable(name.path), manifest=manifest.name, lines=", ".join(str(x.number) for x in listed)
        )
