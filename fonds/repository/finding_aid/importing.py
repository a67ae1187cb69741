"""Taking a finding aid in: what it would change, and doing it as one run that makes one version of the fonds."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote_from_bytes

from fonds.errors import FondsError, RefusedError, UsageError
from fonds.metadata.ids import fonds_id
from fonds.metadata.model import FileRecord
from fonds.metadata.vietnamese import nfc
from fonds.packaging.digest import copy_file, hash_file
from fonds.packaging.eark.files import XML
from fonds.packaging.spool import Spool
from fonds.repository.archive import Archive
from fonds.repository.describe.result import DescribeResult, NewVersion
from fonds.repository.describe.runs import Asked, run_of
from fonds.repository.finding_aid.draft import Draft
from fonds.repository.finding_aid.plan import FindingAidResult, Plan
from fonds.repository.finding_aid.reading import HELD, read_in_order
from fonds.repository.fonds_packages import DESCRIBED, Documents, store_fonds
from fonds.repository.intake.source import printable
from fonds.repository.intake.values import escape_controls
from fonds.repository.recovery import changing
from fonds.repository.stored_fonds import stored_fonds
from fonds.repository.versions import Change

_BEGINNING = "documentation/findingaid-"
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class FindingAid:
    """A finding aid to be taken in. ``fonds`` is the code it belongs to, '' to take the file's own.

    ``mode`` is the access mode of dossiers of which it says nothing: '' leaves them conditional, and so unseen by
    readers.
    """

    path: Path
    fonds: str = ""
    mode: str = ""


def import_finding_aid(
    archive: Archive,
    aid: FindingAid,
    *,
    agent: str,
    apply: bool = False,
    reason: str = "",
    progress: Progress = lambda _: None,
) -> FindingAidResult:
    """Say what a finding aid changes; with ``apply``, store a new version of the package of its fonds with all of it.

    The file itself is kept unchanged in the package. The same file again changes nothing. ``progress`` takes how many
    units were read. Raises UsageError FINDING_AID_MISSING, FINDING_AID_FONDS, XmlRefusedError, RefusedError
    FINDING_AID_SECRET, FINDING_AID_CHANGED, REPOSITORY_LOCKED, STORE_FULL and its kin.
    """
    if not apply:
        return _planned(archive, aid, None, progress)
    with changing(archive, agent), Draft() as draft:
        _, sha256 = _looked_at(aid.path)
        result = _planned(archive, aid, draft, progress)
        _store(archive, aid, sha256, draft, result, Asked(agent, printable(aid.path), escape_controls(reason)))
    return result


def _planned(archive: Archive, aid: FindingAid, draft: Draft | None, progress: Progress) -> FindingAidResult:
    try:
        with aid.path.open("rb") as source, Spool(HELD) as spool:
            units = read_in_order(source, spool, progress)
            return Plan(archive, aid.mode, draft).read(units, aid.fonds, applied=draft is not None)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UsageError("FINDING_AID_MISSING", path=aid.path) from error
    except OSError as error:
        raise _unreadable(aid.path, error) from error


def _unreadable(path: Path, error: OSError) -> FondsError:
    return FondsError("FINDING_AID_UNREADABLE", path=path, reason=error.strerror or str(error))


def _looked_at(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of the file as it is before it is read."""
    try:
        return hash_file(path)
    except FileNotFoundError as error:
        raise UsageError("FINDING_AID_MISSING", path=path) from error
    except OSError as error:
        raise _unreadable(path, error) from error


def _store(
    archive: Archive, aid: FindingAid, sha256: str, draft: Draft, result: FindingAidResult, asked: Asked
) -> None:
    before = archive.holdings.aip(fonds_id(result.fonds))
    kept = stored_fonds(archive, before).documentation if before else ()
    known = any(file.sha256 == sha256 for file in kept)
    if known and not result.changes:
        return
    number = 1 + sum(file.path.startswith(_BEGINNING) for file in kept)
    name = "" if known else f"{_BEGINNING}{number}.xml"
    told = DescribeResult(applied=True)
    with run_of(archive, asked, told, 1) as work:
        said = f"Finding aid taken in: {printable(Path(aid.path.name))}, SHA-256 {sha256}"
        objects = (name,) if name else ()
        change = Change(DESCRIBED, said, asked.agent, asked.reason, _noted(result), objects, run=work.number)
        documents = _copying(aid.path, sha256, name) if name else _none
        aip = store_fonds(archive, result.fonds, draft, change, documents=documents, adopt=True)
        if aip:
            told.versions.append(NewVersion(aip.objid, aip.name, aip.version - 1, aip.version))
            result.version, result.location = aip.version, aip.location
    result.run, result.index_error = work.number, told.index_error


def _noted(result: FindingAidResult) -> str:
    return "\n".join(
        f"{level}: {', '.join(f'{count} {verdict}' for verdict, count in counts.items())}"
        for level, counts in result.counts.items()
    )


def _none(_: Path) -> Sequence[FileRecord]:
    return ()


def _copying(path: Path, sha256: str, name: str) -> Documents:
    """Return what puts the file into a package; it must still be the one that was read."""

    def copied(root: Path) -> Sequence[FileRecord]:
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        size, digest = copy_file(path, target)
        if digest != sha256:
            raise RefusedError("FINDING_AID_CHANGED", path=path)
        raw, shown = os.fsencode(path.name), nfc(printable(Path(path.name)))
        made = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
        return [
            FileRecord(
                name, size, digest, XML.mimetype, made, XML.puid, XML.name, XML.version, shown,
                "" if raw == shown.encode() else quote_from_bytes(raw),
            )
        ]  # fmt: skip

    return copied
