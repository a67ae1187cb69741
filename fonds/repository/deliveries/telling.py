"""Findings for people, alike ones told once with all their places: twenty empty files are one thing to do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fonds.repository.deliveries.ledger import MOST_FINDINGS
from fonds.repository.deliveries.record import Record
from fonds.schemas.finding_texts import finding_document
from fonds.schemas.findings import Finding
from fonds.schemas.messages import text


@dataclass(frozen=True, slots=True)
class Told:
    """What was found, what is to be done, and where: places one after the other, '' without any."""

    code: str
    message: str
    action: str
    places: str


def told(findings: Iterable[Finding], lang: str) -> list[Told]:
    """Return findings in words, in the order in which they came first; those that say the same are one."""
    places: dict[tuple[str, str, str], list[str]] = {}
    for found in findings:
        said = finding_document(found, lang)
        places.setdefault((said["code"], said["message"], said["action"]), []).append(said["where"])
    return [Told(*key, listed([one for one in where if one])) for key, where in places.items()]


def whole_list(record: Record, source: str, lang: str) -> str:
    """Say where all errors are named, for a record that names the first ones of a dossier only."""
    kind = "packages" if record.packages else "folder"
    return text(lang, f"paper.reason.all.{kind}", {"most": MOST_FINDINGS, "source": source})


def listed(places: Sequence[str]) -> str:
    """Return places in one line; of files in the same folder the folder stands before the first only."""
    shown, last = [], ""
    for place in dict.fromkeys(places):
        folder, slash, name = place.rpartition("/")
        shown.append(name if slash and folder == last else place)
        last = folder
    return "; ".join(shown)
