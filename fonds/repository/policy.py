"""Who may do what to which object: one question, asked by every page, tile, command and export. Deny by default."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from fonds.metadata.model import MODE_CONDITIONAL, MODE_OPEN


class Role(StrEnum):
    """What a person is to the archive."""

    READER = "reader"
    ARCHIVIST = "archivist"


class Action(StrEnum):
    """What can be asked for."""

    READ_DESCRIPTION = "read-description"
    READ_PAGE = "read-page"
    SEARCH = "search"
    CHECK = "check"
    INGEST = "ingest"
    AUDIT = "audit"
    REBUILD = "rebuild"
    ADMINISTER = "administer"
    READ_STATUS = "read-status"


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who asks. ``name`` goes into the audit log."""

    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Protected:
    """What is asked for, as far as access is concerned. The default is the repository itself."""

    mode: str = MODE_OPEN


ANONYMOUS = User("anonymous", Role.READER)
REPOSITORY = Protected()

_READING = frozenset({Action.READ_DESCRIPTION, Action.READ_PAGE, Action.SEARCH})
_ALLOWED: frozenset[tuple[Role, Action, str]] = frozenset(
    {(Role.READER, action, MODE_OPEN) for action in _READING}
    | {(Role.ARCHIVIST, action, mode) for action in _READING for mode in (MODE_OPEN, MODE_CONDITIONAL)}
    | {(Role.ARCHIVIST, action, MODE_OPEN) for action in set(Action) - _READING}
)
"""Everything that is allowed; secret material (03) is handled only by an isolated deployment, by later roles."""


def can(user: User, action: Action, obj: Protected = REPOSITORY) -> bool:
    """Say whether ``user`` may do ``action`` to ``obj``. What is not in the table is denied."""
    return (user.role, action, obj.mode) in _ALLOWED


def readable_modes(user: User, action: Action = Action.READ_DESCRIPTION) -> frozenset[str]:
    """Return the access modes for which ``user`` may do ``action``: the filter for lists and searches."""
    return frozenset(mode for mode in ("01", "02", "03") if can(user, action, Protected(mode)))
