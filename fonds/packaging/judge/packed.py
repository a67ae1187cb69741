"""Judging a package that travels as one file: what is wrong with the file, and with what is in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from fonds.packaging.bag.names import printable
from fonds.packaging.judge.model import NONE, JudgeProgress, Part, Report, both, joined
from fonds.packaging.transport import LIMITS, Limits, TransportProgress, is_packed
from fonds.packaging.unpacked import Unpacking, unpacked_package
from fonds.schemas.findings import finding


def packed_part(path: Path, limits: Limits | None, judge: Callable[[Path, str], Part], progress: Report) -> Part:
    """Judge a zip or a tar, unpacked within ``limits``, and by ``judge`` (folder, its name) what is in it."""

    def show(now: TransportProgress) -> None:
        progress(JudgeProgress(True, now.files, now.bytes, 0, now.total_bytes))

    if not is_packed(path):
        return Part("unknown", (finding("PACKED_UNKNOWN", printable(path.name)),), {**NONE, "error": 1})
    with unpacked_package(path, limits or LIMITS, show) as found:
        outer = _outer(found)
        if found.package is None:
            return outer
        inner = judge(found.package, found.package.name)
        place = joined(f"{printable(path.name)}!/{found.root}".rstrip("/"), ".")
        return both(inner.below(place), outer)


def _outer(found: Unpacking) -> Part:
    """Return what is to be said of the package file itself."""
    name = printable(found.archive.name)
    said = tuple(
        replace(one, where=joined(f"{name}!" if one.where != "." else name, one.where)) for one in found.findings
    )
    return Part("unknown", said, {**NONE, **found.counts})
