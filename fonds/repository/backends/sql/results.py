"""What checks came to, in tables."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.dialects.sqlite import insert as upsert_insert

from fonds.repository.backends.sql import leases, tables
from fonds.repository.ports.catalogue import Check, Problem
from fonds.repository.ports.fixity import Result

runs, checks, problems = tables.runs, tables.checks, tables.problems
_MANY = 400
"""Values in one statement."""


def put_checks(connection: Connection, made: Sequence[Check]) -> None:
    """Put checks in the place of those before."""
    good = [_check_row(check) | {"good": check.checked} for check in made if check.result == "ok"]
    # What is not good now keeps the time when it was.
    bad = [_check_row(check) for check in made if check.result != "ok"]
    for rows in filter(None, (good, bad)):
        statement = upsert_insert(checks)
        new = {name: statement.excluded[name] for name in rows[0]}
        connection.execute(statement.on_conflict_do_update(index_elements=["objid", "version", "copy"], set_=new), rows)


def _check_row(check: Check) -> dict[str, object]:
    return {name: getattr(check, name) for name in Check.__dataclass_fields__}


def key_of(check: Check) -> tuple[str, int, str]:
    """Return what a check is about."""
    return check.objid, check.version, check.copy


def record(connection: Connection, run: int, results: Sequence[Result]) -> None:
    """Record results of a run, and take back that it meant to read these versions."""
    if not results:
        return
    made = [one.check for one in results]
    for copy in {check.copy for check in made}:
        leases.drop(connection, run, [(check.objid, check.version) for check in made if check.copy == copy], copy)
    put_checks(connection, made)
    troubled = _troubled(connection, made)
    for one in results:
        if one.problems or key_of(one.check) in troubled:
            replace_problems(connection, one.check, one.problems)
    sums = {
        "packages": runs.c.packages + len(results),
        "files": runs.c.files + sum(one.files for one in results),
        "bytes": runs.c.bytes + sum(one.size for one in results),
        "problems": runs.c.problems + sum(len(one.problems) for one in results),
    }
    connection.execute(update(runs).where(runs.c.id == run).values(sums))


def _troubled(connection: Connection, made: Sequence[Check]) -> set[tuple[str, int, str]]:
    """Return which of the checked versions have open problems."""
    columns = problems.c.objid, problems.c.version, problems.c.copy
    found: set[tuple[str, int, str]] = set()
    for start in range(0, len(made), _MANY):
        objids = {check.objid for check in made[start : start + _MANY]}
        wanted = (problems.c.closed == "") & problems.c.objid.in_(objids)
        found.update(
            (objid, version, copy) for objid, version, copy in connection.execute(select(*columns).where(wanted))
        )
    return found


def replace_problems(connection: Connection, check: Check, found: Sequence[Problem]) -> None:
    """Open what was found, and close what was not found again."""
    same = (problems.c.objid == check.objid) & (problems.c.copy == check.copy) & (problems.c.closed == "")
    same &= problems.c.version == check.version
    known = {(row.path, row.result): row for row in connection.execute(select(problems).where(same))}
    current = {(problem.path, problem.result) for problem in found}
    for key, row in known.items():
        if key not in current:
            connection.execute(update(problems).where(problems.c.id == row.id).values(closed=check.checked))
    for problem in found:
        columns = {name: getattr(problem, name) for name in Problem.__dataclass_fields__ if name not in _OF_THE_ROW}
        again = known.get((problem.path, problem.result))
        if again is None:
            connection.execute(insert(problems).values({**columns, "found": check.checked, "closed": ""}))
        else:
            connection.execute(update(problems).where(problems.c.id == again.id).values(columns))


_OF_THE_ROW = {"found", "open"}
