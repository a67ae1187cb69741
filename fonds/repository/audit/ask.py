"""Asking for an audit: what is to be read where, how fast, how long."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime

from fonds import amounts
from fonds.errors import FondsError
from fonds.repository.archive import Archive
from fonds.repository.audit.choose import Order, chosen
from fonds.repository.audit.lease import take_over
from fonds.repository.audit.pace import Budget, Pace, midnight, pace_of
from fonds.repository.audit.result import ALL, DUE, AuditProgress, AuditResult, Unreached
from fonds.repository.audit.run import AuditRun, Target
from fonds.repository.copies.manage import named
from fonds.repository.copies.place import open_copy
from fonds.repository.fixity import MAIN_COPY
from fonds.repository.incidents import note_forgotten


def audit(  # noqa: PLR0913 - what is asked of an audit, each by its name, as on the command line
    archive: Archive,
    *,
    agent: str,
    scope: str = DUE,
    package: str = "",
    copies: Sequence[str] = (),
    progress: Callable[[AuditProgress], None] = lambda _: None,
    pace: Pace | None = None,
    subset: tuple[int, int] | None = None,
    sample: int | None = None,
    scheduled: bool = False,
) -> AuditResult:
    """Check stored versions of packages, the old ones as the newest, in every copy, and record every result.

    ``scope`` is ``due`` or ``all``; ``package`` (an OBJID, or the code of a dossier or fonds) narrows it to all
    versions of one, ``copies`` to the copies of these names (``main``: the store itself), ``subset`` (n, t) to the
    n-th of t parts. With ``due``, ``sample`` per cent of what is not due are read besides (None: by the settings), and
    the daily quota of the settings holds. ``pace`` says how fast and how long (None: by the settings); an audit that
    is ``scheduled`` keeps to the hours of the settings. What they stop is stopped between packages, and told.

    Bytes that versions of a dossier share are read once. What another audit is reading is left to that and waited for.
    A copy that cannot be had is reported as ``unreached``. Packages that lie in the store but not in the catalogue are
    reported as ``unknown``: ``fonds rebuild`` takes them in. Raises UsageError UNIT_MISSING for a package, COPY_MISSING
    for a copy that is not held; FondsError AUDIT_TAKEN_OVER when this process stood still for so long that another
    audit took over its work.
    """
    take_over(archive)
    note_forgotten(archive, agent)
    order = _order(archive, scope, package, subset, sample)
    pace = pace or pace_of(archive.settings)
    with ExitStack() as files:
        targets, unreached = _targets(archive, order, copies, files)
        budget = _budget(archive, order, pace, scheduled)
        return AuditRun(archive, agent, order, targets, unreached, budget, progress).result()


def _order(archive: Archive, scope: str, package: str, subset: tuple[int, int] | None, sample: int | None) -> Order:
    now = datetime.now().astimezone()
    since = now.astimezone(UTC).isoformat(timespec="milliseconds")
    drawn = archive.settings.audit_sample if sample is None else sample
    return Order(now, since, scope, package, subset, drawn)


def _budget(archive: Archive, order: Order, pace: Pace, scheduled: bool) -> Budget:
    settings = archive.settings
    hours = amounts.hours(settings.audit_hours) if scheduled else None
    if order.scope == ALL or order.package:
        return Budget(pace, hours=hours)
    return Budget(pace, amounts.quota(settings.audit_quota), hours, *archive.fixity.read_since(midnight(order.now)))


def _targets(
    archive: Archive, order: Order, names: Sequence[str], files: ExitStack
) -> tuple[list[Target], list[Unreached]]:
    """Return what is to be read where, the store first, and the copies that cannot be had."""
    wanted = [named(archive, name) for name in names if name != MAIN_COPY]
    targets, unreached = [], []
    if not names or MAIN_COPY in names:
        targets.append(Target(MAIN_COPY, archive.store, files.enter_context(chosen(archive, order, MAIN_COPY))))
    for copy in wanted if names else archive.copies.copies():
        found = files.enter_context(chosen(archive, order, copy.name))
        try:
            targets.append(Target(copy.name, open_copy(archive, copy), found))
        except FondsError as error:
            unreached.append(Unreached(copy.name, error, found.packages))
    return targets, unreached
