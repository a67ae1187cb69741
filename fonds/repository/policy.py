"""Who may do what to which object: one question, asked by every page, tile, command and export. Deny by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from fonds.schemas.modes import MODE_CONDITIONAL, MODE_OPEN, MODE_SECRET


class Role(StrEnum):
    """What a person is to the archive."""

    READER = "reader"
    ARCHIVIST = "archivist"


class Action(StrEnum):
    """What can be asked for.

    ``EXPORT`` takes a package out whole, for another archive or a copy (SIP, AIP); ``DELIVER`` gives a copy to a reader
    (DIP).
    """

    READ_DESCRIPTION = "read-description"
    READ_PAGE = "read-page"
    SEARCH = "search"
    CHECK = "check"
    INGEST = "ingest"
    DESCRIBE = "describe"
    AUDIT = "audit"
    REBUILD = "rebuild"
    ADMINISTER = "administer"
    READ_STATUS = "read-status"
    READ_DELIVERIES = "read-deliveries"
    EXPORT = "export"
    DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who asks. ``name`` goes into the audit log."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Protected:
    """What is asked for, as far as access is concerned. The default is the repository itself.

    ``purpose``: a reader has stated on a request what it is for. ``isolated``: the repository is on a stand-alone
    machine.
    """

    mode: str = MODE_OPEN
    purpose: bool = False
    isolated: bool = False


ANONYMOUS = User("anonymous", Role.READER)
REPOSITORY = Protected()

_READING = frozenset({Action.READ_DESCRIPTION, Action.READ_PAGE, Action.SEARCH})
_ALLOWED: frozenset[tuple[Role, Action, str]] = frozenset(
    {(Role.READER, action, MODE_OPEN) for action in _READING}
    | {(Role.ARCHIVIST, action, mode) for action in _READING for mode in (MODE_OPEN, MODE_CONDITIONAL)}
    | {(Role.ARCHIVIST, action, MODE_OPEN) for action in set(Action) - _READING}
    | {(Role.ARCHIVIST, Action.EXPORT, MODE_CONDITIONAL)}
)
"""Everything that is allowed without conditions."""
_ON_CONDITION: Mapping[tuple[Role, Action, str], Callable[[Protected], bool]] = {
    (Role.ARCHIVIST, Action.DELIVER, MODE_CONDITIONAL): lambda obj: obj.purpose,
    (Role.ARCHIVIST, Action.EXPORT, MODE_SECRET): lambda obj: obj.isolated,
    (Role.ARCHIVIST, Action.DELIVER, MODE_SECRET): lambda obj: obj.isolated and obj.purpose,
}
"""What is allowed when something else is so. Secret material (03) leaves only an isolated deployment, and is shown to
nobody before later roles."""


def can(user: User, action: Action, obj: Protected = REPOSITORY) -> bool:
    """Say whether ``user`` may do ``action`` to ``obj``. What is not in the tables is denied."""
    asked = user.role, action, obj.mode
    return asked in _ALLOWED or (asked in _ON_CONDITION and _ON_CONDITION[asked](obj))


def readable_modes(user: User, action: Action = Action.READ_DESCRIPTION) -> frozenset[str]:
    """Return the access modes for which ``user`` may do ``action``: the filter for lists and searches."""
    return frozenset(mode for mode in ("01", "02", "03") if can(user, action, Protected(mode)))
