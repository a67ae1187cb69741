"""Judging whatever is handed over as a package: a bag, an E-ARK package, one of the state's, or a zip or tar of one.

Which it is, is told by what it holds. Whatever is wrong with it is a finding.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from fonds.packaging import csip, tt05
from fonds.packaging.bag import BagProgress, validate_bag
from fonds.packaging.bag.names import printable
from fonds.packaging.bag.report import Collector
from fonds.packaging.csip.files import METS_NAME, called
from fonds.packaging.loc_bagit import second_opinion
from fonds.packaging.transport import LIMITS, Limits, TransportProgress, is_packed
from fonds.packaging.unpacked import Unpacking, unpacked_package
from fonds.schemas.findings import Finding, Severity, finding

_NONE = {"files": 0, "bytes": 0, **dict.fromkeys((one.value for one in Severity), 0)}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found out about ``path``.

    ``kind`` is bag (around something else than a package), SIP, AIP, DIP, AIU, AIC, package (E-ARK, does not say
    which), SIP_hoso, SIP_tailieu, AIP_hoso, AIP_tailieu, DIP, tt05 (the state's, cannot be told which) or unknown.
    ``valid`` is True when no finding is an error. ``counts`` has findings by severity, those too that are not shown,
    'files', 'bytes' and, for a bare E-ARK package, 'mets' and 'premis'. ``read`` tells that contents were read.
    """

    path: Path
    kind: str
    valid: bool
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]
    read: bool


@dataclass(frozen=True, slots=True)
class JudgeProgress:
    """Files and bytes read so far, or written while ``unpacking``, and in all (0: not known)."""

    unpacking: bool
    files: int
    bytes: int
    total_files: int = 0
    total_bytes: int = 0


Report = Callable[[JudgeProgress], None]


@dataclass(frozen=True, slots=True)
class _Part:
    """What one validator said; the places are paths from its own root."""

    kind: str
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]

    def below(self, place: str) -> _Part:
        """Return the same, with places from further up."""
        return replace(self, findings=tuple(replace(one, where=joined(place, one.where)) for one in self.findings))


def joined(place: str, where: str) -> str:
    """Return the place of a finding from further up; '.' is the root itself."""
    return place if where == "." else f"{place}/{where}" if place else where


def judge(
    path: Path, *, fast: bool = False, opinion: bool = False, limits: Limits = LIMITS, progress: Report | None = None
) -> Judgement:
    """Judge a folder, or a zip or tar of one, by every rule that applies to it.

    ``fast`` compares no digests. ``opinion`` asks bagit about a bag as well. A package file is unpacked, within
    ``limits``, into a private folder in the temporary directory and removed again, whatever happens; the places of its
    findings are ``file.zip!/path/inside``. Raises UsageError BAG_NOT_THERE when there is nothing at ``path``, and
    FondsError BAG_NOT_CHECKED, BAG_SOURCE_UNREADABLE, BAG_TARGET_FAILED, PACKED_NO_ROOM when this machine fails.
    """
    judging = _Judging(fast, opinion, progress or (lambda _: None))
    if not path.is_file():
        part = judging.folder(path, called(path))
    elif is_packed(path):
        part = judging.packed(path, limits)
    else:
        part = _Part("unknown", (finding("PACKED_UNKNOWN", printable(path.name)),), {**_NONE, "error": 1})
    return Judgement(path, part.kind, not part.counts["error"], part.findings, part.counts, read=not fast)


class _Judging:
    def __init__(self, fast: bool, opinion: bool, progress: Report) -> None:
        self._fast, self._opinion, self._progress = fast, opinion, progress

    def packed(self, path: Path, limits: Limits) -> _Part:
        """Judge a zip or a tar and what is in it."""

        def show(now: TransportProgress) -> None:
            self._progress(JudgeProgress(True, now.files, now.bytes, 0, now.total_bytes))

        with unpacked_package(path, limits, show) as found:
            outer = _outer(found)
            if found.package is None:
                return outer
            inner = self.folder(found.package, found.package.name)
            place = joined(f"{printable(path.name)}!/{found.root}".rstrip("/"), ".")
            return _both(inner.below(place), outer)

    def folder(self, path: Path, name: str) -> _Part:
        """Judge a folder that is called ``name``."""
        if not (path / "bagit.txt").exists():
            bare = self._package(path, name)
            if bare:
                return bare
        bag = self._bag(path)
        data = path / "data"
        # Read a second time on purpose: METS and PREMIS state digests of their own, and those are what is judged here.
        inner = None if data.is_symlink() else self._package(data, name)
        if inner is None:
            return bag
        return _both(replace(bag, kind=inner.kind), replace(inner.below("data"), counts=_severities(inner.counts)))

    def _bag(self, path: Path) -> _Part:
        def show(now: BagProgress) -> None:
            self._progress(JudgeProgress(False, now.files, now.bytes, now.total_files, now.total_bytes))

        report = validate_bag(path, fast=self._fast, progress=show)
        part = _Part("bag", report.findings, report.counts)
        if not self._opinion:
            return part
        said = second_opinion(path, report, fast=self._fast)
        return _both(part, _Part("", (said,), {said.severity.value: 1}))

    def _package(self, folder: Path, name: str) -> _Part | None:
        """Judge the package whose root is ``folder``; None where there is none."""
        if tt05.is_tt05(folder):
            return self._tt05(folder, name)
        if not (folder / METS_NAME).is_file():
            return None
        report = csip.validate_package(csip.PackageFiles(folder, name), fast=self._fast)
        return _Part(report.kind or "package", report.findings, {**_NONE, **report.counts})

    def _tt05(self, folder: Path, name: str) -> _Part:
        def show(size: int) -> None:
            self._progress(JudgeProgress(False, 0, size))

        found = Collector()
        kind, files, size = "tt05", 0, 0
        try:
            report = tt05.validate_package(folder, name=name, fast=self._fast, progress=show)
        except (OSError, RecursionError) as error:  # folders in folders without end
            reason = getattr(error, "strerror", None) or str(error)
            found.add([finding("TT05_FILE_UNREADABLE", ".", reason=reason)])
        else:
            kind, files, size = report.kind.value if report.kind else kind, report.files, report.bytes
            # The folder itself is '.', like everywhere.
            found.add(replace(one, where="." if one.where == name else one.where) for one in report.findings)
            if self._fast:
                found.add([finding("PKG_NOT_HASHED", METS_NAME)])
        findings, severities = found.result()
        return _Part(kind, findings, {**severities, "files": files, "bytes": size})


def _outer(found: Unpacking) -> _Part:
    """Return what is to be said of the package file itself."""
    name = printable(found.archive.name)
    said = tuple(
        replace(one, where=joined(f"{name}!" if one.where != "." else name, one.where)) for one in found.findings
    )
    return _Part("unknown", said, {**_NONE, **found.counts})


def _both(first: _Part, second: _Part) -> _Part:
    counts = Counter(first.counts)
    counts.update(second.counts)
    return _Part(first.kind, (*first.findings, *second.findings), dict(counts))


def _severities(counts: Mapping[str, int]) -> dict[str, int]:
    return {one.value: counts[one.value] for one in Severity}
