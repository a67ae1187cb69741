"""What the public E-ARK validator says against correct packages, row by row, with the reason.

docs/formats.md ("Validator") explains each rule named here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml.etree import _Element

from tests.packaging.csip.packages import NAMESPACES
from tests.peers.eark import Message

_KIND = "string(m:metsHdr/@csip:OAISPACKAGETYPE)"


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A message that a correct package gets.

    ``kinds`` are the packages (csip:OAISPACKAGETYPE) that it may speak of. ``when`` is an XPath that must hold at the
    place in the METS that it names (at its root for a message about folders), so that the same rule broken elsewhere is
    still told.
    """

    rule: str
    kinds: frozenset[str]
    when: str
    why: str

    def explains(self, message: Message, mets: _Element) -> bool:
        """Say whether this message about the package with this root METS is this false alarm."""
        if message.rule != self.rule or mets.xpath(_KIND, namespaces=NAMESPACES) not in self.kinds:
            return False
        places = message.places(mets) or [mets]
        return all(one.xpath(f"boolean({self.when})", namespaces=NAMESPACES) for one in places)


_ALL = frozenset({"SIP", "AIP", "AIC", "DIP"})
_SIP = frozenset({"SIP"})
_OTHER_CREATOR = (
    "not(@TYPE = 'OTHER') and ../m:agent[@ROLE = 'CREATOR' and @TYPE = 'OTHER' and @OTHERTYPE = 'SOFTWARE'"
    " and m:note[@csip:NOTETYPE = 'SOFTWARE VERSION']]"
)
_ONE_AGENT = "CSIP10 to CSIP16 speak of one mandatory agent; the submitting agent has ROLE CREATOR too (SIP16, SIP22)"

_POINTING = frozenset({"AIP", "AIC"})
_OTHER_MAP = "not(@LABEL = 'CSIP') and ../m:structMap[@LABEL = 'CSIP' and @TYPE = 'PHYSICAL']"
_MORE_MAPS = "CSIP80 is 1..n: one structMap is that of CSIP, and CSIP82 tells which; asked of every one"

_COLLECTION = "/m:mets[@TYPE = 'Collection' and m:structMap[@LABEL = 'child AIPs']]"
_NO_SCHEMAS = f"{_COLLECTION} and not(//m:fileGrp[@USE = 'Schemas'])"
_NO_CONTENT = f"{_COLLECTION} and not(//m:fileGrp[starts-with(@USE, 'Representations')])"
_OF_PACKAGES = "the package of a fonds holds other packages, and a group without files breaks CSIP66"

FALSE_ALARMS = (
    *(FalseAlarm(rule, _POINTING, _NO_SCHEMAS, _OF_PACKAGES) for rule in ("CSIPSTR15", "CSIP113", "CSIP97", "CSIP99")),
    *(
        FalseAlarm(rule, _POINTING, _NO_CONTENT, _OF_PACKAGES)
        for rule in ("CSIPSTR9", "CSIP114", "CSIP101", "CSIP103", "CSIP105")
    ),
    FalseAlarm("CSIP81", _POINTING, _OTHER_MAP, _MORE_MAPS),
    FalseAlarm("CSIP82", _POINTING, _OTHER_MAP, _MORE_MAPS),
    FalseAlarm("CSIP12", _SIP, _OTHER_CREATOR, _ONE_AGENT),
    FalseAlarm("CSIP13", _SIP, _OTHER_CREATOR, _ONE_AGENT),
    FalseAlarm("CSIP16", _SIP, _OTHER_CREATOR, _ONE_AGENT),
    FalseAlarm(
        "SIP14",
        _SIP,
        "@csip:NOTETYPE = 'IDENTIFICATIONCODE' or ../@OTHERTYPE = 'SOFTWARE' or ../@TYPE = 'INDIVIDUAL'",
        "SIP14 is about the agent with ROLE ARCHIVIST; asked is ROLE CREATOR, for NOTETYPE without its namespace",
    ),
    FalseAlarm(
        "CSIP105",
        _ALL,
        "m:div[starts-with(@LABEL, 'Representations/')]/m:mptr",
        "CSIP105 has its place at structMap/div/div; asked is one div deeper",
    ),
)


def unexplained(package: Path, found: Sequence[Message]) -> list[Message]:
    """Return those of the alarms ``found`` in a package that no row of the table explains."""
    mets = read_mets(package)
    return [one for one in found if not any(row.explains(one, mets) for row in FALSE_ALARMS)]


def read_mets(package: Path) -> _Element:
    """Return the root METS of a package; an empty element where there is none."""
    path = package / "METS.xml"
    return etree.fromstring(path.read_bytes()) if path.is_file() else etree.Element("none")
