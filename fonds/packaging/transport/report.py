"""What unpacking gives, and how it stops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import RefusedError
from fonds.packaging.transport.forms import Form
from fonds.schemas.findings import Finding


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A package file that was unpacked into ``folder``; ``files`` and ``bytes`` are what was written.

    ``findings`` are what is worth knowing and was no reason to refuse; their places are paths inside the package file.
    """

    folder: Path
    form: Form
    files: int
    bytes: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class TransportProgress:
    """Files and bytes written so far, and bytes to be written in all (0: not known, as in a tar that is unpacked)."""

    files: int
    bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class Member:
    """A file or folder of a package file: its plain path, its size in bytes and its time of modification (ns)."""

    path: str
    folder: bool
    size: int
    modified: int


class PackedRefusedError(RefusedError):
    """The package file is not unpacked and nothing is left of it; ``findings`` says what is wrong and where.

    ``counts`` are the numbers of findings by severity, those too that are not shown. Exit code 3.
    """

    def __init__(self, path: Path, findings: tuple[Finding, ...], counts: Mapping[str, int]) -> None:
        super().__init__("PACKED_REFUSED", path=path, count=counts["error"])
        self.findings, self.counts = findings, counts


class Fault(Exception):  # noqa: N818 - it never leaves this package: it carries the finding that ends the reading
    """Reading cannot go on, for the reason that ``finding`` gives."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding
