"""What reading gave is written down: first in the log, then in the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from fonds.repository.archive import Archive
from fonds.repository.copies.replicate import verified
from fonds.repository.fixity import MAIN_COPY, PackageCheck
from fonds.repository.incidents import note_incident
from fonds.repository.logged import FIXITY
from fonds.repository.ports.catalogue import Aip, Check
from fonds.repository.ports.copies import FAILED, PackageCopy
from fonds.repository.ports.fixity import Result
from fonds.repository.ports.log import LogEntry


def write_down(
    archive: Archive, run: int, copy: str, found: Sequence[PackageCheck], drawn: set[tuple[str, int]], agent: str
) -> None:
    """Write results down: the rows of the log together, then all of them in the catalogue, in one transaction each.

    ``drawn`` are the versions that were read for the random sample. Killed in between, the next audit takes the rows
    over (``lease.take_over``): the intents in the catalogue go last.
    """
    entries = [_entry(run, copy, one, (one.aip.objid, one.aip.version) in drawn, agent) for one in found]
    rows = archive.log.append_all(entries)
    results = []
    for one, row in zip(found, rows, strict=True):
        check = Check(one.aip.objid, one.aip.version, copy, row.when, "ok" if one.ok else "problem")
        results.append(Result(check, one.problems, one.files, one.bytes))
    if copy != MAIN_COPY:
        aips = [one.aip for one in found]
        archive.copies.record([copy_entry(archive, aip, one.check) for aip, one in zip(aips, results, strict=True)])
    archive.fixity.record_all(run, results)
    for made in results:
        note_incident(archive, made.check, made.problems, run, agent)


def _entry(run: int, copy: str, result: PackageCheck, drawn: bool, agent: str) -> LogEntry:
    detail: dict[str, object] = {
        "run": run, "version": result.aip.version, "copy": copy, "files": result.files, "bytes": result.bytes,
        "problems": [[p.path, p.result, p.expected, p.actual] for p in result.problems],
    }  # fmt: skip
    if drawn:
        detail["sample"] = True
    return LogEntry(FIXITY, agent, result.aip.objid, "success" if result.ok else "failure", detail)


def copy_entry(archive: Archive, aip: Aip, check: Check) -> PackageCopy:
    """Return how it stands with a version in a copy, now that it was read there."""
    if check.result == "ok":
        return verified(archive, aip, check.copy, check.checked)
    known = archive.copies.entries(aip.objid, aip.version)
    good = next((entry.verified for entry in known if entry.copy == check.copy), "")
    return PackageCopy(aip.objid, aip.version, check.copy, FAILED, good, reason="COPY_DIFFERS")
