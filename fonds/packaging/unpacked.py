"""The package that is in a package file, in a private folder for as long as it is looked at."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from fonds.errors import FondsError
from fonds.packaging.bag.names import printable
from fonds.packaging.bag.report import Collector
from fonds.packaging.bag.stage import Stage, stage
from fonds.packaging.roots import METS_NAME
from fonds.packaging.transport import LIMITS, Limits, PackedRefusedError, TransportProgress, unpack
from fonds.packaging.tt05.recognise import is_tt05
from fonds.schemas.findings import Finding, finding

ENDING = re.compile(r"\.(zip|tar|tgz|tbz2?|txz|tar\.(gz|bz2|xz))$", re.IGNORECASE)
"""How the names of package files end."""
_ROOM = "fonds-unpacked"


@dataclass(frozen=True, slots=True)
class Unpacking:
    """What became of ``archive``: ``package`` is the folder of its one package, None when there is none to look at.

    ``root`` is that folder's path inside the package file, '' for its top. ``findings`` are about the package file and
    have paths inside it; ``counts`` are their numbers by severity.
    """

    archive: Path
    package: Path | None
    root: str
    findings: tuple[Finding, ...]
    counts: Mapping[str, int]


@contextmanager
def unpacked_package(
    archive: Path, limits: Limits = LIMITS, progress: Callable[[TransportProgress], None] | None = None
) -> Iterator[Unpacking]:
    """Unpack a zip or tar into a private folder in the temporary directory, and remove that afterwards, come what may.

    A package file that is refused gives its findings and no package. Raises FondsError as ``transport.unpack`` does.
    """
    with _room() as room:
        # The name of the file stands in for the name of the package's folder where the package file has none.
        target = room.path / (ENDING.sub("", archive.name) or "package")
        found = Collector()
        package = None
        try:
            found.add(unpack(archive, target, limits=limits, progress=progress).findings)
            package = _choose(target, found)
            findings, counts = found.result()
        except PackedRefusedError as error:
            findings, counts = error.findings, dict(error.counts)
        root = printable(package.name) if package and package != target else ""
        yield Unpacking(archive, package, root, findings, counts)


@contextmanager
def _room() -> Iterator[Stage]:
    place = Path(tempfile.gettempdir()).resolve()
    with ExitStack() as held:
        try:
            # A stage that is never published: what killed processes left goes first, and ours goes at the end.
            room = held.enter_context(stage(place / _ROOM, mode=0o700))
        except OSError as error:
            raise FondsError("BAG_TARGET_FAILED", path=place, reason=error.strerror or str(error)) from error
        yield room


def _choose(folder: Path, found: Collector) -> Path | None:
    """Return the folder of the one package that was unpacked; what stands in its way, or beside it, is told."""
    if is_package(folder):
        found.add([finding("PACKED_NO_ROOT_FOLDER", ".")])
        return folder
    packages = [entry.path for entry in os.scandir(folder) if entry.is_dir() and is_package(Path(entry.path))]
    if len(packages) > 1:
        found.add([finding("PACKED_SEVERAL", ".", count=len(packages))])
    if not packages:
        found.add([finding("PACKED_NO_PACKAGE", ".")])
    if len(packages) != 1:
        return None
    others = (entry.name for entry in os.scandir(folder) if entry.path != packages[0])
    found.add(finding("PACKED_BESIDE", printable(name)) for name in others)
    return Path(packages[0])


def is_package(folder: Path) -> bool:
    """Say whether a folder is a bag or a package, by what lies directly in it."""
    return (folder / "bagit.txt").is_file() or (folder / METS_NAME).is_file() or is_tt05(folder)
