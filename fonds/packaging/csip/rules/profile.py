"""SIP2, DIP2, AIPM2: PROFILE is that of the kind of package; the forms that earlier versions printed count too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fonds.packaging.csip.facts import Document
from fonds.packaging.csip.requirements import breach, place
from fonds.schemas.findings import Finding

_VERSION = r"(-v\d+-\d+-\d+)?\.xml"
_AIP = ("AIPM2", re.compile(rf"https?://eark[ad]ip\.dilcis\.eu/profile/E-ARK-AIP{_VERSION}"))
PROFILES = {
    "SIP": ("SIP2", re.compile(rf"https?://earksip\.dilcis\.eu/profile/E-ARK-SIP{_VERSION}")),
    "DIP": ("DIP2", re.compile(rf"https?://earkdip\.dilcis\.eu/profile/E-ARK-DIP{_VERSION}")),
    "AIP": _AIP,
    "AIU": _AIP,
    "AIC": _AIP,
}
"""The requirement and the profile of each kind. AIPM2 prints "earkdip" for the AIP; the true host counts too."""


def check(document: Document) -> Iterator[Finding]:
    """Yield the findings of this rule."""
    rule = PROFILES.get(document.kind)
    if rule and document.is_root:
        code, form = rule
        found = document.attributes.get("PROFILE", "").strip()
        if not form.fullmatch(found):
            yield breach(code, place(document.path, document.line), found)


def kind_of(profile: str) -> str:
    """Return the kind of package that a profile is for, '' for one that is not known here."""
    return next((kind for kind, (_, form) in PROFILES.items() if form.fullmatch(profile.strip())), "")
