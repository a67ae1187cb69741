"""Judging a package that lies unpacked in a folder: one of the state's, or an E-ARK package."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fonds.packaging import csip, tt05
from fonds.packaging.bag.report import Collector
from fonds.packaging.judge.model import NONE, JudgeProgress, Part, Report
from fonds.packaging.roots import METS_NAME
from fonds.schemas.findings import finding


def package_part(folder: Path, name: str, *, fast: bool, progress: Report) -> Part | None:
    """Judge the package whose root is ``folder`` and that is called ``name``; None where there is none."""
    if tt05.is_tt05(folder):
        return _tt05(folder, name, fast, progress)
    if not (folder / METS_NAME).is_file():
        return None
    report = csip.validate_package(csip.PackageFiles(folder, name), fast=fast)
    return Part(report.kind or "package", report.findings, {**NONE, **report.counts})


def _tt05(folder: Path, name: str, fast: bool, progress: Report) -> Part:
    def show(size: int) -> None:
        progress(JudgeProgress(False, 0, size))

    found = Collector()
    kind, files, size = "tt05", 0, 0
    try:
        report = tt05.validate_package(folder, name=name, fast=fast, progress=show)
    except (OSError, RecursionError) as error:  # folders in folders without end
        reason = getattr(error, "strerror", None) or str(error)
        found.add([finding("TT05_FILE_UNREADABLE", ".", reason=reason)])
    else:
        kind, files, size = report.kind.value if report.kind else kind, report.files, report.bytes
        # The folder itself is '.', like everywhere.
        found.add(replace(one, where="." if one.where == name else one.where) for one in report.findings)
        if fast:
            found.add([finding("PKG_NOT_HASHED", METS_NAME)])
    findings, severities = found.result()
    return Part(kind, findings, {**severities, "files": files, "bytes": size})
