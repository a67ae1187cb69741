"""What the audit log says of packages: that a version was stored, with its seal, and what reading it again gave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict

from fonds.repository.archive import Archive
from fonds.repository.ports.catalogue import Aip, Check, Problem
from fonds.repository.ports.log import LogRow
from fonds.repository.proof.contents import contents_of

INGEST = "ingest"
VERSION = "new version"
FONDS = "fonds package"
FIXITY = "fixity check"
CONTENTS = "contents"
"""Where the row of a stored version names the root of its files."""
WHY = "why"
"""Where a job that stores a package keeps what the log is to say of why."""


def log_stored(
    archive: Archive, aip: Aip, digests: Mapping[str, str], agent: str, detail: Mapping[str, object] | None = None
) -> None:
    """Write a stored version of a package down in the audit log, with its seal: the log outlives the catalogue.

    ``digests`` are those of its files but the manifests: the row names the root of their tree, so that a proof can lead
    from one file to the log. ``detail`` is what else the row is to keep: why a version was made, and from what.
    """
    action = FONDS if aip.of_fonds else INGEST if aip.version == 1 else VERSION
    facts = {**(detail or {}), **asdict(aip), CONTENTS: asdict(contents_of(digests))}
    archive.log.append(action, agent=agent, subject=aip.objid, detail=facts)


def sealed_rows(archive: Archive) -> dict[tuple[str, int], LogRow]:
    """Return the row of the audit log that sealed each package version."""
    stored = (row for row in archive.log.rows() if row.action in {INGEST, VERSION, FONDS} and row.outcome == "success")
    return {(row.subject, int(str(row.detail["version"]))): row for row in stored}


def logged_checks(archive: Archive) -> Iterator[tuple[Check, list[Problem]]]:
    """Yield every fixity check that the audit log knows of with what it found, in order."""
    return (logged_check(row) for row in archive.log.rows() if row.action == FIXITY)


def logged_check(row: LogRow) -> tuple[Check, list[Problem]]:
    """Return the fixity check that a row of the audit log is about, and what it found."""
    result = "ok" if row.outcome == "success" else "problem"
    version, copy = int(str(row.detail["version"])), str(row.detail["copy"])
    found = row.detail["problems"]
    problems = []
    for path, kind, expected, actual in found if isinstance(found, list) else ():
        problems.append(Problem(row.subject, version, copy, path, kind, expected, actual))
    return Check(row.subject, version, copy, row.when, result), problems
