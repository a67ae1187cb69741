"""Judging whatever is handed over as a package: a bag, an E-ARK package, one of the state's, or a zip or tar of one.

Which it is, is told by what it holds. Whatever is wrong with it is a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fonds.packaging.bag import BagProgress, validate_bag
from fonds.packaging.judge.model import Judgement, JudgeProgress, Part, Report, both
from fonds.packaging.loc_bagit import second_opinion
from fonds.packaging.roots import called, may_be_root
from fonds.schemas.findings import Severity

if TYPE_CHECKING:
    from fonds.packaging.transport import Limits


def judge(
    path: Path,
    *,
    fast: bool = False,
    opinion: bool = False,
    limits: Limits | None = None,
    progress: Report | None = None,
) -> Judgement:
    """Judge a folder, or a zip or tar of one, by every rule that applies to it.

    ``fast`` compares no digests. ``opinion`` asks bagit about a bag as well. A package file is unpacked, within
    ``limits`` (None: ``transport.LIMITS``), into a private folder in the temporary directory and removed again,
    whatever happens; the places of its findings are ``file.zip!/path/inside``. Raises UsageError BAG_NOT_THERE when
    there is nothing at ``path``, and FondsError BAG_NOT_CHECKED, BAG_SOURCE_UNREADABLE, BAG_TARGET_FAILED,
    PACKED_NO_ROOM when this machine fails.
    """
    judging = _Judging(fast, opinion, progress or (lambda _: None))
    if path.is_file():
        from fonds.packaging.judge.packed import packed_part  # noqa: PLC0415 - slow to load, and most are folders

        part = packed_part(path, limits, judging.folder, judging.progress)
    else:
        part = judging.folder(path, called(path))
    return Judgement(path, part.kind, not part.counts["error"], part.findings, part.counts, read=not fast)


class _Judging:
    def __init__(self, fast: bool, opinion: bool, progress: Report) -> None:
        self._fast, self._opinion, self.progress = fast, opinion, progress

    def folder(self, path: Path, name: str) -> Part:
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
        return both(replace(bag, kind=inner.kind), replace(inner.below("data"), counts=_severities(inner.counts)))

    def _bag(self, path: Path) -> Part:
        def show(now: BagProgress) -> None:
            self.progress(JudgeProgress(False, now.files, now.bytes, now.total_files, now.total_bytes))

        report = validate_bag(path, fast=self._fast, progress=show)
        part = Part("bag", report.findings, report.counts)
        if not self._opinion:
            return part
        said = second_opinion(path, report, fast=self._fast)
        return both(part, Part("", (said,), {said.severity.value: 1}))

    def _package(self, folder: Path, name: str) -> Part | None:
        if not may_be_root(folder):
            return None
        from fonds.packaging.judge.package import package_part  # noqa: PLC0415 - slow to load, for a mere bag too slow

        return package_part(folder, name, fast=self._fast, progress=self.progress)


def _severities(counts: Mapping[str, int]) -> dict[str, int]:
    return {one.value: counts[one.value] for one in Severity}
