"""Repair of packages: read, plan, write down the intent, mend, write down the result, audit, close the incident.

Nobody else changes holdings meanwhile. Nothing is taken from a place because it was good once: every source was read in
this very run, and what is written is compared with the digest that was sealed. No good copy is touched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace

from fonds.errors import FondsError
from fonds.repository.archive import COPYING, Archive
from fonds.repository.audit import audit
from fonds.repository.copies.replicate import verified
from fonds.repository.copies.settle import tidy
from fonds.repository.fixity import MAIN_COPY, check_package
from fonds.repository.holding import load_package, take_over
from fonds.repository.incidents import close_repaired
from fonds.repository.log_copies import log_copy
from fonds.repository.logged import sealed_rows
from fonds.repository.named import named_package
from fonds.repository.ports.catalogue import Problem
from fonds.repository.ports.log import LogRow
from fonds.repository.repair.mend import Mended, Mending
from fonds.repository.repair.outcome import Repaired, RepairProgress, RepairResult
from fonds.repository.repair.plan import Plan, Source, plans
from fonds.repository.repair.survey import Survey, survey
from fonds.repository.repair.told import log_hopeless, log_intent, log_interrupted, log_result, unfinished
from fonds.repository.repair.trust import Sealings, is_known
from fonds.repository.underway import REPAIR, underway

_MOST = 1_000_000


def repair(
    archive: Archive,
    packages: Sequence[str] = (),
    *,
    agent: str,
    dry_run: bool = False,
    progress: Callable[[RepairProgress], None] = lambda _: None,
) -> RepairResult:
    """Put packages right wherever something is wrong with them; all that are known to be wrong when none is named.

    ``packages`` are OBJIDs, or codes of dossiers or fonds. With ``dry_run`` they are read, and what would be done is
    told; nothing is touched and nothing is recorded. Raises UsageError UNIT_MISSING, FondsError REPOSITORY_LOCKED,
    LOG_…, CATALOGUE_….
    """
    chosen = [named_package(archive, one).objid for one in packages]
    with archive.lock(COPYING), archive.lock("repair"):
        cut_short = unfinished(archive)
        chosen = chosen or _known_wrong(archive, cut_short)
        result = RepairResult(dry_run)
        with archive.executor() as executor:
            # One pool for the whole run, for the audits in it too.
            shared = replace(archive, executor=lambda: nullcontext(executor))
            work = _Work(shared, sealed_rows(archive), agent, cut_short)
            if dry_run:
                result.packages = [work.planned(objid) for objid in chosen]
            else:
                _clean(archive)
                result.packages = list(work.repaired(chosen, progress))
                result.resumed = work.resumed
    if result.packages and not dry_run:
        with suppress(FondsError):  # it is written again by the next run that can
            log_copy(archive)
    return result


def _known_wrong(archive: Archive, cut_short: dict[int, LogRow]) -> list[str]:
    """Return the packages with open problems or incidents, or a repair that was cut short."""
    found = [one.objid for one in archive.fixity.problems(limit=_MOST).items]
    found += [one.objid for one in archive.incidents.listed(limit=_MOST).items]
    found += [row.subject for row in cut_short.values()]
    return [objid for objid in sorted(set(found)) if archive.holdings.aip(objid) is not None]


def _clean(archive: Archive) -> None:
    """Remove what dead processes left; a store that cannot be written to says so when it is to be written to."""
    with suppress(FondsError):
        archive.store.clean()
    tidy(archive)


class _Work:
    """The repair of one package after the other."""

    def __init__(self, archive: Archive, sealings: Sealings, agent: str, cut_short: dict[int, LogRow]) -> None:
        self._archive, self._sealings, self._agent, self._cut_short = archive, sealings, agent, cut_short
        self.resumed = 0

    def planned(self, objid: str) -> Repaired:
        """Return what would be done."""
        surveyed = self._survey(objid)
        found = _begun(surveyed)
        for plan in plans(surveyed)[0]:
            found.planned += plan.steps
            found.hopeless += plan.hopeless
        return found

    def repaired(self, chosen: Sequence[str], progress: Callable[[RepairProgress], None]) -> Iterable[Repaired]:
        """Yield the packages, each put right as far as that can be done."""
        with underway(self._archive, REPAIR, "", len(chosen)) as (_, record):
            for number, objid in enumerate(chosen):
                aip = self._archive.holdings.aip(objid)
                progress(RepairProgress(number, len(chosen), aip.name if aip else objid))
                yield self._one(objid)
                record(number + 1)

    def _survey(self, objid: str) -> Survey:
        with self._archive.executor() as executor:
            return survey(self._archive, objid, self._sealings, executor)

    def _one(self, objid: str) -> Repaired:
        self._settle_intents(objid)
        surveyed = self._survey(objid)
        self._record_new(surveyed)
        found = _begun(surveyed)
        made, sources = plans(surveyed)
        rows: dict[str, LogRow] = {}
        for plan in made:
            found.planned += plan.steps
            found.hopeless += plan.hopeless
            row = self._mend(plan, sources, found)
            if row is not None:
                rows[plan.place.name] = row
        self._correct_catalogue(surveyed)
        self._verify(surveyed, found, rows)
        return found

    def _settle_intents(self, objid: str) -> None:
        for number, row in list(self._cut_short.items()):
            if row.subject == objid:
                log_interrupted(self._archive, row, self._agent)
                del self._cut_short[number]
                self.resumed += 1

    def _record_new(self, surveyed: Survey) -> None:
        """Have the audit record what it did not know yet: what is repaired was found first, and is an incident."""
        known = {_key(one) for one in self._archive.fixity.problems(objid=surveyed.objid, limit=_MOST).items}
        new = {one.copy for one in surveyed.problems if _key(one) not in known}
        if new:
            audit(self._archive, agent=self._agent, package=surveyed.objid, copies=sorted(new))

    def _mend(self, plan: Plan, sources: dict[str, list[Source]], found: Repaired) -> LogRow | None:
        """Put one place right; returns the row of the log that tells of it, None when there was nothing to be done."""
        archive, agent, objid = self._archive, self._agent, found.objid
        if not plan.steps:
            log_hopeless(archive, plan, objid, agent)
            return None
        number = log_intent(archive, plan, objid, agent)
        mending, error = Mending(plan, sources, number), None
        try:
            mending.run()
        except FondsError as stopped:
            error = stopped
            found.errors.append((plan.place.name, stopped))
        mended = mending.mended
        found.done += mended.done
        found.hopeless += mended.lost
        row = log_result(archive, plan, objid, number, mended, error, agent)
        self._known_again(plan, mended, row)
        return row

    def _known_again(self, plan: Plan, mended: Mended, row: LogRow) -> None:
        """Let a copy that held something else from the start be known as one that has the version, once it is good."""
        if plan.place.name == MAIN_COPY or not mended.done:
            return
        for sealed in {one.step.sealed.aip: one.step.sealed for one in mended.done}.values():
            aip, name = sealed.aip, plan.place.name
            entries = self._archive.copies.entries(aip.objid, aip.version)
            known = any(one.copy == name and one.verified for one in entries)
            if not known and check_package(plan.place.store, aip, sealed.digests, name).ok:
                self._archive.copies.record([verified(self._archive, aip, name, row.when)])

    def _correct_catalogue(self, surveyed: Survey) -> None:
        """Take over from the store again what the catalogue had from damaged files."""
        for reading in surveyed.readings:
            aip = reading.sealed.aip
            if reading.place.name == MAIN_COPY and not is_known(self._archive, reading.sealed):
                with suppress(FondsError):  # the audit that follows says what is wrong
                    loaded = load_package(self._archive, aip.location, self._sealings)
                    if not loaded.doubt:
                        take_over(self._archive, loaded)

    def _verify(self, surveyed: Survey, found: Repaired, rows: dict[str, LogRow]) -> None:
        """Audit every place where something was or is known to be wrong; close the incidents of those that are good."""
        archive, objid = self._archive, found.objid
        reached = {reading.place.name for reading in surveyed.readings}
        incidents = archive.incidents.listed(objid=objid, limit=_MOST).items
        known = {one.copy for one in archive.fixity.problems(objid=objid, limit=_MOST).items}
        known |= {one.copy for one in incidents} | rows.keys()
        found.errors += [(name, error) for name, error in surveyed.unreached if name in {MAIN_COPY, *known}]
        names = sorted(known & reached)
        if names:
            result = audit(archive, agent=self._agent, package=objid, copies=names)
            bad = {one.copy for one in result.problems} | {one.copy for one in result.unreached}
            whole = result.run.complete and result.run.packages == _readings(surveyed, names)
        else:
            bad, whole = set(), True
        for incident in incidents if whole else ():
            if incident.copy in reached and incident.copy not in bad:
                row = rows.get(incident.copy)
                found.closed.append(self._closed(incident.number, row))
        found.verified = whole and not bad and not surveyed.unsealed

    def _closed(self, number: int, row: LogRow | None) -> int:
        incident = self._archive.incidents.get(number)
        if incident is not None:
            given = row.detail.get("sources") if row else None
            sources = [str(one) for one in given] if isinstance(given, list) else []
            close_repaired(self._archive, incident, row.number if row else 0, sources, self._agent)
        return number


def _readings(surveyed: Survey, names: Sequence[str]) -> int:
    return sum(reading.place.name in names for reading in surveyed.readings)


def _begun(surveyed: Survey) -> Repaired:
    """Return a package of which nothing was done yet, with the places that cannot be had."""
    found = Repaired(surveyed.objid, surveyed.name, unreached=list(surveyed.unreached))
    for aip in surveyed.unsealed:
        found.errors.append((MAIN_COPY, FondsError("SEAL_UNKNOWN", package=aip.name, version=aip.version)))
    return found


def _key(problem: Problem) -> tuple[str, int, str]:
    return problem.copy, problem.version, problem.path
