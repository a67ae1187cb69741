"""A linked document of an AIP names the package that keeps it, and that is in the same fonds."""

from __future__ import annotations

from collections.abc import Iterator

from fonds.metadata.tt05.model import PackageKind
from fonds.packaging.tt05.rules.facts import Link
from fonds.schemas.findings import Finding, finding


def check(link: Link) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    if link.kind is PackageKind.AIP_DOSSIER and not link.whole:
        yield finding("TT05_LINK_FORM", link.path)
    elif link.kind.oais == "DIP":
        yield finding("TT05_LINK_IN_DIP", link.path)
    elif link.whole and not link.same:
        yield finding("TT05_LINK_OTHER_FONDS", link.path, fonds=link.fonds)
