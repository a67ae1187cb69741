"""Bags for tests, made by hand so that anything about them can be wrong."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from fonds.packaging.bag import BagReport, validate_bag
from fonds.schemas.findings import Severity

FILES: Mapping[str, bytes] = {"a.txt": b"mot\n", "hồ sơ/0001.tif": b"hai\n", "b/c/d.txt": b""}


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return hashlib.new(algorithm, content).hexdigest()


def make(
    root: Path,
    files: Mapping[str, bytes] = FILES,
    *,
    version: str = "1.0",
    algorithms: Sequence[str] = ("sha256",),
    listed: Mapping[str, str] | None = None,
) -> Path:
    """Make a bag. ``files`` are payload paths; ``listed`` maps such a path to the text that manifests have for it."""
    for path, content in files.items():
        target = root / "data" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    (root / "data").mkdir(parents=True, exist_ok=True)
    (root / "bagit.txt").write_text(f"BagIt-Version: {version}\nTag-File-Character-Encoding: UTF-8\n")
    size = sum(map(len, files.values()))
    (root / "bag-info.txt").write_text(f"Payload-Oxum: {size}.{len(files)}\n")
    names = listed or {}
    for algorithm in algorithms:
        lines = [f"{digest(c, algorithm)}  {names.get(p, f'data/{p}')}\n" for p, c in sorted(files.items())]
        (root / f"manifest-{algorithm}.txt").write_bytes("".join(lines).encode())
    return seal(root)


def seal(root: Path) -> Path:
    """Write the tag manifests again, for what is there now."""
    for old in root.glob("tagmanifest-*.txt"):
        old.unlink()
    tags = sorted(path for path in root.iterdir() if path.is_file() and not path.is_symlink())
    for manifest in root.glob("manifest-*.txt"):
        algorithm = manifest.stem.partition("-")[2]
        if algorithm in hashlib.algorithms_available:
            lines = [f"{digest(tag.read_bytes(), algorithm)}  {tag.name}\n" for tag in tags]
            (root / f"tagmanifest-{algorithm}.txt").write_text("".join(lines))
    return root


def add_line(root: Path, line: bytes | str, manifest: str = "manifest-sha256.txt") -> None:
    """Add a line to a tag file and seal the bag again."""
    with (root / manifest).open("ab") as out:
        out.write((line.encode() if isinstance(line, str) else line) + b"\n")
    seal(root)


def write(root: Path, name: str, content: bytes | str) -> None:
    """Write a tag file and seal the bag again."""
    (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    seal(root)


def codes(report: BagReport, *severities: Severity) -> set[str]:
    return {found.code for found in report.findings if not severities or found.severity in severities}


def errors(root: Path) -> set[str]:
    """Validate and return the codes of the errors."""
    return codes(validate_bag(root, workers=0), Severity.ERROR)


def bytes_name(folder: Path, name: bytes) -> bytes:
    """Return the path of a file whose name is no text."""
    return os.fsencode(folder) + b"/" + name
