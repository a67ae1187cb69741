"""The tag files that make a folder a bag (RFC 8493, 2): declaration, metadata, manifests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from fonds.packaging.bag.declaration import DECLARATION
from fonds.packaging.bag.info import info_bytes
from fonds.packaging.bag.manifest import Entry, manifest_line, manifest_lines
from fonds.packaging.digest import digest_bytes

MANIFEST = "manifest-sha256.txt"
TAGMANIFEST = "tagmanifest-sha256.txt"
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Seal:
    """The digests (SHA-256, hex) of a bag's two manifests, kept outside the bag.

    With them, a payload and a manifest that were changed together are found.
    """

    manifest: str
    tagmanifest: str


def write_tags(root: Path, payload: Iterable[Entry], info: Mapping[str, str]) -> Seal:
    """Make ``root`` a bag: writes bagit.txt, bag-info.txt and the manifests; ``data/`` is there already.

    ``payload`` names every file below ``data/``. Raises OSError.
    """
    lines = manifest_lines(payload)
    (root / MANIFEST).write_bytes(lines)
    close_bag(root, ["sha256"], info)
    return Seal(digest_bytes(lines), digest_bytes((root / TAGMANIFEST).read_bytes()))


def close_bag(root: Path, algorithms: Sequence[str], info: Mapping[str, str]) -> list[str]:
    """Write what is still missing where the payload and its manifests are: declaration, metadata, tag manifests.

    Returns the names of all tag files. Raises OSError.
    """
    (root / "bagit.txt").write_bytes(DECLARATION)
    (root / "bag-info.txt").write_bytes(info_bytes(info))
    tags = sorted(["bagit.txt", "bag-info.txt", *(f"manifest-{name}.txt" for name in algorithms)])
    for algorithm in algorithms:
        lines = [manifest_line(_digest(root / tag, algorithm), tag) for tag in tags]
        (root / f"tagmanifest-{algorithm}.txt").write_bytes(b"".join(lines))
    return [*tags, *(f"tagmanifest-{name}.txt" for name in algorithms)]


def _digest(path: Path, algorithm: str) -> str:
    digest = hashlib.new(algorithm)
    with path.open("rb") as source:
        while block := source.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
