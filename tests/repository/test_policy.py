"""The policy, asked for every role, action and mode: what is not in the table below is denied."""

from __future__ import annotations

from itertools import product

import pytest

from fonds.repository.policy import ANONYMOUS, REPOSITORY, Action, Protected, Role, User, can, readable_modes
from fonds.repository.ports.catalogue import ALL_MODES
from fonds.schemas.modes import MODE_CONDITIONAL, MODE_OPEN, MODE_SECRET

OPEN, CONDITIONAL, SECRET = MODE_OPEN, MODE_CONDITIONAL, MODE_SECRET

# Written out, not worked out: who changes the policy changes it here as well.
TABLE: dict[Role, dict[Action, set[str]]] = {
    Role.READER: {
        Action.READ_DESCRIPTION: {OPEN},
        Action.READ_PAGE: {OPEN},
        Action.SEARCH: {OPEN},
        Action.CHECK: set(),
        Action.INGEST: set(),
        Action.DESCRIBE: set(),
        Action.AUDIT: set(),
        Action.REBUILD: set(),
        Action.ADMINISTER: set(),
        Action.READ_STATUS: set(),
        Action.READ_DELIVERIES: set(),
        Action.EXPORT: set(),
        Action.DELIVER: set(),
    },
    Role.ARCHIVIST: {
        Action.READ_DESCRIPTION: {OPEN, CONDITIONAL},
        Action.READ_PAGE: {OPEN, CONDITIONAL},
        Action.SEARCH: {OPEN, CONDITIONAL},
        Action.CHECK: {OPEN},
        Action.INGEST: {OPEN},
        Action.DESCRIBE: {OPEN},
        Action.AUDIT: {OPEN},
        Action.REBUILD: {OPEN},
        Action.ADMINISTER: {OPEN},
        Action.READ_STATUS: {OPEN},
        Action.READ_DELIVERIES: {OPEN},
        Action.EXPORT: {OPEN, CONDITIONAL},
        Action.DELIVER: {OPEN},
    },
}
# What is allowed besides, on a condition: the mode, whether a purpose is stated, whether the machine stands alone.
ON_CONDITION: dict[tuple[Role, Action], set[tuple[str, bool, bool]]] = {
    (Role.ARCHIVIST, Action.EXPORT): {(SECRET, False, True), (SECRET, True, True)},
    (Role.ARCHIVIST, Action.DELIVER): {(CONDITIONAL, True, False), (CONDITIONAL, True, True), (SECRET, True, True)},
}
MODES = (OPEN, CONDITIONAL, SECRET, "", "1", "04", "Công khai", "01 ")


def test_the_table_is_whole() -> None:
    assert TABLE.keys() == set(Role)
    assert all(actions.keys() == set(Action) for actions in TABLE.values())


@pytest.mark.parametrize(("role", "action", "mode"), [*product(Role, Action, MODES)])
def test_every_question(role: Role, action: Action, mode: str) -> None:
    assert can(User("x", role), action, Protected(mode)) is (mode in TABLE[role][action])


@pytest.mark.parametrize(("role", "action", "mode"), [*product(Role, Action, MODES)])
@pytest.mark.parametrize(("purpose", "isolated"), [(False, True), (True, False), (True, True)])
def test_every_question_on_a_condition(role: Role, action: Action, mode: str, purpose: bool, isolated: bool) -> None:
    besides = (mode, purpose, isolated) in ON_CONDITION.get((role, action), set())
    asked = Protected(mode, purpose=purpose, isolated=isolated)
    assert can(User("x", role), action, asked) is (besides or mode in TABLE[role][action])


def test_the_repository_itself_is_asked_for_when_nothing_is_named() -> None:
    for role, action in product(Role, Action):
        assert can(User("x", role), action) is can(User("x", role), action, REPOSITORY)


def test_nobody_in_particular_is_a_reader() -> None:
    assert ANONYMOUS.role is Role.READER


def test_secret_material_is_shown_to_nobody() -> None:
    assert not any(can(User("x", role), action, Protected(SECRET)) for role, action in product(Role, Action))


def test_the_filter_of_lists_says_the_same() -> None:
    for role, action in product(Role, Action):
        assert readable_modes(User("x", role), action) == TABLE[role][action] & ALL_MODES
    assert readable_modes(ANONYMOUS) == {OPEN}
