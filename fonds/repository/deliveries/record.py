"""What is recorded of a delivery, in the audit log, for as long as the archive lasts. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from fonds.metadata.vietnamese import exact_form, fold, nfc
from fonds.schemas.findings import Finding, Severity

FORM = 1
"""Version of the form in which a record is written; a newer one is read as far as it is understood."""

LONGEST_NAME = 200


class Outcome(StrEnum):
    """What became of a dossier.

    ``WAITING``: stored, and in too few copies to count yet. ``READY``: a check found nothing that would keep it out.
    """

    ACCEPTED = "accepted"
    UPDATED = "updated"
    WAITING = "waiting"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    READY = "ready"

    @property
    def good(self) -> bool:
        """Whether it is in the archive, or could be."""
        return self is not Outcome.REFUSED


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who hands over: the ``vendor`` that digitised, and the person who brought it, both '' when not told."""

    vendor: str = ""
    person: str = ""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The inventory as it came: its name, size in bytes and SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PackageFile:
    """A package as it was handed over: its name, and of a zip or tar its size in bytes and its SHA-256.

    A folder has neither: 0 and ''.
    """

    name: str
    size: int = 0
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Handed:
    """One dossier of a delivery: what came of it (pages, files, bytes) and what became of it.

    ``title`` is '' for what is secret: the log goes to every copy. ``findings`` are the errors that kept it out, the
    first ones; ``more`` counts the others. ``version`` is that of its package, 0 for none.
    """

    code: str
    outcome: Outcome
    fonds: str = ""
    title: str = ""
    mode: str = ""
    where: str = ""
    pages: int = 0
    files: int = 0
    bytes: int = 0
    version: int = 0
    findings: tuple[Finding, ...] = ()
    more: int = 0


@dataclass(frozen=True, slots=True)
class Amount:
    """How much: dossiers, pages, files, bytes."""

    dossiers: int = 0
    pages: int = 0
    files: int = 0
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Record:
    """One delivery. ``started`` is ISO 8601 UTC; ``counts`` are findings by severity, ``codes`` by code.

    ``handed`` are the packages of a delivery of ``packages``, as they came. ``elsewhere`` are errors that belong to
    none of the dossiers, ``elsewhere_more`` counts those not named.
    """

    kind: str
    started: str
    job: int = 0
    packages: bool = False
    hand_over: HandOver = HandOver()
    inventory: Inventory | None = None
    dossiers: tuple[Handed, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    codes: Mapping[str, int] = field(default_factory=dict)
    elsewhere: tuple[Finding, ...] = ()
    elsewhere_more: int = 0
    handed: tuple[PackageFile, ...] = ()

    def amount(self, *outcomes: Outcome) -> Amount:
        """Return how much had one of these outcomes; without any, how much came."""
        chosen = [one for one in self.dossiers if not outcomes or one.outcome in outcomes]
        return Amount(len(chosen), *(sum(getattr(one, name) for one in chosen) for name in ("pages", "files", "bytes")))

    def with_outcome(self, *outcomes: Outcome) -> list[Handed]:
        """Return the dossiers that had one of these outcomes, in the order of their codes."""
        return sorted((one for one in self.dossiers if one.outcome in outcomes), key=lambda one: (one.code, one.where))


def vendor_name(written: str) -> str:
    """Return a vendor's name as it is recorded: NFC, single spaces."""
    return " ".join(nfc(written).split())[:LONGEST_NAME]


def vendor_key(name: str) -> str:
    """Return the form in which all spellings of a vendor's name are the same, fit for an address and a file name."""
    letters = (char if char.isascii() and char.isalnum() else " " for char in fold(exact_form(name)).casefold())
    return "-".join("".join(letters).split())[:80]


def to_plain(record: Record) -> dict[str, object]:
    """Return a record as JSON can carry it; what is empty is left out, for it stands once for every dossier."""
    plain: dict[str, object] = {"form": FORM, **_filled(asdict(record))}
    plain["kind"], plain["started"] = record.kind, record.started
    plain["dossiers"] = [_plain_dossier(one) for one in record.dossiers]
    plain["elsewhere"] = [_plain_finding(one) for one in record.elsewhere]
    return plain


def _plain_dossier(one: Handed) -> dict[str, object]:
    plain = {name: getattr(one, name) for name in Handed.__slots__ if name != "findings"}
    found = {"findings": [_plain_finding(each) for each in one.findings]} if one.findings else {}
    return {**_filled(plain), "code": one.code, "outcome": one.outcome.value, **found}


def _plain_finding(one: Finding) -> list[object]:
    return [one.code, one.severity.value, one.where, {key: str(value) for key, value in one.data.items()}]


def _filled(values: Mapping[str, object]) -> dict[str, object]:
    return {key: value for key, value in values.items() if value not in ("", 0, (), {}, None, False)}


def from_plain(plain: Mapping[str, Any]) -> Record:
    """Return the record that ``to_plain`` wrote. Raises KeyError, TypeError or ValueError for anything else."""
    inventory, parties = plain.get("inventory"), plain.get("hand_over") or {}
    return Record(
        plain["kind"],
        plain["started"],
        int(plain.get("job", 0)),
        bool(plain.get("packages", False)),
        HandOver(str(parties.get("vendor", "")), str(parties.get("person", ""))),
        Inventory(inventory["name"], int(inventory["size"]), inventory["sha256"]) if inventory else None,
        tuple(_dossier(one) for one in plain["dossiers"]),
        dict(plain.get("counts", {})),
        dict(plain.get("codes", {})),
        _findings(plain.get("elsewhere", ())),
        int(plain.get("elsewhere_more", 0)),
        tuple(PackageFile(one["name"], int(one["size"]), one["sha256"]) for one in plain.get("handed", ())),
    )


def _dossier(plain: Mapping[str, Any]) -> Handed:
    known = {key: value for key, value in plain.items() if key in Handed.__slots__}
    return Handed(**{**known, "outcome": Outcome(plain["outcome"]), "findings": _findings(plain.get("findings", ()))})


def _findings(plain: Sequence[Sequence[Any]]) -> tuple[Finding, ...]:
    return tuple(Finding(code, Severity(severity), where, data) for code, severity, where, data in plain)
